"""The tables of imports: the uploaded list while it is being judged, and what came of it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality

STATES = ("concept", "wacht", "bezig", "klaar", "mislukt", "ongedaan")
_STATES = ", ".join(f"'{state}'" for state in STATES)


class ImportBatch(OfMunicipality, Model):
    """One uploaded list. Its content is sealed, and gone as soon as the import is done."""

    __tablename__ = "import_batch"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "owner_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        CheckConstraint(f"state IN ({_STATES})", "state_known"),
        CheckConstraint("rows_done BETWEEN 0 AND rows_total", "progress_in_range"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner_id: Mapped[UUID]
    file_kind: Mapped[str]
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The rows that were not taken, as a sealed workbook to mend.
    refused_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    mapping: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    state: Mapped[str] = mapped_column(default="concept")
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_taken: Mapped[int] = mapped_column(default=0)
    rows_refused: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class ImportedCase(Model):
    """A case that came from an import, so that the import can be undone as a whole."""

    __tablename__ = "imported_case"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "batch_id"], ["import_batch.municipality_id", "import_batch.id"]
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    row_number: Mapped[int]
