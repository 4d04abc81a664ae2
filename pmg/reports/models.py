"""The tables of reports: drafts under way, the ledger of releases, and what was delivered.

A release holds protected numbers only. What a draft still needs of the truth is sealed, and gone
as soon as the worker has protected it.
"""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.reports.rules import OPEN, State
from pmg.security.access import OfMunicipality
from pmg.security.encryption import Sealed

_PAD = 4096  # so that the size of a sealed report does not tell how much was counted
_STATES = ", ".join(f"'{state}'" for state in State)
_OPEN = ", ".join(f"'{state}'" for state in OPEN)


class ReportRelease(OfMunicipality, Model):
    """One protected report with its certificate, as the exact text that leaves the house.

    It is also one entry of the municipality's ledger: never changed, never removed.
    """

    __tablename__ = "report_release"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "succeeds"], ["report_release.municipality_id", "report_release.id"]
        ),
        UniqueConstraint("municipality_id", "id", "entry_hash", name="report_release_entry"),
        CheckConstraint("period_until > period_from", "period_in_order"),
        CheckConstraint("approved_by <> made_by", "approved_by_another"),
        CheckConstraint("succeeds IS NULL OR reason <> ''", "succeeds_with_reason"),
        Index("report_release_number", "municipality_id", "number", unique=True),
        Index(
            "report_release_succeeded_once",
            "municipality_id",
            "succeeds",
            unique=True,
            postgresql_where="succeeds IS NOT NULL",
        ),
        Index(
            "report_release_once",
            "municipality_id",
            "template_code",
            "period_from",
            "period_until",
            unique=True,
            postgresql_where="succeeds IS NULL",
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    template_code: Mapped[str]
    template_version: Mapped[int]
    period_from: Mapped[date]
    # The first day after the period.
    period_until: Mapped[date]
    document: Mapped[str]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(default=now)
    number: Mapped[int]
    # About whom it is: releases about the same people are protected together.
    population: Mapped[str]
    release_hash: Mapped[str]
    # The hash of the entry before it in the ledger; '' for the first.
    before: Mapped[str]
    entry_hash: Mapped[str]
    succeeds: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(default="")
    # None only for what was made before there were two pairs of eyes.
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None] = mapped_column(default=now)


class ReportDraft(OfMunicipality, Model):
    """A report that is asked for, computed and judged. It is the job of the worker as well."""

    __tablename__ = "report_draft"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "succeeds"], ["report_release.municipality_id", "report_release.id"]
        ),
        CheckConstraint("period_until > period_from", "period_in_order"),
        CheckConstraint(f"state IN ({_STATES})", "state_known"),
        Index(
            "report_draft_one_under_way",
            "municipality_id",
            "template_code",
            unique=True,
            postgresql_where=f"state IN ({_OPEN})",
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    template_code: Mapped[str]
    template_version: Mapped[int]
    period_from: Mapped[date]
    period_until: Mapped[date]
    population: Mapped[str]
    succeeds: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=State.WAITING)
    step: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(default="")
    counted_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    document_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    held_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    inside_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="")

    counted = Sealed("counted_sealed", pad=_PAD)
    document = Sealed("document_sealed", pad=_PAD)
    held = Sealed("held_sealed", pad=_PAD)
    inside = Sealed("inside_sealed", pad=_PAD)


class ReportDelivery(OfMunicipality, Model):
    """A release that a municipality handed to the ministry; the row is the receiver's."""

    __tablename__ = "report_delivery"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        # Another entry than its own would break the ledger, of which nothing can be removed.
        ForeignKeyConstraint(
            ["sender_id", "release_id", "entry_hash"],
            [
                "report_release.municipality_id",
                "report_release.id",
                "report_release.entry_hash",
            ],
        ),
        Index("report_delivery_once", "municipality_id", "sender_id", "release_id", unique=True),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sender_id: Mapped[str]
    release_id: Mapped[UUID]
    entry_hash: Mapped[str]
    delivered_by: Mapped[UUID]
    delivered_at: Mapped[datetime] = mapped_column(default=now)
