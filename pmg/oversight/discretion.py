"""What the log of a case leaves unsaid: that something was recorded which the reader may not read.

Who was there is always said, and when: that is the right of the youth. What someone recorded is
said only where the reader may read it himself; else he looked at the file, as everyone did.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from pmg.cases.models import Case
from pmg.documents.models import Document
from pmg.extensions import db
from pmg.factors.models import FactorObservation
from pmg.journal.models import Appointment, JournalEntry, JournalRemark
from pmg.oversight.queries import Event
from pmg.security import access
from pmg.security.policy import Action, Category
from pmg.sharing.models import KnownQuestion

_DRAFT = "draft"  # nobody's but the writer's
# The fields whose category depends on the row.
_OF_FACTORS = ("note",)
_OF_DOCUMENTS = ("title", "document", "removed_because")
_OF_CONTACT = ("text", "clock", "removal_reason", "words")
_OF_APPOINTMENTS = ("place", "with_whom", "end_reason", "moved_because")
# Whoever opens one of these forms may have left something for himself alone: the form says as much.
_FORMS = frozenset(
    {
        Action.JOURNAL_WRITE,
        Action.JOURNAL_KEEP,
        Action.JOURNAL_DISPUTE,
        Action.JOURNAL_REPLY,
        Action.APPOINTMENT_KEEP,
        Action.STREET_SEND,
    }
)
# That a case was talked about in a meeting is known to who was needed there, and to nobody else.
_MEETINGS = frozenset(action for action in Action if action.startswith("meeting:"))
_OF_ITEMS = frozenset(
    {
        *("question", "declined", "situation", "tried", "wish"),
        *("necessity", "proportionality", "subsidiarity", "content"),
    }
)
# What is shared, or asked, between two organisations is known to those two.
_OF_SHARES = frozenset({"why", "no_agreement", "asked_words"})
# These say something to who is not of the same organisation.
_WRITTEN_APART = frozenset(
    {
        Action.FACTOR_OBSERVE,
        Action.DOCUMENT_ADD,
        Action.DOCUMENT_CHANGE,
        Action.DOCUMENT_DOWNLOAD,
        Action.SHARE_DECIDE,
        Action.KNOWN_ASK,
        Action.KNOWN_ANSWER,
    }
)


@dataclass(frozen=True, slots=True)
class Readable:
    """Which rows of a case the reader may read, and since when a field can be one of theirs."""

    ids: frozenset[UUID]
    since: Mapping[str, datetime | None]


def readable(case: Case) -> Readable:
    """Return what of this case the reader may read himself."""
    seen = _open(case, FactorObservation, lambda row: row.category)
    papers = _open(case, Document, lambda row: row.category)
    contact = _open(case, JournalEntry, lambda row: row.category)
    planned = _open(case, Appointment, lambda _row: Category.JOURNAL)
    of_contact = {row.id for row in contact}
    beside = [row.id for row in _of(case, JournalRemark) if row.entry_id in of_contact]
    asked = _of(case, KnownQuestion)  # row security shows both sides of it
    noted = [row.created_at for row in seen if row.note_sealed is not None]
    return Readable(
        frozenset({*beside, *(row.id for row in (*seen, *papers, *contact, *planned, *asked))}),
        {
            **_since(_OF_FACTORS, noted),
            **_since(_OF_DOCUMENTS, (row.added_at for row in papers)),
            **_since(_OF_CONTACT, (row.created_at for row in contact)),
            **_since(_OF_APPOINTMENTS, (row.created_at for row in planned)),
            _DRAFT: None,
        },
    )


def discreet(event: Event, known: Readable) -> Event:
    """Return the event as this reader may hear of it: of another case only who came, and when."""
    if event.is_elsewhere:
        return replace(event, action=Action.CASE_SHOW, written=(), fields=())
    unsaid = _OF_ITEMS | (_OF_SHARES if _is_foreign(event) else frozenset())
    fields = tuple(
        name for name in event.fields if name not in unsaid and _may_be_told(name, event.at, known)
    )
    if event.action in _MEETINGS or _is_closed(event, known):
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
    return event.action in _FORMS or (event.action in _WRITTEN_APART and _is_foreign(event))


def _is_foreign(event: Event) -> bool:
    return event.organisation_id != access.reader().organisation_id


def _since(fields: Iterable[str], moments: Iterable[datetime]) -> dict[str, datetime | None]:
    return dict.fromkeys(fields, min(moments, default=None))


def _open(case: Case, table: type, category: Callable[[Any], Category]) -> list[Any]:
    return [
        row for row in _of(case, table) if access.may(Action.DATA_READ, row, category=category(row))
    ]


def _of(case: Case, table: type) -> list[Any]:
    rows: Select[Any] = select(table).where(
        table.municipality_id == case.municipality_id,  # type: ignore[attr-defined]
        table.case_id == case.id,  # type: ignore[attr-defined]
    )
    return list(db.session.scalars(rows))
