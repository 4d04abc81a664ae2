"""The table of kept lists."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality
from pmg.security.encryption import Sealed


class SavedList(OfMunicipality, Model):
    """A name for filters. Who opens it sees his own cases by these filters, and no others."""

    __tablename__ = "saved_list"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "user_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
        ),
        CheckConstraint("sorted IN ('', 'langst', 'nieuwst')", "sorted_known"),
        Index("saved_list_mine", "municipality_id", "user_id"),
        Index(
            "saved_list_shared",
            "municipality_id",
            "organisation_id",
            postgresql_where="shared",
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phase: Mapped[str]
    focus_area_code: Mapped[str]
    sorted: Mapped[str]
    shared: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)

    name = Sealed("name_sealed", pad=64)
