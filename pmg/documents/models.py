"""The tables of documents: what it is, its versions, and their content apart."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.cases.shares import Share, Thing
from pmg.clock import now
from pmg.documents.rules import Checked, Kind, Law
from pmg.extensions import Model
from pmg.reference.labelled import Labelled
from pmg.security import access
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category

THE_FILE = 0  # the part that is the file itself; from 1 on, images of its pages


def _any_of(values: type[Labelled]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _of_document() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", "document_id"], ["document.municipality_id", "document.id"]
    )


class Document(OfCase, Model):
    """One document of a case. Removed, its title and content are gone; who and why stay."""

    __tablename__ = "document"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
        ),
        CheckConstraint(f"category IN ({_any_of(Law)})", "category_known"),
        CheckConstraint("(removed_at IS NULL) = (title_sealed IS NOT NULL)", "title_until_removed"),
        CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)"
            " AND (removed_at IS NULL) = (removed_because_sealed IS NULL)",
            "removal_whole",
        ),
        Index("document_case", "municipality_id", "case_id"),
    )

    category_code: Mapped[str] = mapped_column("category")
    title_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    organisation_id: Mapped[UUID]
    added_by: Mapped[UUID]
    added_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None]
    removed_because_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column()

    title = encrypted_text("title_sealed", category=lambda row: row.category)
    removed_because = encrypted_text("removed_because_sealed", category=lambda row: row.category)

    shared_with: ClassVar[Any]  # below: it asks another table

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def category(self) -> Category:
        """The category of data that its source said it is of."""
        return Category(self.category_code)

    @property
    def access_source_id(self) -> UUID:
        """The organisation that put it here."""
        return self.organisation_id

    @property
    def receivers(self) -> Collection[UUID]:
        """The organisations with which it is shared at this moment."""
        return self.shared_with or ()

    @property
    def access_is_shared(self) -> bool:
        """Whether it is shared with the organisation of who is at work."""
        return access.reader().organisation_id in self.receivers


Document.shared_with = column_property(
    select(func.array_agg(Share.organisation_id))
    .where(
        Share.municipality_id == Document.municipality_id,
        Share.kind == Thing.DOCUMENT.value,
        Share.item_id == Document.id,
        Share.is_current(),
    )
    .correlate_except(Share)
    .scalar_subquery()
)


class DocumentVersion(OfCase, Model):
    """One file of a document; a newer one takes its place and leaves it to be seen."""

    __tablename__ = "document_version"
    __table_args__ = (
        of_case(),
        _of_document(),
        UniqueConstraint("municipality_id", "document_id", "number", name="document_version_once"),
        CheckConstraint("number >= 1", "numbered_from_one"),
        CheckConstraint(f"kind IN ({_any_of(Kind)})", "kind_known"),
        CheckConstraint(f"checked IN ({_any_of(Checked)})", "checked_known"),
        CheckConstraint("previews BETWEEN 0 AND 5", "previews_few"),
        CheckConstraint("stored_bytes > 0", "stored_something"),
        Index("document_version_case", "municipality_id", "case_id"),
    )

    document_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    checked: Mapped[str]
    previews: Mapped[int]
    stored_bytes: Mapped[int]
    added_by: Mapped[UUID]
    added_at: Mapped[datetime] = mapped_column(default=now)


class DocumentContent(OfCase, Model):
    """The sealed bytes of one version: the file, or the image of one of its pages."""

    __tablename__ = "document_content"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "version_id"],
            ["document_version.municipality_id", "document_version.id"],
        ),
        UniqueConstraint("municipality_id", "version_id", "part", name="document_content_once"),
        CheckConstraint("part BETWEEN 0 AND 5", "part_known"),
    )

    version_id: Mapped[UUID]
    part: Mapped[int]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
