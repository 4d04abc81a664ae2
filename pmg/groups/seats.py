"""Who takes part in a group approach: the reader's own seat, and seats given and ended."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import load_only

from pmg.cases.members import Colleague, colleagues
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.groups import rules
from pmg.groups.models import FUNCTIONS, GroupApproach, GroupObservation, GroupSeat
from pmg.security import access, audit, telling
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action, Role
from pmg.security.telling import Kind


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody who takes part now."""

    seat_id: UUID
    user_id: UUID
    name: str
    organisation: str
    function: Role


def own_function(group_id: UUID) -> Role | None:
    """Return in which function the reader takes part now; None when he does not."""
    reader = access.reader()
    found = db.session.scalar(
        select(GroupSeat.function).where(
            GroupSeat.municipality_id == reader.municipality_id,
            GroupSeat.group_id == group_id,
            GroupSeat.user_id == reader.user_id,
            GroupSeat.is_current(),
        )
    )
    return Role(found) if found else None


access.group_seats_come_from(own_function)


def seated(group: GroupApproach) -> list[Seated]:
    """Return who takes part now, by name."""
    access.require(Action.GROUP_SHOW, group)
    rows = db.session.execute(
        select(GroupSeat.id, GroupSeat.function, User, Organisation.name)
        .join(
            User,
            (User.municipality_id == GroupSeat.municipality_id) & (User.id == GroupSeat.user_id),
        )
        .join(
            Organisation,
            (Organisation.municipality_id == User.municipality_id)
            & (Organisation.id == User.organisation_id),
        )
        .options(load_only(User.name_sealed, User.organisation_id))
        .where(
            GroupSeat.municipality_id == group.municipality_id,
            GroupSeat.group_id == group.id,
            GroupSeat.is_current(),
        )
    )
    found = [Seated(id_, user.id, user.name, at, Role(role)) for id_, role, user, at in rows]
    return sorted(found, key=lambda one: one.name.casefold())


def may_remove(observation: GroupObservation) -> bool:
    """Tell whether the reader may take this away: who wrote it, and who leads."""
    wrote_it = observation.by_id == access.reader().user_id
    return wrote_it or access.may(Action.GROUP_LEAD, observation)


def can_join(group: GroupApproach) -> list[tuple[Colleague, Role]]:
    """Return who has a role here and does not take part yet, by name, with that role."""
    access.require(Action.GROUP_LEAD, group)
    present = {one.user_id for one in seated(group)}
    found = {who.id: (who, role) for role in reversed(FUNCTIONS) for who in colleagues(role)}
    left = [pair for id_, pair in found.items() if id_ not in present]
    return sorted(left, key=lambda pair: pair[0].name.casefold())


def take_first(group: GroupApproach) -> None:
    """Give the reader the first seat of a new group approach, from which he leads it."""
    access.require(Action.GROUP_START, access.workplace())
    _sit(group, access.reader().user_id, Role.PROCESS_DIRECTOR)


def give_seat(group: GroupApproach, user_id: UUID) -> None:
    """Let a colleague take part from now on. Raises NotPermitted, or Invalid when he cannot."""
    access.require(Action.GROUP_LEAD, group)
    rules.check_open(group.closed_on)
    role = next((role for who, role in can_join(group) if who.id == user_id), None)
    if role is None:
        raise Invalid("user", "Kies iemand uit de lijst.")
    seat = _sit(group, user_id, role)
    telling.tell(Kind.GROUP_SEATED, group, [user_id], item_id=group.id)
    audit.wrote(Action.GROUP_LEAD, seat, seat.id)


def end_seat(seat: GroupSeat) -> None:
    """End a seat at once. Raises NotPermitted, or Invalid for the last who leads it."""
    access.require(Action.GROUP_LEAD, seat)
    others = select(func.count()).where(
        GroupSeat.municipality_id == seat.municipality_id,
        GroupSeat.group_id == seat.group_id,
        GroupSeat.function == Role.PROCESS_DIRECTOR,
        GroupSeat.id != seat.id,
        GroupSeat.is_current(),
    )
    if seat.function == Role.PROCESS_DIRECTOR and not db.session.scalar(others):
        raise Invalid("user", "Iemand moet de regie houden. Geef eerst een ander de regie.")
    db.session.execute(
        update(GroupSeat)
        .where(
            GroupSeat.municipality_id == seat.municipality_id,
            GroupSeat.id == seat.id,
            GroupSeat.valid_until.is_(None),
        )
        .values(valid_until=func.now()),
        execution_options={"synchronize_session": False},
    )
    audit.wrote(Action.GROUP_LEAD, seat, seat.id)


def _sit(group: GroupApproach, user_id: UUID, function: Role) -> GroupSeat:
    seat = GroupSeat(
        municipality_id=group.municipality_id,
        id=uuid4(),
        group_id=group.id,
        user_id=user_id,
        function=function,
        granted_by=access.reader().user_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(seat)
    except IntegrityError as fault:
        raise Invalid("user", "Deze collega neemt al deel.") from fault
    access.forget()
    return seat
