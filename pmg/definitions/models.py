"""The table of a municipality's own versions of reports. Rows are added, never changed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality


class ReportTemplate(OfMunicipality, Model):
    """One version of a report, as canonical text with its hash."""

    __tablename__ = "report_template"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        UniqueConstraint("municipality_id", "code", "version"),
        CheckConstraint("version > 100", "version_own"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str]
    version: Mapped[int]
    document: Mapped[str]
    document_hash: Mapped[str]
    author_id: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(default=now)
