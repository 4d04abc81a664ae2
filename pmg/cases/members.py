"""Who takes part in a case: seats given and ended, and who in the municipality may get one."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import load_only

from pmg.cases.models import Case
from pmg.extensions import db
from pmg.reference.partners import PARTNERS
from pmg.security import access
from pmg.security.identity import CaseMember, Organisation, RoleGrant, User
from pmg.security.policy import Role


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone with an account in the municipality."""

    id: UUID
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation of the municipality, that can carry out work for a youth."""

    id: UUID
    name: str
    kind: str


def organisations() -> list[Partner]:
    """Return the organisations of the municipality, by name."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, Organisation.partner_code).where(
            Organisation.municipality_id == access.reader().municipality_id
        )
    )
    found = [Partner(id_, name, PARTNERS[code].name) for id_, name, code in rows]
    return sorted(found, key=lambda partner: partner.name.casefold())


def colleagues(role: Role) -> list[Colleague]:
    """Return who has this role in the municipality now, by name."""
    moment, municipality_id = func.now(), access.reader().municipality_id
    rows = db.session.execute(
        select(User, Organisation.name)
        .join(
            RoleGrant,
            (RoleGrant.municipality_id == User.municipality_id) & (RoleGrant.user_id == User.id),
        )
        .join(
            Organisation,
            (Organisation.municipality_id == User.municipality_id)
            & (Organisation.id == User.organisation_id),
        )
        .where(
            User.municipality_id == municipality_id,
            User.active,
            RoleGrant.role == role,
            RoleGrant.valid_from <= moment,
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > moment),
        )
        .options(load_only(User.organisation_id, User.name_sealed))
        .distinct()
    )
    found = [Colleague(user.id, user.name, organisation) for user, organisation in rows]
    return sorted(found, key=lambda colleague: colleague.name.casefold())


def seat(case: Case, user_id: UUID, function: Role) -> None:
    """Let someone take part in this function from now on; a present seat is kept or changed.

    Who was let in until a day and is chosen now, takes part without a last day.
    """
    present = db.session.scalars(
        select(CaseMember).where(
            CaseMember.municipality_id == case.municipality_id,
            CaseMember.case_id == case.id,
            CaseMember.user_id == user_id,
            CaseMember.is_current(),
        )
    ).first()
    if present is not None:
        present.function, present.valid_until = function, None
        return
    db.session.add(
        CaseMember(
            municipality_id=case.municipality_id,
            case_id=case.id,
            youth_id=case.youth_id,
            user_id=user_id,
            function=function,
            purpose=case.purpose,
            granted_by=access.reader().user_id,
        )
    )


def end_seats(case: Case, function: Role, *, but: Iterable[UUID]) -> None:
    """End every seat in this function at once, except those of these people."""
    db.session.execute(
        update(CaseMember)
        .where(
            CaseMember.municipality_id == case.municipality_id,
            CaseMember.case_id == case.id,
            CaseMember.function == function,
            CaseMember.is_current(),
            CaseMember.user_id.not_in(list(but)),
        )
        .values(valid_until=func.now()),
        execution_options={"synchronize_session": False},
    )


def of(case: Case, function: Role | None = None) -> list[UUID]:
    """Return who takes part in a case now, or only who does so in this function."""
    wanted = select(CaseMember.user_id).where(
        CaseMember.municipality_id == case.municipality_id,
        CaseMember.case_id == case.id,
        CaseMember.is_current(),
    )
    if function is not None:
        wanted = wanted.where(CaseMember.function == function)
    return list(db.session.scalars(wanted))
