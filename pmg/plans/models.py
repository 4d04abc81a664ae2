"""The table of plan lines. Rows are added, never changed: the newest of a subject counts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality


class PlanLine(OfMunicipality, Model):
    """Places and budget of one intervention or track in one year, as entered at one moment.

    Of one area, or without one of the municipality as a whole.
    """

    __tablename__ = "plan_line"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        CheckConstraint("places >= 0 AND budget >= 0", "not_negative"),
        Index("plan_line_year", "municipality_id", "year", "entered_at"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    year: Mapped[int]
    subject: Mapped[str]
    area: Mapped[str | None]
    places: Mapped[int]
    budget: Mapped[int]
    is_withdrawn: Mapped[bool]
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime] = mapped_column(default=now)
