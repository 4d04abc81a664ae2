"""The table of releases: protected numbers only. What they were made from is never stored."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model


class ReportRelease(Model):
    """One protected report with its certificate, as the exact text that leaves the house."""

    __tablename__ = "report_release"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        CheckConstraint("period_until > period_from", "period_in_order"),
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

    @property
    def access_case_id(self) -> UUID | None:
        """A report is of no case."""
        return None

    @property
    def access_youth_id(self) -> UUID | None:
        """A report is about no one: that is the point of it."""
        return None

    @property
    def access_source_id(self) -> UUID | None:
        """A report is of the municipality."""
        return None
