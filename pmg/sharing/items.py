"""What can be shared, of whichever kind: whose it is, and exactly what a receiver will see."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pmg.cases.models import Case
from pmg.cases.shares import Thing
from pmg.documents import queries as documents
from pmg.documents.models import Document
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.factors import queries as factors
from pmg.factors.models import FactorObservation
from pmg.factors.queries import Sighting
from pmg.journal import queries as journal
from pmg.journal.models import JournalEntry
from pmg.journal.queries import Note
from pmg.security import access
from pmg.security.policy import Action, Category

Row = JournalEntry | FactorObservation | Document
_KINDS: dict[type, Thing] = {
    JournalEntry: Thing.CONTACT,
    FactorObservation: Thing.FACTOR,
    Document: Thing.DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a case that its source may share."""

    kind: Thing
    row: Row
    case: Case

    @property
    def id(self) -> UUID:
        """Its id."""
        return self.row.id

    @property
    def category(self) -> Category:
        """The category of data that it is of."""
        return self.row.category

    @property
    def source_id(self) -> UUID:
        """The organisation that supplied it."""
        return self.row.organisation_id


@dataclass(frozen=True, slots=True)
class Name:
    """What an item is called: of contact and what was seen, with the day."""

    title: str
    on: date | None = None


def item(row: Row) -> Item:
    """Return what a row is as an item; raise NotPermitted unless the reader may decide on it."""
    access.require(Action.DATA_READ, row, category=row.category)
    access.require(Action.SHARE_DECIDE, row, category=row.category)
    case = db.session.get_one(Case, (row.municipality_id, row.case_id))
    return Item(_KINDS[type(row)], row, case)


def check_stands(found: Item) -> None:
    """Raise Invalid when it was removed, or a correction has taken its place."""
    content = shown(found)
    if getattr(content, "removed_on", None) is not None:
        raise Invalid("case", "Dit is verwijderd. Er is niets te delen.")
    if getattr(content, "is_corrected", False):
        raise Invalid("case", "Dit is later verbeterd. Deel de verbetering.")


def shown(found: Item) -> Note | Sighting | documents.Line:
    """Return the content of an item, as the pages of its own room show it."""
    if isinstance(found.row, Document):
        return documents.line(found.row)
    if isinstance(found.row, JournalEntry):
        notes = journal.journal(found.case).notes
        return next(note for note in notes if note.id == found.id)
    return next(seen for seen in factors.course(found.case) if seen.id == found.id)


def names(case: Case) -> dict[UUID, Name]:
    """Return what each item of a case that stands is called, of those that the reader may read."""
    called = {
        note.id: Name(note.kind.label, note.on)
        for note in journal.journal(case).notes
        if not note.is_private and not note.is_corrected
    }
    called |= {seen.id: Name(seen.factor.name, seen.on) for seen in factors.standing(case)}
    called |= {line.id: Name(line.title) for line in documents.overview(case) if line.files}
    return called


def name(found: Item) -> Name:
    """Return what one item is called."""
    content = shown(found)
    if isinstance(content, Note):
        return Name(content.kind.label, content.on)
    if isinstance(content, Sighting):
        return Name(content.factor.name, content.on)
    return Name(content.title)
