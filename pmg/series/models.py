"""The tables of figures from outside. Rows are added, never changed: an older import stays."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality


class ContextSeries(OfMunicipality, Model):
    """One import of a series, with where it came from and the day that it is about."""

    __tablename__ = "context_series"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        CheckConstraint("kind IN ('leefbaarometer', 'halt', 'verdachten')", "kind_known"),
        CheckConstraint("source <> ''", "source_given"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    source: Mapped[str]
    reference_date: Mapped[date]
    imported_by: Mapped[UUID]
    imported_at: Mapped[datetime] = mapped_column(default=now)


class ContextValue(Model):
    """One figure of a series."""

    __tablename__ = "context_value"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "series_id"],
            ["context_series.municipality_id", "context_series.id"],
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    series_id: Mapped[UUID] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Decimal]
