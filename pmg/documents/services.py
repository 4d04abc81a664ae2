"""Verbs of documents: add, replace, move, remove, and take out."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import func, select, update

from pmg.cases import shares, taking_part
from pmg.cases.models import Case
from pmg.cases.rules import Status, status
from pmg.cases.shares import Thing
from pmg.clock import now
from pmg.documents import bench, keeping, rules
from pmg.documents.keeping import House, Looked
from pmg.documents.models import Document, DocumentVersion
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.security import access, audit, telling
from pmg.security.policy import Action, Category
from pmg.security.telling import Kind

_PAST = frozenset({Status.DECLINED, Status.PASSED_ON, Status.CLOSED})


@dataclass(frozen=True, slots=True)
class Added:
    """A document to be kept, as it was sent."""

    title: str
    category: Category
    content: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """Why something about a document changes, by who saw this version of it."""

    reason: str
    version: int


def takes_documents(case: Case, *, today: date) -> bool:
    """Tell whether the case is at a step in which something can still be added or shared."""
    access.require(Action.DOCUMENT_SHOW, case)
    return status(case.facts, today) not in _PAST


def add_document(case: Case, added: Added, house: House, *, today: date) -> Document:
    """Keep a document.

    Raises NotPermitted when the reader may not enter this category; Invalid when the case is over,
    the title is not right, the file is not taken, a virus is found, nobody could look, or there is
    no room.
    """
    access.require(Action.DOCUMENT_ADD, case, category=added.category)
    _check_takes(case, today=today)
    title = rules.check_title(added.title)
    looked = _look(added.content, house)
    _lock(case)
    reader = access.reader()
    document = Document(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        category_code=added.category.value,
        organisation_id=reader.organisation_id,
        added_by=reader.user_id,
        title=title,
    )
    db.session.add(document)
    db.session.flush()  # row security lets a version in under a document that is there
    keeping.keep(document, 1, looked, house.bounds)
    _touch(case, document)
    audit.wrote(Action.DOCUMENT_ADD, document, document.id, category=("", document.category_code))
    return document


def add_version(
    document: Document, content: bytes, house: House, *, version: int, today: date
) -> DocumentVersion:
    """Put a newer file in the place of the present one, which stays to be seen as older.

    Raises NotPermitted unless the reader's own organisation added it, Conflict when someone changed
    it since, Invalid as `add_document` does.
    """
    _require_change(document)
    case = _case_of(document)
    _check_takes(case, today=today)
    looked = _look(content, house)
    _meet(document, version, mine={})
    latest = db.session.scalar(
        select(func.max(DocumentVersion.number)).where(
            DocumentVersion.municipality_id == document.municipality_id,
            DocumentVersion.document_id == document.id,
        )
    )
    newer = keeping.keep(document, (latest or 0) + 1, looked, house.bounds)
    _changed(document)
    _touch(case, document)
    numbers = (str(newer.number - 1), str(newer.number))
    audit.wrote(Action.DOCUMENT_CHANGE, document, document.id, number=numbers)
    told = taking_part.who_would_read(
        case, document.organisation_id, document.category, document.receivers
    )
    telling.tell(Kind.SHARED_CORRECTED, document, told, item_id=document.id)
    return newer


def move_document(document: Document, to: Category, why: Change) -> None:
    """Say that a document is of another category; whoever it was shared with loses it.

    Raises NotPermitted unless the reader's own organisation added it and may enter that category,
    Conflict when someone changed it since, Invalid without a reason or when nothing would change.
    """
    _require_change(document)
    case = _case_of(document)
    access.require(Action.DOCUMENT_ADD, case, category=to)
    reason = rules.check_reason(why.reason)
    _meet(document, why.version, mine={"category": rules.Law(to.value).label, "reason": reason})
    before = document.category_code
    if before == to.value:
        raise Invalid("category", "Dit staat er al. Kies een andere soort, of ga terug.")
    _end_shares(document)
    document.category_code = to.value
    _touch(case, document)
    audit.wrote(
        Action.DOCUMENT_CHANGE,
        document,
        document.id,
        category=(before, to.value),
        reason=("", reason),
    )


def remove_document(document: Document, why: Change) -> None:
    """Take away title and content; who did so, when and why stay to be seen.

    Raises NotPermitted unless the reader's own organisation added it, Conflict when someone changed
    it since, Invalid without a reason.
    """
    _require_change(document)
    reason = rules.check_reason(why.reason)
    _meet(document, why.version, mine={"reason": reason})
    keeping.destroy(document)
    _end_shares(document)
    document.title = None
    document.removed_because = reason
    document.removed_at, document.removed_by = now(), access.reader().user_id
    _touch(_case_of(document), document)
    audit.wrote(Action.DOCUMENT_CHANGE, document, document.id, removed=("", "ja"))


def take_out(document: Document, version: DocumentVersion) -> bytes:
    """Return the file itself, and note that it left: an act of its own in the log.

    Raises NotPermitted; its code is `second_factor_stale` where a fresh code must be given first.
    """
    access.require(Action.DOCUMENT_DOWNLOAD, document, category=document.category)
    content = keeping.open_part(document, version)
    audit.wrote(Action.DOCUMENT_DOWNLOAD, document, document.id)
    return content


def _require_change(document: Document) -> None:
    access.require(Action.DATA_READ, document, category=document.category)
    access.require(Action.DOCUMENT_CHANGE, document, category=document.category)


def _check_takes(case: Case, *, today: date) -> None:
    if not takes_documents(case, today=today):
        raise Invalid("case", "Deze zaak is voorbij. Er kan niets meer bij.")


def _check_there(document: Document) -> None:
    if document.removed_at is not None:
        raise Invalid("case", "Dit document is al verwijderd.")


def _look(content: bytes, house: House) -> Looked:
    """Look for viruses in what was sent, and make of it what is kept."""
    rules.make_of(content)
    checked = house.look(content)
    return Looked(bench.prepare(content), checked)


def _case_of(document: Document) -> Case:
    return db.session.get_one(Case, (document.municipality_id, document.case_id))


def _lock(case: Case) -> None:
    """Let two who add to a case count its room one after the other."""
    db.session.refresh(case, with_for_update=True)


def _meet(document: Document, version: int, *, mine: dict[str, str]) -> None:
    """Lock the rows; raise Conflict with both texts when it is no longer what the reader saw."""
    _lock(_case_of(document))
    db.session.refresh(document, with_for_update=True)
    _check_there(document)
    if document.version != version:
        there = {"category": rules.Law(document.category_code).label}
        raise Conflict(theirs={name: there.get(name, "") for name in mine}, mine=mine)


def _changed(document: Document) -> None:
    """Give a document its next version, though no column of it changes."""
    db.session.execute(
        update(Document)
        .where(Document.municipality_id == document.municipality_id, Document.id == document.id)
        .values(version=document.version + 1),
        execution_options={"synchronize_session": False},
    )
    db.session.expire(document, ["version"])


def _end_shares(document: Document) -> None:
    shares.end(Thing.DOCUMENT, [document.id])
    db.session.expire(document, ["shared_with"])


def _touch(case: Case, document: Document) -> None:
    """Move the case up in the caseload; not for what some members cannot see."""
    if document.category not in {Category.PLAN, Category.IDENTITY}:
        return
    db.session.execute(
        update(Case)
        .where(Case.municipality_id == case.municipality_id, Case.id == case.id)
        .values(updated_at=now()),
        execution_options={"synchronize_session": False},
    )
    db.session.expire(case, ["updated_at"])
