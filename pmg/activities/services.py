"""Verbs of activities: tell of one, put it right, take it back. What was told stays."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select, text

from pmg.activities.models import DistrictActivity
from pmg.activities.rules import Act, Held, Mended, check_held
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.security import access, audit
from pmg.security.policy import Action


def tell_activity(held: Held, *, today: date) -> DistrictActivity:
    """Tell of an activity that the reader's organisation held.

    Raises NotPermitted, and Invalid where the day, the place or a number cannot be.
    """
    access.require(Action.ACTIVITY_KEEP, access.workplace())
    clean = check_held(held, access.reader().municipality_id, today=today)
    return _add(uuid4(), 1, Act.TOLD, clean, None)


def correct_activity(
    row: DistrictActivity, held: Held, reason: Mended, *, today: date
) -> DistrictActivity:
    """Tell of an activity anew, with why.

    Raises NotPermitted, Conflict when somebody was first, and Invalid as `tell_activity` does.
    """
    access.require(Action.ACTIVITY_KEEP, row)
    clean = check_held(held, row.municipality_id, today=today)
    _meet(row, mine=_text(clean))
    if clean == row.held:
        raise Invalid("case", "Er is niets veranderd. Verbeter wat niet klopt, of kies Annuleren.")
    return _add(row.activity_key, row.number + 1, Act.CORRECTED, clean, reason)


def take_back_activity(row: DistrictActivity, reason: Mended) -> DistrictActivity:
    """Say that an activity should not count. Raises NotPermitted, and Conflict."""
    access.require(Action.ACTIVITY_KEEP, row)
    _meet(row, mine=Act.TAKEN_BACK.label)
    return _add(row.activity_key, row.number + 1, Act.TAKEN_BACK, row.held, reason)


def _meet(row: DistrictActivity, *, mine: str) -> None:
    """Let one at a time change an activity; raise Conflict unless this row still counts."""
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 27))"),
        {"key": f"{row.municipality_id} {row.activity_key}"},
    )
    newest = db.session.scalars(
        select(DistrictActivity)
        .where(
            DistrictActivity.municipality_id == row.municipality_id,
            DistrictActivity.activity_key == row.activity_key,
        )
        .order_by(DistrictActivity.number.desc())
        .limit(1)
    ).one()
    if newest.id != row.id or newest.act == Act.TAKEN_BACK:
        theirs = f"{Act(newest.act).label}: {_text(newest.held)}"
        raise Conflict(theirs={"activity": theirs}, mine={"activity": mine})


def _text(held: Held) -> str:
    return f"{held.on:%d-%m-%Y}, {held.theme.label}, {held.place.label}: {held.visitors}"


def _add(key: UUID, number: int, act: Act, held: Held, reason: Mended | None) -> DistrictActivity:
    reader = access.reader()
    row = DistrictActivity(
        municipality_id=reader.municipality_id,
        id=uuid4(),
        activity_key=key,
        number=number,
        act=act.value,
        reason=reason.value if reason else None,
        organisation_id=reader.organisation_id,
        on_day=held.on,
        area=held.area,
        place=held.place.value,
        theme=held.theme.value,
        funding=held.funding.value,
        visitors=held.visitors,
        by_age=list(held.by_age) if held.by_age is not None else None,
        by_id=reader.user_id,
    )
    db.session.add(row)
    db.session.flush()
    audit.wrote(Action.ACTIVITY_KEEP, row, row.id)
    return row
