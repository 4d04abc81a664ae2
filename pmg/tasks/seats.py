"""Who can have a task: who takes part in the case now, in a role that he still has."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import load_only

from pmg.cases.models import Case
from pmg.extensions import db
from pmg.security.identity import CaseMember, Organisation, RoleGrant, User
from pmg.security.policy import Role


@dataclass(frozen=True, slots=True)
class Seat:
    """Someone who takes part in a case now."""

    user_id: UUID
    name: str
    organisation: str
    function: Role


def is_taken(case_id: Any, user_id: Any) -> ColumnElement[bool]:
    """Tell, in the words of the database, whether this person takes part in this case now."""
    return exists(
        select(CaseMember.id)
        .join(User, _same(User, CaseMember) & (User.id == CaseMember.user_id))
        .where(
            CaseMember.municipality_id == case_id.class_.municipality_id,
            CaseMember.case_id == case_id,
            CaseMember.user_id == user_id,
            _counts(),
        )
        .correlate(case_id.class_)
    )


def seats(case: Case) -> list[Seat]:
    """Return who takes part in a case now, by name. One statement."""
    rows = db.session.execute(
        select(User, Organisation.name, CaseMember.function)
        .join(CaseMember, _same(CaseMember, User) & (CaseMember.user_id == User.id))
        .join(Organisation, _same(Organisation, User) & (Organisation.id == User.organisation_id))
        .options(load_only(User.name_sealed))
        .where(
            CaseMember.municipality_id == case.municipality_id,
            CaseMember.case_id == case.id,
            _counts(),
        )
    )
    found = [Seat(user.id, user.name, name, Role(function)) for user, name, function in rows]
    return sorted(found, key=lambda seat: seat.name.casefold())


def _same(one: Any, other: Any) -> ColumnElement[bool]:
    return and_(one.municipality_id == other.municipality_id)


def _counts() -> ColumnElement[bool]:
    """Tell whether a seat counts: it has not ended, its holder has the role, his account is open.

    So it is said by pmg_my_cases() too.
    """
    moment = func.now()
    held = exists(
        select(RoleGrant.id)
        .where(
            RoleGrant.municipality_id == CaseMember.municipality_id,
            RoleGrant.user_id == CaseMember.user_id,
            RoleGrant.role == CaseMember.function,
            RoleGrant.valid_from <= moment,
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > moment),
        )
        .correlate(CaseMember)
    )
    return CaseMember.is_current() & User.active & held
