"""Idempotent submits: each form carries a key; a second submit leads to the same result."""

from datetime import datetime
from uuid import UUID, uuid4

from flask import Request
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model, db
from pmg.security.access import Reader

FIELD = "submit_key"


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
    claimed = db.session.execute(
        insert(Submission)
        .values(municipality_id=reader.municipality_id, user_id=reader.user_id, key=key)
        .on_conflict_do_nothing()
        .returning(Submission.key)
    ).scalar()
    if claimed is not None:
        return ""
    return db.session.execute(
        select(Submission.location).where(
            Submission.municipality_id == reader.municipality_id,
            Submission.user_id == reader.user_id,
            Submission.key == key,
        )
    ).scalar_one()


def is_used(written: str, reader: Reader) -> bool:
    """Tell whether a form with this key was sent before."""
    try:
        key = UUID(written)
    except ValueError:
        return False
    found = select(Submission.key).where(
        Submission.municipality_id == reader.municipality_id,
        Submission.user_id == reader.user_id,
        Submission.key == key,
    )
    return db.session.execute(found).first() is not None


def settle(key: UUID, reader: Reader, location: str) -> None:
    """Note where this submit led."""
    db.session.execute(
        update(Submission)
        .where(
            Submission.municipality_id == reader.municipality_id,
            Submission.user_id == reader.user_id,
            Submission.key == key,
        )
        .values(location=location)
    )
