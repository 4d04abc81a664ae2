"""What the pages of a meeting show: the days, the agenda of the reader, and who is there."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from pmg.cases.models import Case
from pmg.cases.naming import names_of
from pmg.extensions import db
from pmg.meetings import holding
from pmg.meetings.item_models import AgendaItem, ItemInvitee, ItemMinutes, ItemRecord
from pmg.meetings.models import Meeting, MeetingPresence
from pmg.meetings.rules import ItemState, MeetingState
from pmg.meetings.shown import ItemLine, MeetingLine, Present
from pmg.security import access, audit
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action

_BACK, _AHEAD, _LATE = timedelta(days=28), timedelta(days=92), timedelta(minutes=5)


def meetings(*, today: date) -> list[MeetingLine]:
    """Return the meetings that the reader leads or has an item at, by day."""
    access.require(Action.MEETING_LIST, access.workplace())
    rows = _days(today - _BACK, today + _AHEAD)
    found = counts([row.id for row in rows])
    lines = [_line(row, found.get(row.id, Counter())) for row in rows]
    return [line for line in lines if line.leads or line.items or line.withdrawn]


def open_days(case: Case, *, today: date) -> list[Meeting]:
    """Return the days at which a case can be talked about, the next one first.

    Only where somebody who leads takes part in it: to nobody else would the item exist.
    """
    access.require(Action.MEETING_PROPOSE, case)
    seated = {one.user_id for one in holding.members_of(case)}
    return [
        row
        for row in _days(today, today + _AHEAD)
        if (
            row.state == MeetingState.PLANNED
            or (row.state == MeetingState.RUNNING and holding.leads(row))
        )
        and seated & {row.chair_id, row.deputy_id}
    ]


def leading(*, today: date) -> set[UUID]:
    """Return who leads a meeting to come."""
    access.require(Action.MEETING_LIST, access.workplace())
    return {
        row.chair_id
        for row in _days(today, today + _AHEAD)
        if row.state in {MeetingState.PLANNED, MeetingState.RUNNING}
    }


def agenda(meeting: Meeting, *, asked: bool = True) -> list[ItemLine]:
    """Return the items of a meeting that exist for the reader, under numbers of his own.

    With the question of each where that is `asked` for: opening it stands in the log of its case.
    """
    access.require(Action.MEETING_LIST, meeting)
    rows = list(
        db.session.scalars(
            select(AgendaItem)
            .where(
                AgendaItem.municipality_id == meeting.municipality_id,
                AgendaItem.meeting_id == meeting.id,
            )
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )
    youths = names_of({row.case_id for row in rows})
    fixed = _fixed(row.id for row in rows)
    shown = [row for row in rows if row.case_id in youths and access.may(Action.MEETING_SHOW, row)]
    on_agenda = [row for row in shown if ItemState(row.state).is_on_agenda]
    numbers = {row.id: number for number, row in enumerate(on_agenda, start=1)}
    lines = [
        _item_line(
            row, meeting, youths[row.case_id], numbers.get(row.id, 0), has_record=row.id in fixed
        )
        for row in shown
    ]
    if not asked:
        return lines
    return [
        replace(line, question=question_of(row)) for line, row in zip(lines, shown, strict=True)
    ]


def question_of(row: AgendaItem) -> str:
    """Open the question of an item, in the log of its own case: a meeting is about several."""
    with in_its_case(row):
        return row.question


@contextmanager
def in_its_case(row: AgendaItem) -> Iterator[None]:
    """Let what is opened of an item stand in the log of its case, whatever the page is about."""
    if access.work().case_id == row.case_id:
        yield
        return
    with audit.apart(row):
        access.require(Action.MEETING_SHOW, row)
        yield


def _item_line(
    row: AgendaItem, meeting: Meeting, who: str, number: int, *, has_record: bool
) -> ItemLine:
    access.require(Action.MEETING_SHOW, row)
    return ItemLine(
        id=row.id,
        number=number,
        case_id=row.case_id,
        who=who,
        question="",
        state=ItemState(row.state),
        planned_minutes=row.planned_minutes,
        spent_seconds=row.spent_seconds,
        is_current=meeting.current_item_id == row.id,
        is_mine=row.proposed_by == access.reader().user_id,
        has_record=has_record,
        version=row.version,
    )


def presence(meeting: Meeting) -> list[Present]:
    """Return who can be there and who is: of others only with whom the reader shares an item."""
    access.require(Action.MEETING_LIST, meeting)
    there = {
        row.user_id: row
        for row in db.session.scalars(
            select(MeetingPresence).where(
                MeetingPresence.municipality_id == meeting.municipality_id,
                MeetingPresence.meeting_id == meeting.id,
            )
        )
    }
    people = _people(set(there) | _invited(meeting))
    began = max(meeting.starts_at, meeting.opened_at or meeting.starts_at)
    found = []
    for user, organisation in people:
        row = there.get(user.id)
        found.append(
            Present(
                user_id=user.id,
                name=user.name,
                organisation=organisation,
                arrived_at=row.arrived_at if row else None,
                left_at=row.left_at if row else None,
                is_late=row is not None and row.arrived_at > began + _LATE,
            )
        )
    return sorted(found, key=lambda one: (one.organisation.casefold(), one.name.casefold()))


def tick(meeting: Meeting) -> int:
    """Return the number that counts on with every change in a meeting."""
    access.require(Action.MEETING_LIST, meeting)
    return meeting.tick


def to_come_back(*, today: date) -> list[tuple[AgendaItem, date]]:
    """Return the items that come back by a day, where no later item of the case exists yet."""
    access.require(Action.MEETING_LIST, access.workplace())
    later = aliased(AgendaItem)
    rows = db.session.execute(
        select(AgendaItem, ItemMinutes.review_on)
        .join(
            ItemMinutes,
            (ItemMinutes.municipality_id == AgendaItem.municipality_id)
            & (ItemMinutes.item_id == AgendaItem.id),
        )
        .where(
            AgendaItem.municipality_id == access.reader().municipality_id,
            ItemMinutes.review_on <= today,
            ~exists().where(
                later.municipality_id == AgendaItem.municipality_id,
                later.case_id == AgendaItem.case_id,
                later.created_at > AgendaItem.created_at,
                later.state != ItemState.WITHDRAWN.value,
            ),
        )
        .order_by(ItemMinutes.review_on, AgendaItem.id)
    )
    return [(item, on) for item, on in rows if on is not None]


def on_case(case_id: UUID) -> list[tuple[AgendaItem, Meeting, str | None]]:
    """Return the items of a case that exist for the reader with what was decided, newest first.

    One statement.
    """
    access.require(Action.MEETING_LIST, access.workplace())
    rows = db.session.execute(
        select(AgendaItem, Meeting, ItemMinutes.outcome)
        .join(
            Meeting,
            (Meeting.municipality_id == AgendaItem.municipality_id)
            & (Meeting.id == AgendaItem.meeting_id),
        )
        .outerjoin(
            ItemMinutes,
            (ItemMinutes.municipality_id == AgendaItem.municipality_id)
            & (ItemMinutes.item_id == AgendaItem.id),
        )
        .where(
            AgendaItem.municipality_id == access.reader().municipality_id,
            AgendaItem.case_id == case_id,
        )
        .order_by(Meeting.on_day.desc(), AgendaItem.id)
    )
    return [(item, meeting, outcome) for item, meeting, outcome in rows]


def of_case(case_id: UUID) -> list[tuple[AgendaItem, Meeting]]:
    """Return the items of a case that exist for the reader, newest first."""
    access.require(Action.MEETING_LIST, access.workplace())
    rows = db.session.execute(
        select(AgendaItem, Meeting)
        .join(
            Meeting,
            (Meeting.municipality_id == AgendaItem.municipality_id)
            & (Meeting.id == AgendaItem.meeting_id),
        )
        .where(
            AgendaItem.municipality_id == access.reader().municipality_id,
            AgendaItem.case_id == case_id,
        )
        .order_by(Meeting.on_day.desc(), AgendaItem.id)
    )
    return [(item, meeting) for item, meeting in rows]


def _days(first: date, last: date) -> list[Meeting]:
    return list(
        db.session.scalars(
            select(Meeting)
            .where(
                Meeting.municipality_id == access.reader().municipality_id,
                Meeting.on_day.between(first, last),
                Meeting.state != MeetingState.CANCELLED.value,
            )
            .order_by(Meeting.on_day, Meeting.clock, Meeting.id)
        )
    )


def counts(meeting_ids: list[UUID]) -> dict[UUID, Counter[str]]:
    """Return per meeting how many items of each state exist for the reader."""
    access.require(Action.MEETING_LIST, access.workplace())
    if not meeting_ids:
        return {}
    rows = db.session.execute(
        select(AgendaItem.meeting_id, AgendaItem.state, func.count())
        .where(
            AgendaItem.municipality_id == access.reader().municipality_id,
            AgendaItem.meeting_id.in_(meeting_ids),
        )
        .group_by(AgendaItem.meeting_id, AgendaItem.state)
    )
    found: dict[UUID, Counter[str]] = {}
    for meeting_id, state, count in rows:
        found.setdefault(meeting_id, Counter())[state] = count
    return found


def standing(counts: Counter[str]) -> int:
    """Return how many items of a meeting were neither declined nor withdrawn."""
    return sum(counts[state] for state in ItemState if not state.is_closed)


def _line(row: Meeting, counts: Counter[str]) -> MeetingLine:
    return MeetingLine(
        id=row.id,
        name=row.name,
        place=row.place,
        on_day=row.on_day,
        clock=row.clock,
        state=MeetingState(row.state),
        leads=holding.leads(row),
        items=standing(counts),
        proposals=counts[ItemState.PROPOSED],
        withdrawn=counts[ItemState.WITHDRAWN],
    )


def _fixed(item_ids: Iterable[UUID]) -> set[UUID]:
    return set(
        db.session.scalars(
            select(ItemRecord.item_id).where(
                ItemRecord.municipality_id == access.reader().municipality_id,
                ItemRecord.item_id.in_(list(item_ids)),
            )
        )
    )


def _invited(meeting: Meeting) -> set[UUID]:
    return set(
        db.session.scalars(
            select(ItemInvitee.user_id)
            .join(
                AgendaItem,
                (AgendaItem.municipality_id == ItemInvitee.municipality_id)
                & (AgendaItem.id == ItemInvitee.item_id),
            )
            .where(
                AgendaItem.municipality_id == meeting.municipality_id,
                AgendaItem.meeting_id == meeting.id,
                AgendaItem.state.in_([one.value for one in ItemState if one.is_on_agenda]),
            )
        )
    )


def _people(user_ids: set[UUID]) -> list[tuple[User, str]]:
    rows = db.session.execute(
        select(User, Organisation.name)
        .join(
            Organisation,
            (Organisation.municipality_id == User.municipality_id)
            & (Organisation.id == User.organisation_id),
        )
        .where(User.municipality_id == access.reader().municipality_id, User.id.in_(list(user_ids)))
    )
    return [(user, name) for user, name in rows]
