"""What somebody was typing, kept sealed for a week, for the same person on the same item only.

The id of a draft is made from who types, which form and which item. The seal is bound to that id,
so a draft in the hands of another, or of another case, does not open, whatever the rows say.
Of a case it lies under the key of the youth, and goes when that goes; else under that of the
municipality.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.errors import Gone
from pmg.extensions import Model, db
from pmg.security import access
from pmg.security.access import Resource
from pmg.security.encryption import Place, data_cipher, keystore, seal, unseal

KEPT = timedelta(days=7)
LIMIT = 64_000  # bytes
_PAD = 1024
_IDS = UUID("2c9f1f0e-6a52-5b5d-8f0a-9c1a5a0c7d11")
_SWEEP = text("SELECT pmg_sweep_drafts()")


class Draft(Model):
    """One form that somebody was filling in."""

    __tablename__ = "draft"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "user_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "case_id", "youth_id"],
            ["case_file.municipality_id", "case_file.id", "case_file.youth_id"],
            ondelete="CASCADE",
        ),
        Index("draft_expires", "expires_at"),
        Index("draft_case", "municipality_id", "case_id"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    youth_id: Mapped[UUID | None]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
    expires_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed, and when it was last kept."""

    content: str
    saved_at: datetime


def keep(form: str, item: Resource, content: str) -> None:
    """Keep what is being typed in this form about this item, in place of what was kept before."""
    plain = content.encode("utf-8", "replace")
    if len(plain) > LIMIT:
        return
    draft_id, moment = _id(form, item), now()
    values = {
        "user_id": access.reader().user_id,
        "case_id": item.access_case_id,
        "youth_id": item.access_youth_id,
        "content_sealed": seal(_cipher(item), _place(draft_id), plain, pad=_PAD),
        "saved_at": moment,
        "expires_at": moment + KEPT,
    }
    statement = insert(Draft).values(
        municipality_id=access.reader().municipality_id, id=draft_id, **values
    )
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[Draft.municipality_id, Draft.id],
            set_={name: statement.excluded[name] for name in values},
        )
    )
    db.session.execute(_SWEEP)


def find(form: str, item: Resource) -> Kept | None:
    """Return what the reader was typing in this form about this item, if it is still there."""
    draft_id = _id(form, item)
    row = db.session.execute(
        select(Draft.content_sealed, Draft.saved_at).where(
            Draft.municipality_id == access.reader().municipality_id,
            Draft.id == draft_id,
            Draft.user_id == access.reader().user_id,
            Draft.expires_at > func.now(),
        )
    ).one_or_none()
    if row is None:
        return None
    try:
        content = unseal(_cipher(item), _place(draft_id), bytes(row.content_sealed)).decode()
    except Gone:
        return None
    if item.access_youth_id is not None:
        access.work().subjects.setdefault(item.access_youth_id, set()).add("draft")
    return Kept(content, row.saved_at)


def drop(form: str, item: Resource) -> None:
    """Forget what was typed: it was sent, or is not wanted."""
    hold(form, item)
    db.session.execute(
        delete(Draft).where(
            Draft.municipality_id == access.reader().municipality_id,
            Draft.id == _id(form, item),
            Draft.user_id == access.reader().user_id,
        ),
        execution_options={"synchronize_session": False},
    )


def hold(form: str, item: Resource) -> None:
    """Let nobody keep or drop this draft meanwhile: the last keystrokes never outlive the form."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(str(_id(form, item)), 0))
    db.session.execute(select(lock))


def _id(form: str, item: Resource) -> UUID:
    reader, of = access.reader(), getattr(item, "id", "")
    return uuid5(_IDS, f"{reader.municipality_id}/{reader.user_id}/{form}/{of}")


def _place(draft_id: UUID) -> Place:
    return Place(access.reader().municipality_id, "draft", "content_sealed", draft_id)


def _cipher(item: Resource) -> AESGCM:
    if item.access_youth_id is not None:
        return data_cipher(item.access_youth_id)
    return keystore().municipality(access.reader().municipality_id)
