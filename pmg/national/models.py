"""The ministry's own tables: keys it trusts, releases it took in, and what it publishes of them.

None of them holds anything of a person but who of the ministry did what.
"""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.national.rules import State
from pmg.security.access import OfMunicipality

_STATES = ", ".join(f"'{state}'" for state in State)


class SenderKey(OfMunicipality, Model):
    """A key that a municipality is known by.

    The first was compared and confirmed by a person; each that follows one is what that one signed
    to be its successor.
    """

    __tablename__ = "sender_key"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "sender_id", "follows"],
            ["sender_key.municipality_id", "sender_key.sender_id", "sender_key.public_key"],
        ),
        CheckConstraint("(follows IS NULL) = (statement IS NULL)", "follows_by_statement"),
        Index(
            "sender_key_first_once",
            "municipality_id",
            "sender_id",
            unique=True,
            postgresql_where="follows IS NULL",
        ),
        Index(
            "sender_key_followed_once",
            "municipality_id",
            "sender_id",
            "follows",
            unique=True,
            postgresql_where="follows IS NOT NULL",
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    sender_id: Mapped[str] = mapped_column(primary_key=True)
    public_key: Mapped[str] = mapped_column(primary_key=True)
    follows: Mapped[str | None]
    # What the key before it signed to say so.
    statement: Mapped[str | None]
    confirmed_by: Mapped[UUID]
    confirmed_at: Mapped[datetime] = mapped_column(default=now)


class WaitingRelease(OfMunicipality, Model):
    """A sound release whose key nobody has confirmed yet. It is not counted, and can go."""

    __tablename__ = "waiting_release"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        Index("waiting_release_once", "municipality_id", "public_key", "release_hash", unique=True),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sender_id: Mapped[str]
    public_key: Mapped[str]
    release_hash: Mapped[str]
    document: Mapped[str]
    beside_ledger: Mapped[bool]
    given_by: Mapped[UUID]
    given_at: Mapped[datetime] = mapped_column(default=now)


class ImportedRelease(OfMunicipality, Model):
    """A release of a municipality elsewhere, as the exact text that it signed. Never changed."""

    __tablename__ = "imported_release"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "succeeds"],
            ["imported_release.municipality_id", "imported_release.id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "sender_id", "public_key"],
            ["sender_key.municipality_id", "sender_key.sender_id", "sender_key.public_key"],
        ),
        CheckConstraint("period_until > period_from", "period_in_order"),
        CheckConstraint("succeeds IS NULL OR reason <> ''", "succeeds_with_reason"),
        Index("imported_release_hash", "municipality_id", "sender_id", "release_hash", unique=True),
        Index(
            "imported_release_once",
            "municipality_id",
            "sender_id",
            "template_code",
            "period_from",
            "period_until",
            unique=True,
            postgresql_where="succeeds IS NULL",
        ),
        Index(
            "imported_release_succeeded_once",
            "municipality_id",
            "succeeds",
            unique=True,
            postgresql_where="succeeds IS NOT NULL",
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sender_id: Mapped[str]
    template_code: Mapped[str]
    template_version: Mapped[int]
    period_from: Mapped[date]
    period_until: Mapped[date]
    document: Mapped[str]
    release_hash: Mapped[str]
    public_key: Mapped[str]
    # Whether the other releases of its maker were looked at too.
    beside_ledger: Mapped[bool]
    succeeds: Mapped[UUID | None]
    # What the municipality says of why it was made again.
    reason: Mapped[str]
    imported_by: Mapped[UUID]
    imported_at: Mapped[datetime] = mapped_column(default=now)


class NationalDraft(OfMunicipality, Model):
    """National figures that a second reader has to judge."""

    __tablename__ = "national_draft"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        CheckConstraint("period_until > period_from", "period_in_order"),
        CheckConstraint(f"state IN ({_STATES})", "state_known"),
        Index(
            "national_draft_one_under_way",
            "municipality_id",
            "template_code",
            "period_from",
            "period_until",
            unique=True,
            postgresql_where="state = 'klaar'",
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    template_code: Mapped[str]
    template_version: Mapped[int]
    period_from: Mapped[date]
    period_until: Mapped[date]
    succeeds: Mapped[UUID | None]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.READY)
    # Not signed yet; gone when it is decided.
    document: Mapped[str | None]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="")


class NationalRelease(OfMunicipality, Model):
    """Published national figures, as the exact signed text. Never changed, only succeeded."""

    __tablename__ = "national_release"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "succeeds"],
            ["national_release.municipality_id", "national_release.id"],
        ),
        CheckConstraint("period_until > period_from", "period_in_order"),
        CheckConstraint("approved_by <> made_by", "approved_by_another"),
        CheckConstraint("succeeds IS NULL OR reason <> ''", "succeeds_with_reason"),
        Index("national_release_number", "municipality_id", "number", unique=True),
        Index(
            "national_release_once",
            "municipality_id",
            "template_code",
            "period_from",
            "period_until",
            unique=True,
            postgresql_where="succeeds IS NULL",
        ),
        Index(
            "national_release_succeeded_once",
            "municipality_id",
            "succeeds",
            unique=True,
            postgresql_where="succeeds IS NOT NULL",
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[int]
    template_code: Mapped[str]
    template_version: Mapped[int]
    period_from: Mapped[date]
    period_until: Mapped[date]
    document: Mapped[str]
    national_hash: Mapped[str]
    succeeds: Mapped[UUID | None]
    reason: Mapped[str]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    approved_by: Mapped[UUID]
    approved_at: Mapped[datetime] = mapped_column(default=now)
