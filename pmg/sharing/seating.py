"""Verbs of taking part: somebody is asked to take part in a case until a day, and let go again."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from pmg.cases import members
from pmg.cases.models import Case
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.security import access, audit, telling
from pmg.security.identity import CaseMember
from pmg.security.policy import Action, Role
from pmg.security.telling import Kind
from pmg.sharing import rules, services

LONGEST = timedelta(days=366)


def candidates(case: Case, function: Role = Role.PARTNER) -> list[tuple[UUID, str]]:
    """Return the partners, or others of a function, who do not take part now, by name."""
    there = set(members.of(case))
    return [
        (one.id, f"{one.name} ({one.organisation})")
        for one in members.colleagues(function)
        if one.id not in there
    ]


def guests(case: Case) -> list[tuple[UUID, str]]:
    """Return who can be let go, by name: the partners, and the chairs who were let in."""
    there = set(db.session.scalars(select(CaseMember.user_id).where(_is_guest(case))))
    return [
        (one.id, f"{one.name} ({one.organisation})")
        for function in (Role.PARTNER, Role.PROCESS_DIRECTOR)
        for one in members.colleagues(function)
        if one.id in there
    ]


def seat(
    case: Case,
    user_id: UUID | None,
    until: date,
    *,
    today: date,
    function: Role = Role.PARTNER,
) -> None:
    """Let a partner, or somebody of another function, take part until a day; he is told.

    Raises NotPermitted, or Invalid when the case is over, he cannot be chosen, or the day is not
    within a year from now.
    """
    access.require(Action.CASE_INVITE, case)
    if not services.takes_sharing(case, today=today):
        raise Invalid("person", "Deze zaak is voorbij. Er kan niemand meer bij.")
    if user_id not in dict(candidates(case, function)):
        raise Invalid("person", "Kies iemand uit de lijst.")
    if not today <= until <= today + LONGEST:
        raise Invalid("until", "Kies een dag die nog komt, hoogstens een jaar vooruit.")
    db.session.add(
        CaseMember(
            municipality_id=case.municipality_id,
            case_id=case.id,
            youth_id=case.youth_id,
            user_id=user_id,
            function=function,
            purpose=case.purpose,
            valid_until=rules.midnight_after(until),
            granted_by=access.reader().user_id,
        )
    )
    db.session.flush()
    telling.tell(Kind.SEATED, case, [user_id])
    audit.wrote(Action.CASE_INVITE, case, case.id)


def let_go(case: Case, user_id: UUID | None) -> None:
    """Let a guest take part no longer: at his next request the case is gone to him.

    Raises NotPermitted, or Invalid when he does not take part as one.
    """
    access.require(Action.CASE_INVITE, case)
    ended = db.session.scalars(
        update(CaseMember)
        .where(
            CaseMember.municipality_id == case.municipality_id,
            CaseMember.user_id == user_id,
            CaseMember.id.in_(select(CaseMember.id).where(_is_guest(case))),
        )
        .values(valid_until=func.now())
        .returning(CaseMember.id),
        execution_options={"synchronize_session": False},
    ).all()
    if not ended:
        raise Invalid("person", "Kies iemand uit de lijst.")
    audit.wrote(Action.CASE_INVITE, case, case.id)


def _is_guest(case: Case) -> ColumnElement[bool]:
    """Tell of a seat whether it was given to a guest and counts now.

    A process director without a last day is no guest: he entered the case, or triages it.
    """
    return and_(
        CaseMember.municipality_id == case.municipality_id,
        CaseMember.case_id == case.id,
        CaseMember.is_current(),
        or_(
            CaseMember.function == Role.PARTNER,
            and_(CaseMember.function == Role.PROCESS_DIRECTOR, CaseMember.valid_until.is_not(None)),
        ),
    )
