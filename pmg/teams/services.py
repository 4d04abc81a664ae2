"""What is done with who carries a case: hand over, read what not to forget, divide work."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import exists, func, select, text, update

from pmg.cases import members
from pmg.cases.models import Case
from pmg.clock import AMSTERDAM, now
from pmg.entry import check_text
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.security import access, audit, telling
from pmg.security.identity import CaseMember
from pmg.security.policy import Action, Role
from pmg.security.telling import Kind
from pmg.teams.models import Handover
from pmg.teams.rules import Reason, check_last_day


@dataclass(frozen=True, slots=True)
class Gift:
    """To whom a case goes, until which day the giver stays, and what must not be forgotten."""

    to_id: UUID
    last_day: date
    note: str


@dataclass(frozen=True, slots=True)
class Move:
    """Which seat a team manager gives to whom, until which day, and why."""

    case_id: UUID
    from_id: UUID
    to_id: UUID
    last_day: date
    reason: Reason


def hand_over(case: Case, gift: Gift, *, today: date) -> Handover:
    """Give one's seat to a colleague with the same role; both take part until the last day.

    Raises NotPermitted, or Invalid when the case is closed, was handed over already, the colleague
    does not have the role, the day cannot be, or nothing is said that must not be forgotten.
    """
    access.require(Action.CASE_HAND_OVER, case)
    reader = access.reader()
    function = _function(case)
    _check(case, gift, function, today=today)
    note = check_text("note", gift.note)
    if not note:
        raise Invalid("note", "Schrijf wat uw collega niet mag vergeten.")
    row = Handover(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        from_id=reader.user_id,
        to_id=gift.to_id,
        function=function,
        last_day=gift.last_day,
    )
    row.note = note
    members.seat(case, gift.to_id, function)
    if function is Role.CASE_DIRECTOR:
        case.director_id = gift.to_id
    case.updated_at = now()
    db.session.add(row)
    db.session.flush()
    _end_own_seat(case, gift.last_day)
    telling.tell(Kind.HANDED_OVER, case, [gift.to_id], item_id=row.id)
    audit.wrote(Action.CASE_HAND_OVER, row, row.id)
    return row


def acknowledge(handover: Handover) -> None:
    """Say that one has read what must not be forgotten; who handed over hears of it.

    Raises NotPermitted for anyone but who takes over. Twice is once.
    """
    access.require(Action.CASE_SHOW, handover)
    if handover.to_id != access.reader().user_id:
        raise NotPermitted("not_taker")
    if handover.read_at is not None:
        return
    handover.read_at = now()
    db.session.flush()
    telling.tell(Kind.TAKEN_OVER, handover, [handover.from_id])
    audit.wrote(Action.CASE_SHOW, handover, handover.id)


def allocate(move: Move, *, today: date) -> None:
    """Give the seat of one youth worker to another of the same team, as their manager.

    The database does it, for a manager takes part in no case. Raises NotPermitted, or Invalid when
    the day cannot be or the seat or the colleague is not (or no longer) of his team.
    """
    desk = access.workplace()
    access.require(Action.TEAM_ALLOCATE, desk)
    check_last_day(move.last_day, today)
    made = db.session.scalar(
        text("SELECT pmg_allocate(:case, :giver, :taker, :day, :why)"),
        {
            "case": move.case_id,
            "giver": move.from_id,
            "taker": move.to_id,
            "day": move.last_day,
            "why": move.reason.value,
        },
    )
    if made is None:
        raise Invalid(
            "to_id", "Dit kan niet meer: de zaak of de collega hoort nu niet bij uw team."
        )
    access.work().case_id = move.case_id
    audit.wrote(Action.TEAM_ALLOCATE, desk, made)


def _function(case: Case) -> Role:
    """Return in which function the reader hands over: that of his seat on this case."""
    found = db.session.scalar(
        select(CaseMember.function).where(
            CaseMember.municipality_id == case.municipality_id,
            CaseMember.case_id == case.id,
            CaseMember.user_id == access.reader().user_id,
            CaseMember.valid_until.is_(None),
            CaseMember.is_current(),
        )
    )
    if found is None:
        raise Invalid("", "U hebt deze zaak al overgedragen.")
    return Role(found)


def _check(case: Case, gift: Gift, function: Role, *, today: date) -> None:
    if case.closed_on is not None:
        raise Invalid("", "Deze zaak is afgesloten. Er is niets over te dragen.")
    check_last_day(gift.last_day, today)
    able = {who.id for who in members.colleagues(function)} - {access.reader().user_id}
    if gift.to_id not in able:
        raise Invalid("to_id", "Kies een collega uit de lijst.")
    if db.session.scalar(
        select(
            exists().where(
                CaseMember.municipality_id == case.municipality_id,
                CaseMember.case_id == case.id,
                CaseMember.user_id == gift.to_id,
                CaseMember.function != function,
                CaseMember.is_current(),
            )
        )
    ):
        raise Invalid("to_id", "Deze collega doet al mee in een andere functie.")


def _end_own_seat(case: Case, last_day: date) -> None:
    end = datetime.combine(last_day + timedelta(days=1), time(), AMSTERDAM)
    db.session.execute(
        update(CaseMember)
        .where(
            CaseMember.municipality_id == case.municipality_id,
            CaseMember.case_id == case.id,
            CaseMember.user_id == access.reader().user_id,
            CaseMember.valid_until.is_(None),
        )
        .values(valid_until=func.greatest(end, func.now())),
        execution_options={"synchronize_session": False},
    )
