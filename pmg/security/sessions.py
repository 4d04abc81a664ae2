"""Sessions on the server: only the digest of a token is kept, and the database itself judges it.

Row security asks for the session on every statement, so a session that ended, idled out or was
revoked gives no rows, whatever the application believes.
"""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, event, text, update
from sqlalchemy.orm import Session

from pmg.clock import now
from pmg.extensions import db
from pmg.security import access
from pmg.security.access import Reader
from pmg.security.encryption import Place, keystore, unseal
from pmg.security.identity import UserSession
from pmg.security.policy import Role

TOKEN_BYTES = 32
_CONTEXT = text("SELECT set_config('pmg.session', :digest, true)")
_OPEN = text("SELECT * FROM pmg_open_session(:digest, :idle)")


def digest_of(token: str) -> bytes:
    """Return what is kept of a token: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def start(
    *,
    municipality_id: str,
    user_id: UUID,
    device: str,
    idle: timedelta,
    lifetime: timedelta,
) -> str:
    """Begin a session after a full sign-in; return its token, which is nowhere kept."""
    token, moment = secrets.token_urlsafe(TOKEN_BYTES), now()
    db.session.add(
        UserSession(
            municipality_id=municipality_id,
            id=uuid4(),
            user_id=user_id,
            token_digest=digest_of(token),
            device=device,
            created_at=moment,
            seen_at=moment,
            idle_until=moment + idle,
            expires_at=moment + lifetime,
            second_factor_at=moment,
        )
    )
    return token


def find(token: str, *, idle: timedelta | None) -> Reader | None:
    """Return who holds this token, or None when the session is dead; extends the idle time.

    Without an idle time nothing is extended: a page asked by itself, and nobody did.

    One statement opens the session, sets the context of row security and reads the account.
    """
    digest = digest_of(token)
    row = db.session.execute(_OPEN, {"digest": digest, "idle": idle}).one_or_none()
    if row is None:
        return None
    place = Place(row.municipality_id, "user_account", "name_sealed", row.user_id)
    cipher = keystore().municipality(row.municipality_id)
    return Reader(
        user_id=row.user_id,
        municipality_id=row.municipality_id,
        municipality_name=row.municipality_name,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
        organisation_type=row.partner_code,
        roles=frozenset(Role(role) for role in row.roles),
        session_id=row.session_id,
        session_digest=digest,
        second_factor_at=row.second_factor_at,
        name=unseal(cipher, place, bytes(row.name_sealed)).decode(),
    )


def end(reader: Reader, session_id: UUID) -> None:
    """End one of the reader's own sessions: dead on the next request."""
    db.session.execute(
        update(UserSession)
        .where(
            UserSession.municipality_id == reader.municipality_id,
            UserSession.user_id == reader.user_id,
            UserSession.id == session_id,
        )
        .values(ended_at=now())
    )


def end_all(reader: Reader) -> None:
    """End every session of the reader, the present one as well."""
    db.session.execute(
        update(UserSession)
        .where(
            UserSession.municipality_id == reader.municipality_id,
            UserSession.user_id == reader.user_id,
            UserSession.ended_at.is_(None),
        )
        .values(ended_at=now())
        .execution_options(synchronize_session=False)
    )


def renew_second_factor(reader: Reader) -> None:
    """Note that the reader has just given a fresh code."""
    db.session.execute(
        update(UserSession)
        .where(
            UserSession.municipality_id == reader.municipality_id,
            UserSession.id == reader.session_id,
        )
        .values(second_factor_at=now())
    )


@event.listens_for(Session, "after_begin")
def _set_context(_session: Session, _transaction: object, connection: Connection) -> None:
    """Tell row security who is at work, for this transaction only: a pool would leak more."""
    work = access.current()
    if work is not None:
        connection.execute(_CONTEXT, {"digest": work.reader.session_digest.hex()})
