"""What the pages of documents show: only what the reader may read, as if that were all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import load_only

from pmg.cases.models import Case
from pmg.clock import AMSTERDAM
from pmg.documents.models import Document, DocumentVersion
from pmg.documents.rules import Checked, Kind, Law
from pmg.errors import NotPermitted
from pmg.extensions import db
from pmg.reference import source_laws
from pmg.reference.source_laws import SourceLaw
from pmg.security import access
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action


@dataclass(frozen=True, slots=True)
class File:
    """One version of a document."""

    number: int
    kind: Kind
    checked: Checked
    previews: int
    stored_bytes: int
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Line:
    """One document as a list shows it; removed, it has no title and no files."""

    id: UUID
    title: str
    law: Law
    organisation: str
    files: tuple[File, ...]
    is_own: bool
    is_shared: bool
    removed_on: date | None
    removed_by: str
    removed_because: str

    @property
    def latest(self) -> File:
        """The newest version."""
        return self.files[-1]

    @property
    def bound(self) -> SourceLaw | None:
        """The law under which another organisation let the reader see it, if one goes along."""
        return None if self.is_own else source_laws.of(self.law)

    @property
    def has_pages(self) -> bool:
        """Whether its newest version can be looked at as images."""
        return bool(self.files) and self.latest.previews > 0


def overview(case: Case) -> list[Line]:
    """Return every document that the reader may read, and what was removed, newest first."""
    access.require(Action.DOCUMENT_SHOW, case)
    given = {"municipality_id": case.municipality_id, "case_id": case.id}
    lines = [
        _line(document, rows)
        for document, rows in _by_document(db.session.execute(_rows(), given).all())
        if access.may(Action.DATA_READ, document, category=document.category)
    ]
    return sorted(lines, key=lambda line: line.removed_on or line.latest.on, reverse=True)


def line(document: Document) -> Line:
    """Return one document; raise NotPermitted when it is closed."""
    access.require(Action.DATA_READ, document, category=document.category)
    given = {"municipality_id": document.municipality_id, "case_id": document.case_id}
    rows = db.session.execute(_rows().where(Document.id == document.id), given).all()
    return _line(document, rows)


def version(document: Document, number: int) -> DocumentVersion:
    """Return one version, 0 for the newest; raise NotPermitted when there is none."""
    access.require(Action.DATA_READ, document, category=document.category)
    found = db.session.scalars(
        select(DocumentVersion)
        .where(
            DocumentVersion.municipality_id == document.municipality_id,
            DocumentVersion.document_id == document.id,
            DocumentVersion.number == number if number else DocumentVersion.number > 0,
        )
        .order_by(DocumentVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotPermitted("not_found")
    return found


def case_of(document: Document) -> Case:
    """Return the case that a document belongs to."""
    access.require(Action.DATA_READ, document, category=document.category)
    return db.session.get_one(Case, (document.municipality_id, document.case_id))


_Row = tuple[Document, DocumentVersion | None, User, str]


def _by_document(rows: Iterable[_Row]) -> Iterator[tuple[Document, list[_Row]]]:
    """Put the versions of one document together; they come in order."""
    for _id, group in groupby(rows, key=lambda row: row[0].id):
        of_one = list(group)
        yield of_one[0][0], of_one


def _line(document: Document, rows: Iterable[_Row]) -> Line:
    found = list(rows)
    removed = document.removed_at
    return Line(
        id=document.id,
        title=document.title or "",
        law=Law(document.category_code),
        organisation=found[0][3],
        files=tuple(_file(version, user) for _d, version, user, _o in found if version),
        is_own=document.organisation_id == access.reader().organisation_id,
        is_shared=bool(document.receivers),
        removed_on=removed.astimezone(AMSTERDAM).date() if removed else None,
        removed_by=found[0][2].name if removed else "",
        removed_because=document.removed_because or "",
    )


def _file(version: DocumentVersion, user: User) -> File:
    return File(
        number=version.number,
        kind=Kind(version.kind),
        checked=Checked(version.checked),
        previews=version.previews,
        stored_bytes=version.stored_bytes,
        on=version.added_at.astimezone(AMSTERDAM).date(),
        by=user.name,
    )


@cache
def _rows() -> Select[Document, DocumentVersion, User, str]:
    """Return a row for each version, with who added it; of what was removed, who removed it."""
    document, version = Document, DocumentVersion
    acted = func.coalesce(version.added_by, document.removed_by)
    return (
        select(document, version, User, Organisation.name)
        .outerjoin(
            version,
            and_(
                version.municipality_id == document.municipality_id,
                version.document_id == document.id,
            ),
        )
        .join(User, and_(User.municipality_id == document.municipality_id, User.id == acted))
        .join(
            Organisation,
            and_(
                Organisation.municipality_id == document.municipality_id,
                Organisation.id == document.organisation_id,
            ),
        )
        .options(load_only(User.name_sealed, User.organisation_id))
        .where(
            document.municipality_id == bindparam("municipality_id"),
            document.case_id == bindparam("case_id"),
        )
        .order_by(document.added_at, document.id, version.number)
    )
