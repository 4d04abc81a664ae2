"""What is done with a plan: enter a line, or take one out. What stood there before is kept."""

from datetime import date
from uuid import uuid4

from sqlalchemy import select, text

from pmg.errors import Invalid
from pmg.extensions import db
from pmg.plans.models import PlanLine
from pmg.plans.rules import PlanEntry, check_entry
from pmg.security import access, audit
from pmg.security.policy import Action


def enter_line(entry: PlanEntry, *, today: date) -> PlanLine:
    """Enter places and budget of a subject; from now on this line counts for it.

    Raises NotPermitted, and Invalid where the year, the subject, the area or a number cannot be,
    or where a line of it stands in the plan that this one does not say to replace.
    """
    access.require(Action.PLAN_KEEP, access.workplace())
    check_entry(entry, access.reader().municipality_id, today)
    standing = _standing(entry)
    if standing is not None and not entry.replaces:
        raise Invalid(
            "replaces",
            "Deze regel staat al in het plan: %(places)s plekken en %(budget)s euro. Kruis aan dat "
            "uw regel die vervangt, of kies een ander gebied.",
            places=_written(standing.places),
            budget=_written(standing.budget),
        )
    return _add(entry, is_withdrawn=False)


def withdraw_line(line: PlanLine) -> PlanLine:
    """Take a line out of the plan. Raises NotPermitted."""
    access.require(Action.PLAN_KEEP, line)
    entry = PlanEntry(line.year, line.subject, line.places, line.budget, line.area or "")
    return _add(entry, is_withdrawn=True)


def _written(number: int) -> str:
    """Return a number as people write it: 1.250.000."""
    return f"{number:,}".replace(",", ".")


def _standing(entry: PlanEntry) -> PlanLine | None:
    """Return the line that counts for the same subject and area; one at a time asks for it."""
    here = access.reader().municipality_id
    of = f"plan {here} {entry.year} {entry.subject} {entry.area}"
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:of, 0))"), {"of": of})
    newest = db.session.scalars(
        select(PlanLine)
        .where(
            PlanLine.municipality_id == here,
            PlanLine.year == entry.year,
            PlanLine.subject == entry.subject,
            PlanLine.area.is_not_distinct_from(entry.area or None),
        )
        .order_by(PlanLine.entered_at.desc())
        .limit(1)
    ).first()
    return None if newest is None or newest.is_withdrawn else newest


def _add(entry: PlanEntry, *, is_withdrawn: bool) -> PlanLine:
    reader = access.reader()
    line = PlanLine(
        municipality_id=reader.municipality_id,
        id=uuid4(),
        year=entry.year,
        subject=entry.subject,
        area=entry.area or None,
        places=entry.places,
        budget=entry.budget,
        is_withdrawn=is_withdrawn,
        entered_by=reader.user_id,
    )
    db.session.add(line)
    db.session.flush()
    audit.wrote(Action.PLAN_KEEP, line, line.id)
    return line
