"""The tables of the catalogue: what a municipality made of an entry, and when it last changed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality


class CatalogueEdit(OfMunicipality, Model):
    """One version of an entry, whole, and why it was made. Rows are added, never changed."""

    __tablename__ = "catalogue_edit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "entered_by"],
            ["user_account.municipality_id", "user_account.id"],
        ),
        UniqueConstraint("municipality_id", "code", "number", name="catalogue_edit_once"),
        CheckConstraint("number >= 1", "number_counts"),
        CheckConstraint("jsonb_typeof(cells) = 'object'", "cells_named"),
        CheckConstraint("reason <> ''", "reason_given"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str]
    number: Mapped[int]
    cells: Mapped[dict[str, str]] = mapped_column(JSONB)
    reason: Mapped[str]
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime] = mapped_column(default=now)


class CatalogueHead(OfMunicipality, Model):
    """Another stamp with every change: what was read under a stamp is good while it stands."""

    __tablename__ = "catalogue_head"

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    stamp: Mapped[UUID]
