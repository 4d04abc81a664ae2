"""The table behind the brake on guessing; accounts themselves live in `security.identity`."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model


class SignInFailure(Model):
    """A failed attempt, by the digest of the name or of the address that was used."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("sign_in_failure_recent", "key_digest", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key_digest: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=now)
