"""What the log of a case leaves unsaid: that something was recorded which the reader may not read.

Who was there is always said, and when: that is the right of the youth. What someone recorded is
said only where the reader may read it himself; else he looked at the file, as everyone did.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from pmg.cases.models import Case
from pmg.documents.models import Document
from pmg.extensions import db
from pmg.factors.models import FactorObservation
from pmg.oversight.queries import Event
from pmg.security import access
from pmg.security.policy import Action

# The fields whose category depends on the row.
_NOTE, _OF_DOCUMENT = "note", ("title", "document", "removed_because")
_WRITTEN_APART = frozenset(
    {
        Action.FACTOR_OBSERVE,
        Action.DOCUMENT_ADD,
        Action.DOCUMENT_CHANGE,
        Action.DOCUMENT_DOWNLOAD,
        Action.DOCUMENT_SHARE,
    }
)
R = TypeVar("R", FactorObservation, Document)


@dataclass(frozen=True, slots=True)
class Readable:
    """Which rows of a case the reader may read, and since when a field can be one of theirs."""

    ids: frozenset[UUID]
    since: Mapping[str, datetime | None]


def readable(case: Case) -> Readable:
    """Return what of this case the reader may read himself."""
    seen, documents = _rows(case, FactorObservation), _rows(case, Document)
    noted = min((row.created_at for row in seen if row.note_sealed is not None), default=None)
    titled = min((row.added_at for row in documents), default=None)
    return Readable(
        frozenset([*(row.id for row in seen), *(row.id for row in documents)]),
        {_NOTE: noted, **dict.fromkeys(_OF_DOCUMENT, titled)},
    )


def _rows(case: Case, table: type[R]) -> list[R]:
    found = db.session.scalars(
        select(table).where(table.municipality_id == case.municipality_id, table.case_id == case.id)
    )
    return [row for row in found if access.may(Action.DATA_READ, row, category=row.category)]


def discreet(event: Event, known: Readable) -> Event:
    """Return the event as this reader may hear of it."""
    fields = tuple(name for name in event.fields if _may_be_told(name, event.at, known))
    if _is_closed(event, known):
        return replace(event, action=Action.CASE_SHOW, written=(), fields=fields)
    return replace(event, fields=fields)


def _may_be_told(field: str, at: datetime, known: Readable) -> bool:
    if field not in known.since:
        return True
    since = known.since[field]
    return since is not None and at >= since


def _is_closed(event: Event, known: Readable) -> bool:
    if event.observed:
        return not event.observed & known.ids
    # Whoever opens the form may have left something: the form alone says as little.
    is_foreign = event.organisation_id != access.reader().organisation_id
    return event.action in _WRITTEN_APART and is_foreign
