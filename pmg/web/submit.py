"""Idempotent submits: each form carries a key; a second submit leads to the same result."""

from datetime import datetime
from uuid import UUID, uuid4

from flask import Request
from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model, db
from pmg.security.access import Reader

FIELD = "submit_key"

# Every form that is sent pays for these, so they are written out.
_CLAIM = text(
    "INSERT INTO submission (municipality_id, user_id, key, location, created_at)"
    " VALUES (:m, :user, :key, '', :at) ON CONFLICT DO NOTHING RETURNING key"
)
_LED_TO = text(
    "SELECT location FROM submission WHERE municipality_id = :m AND user_id = :user AND key = :key"
)
_SETTLE = text(
    "UPDATE submission SET location = :location"
    " WHERE municipality_id = :m AND user_id = :user AND key = :key"
)


class Submission(Model):
    """A form that was sent, and where its sender was led."""

    __tablename__ = "submission"

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    location: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


def fresh_key() -> str:
    """Return the key for a form that is about to be shown."""
    return str(uuid4())


def key_of(request: Request) -> UUID | None:
    """Return the key that a submitted form carries; None for pages and for forms without."""
    if request.method != "POST":
        return None
    try:
        return UUID(request.form.get(FIELD, ""))
    except ValueError:
        return None


def claim(key: UUID, reader: Reader) -> str:
    """Claim a key for this transaction; return where an earlier submit led, or ''.

    A second submit under way waits here until the first has committed or failed.
    """
    given = {"m": reader.municipality_id, "user": reader.user_id, "key": key}
    if db.session.execute(_CLAIM, given | {"at": now()}).scalar() is not None:
        return ""
    earlier: str = db.session.execute(_LED_TO, given).scalar_one()
    return earlier


def is_used(written: str, reader: Reader) -> bool:
    """Tell whether a form with this key was sent before."""
    try:
        key = UUID(written)
    except ValueError:
        return False
    given = {"m": reader.municipality_id, "user": reader.user_id, "key": key}
    return db.session.execute(_LED_TO, given).first() is not None


def settle(key: UUID, reader: Reader, location: str) -> None:
    """Note where this submit led."""
    db.session.execute(
        _SETTLE,
        {"m": reader.municipality_id, "user": reader.user_id, "key": key, "location": location},
    )
