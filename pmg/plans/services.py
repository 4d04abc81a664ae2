"""What is done with a plan: enter a line, or take one out. What stood there before is kept."""

from datetime import date
from uuid import uuid4

from pmg.extensions import db
from pmg.plans.models import PlanLine
from pmg.plans.rules import PlanEntry, check_entry
from pmg.security import access, audit
from pmg.security.policy import Action


def enter_line(entry: PlanEntry, *, today: date) -> PlanLine:
    """Enter places and budget of a subject; from now on this line counts for it.

    Raises NotPermitted, and Invalid where the year, the subject or a number cannot be.
    """
    access.require(Action.PLAN_KEEP, access.workplace())
    check_entry(entry, today)
    return _add(entry, is_withdrawn=False)


def withdraw_line(line: PlanLine) -> PlanLine:
    """Take a line out of the plan. Raises NotPermitted."""
    access.require(Action.PLAN_KEEP, line)
    entry = PlanEntry(line.year, line.subject, line.places, line.budget)
    return _add(entry, is_withdrawn=True)


def _add(entry: PlanEntry, *, is_withdrawn: bool) -> PlanLine:
    reader = access.reader()
    line = PlanLine(
        municipality_id=reader.municipality_id,
        id=uuid4(),
        year=entry.year,
        subject=entry.subject,
        places=entry.places,
        budget=entry.budget,
        is_withdrawn=is_withdrawn,
        entered_by=reader.user_id,
    )
    db.session.add(line)
    db.session.flush()
    audit.wrote(Action.PLAN_KEEP, line, line.id)
    return line
