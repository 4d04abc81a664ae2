"""Verbs of paper: take one's own part along until a day, and say that it was destroyed."""

from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import select

from pmg.clock import now
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings import rules
from pmg.meetings.models import Meeting, MeetingPack
from pmg.security import access, audit
from pmg.security.policy import Action


def make_pack(meeting: Meeting, recall_on: date, *, today: date) -> MeetingPack:
    """Let the reader print his own items of a meeting until a day; each view of it is logged.

    Raises NotPermitted, or Invalid when the day is not after today or too far away.
    """
    access.require(Action.MEETING_PACK, meeting)
    last = meeting.on_day + timedelta(days=rules.PACK_DAYS)
    if not today < recall_on <= max(last, today + timedelta(days=rules.PACK_DAYS)):
        raise Invalid(
            "recall_on",
            "Kies een dag na vandaag, hoogstens %(days)d dagen na het overleg.",
            days=rules.PACK_DAYS,
        )
    row = MeetingPack(
        municipality_id=meeting.municipality_id,
        id=uuid4(),
        meeting_id=meeting.id,
        user_id=access.reader().user_id,
        made_on=today,
        recall_on=recall_on,
    )
    db.session.add(row)
    audit.wrote(Action.MEETING_PACK, row, row.id)
    return row


def require_open(pack: MeetingPack, *, today: date) -> None:
    """Raise NotPermitted when a pack is not the reader's, or its day has come."""
    access.require(Action.MEETING_PACK, pack)
    if pack.user_id != access.reader().user_id or pack.recall_on <= today or pack.destroyed_at:
        raise NotPermitted("pack_recalled")


def take_pack(pack: MeetingPack, *, today: date) -> None:
    """Let the reader keep a pack as a file: a deed of its own in the log. Raises NotPermitted."""
    require_open(pack, today=today)
    audit.wrote(Action.MEETING_PACK, pack, pack.id)


def destroy_pack(pack: MeetingPack) -> None:
    """Say that the paper was destroyed: from then on nobody is reminded of it.

    Raises NotPermitted, or Invalid when it was said before.
    """
    access.require(Action.MEETING_PACK, pack)
    if pack.user_id != access.reader().user_id:
        raise NotPermitted("not_owner")
    if pack.destroyed_at is not None:
        raise Invalid("pack", "U hebt dit al gezegd.")
    pack.destroyed_at = now()
    audit.wrote(Action.MEETING_PACK, pack, pack.id)


def packs() -> list[MeetingPack]:
    """Return what the reader took along and did not destroy yet, the first to go back first."""
    access.require(Action.MEETING_PACK, access.workplace())
    reader = access.reader()
    return list(
        db.session.scalars(
            select(MeetingPack)
            .where(
                MeetingPack.municipality_id == reader.municipality_id,
                MeetingPack.user_id == reader.user_id,
                MeetingPack.destroyed_at.is_(None),
            )
            .order_by(MeetingPack.recall_on, MeetingPack.id)
        )
    )


def meeting_of(pack: MeetingPack) -> Meeting:
    """Return the meeting of which a pack holds a part."""
    access.require(Action.MEETING_PACK, pack)
    return db.session.get_one(Meeting, (pack.municipality_id, pack.meeting_id))
