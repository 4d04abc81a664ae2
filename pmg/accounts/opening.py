"""Opening accounts as the owner of the tables: for who installs the product, not for its pages.

No role of the application may write accounts or roles, so this needs the owner's database address.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from pmg.accounts.services import login_digest
from pmg.errors import Invalid
from pmg.reference.partners import PARTNERS
from pmg.security import passwords, second_factor
from pmg.security.identity import MINISTRY, Municipality, Organisation, RoleGrant, User
from pmg.security.policy import Role

_PASSWORD_BYTES = 18
# Whoever opens the first account of a municipality has no account himself.
_FOUNDERS = tuple(uuid5(UUID(int=0), name) for name in ("installer", "second installer"))


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Someone who is to get an account, and the two colleagues who stand for it."""

    municipality_id: str
    login: str
    name: str
    partner_code: str
    organisation: str
    role: Role
    granted_by: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What the person needs to sign in; shown once and kept nowhere."""

    password: str
    totp_secret: str


def open_account(owner_url: str, new: NewAccount) -> Opened:
    """Open an account with one role; return its password and one-time-code secret.

    Raises Invalid when the municipality, the kind of partner or a colleague is not known, the
    login is taken, or, once the municipality has accounts, not two colleagues stand for it.
    """
    engine = create_engine(owner_url)
    try:
        with Session(engine) as session:
            opened = _open(session, new)
            session.commit()
    finally:
        engine.dispose()
    return opened


def _open(session: Session, new: NewAccount) -> Opened:
    _check(session, new)
    granted_by, approved_by = _colleagues(session, new)
    opened = Opened(secrets.token_urlsafe(_PASSWORD_BYTES), second_factor.new_secret())
    organisation = _organisation(session, new)
    user = User(
        municipality_id=new.municipality_id,
        id=uuid4(),
        organisation_id=organisation.id,
        login_digest=login_digest(new.login),
        password_hash=passwords.make(opened.password),
        name=new.name,
        login=new.login,
        totp_secret=opened.totp_secret,
    )
    session.add(user)
    session.flush()
    session.add(
        RoleGrant(
            municipality_id=new.municipality_id,
            user_id=user.id,
            role=new.role,
            granted_by=granted_by,
            approved_by=approved_by,
        )
    )
    return opened


def _check(session: Session, new: NewAccount) -> None:
    if session.get(Municipality, new.municipality_id) is None:
        raise Invalid("municipality", "Deze gemeente doet niet mee. Gebruik een code als GM0363.")
    if new.partner_code not in PARTNERS and new.municipality_id != MINISTRY:
        raise Invalid("partner", "Dit soort partner bestaat niet. Kijk in partners.csv.")
    if _find(session, new.login) is not None:
        raise Invalid("login", "Er is al een account met dit e-mailadres.")


def _find(session: Session, login: str) -> User | None:
    return session.scalars(
        select(User).where(User.login_digest == login_digest(login))
    ).one_or_none()


def _colleagues(session: Session, new: NewAccount) -> tuple[UUID, UUID]:
    """Return who stand for the account: two founders for the first one, then two colleagues."""
    mine = User.municipality_id == new.municipality_id
    if session.scalars(select(User.id).where(mine).limit(1)).one_or_none() is None:
        return _FOUNDERS[0], _FOUNDERS[1]
    found = [_find(session, login) for login in (new.granted_by, new.approved_by) if login]
    ids = {user.id for user in found if user and user.municipality_id == new.municipality_id}
    if len(ids) != len(_FOUNDERS):
        raise Invalid(
            "granted_by",
            "Noem twee collega's met een account in deze gemeente:"
            " wie de rol geeft en wie dat goedkeurt.",
        )
    first, second = (user.id for user in found if user)
    return first, second


def _organisation(session: Session, new: NewAccount) -> Organisation:
    known = session.scalars(
        select(Organisation).where(
            Organisation.municipality_id == new.municipality_id,
            Organisation.partner_code == new.partner_code,
            Organisation.name == new.organisation,
        )
    ).one_or_none()
    if known is None:
        known = Organisation(
            municipality_id=new.municipality_id,
            id=uuid4(),
            partner_code=new.partner_code,
            name=new.organisation,
        )
        session.add(known)
        session.flush()
    return known
