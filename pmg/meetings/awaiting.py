"""What of case meetings waits for the reader himself: to place, to bring in, to confirm, to fix."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, or_, select, true

from pmg.cases.models import Case
from pmg.cases.naming import names_of
from pmg.extensions import db
from pmg.meetings.item_models import (
    AgendaItem,
    ItemConfirmation,
    ItemContribution,
    ItemIntro,
    ItemInvitee,
    ItemMinutes,
    ItemQuestion,
    ItemRecord,
    ItemRefusal,
    ItemRemark,
)
from pmg.meetings.models import Meeting
from pmg.meetings.rules import ItemState, Known, MeetingState
from pmg.security import access
from pmg.security.policy import Action

_READ = "meetings.awaiting"


class Wanted(Enum):
    """What is wanted of the reader."""

    PLACE = auto()
    BRING_IN = auto()
    CONFIRM = auto()
    FIX = auto()


_ACTIONS = {
    Wanted.PLACE: Action.MEETING_PREPARE,
    Wanted.BRING_IN: Action.MEETING_CONTRIBUTE,
    Wanted.CONFIRM: Action.MEETING_CONTRIBUTE,
    Wanted.FIX: Action.MEETING_CLOSE,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item that waits for the reader, of whom, at which meeting."""

    item_id: UUID
    who: str
    meeting: str
    on_day: date
    has_remark: bool


def waiting(wanted: Wanted, *, today: date) -> list[Waiting]:
    """Return the items where this is wanted of the reader, by day; read once for all lists."""
    kept = access.work().read
    if _READ not in kept:
        kept[_READ] = _waiting(today)
    found = kept[_READ]
    assert isinstance(found, dict)
    return found[wanted]  # type: ignore[no-any-return]


def _waiting(today: date) -> dict[Wanted, list[Waiting]]:
    found: dict[Wanted, list[Waiting]] = {wanted: [] for wanted in Wanted}
    if not access.may(Action.MEETING_LIST, access.workplace()):
        return found
    rows = db.session.execute(_asked(today)).all()
    names = names_of({row.AgendaItem.case_id for row in rows})
    for row in rows:
        item, meeting = row.AgendaItem, row.Meeting
        for wanted in _of(row):
            if item.case_id in names and access.may(_ACTIONS[wanted], item):
                found[wanted].append(
                    Waiting(
                        item.id,
                        names[item.case_id],
                        meeting.name,
                        meeting.on_day,
                        row.has_remark,
                    )
                )
    return found


def _of(row: Any) -> Iterator[Wanted]:
    if row.to_place:
        yield Wanted.PLACE
    if row.to_bring_in:
        yield Wanted.BRING_IN
    if row.to_confirm:
        yield Wanted.CONFIRM
    if row.to_fix:
        yield Wanted.FIX


def _asked(today: date) -> Select[Any]:
    """Return one statement for all that is wanted; row security leaves out what is not his."""
    reader = access.reader()
    leads = or_(Meeting.chair_id == reader.user_id, Meeting.deputy_id == reader.user_id)
    invited = _has(ItemInvitee, ItemInvitee.user_id == reader.user_id)
    ahead = Meeting.state.in_((MeetingState.PLANNED.value, MeetingState.RUNNING.value))
    is_open, over = Case.closed_on.is_(None), Meeting.state == MeetingState.CLOSED.value
    decided = and_(over, ItemMinutes.outcome.is_not(None))
    to_place = and_(leads, ahead, is_open, AgendaItem.state == ItemState.PROPOSED.value)
    to_bring_in = and_(
        invited,
        ahead,
        is_open,
        Meeting.on_day >= today,
        AgendaItem.state == ItemState.PLACED.value,
        ~_answered(),
    )
    to_confirm = and_(
        decided, invited, ~_confirmed(), ~_remarked(ItemRemark.by_id == reader.user_id)
    )
    to_fix = and_(decided, leads)
    return (
        select(
            AgendaItem,
            Meeting,
            to_place.label("to_place"),
            to_bring_in.label("to_bring_in"),
            to_confirm.label("to_confirm"),
            to_fix.label("to_fix"),
            case((decided, _remarked(true())), else_=false()).label("has_remark"),
        )
        .join(Meeting, _same(Meeting, Meeting.id, AgendaItem.meeting_id))
        .join(Case, _same(Case, Case.id, AgendaItem.case_id))
        .outerjoin(ItemMinutes, _same(ItemMinutes, ItemMinutes.item_id, AgendaItem.id))
        .where(
            AgendaItem.municipality_id == reader.municipality_id,
            Meeting.state != MeetingState.CANCELLED.value,
            ~_has(ItemRecord),
            or_(to_place, to_bring_in, to_confirm, to_fix),
        )
        .order_by(Meeting.on_day, Meeting.clock, AgendaItem.position, AgendaItem.id)
    )


def _answered() -> ColumnElement[bool]:
    """Whether the reader's organisation brought in something, or said that it does not."""
    reader = access.reader()
    nothing = (Known.UNKNOWN.value, Known.NOTHING.value)
    ours = reader.organisation_id
    return or_(
        _has(
            ItemContribution,
            ItemContribution.organisation_id == ours,
            ItemContribution.withdrawn_at.is_(None),
        ),
        _has(ItemRefusal, ItemRefusal.organisation_id == ours),
        _has(ItemQuestion, ItemQuestion.organisation_id == ours, ItemQuestion.known.in_(nothing)),
        _has(ItemIntro, ItemIntro.by_id == reader.user_id),
    )


def _confirmed() -> ColumnElement[bool]:
    """Whether the reader confirmed the agreements as they stand now."""
    return _has(
        ItemConfirmation,
        ItemConfirmation.user_id == access.reader().user_id,
        ItemConfirmation.seen_version == ItemMinutes.version,
    )


def _remarked(*by: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether somebody asked for a correction of the agreements as they stand now."""
    return _has(ItemRemark, ItemRemark.at >= ItemMinutes.at, *by)


def _has(table: Any, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_same(table, table.item_id, AgendaItem.id), *where)


def _same(table: Any, column: Any, other: Any) -> ColumnElement[bool]:
    return and_(table.municipality_id == AgendaItem.municipality_id, column == other)
