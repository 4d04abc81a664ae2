"""What the verbs of meetings share: who leads, the locks in their order, and what is fixed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from pmg.cases.models import Case
from pmg.errors import Conflict, Gone, Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings.item_models import AgendaItem, ItemConflict, ItemInvitee, ItemRecord
from pmg.meetings.models import Meeting
from pmg.meetings.rules import ItemState, MeetingState
from pmg.security import access
from pmg.security.identity import CaseMember, Organisation, User
from pmg.security.policy import Action, Role
from pmg.texts import to_translate

OVER = to_translate("Deze zaak is afgesloten. Er komt niets meer bij dit onderwerp.")
WITHDRAWN = to_translate(
    "Dit onderwerp is ingetrokken door wie het voorstelde. Er komt niets meer bij."
)
FIXED = to_translate("Het verslag van dit onderwerp staat vast. U kunt het alleen lezen.")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who takes part in a case now, and so can be needed at an item of it."""

    user_id: UUID
    name: str
    organisation_id: UUID
    organisation: str
    function: Role


def case_of(row: Any) -> Case:
    """Return the case that a row belongs to."""
    return db.session.get_one(Case, (row.municipality_id, row.access_case_id))


def item_of(row: Any) -> AgendaItem:
    """Return the item that a row belongs to; raise Gone when it is closed to the reader."""
    item = db.session.get(AgendaItem, (row.municipality_id, row.item_id))
    if item is None:
        raise Gone("the item is closed to the reader")
    return item


def meeting_of(item: AgendaItem) -> Meeting:
    """Return the meeting at which an item is discussed."""
    return db.session.get_one(Meeting, (item.municipality_id, item.meeting_id))


def leads(meeting: Meeting) -> bool:
    """Tell whether the reader leads this meeting, or does so when the chair cannot."""
    return access.reader().user_id in {meeting.chair_id, meeting.deputy_id}


def require_lead(meeting: Meeting) -> None:
    """Raise NotPermitted unless the reader leads this meeting."""
    if not leads(meeting):
        raise NotPermitted("not_chair")


def lock_meeting(meeting: Meeting) -> None:
    """Read a meeting as it is now, and let nobody who leads change it meanwhile."""
    db.session.refresh(meeting, with_for_update={"key_share": True})


def lock(item: AgendaItem) -> None:
    """Lock as `lock_as_it_is` does; raise Invalid too when the case is over, or it is withdrawn."""
    lock_as_it_is(item)
    check_open(item)
    check_stands(item)


def check_stands(item: AgendaItem) -> None:
    """Raise Invalid when an item was withdrawn: nobody is asked anything for it any more."""
    if item.state == ItemState.WITHDRAWN:
        raise Invalid("item", WITHDRAWN)


def check_open(item: AgendaItem) -> None:
    """Raise Invalid when the case of an item is over: nothing is added to it any more."""
    if case_of(item).closed_on is not None:
        raise Invalid("item", OVER)


def lock_as_it_is(item: AgendaItem) -> None:
    """Lock the case, then the meeting for who leads it, and read the item as it is now.

    Whoever changes a case and what is under it takes the case first: else two wait for each other.
    Raises Invalid when its record is fixed.
    """
    db.session.refresh(case_of(item), with_for_update=True)
    meeting = meeting_of(item)
    if leads(meeting):
        lock_meeting(meeting)
    db.session.refresh(item)
    if is_fixed(item):
        raise Invalid("item", FIXED)


def is_fixed(item: AgendaItem) -> bool:
    """Tell whether the record of an item was approved."""
    return (
        db.session.scalar(
            select(ItemRecord.id).where(
                ItemRecord.municipality_id == item.municipality_id, ItemRecord.item_id == item.id
            )
        )
        is not None
    )


def meet(row: Any, version: int, *, mine: dict[str, str], theirs: dict[str, str]) -> None:
    """Raise Conflict with both texts when a row is no longer what the reader saw; 0 is none yet."""
    if (row.version if row is not None else 0) != version:
        raise Conflict(theirs=theirs, mine=mine)


def under(item: AgendaItem) -> dict[str, Any]:
    """Return what every row of an item begins with."""
    return {
        "municipality_id": item.municipality_id,
        "id": uuid4(),
        "case_id": item.case_id,
        "youth_id": item.youth_id,
        "item_id": item.id,
    }


def one_of(table: Any, item: AgendaItem, **where: Any) -> Any:
    """Return the one row of this table under an item, as it is now; None when there is none."""
    statement = select(table).where(
        table.municipality_id == item.municipality_id, table.item_id == item.id
    )
    for name, value in where.items():
        statement = statement.where(getattr(table, name) == value)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def all_of(table: Any, item: AgendaItem, *order: Any) -> list[Any]:
    """Return the rows of this table under an item that the reader may see."""
    return list(
        db.session.scalars(
            select(table)
            .where(table.municipality_id == item.municipality_id, table.item_id == item.id)
            .order_by(*order)
        )
    )


def members_of(case: Case) -> list[Member]:
    """Return who takes part in a case now, by organisation and name. One statement."""
    rows = db.session.execute(
        select(User, Organisation.name, CaseMember.function)
        .join(
            CaseMember,
            (CaseMember.municipality_id == User.municipality_id) & (CaseMember.user_id == User.id),
        )
        .join(
            Organisation,
            (Organisation.municipality_id == User.municipality_id)
            & (Organisation.id == User.organisation_id),
        )
        .where(
            CaseMember.municipality_id == case.municipality_id,
            CaseMember.case_id == case.id,
            CaseMember.is_current(),
            User.active,
        )
    )
    found = [
        Member(user.id, user.name, user.organisation_id, name, Role(function))
        for user, name, function in rows
    ]
    return sorted(found, key=lambda one: (one.organisation.casefold(), one.name.casefold()))


def invitees_of(item: AgendaItem) -> list[ItemInvitee]:
    """Return who is invited at an item."""
    return all_of(ItemInvitee, item, ItemInvitee.id)


def conflicted(item: AgendaItem) -> set[UUID]:
    """Return who declared an interest in the case, at any item that the reader leads."""
    rows = db.session.scalars(
        select(ItemConflict.user_id).where(
            ItemConflict.municipality_id == item.municipality_id,
            ItemConflict.case_id == item.case_id,
        )
    )
    return set(rows)


def check_running(meeting: Meeting) -> None:
    """Raise Invalid unless a meeting is under way."""
    if meeting.state != MeetingState.RUNNING:
        raise Invalid("meeting", "Dit overleg is nu niet bezig.")


def item_with(meeting: Meeting, item_id: UUID) -> AgendaItem:
    """Return an item of this meeting; raise Gone when it is closed to the reader."""
    item = db.session.get(AgendaItem, (meeting.municipality_id, item_id))
    if item is None or item.meeting_id != meeting.id:
        raise Gone("the item is closed to the reader")
    return item


def move_unheld(series_id: UUID) -> None:
    """Let what was not held in days that are over, and that the reader leads, go to the next day.

    Also items that are closed to him: the database moves them and tells whom it concerns.
    """
    access.require(Action.MEETING_PREPARE, access.workplace())
    db.session.flush()
    db.session.execute(select(func.pmg_move_unheld(series_id)))
    db.session.expire_all()


def item_of_case(case: Case, item_id: UUID) -> AgendaItem | None:
    """Return an item of this case; None when it does not exist for the reader."""
    item = db.session.get(AgendaItem, (case.municipality_id, item_id))
    return item if item is not None and item.case_id == case.id else None


def next_day(meeting: Meeting) -> Meeting | None:
    """Return the next day of the series that is still to come; None when none is planned."""
    return db.session.scalars(
        select(Meeting)
        .where(
            Meeting.municipality_id == meeting.municipality_id,
            Meeting.series_id == meeting.series_id,
            Meeting.on_day > meeting.on_day,
            Meeting.state == MeetingState.PLANNED.value,
        )
        .order_by(Meeting.on_day)
        .limit(1)
    ).one_or_none()
