"""Writes a prepared file down, sealed under the key of the youth, and opens what was written."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select

from pmg.documents.bench import Prepared
from pmg.documents.models import THE_FILE, Document, DocumentContent, DocumentVersion
from pmg.documents.rules import Bounds, Checked, check_room, padded
from pmg.documents.scanning import Look
from pmg.errors import NotPermitted
from pmg.extensions import db
from pmg.security import access
from pmg.security.encryption import Place, data_cipher, seal, unseal

_FRAME = 4  # `seal` puts the length in front


@dataclass(frozen=True, slots=True)
class House:
    """What differs between two installations: who looks for viruses, and how much is kept."""

    look: Look
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was prepared, and whether a scanner looked at it."""

    prepared: Prepared
    checked: Checked


def keep(document: Document, number: int, looked: Looked, bounds: Bounds) -> DocumentVersion:
    """Write one version and its content; raise Invalid('file') when there is no room for it."""
    parts = (looked.prepared.file, *looked.prepared.previews)
    steps = [padded(len(part) + _FRAME) for part in parts]
    _check_room(document.case_id, sum(steps), bounds)
    version = DocumentVersion(
        municipality_id=document.municipality_id,
        id=uuid4(),
        case_id=document.case_id,
        youth_id=document.youth_id,
        document_id=document.id,
        number=number,
        kind=looked.prepared.kind.value,
        checked=looked.checked.value,
        previews=len(parts) - 1,
        stored_bytes=sum(steps),
        added_by=access.reader().user_id,
    )
    db.session.add(version)
    db.session.flush()  # row security lets content in under a version that is there
    for part, (plain, step) in enumerate(zip(parts, steps, strict=True)):
        _seal(version, part, plain, step)
    return version


def _seal(version: DocumentVersion, part: int, plain: bytes, step: int) -> None:
    row = DocumentContent(
        municipality_id=version.municipality_id,
        id=uuid4(),
        case_id=version.case_id,
        youth_id=version.youth_id,
        version_id=version.id,
        part=part,
    )
    row.content_sealed = seal(data_cipher(row.youth_id), _place(row), plain, pad=step)
    db.session.add(row)
    db.session.flush()
    db.session.expunge(row)  # megabytes that nobody in this request asks for again


def _place(row: DocumentContent) -> Place:
    return Place(row.municipality_id, DocumentContent.__tablename__, "content_sealed", row.id)


def _check_room(case_id: UUID, added: int, bounds: Bounds) -> None:
    of_case, of_municipality = db.session.execute(
        select(func.pmg_case_documents_stored(case_id), func.pmg_documents_stored())
    ).one()
    check_room(added, of_case=of_case, of_municipality=of_municipality, bounds=bounds)


def open_part(document: Document, version: DocumentVersion, part: int = THE_FILE) -> bytes:
    """Return a file, or the image of a page; raise NotPermitted when closed, or not there.

    Opening leaves the same trace in the log as any other field of the file of a youth.
    """
    access.open_field(document, document.category, "document")
    row = db.session.scalars(
        select(DocumentContent).where(
            DocumentContent.municipality_id == version.municipality_id,
            DocumentContent.version_id == version.id,
            DocumentContent.part == part,
        )
    ).one_or_none()
    if row is None:
        raise NotPermitted("not_found")
    db.session.expunge(row)
    return unseal(data_cipher(row.youth_id), _place(row), row.content_sealed)


def destroy(document: Document) -> None:
    """Take away every version with its content."""
    versions = select(DocumentVersion.id).where(
        DocumentVersion.municipality_id == document.municipality_id,
        DocumentVersion.document_id == document.id,
    )
    as_it_is = {"synchronize_session": False}
    db.session.execute(
        delete(DocumentContent).where(
            DocumentContent.municipality_id == document.municipality_id,
            DocumentContent.version_id.in_(versions),
        ),
        execution_options=as_it_is,
    )
    db.session.execute(
        delete(DocumentVersion).where(
            DocumentVersion.municipality_id == document.municipality_id,
            DocumentVersion.document_id == document.id,
        ),
        execution_options=as_it_is,
    )
