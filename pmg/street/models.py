"""The tables of the street: whether a municipality lets names leave, and the keys of devices."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality


class StreetSetting(OfMunicipality, Model):
    """Somebody switched it on or off for the municipality; the newest row counts."""

    __tablename__ = "street_setting"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        Index("street_setting_newest", "municipality_id", "set_at"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    is_on: Mapped[bool]
    set_by: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(default=now)


class StreetKey(OfMunicipality, Model):
    """The half that stays here of a key of a device: without it nothing opens that was written."""

    __tablename__ = "street_key"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "user_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "session_id"],
            ["user_session.municipality_id", "user_session.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("expires_at <= made_at + interval '12 hours'", "half_a_day"),
        Index("street_key_id", "id", unique=True),
        Index("street_key_session", "municipality_id", "session_id"),
        Index("street_key_expires", "expires_at"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID]
    session_id: Mapped[UUID]
    private_key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
