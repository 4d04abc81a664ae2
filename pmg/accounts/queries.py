"""What the pages of accounts show."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pmg.clock import now
from pmg.extensions import db
from pmg.security import access
from pmg.security.identity import Organisation, RoleGrant, User, UserSession
from pmg.security.policy import Action, Role


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A device on which the reader is signed in."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    present: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A person with an account, as the administrator sees him: no content of any case."""

    id: UUID
    name: str
    organisation: str
    roles: tuple[Role, ...]
    active: bool


def open_sessions() -> list[OpenSession]:
    """Return the reader's own sessions that are alive, newest first."""
    reader, moment = access.reader(), now()
    rows = db.session.execute(
        select(UserSession.id, UserSession.device, UserSession.created_at, UserSession.seen_at)
        .where(
            UserSession.municipality_id == reader.municipality_id,
            UserSession.user_id == reader.user_id,
            UserSession.ended_at.is_(None),
            UserSession.idle_until > moment,
            UserSession.expires_at > moment,
        )
        .order_by(UserSession.created_at.desc())
    )
    return [OpenSession(*row, present=row.id == reader.session_id) for row in rows]


def accounts() -> list[Account]:
    """Return the accounts of the municipality by organisation and name."""
    access.require(Action.ACCOUNT_LIST, access.workplace())
    reader, moment = access.reader(), now()
    roles: dict[UUID, set[Role]] = {}
    for grant in db.session.scalars(
        select(RoleGrant).where(RoleGrant.municipality_id == reader.municipality_id)
    ):
        if grant.valid_from <= moment and (grant.valid_until is None or grant.valid_until > moment):
            roles.setdefault(grant.user_id, set()).add(Role(grant.role))
    rows = db.session.execute(
        select(User, Organisation.name)
        .join(
            Organisation,
            (Organisation.municipality_id == User.municipality_id)
            & (Organisation.id == User.organisation_id),
        )
        .where(User.municipality_id == reader.municipality_id)
    )
    found = [
        Account(user.id, user.name, name, tuple(sorted(roles.get(user.id, ()))), user.active)
        for user, name in rows
    ]
    return sorted(found, key=lambda account: (account.organisation, account.name))


def names(user_ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of colleagues, for pages that say who did something; one statement."""
    if not user_ids:
        return {}
    municipality_id = access.reader().municipality_id
    rows = db.session.scalars(
        select(User).where(User.municipality_id == municipality_id, User.id.in_(user_ids))
    )
    return {user.id: user.name for user in rows}
