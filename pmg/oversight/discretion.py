"""What the log of a case leaves unsaid: that something was recorded which the reader may not read.

Who was there is always said, and when: that is the right of the youth. What someone recorded is
said only where the reader may read it himself; else he looked at the file, as everyone did.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from pmg.cases.models import Case
from pmg.extensions import db
from pmg.factors.models import FactorObservation
from pmg.journal.models import Appointment, JournalEntry, JournalRemark, JournalShare
from pmg.oversight.queries import Event
from pmg.security import access
from pmg.security.policy import Action, Category

_NOTE = "note"  # the one field of factors whose category depends on the row
_OF_CONTACT = frozenset({"text", "clock", "removal_reason", "words"})
_OF_APPOINTMENTS = frozenset({"place", "with_whom", "end_reason", "moved_because"})
_DRAFT = "draft"  # nobody's but the writer's
# Whoever opens one of these forms may have left something for himself alone: the form says as much.
_FORMS = frozenset(
    {
        Action.JOURNAL_WRITE,
        Action.JOURNAL_KEEP,
        Action.JOURNAL_DISPUTE,
        Action.JOURNAL_REPLY,
        Action.APPOINTMENT_KEEP,
    }
)


@dataclass(frozen=True, slots=True)
class Readable:
    """What of a case the reader may read, and since when there is something of each kind."""

    ids: frozenset[UUID]
    noted_since: datetime | None
    contact_since: datetime | None = None
    appointments_since: datetime | None = None


def readable(case: Case) -> Readable:
    """Return what of this case the reader may read himself."""
    seen = [
        row
        for row in _of(FactorObservation, case)
        if access.may(Action.DATA_READ, row, category=row.category)
    ]
    contact = [
        row
        for row in _of(JournalEntry, case)
        if access.may(Action.DATA_READ, row, category=row.category)
    ]
    planned = [
        row
        for row in _of(Appointment, case)
        if access.may(Action.DATA_READ, row, category=Category.JOURNAL)
    ]
    of_contact = {row.id for row in contact}
    beside = [
        row.id
        for table in (JournalShare, JournalRemark)
        for row in _of(table, case)
        if row.entry_id in of_contact
    ]
    return Readable(
        frozenset({*of_contact, *beside, *(row.id for row in (*seen, *planned))}),
        min((row.created_at for row in seen if row.note_sealed is not None), default=None),
        min((row.created_at for row in contact), default=None),
        min((row.created_at for row in planned), default=None),
    )


def discreet(event: Event, known: Readable) -> Event:
    """Return the event as this reader may hear of it."""
    closed = _closed_fields(event.at, known)
    fields = tuple(name for name in event.fields if name not in closed)
    if _is_closed(event, known):
        return replace(event, action=Action.CASE_SHOW, written=(), fields=fields)
    return replace(event, fields=fields)


def _closed_fields(at: datetime, known: Readable) -> frozenset[str]:
    """Return the fields of which nothing that the reader may read was there at that moment."""
    kinds = (
        (frozenset({_NOTE}), known.noted_since),
        (_OF_CONTACT, known.contact_since),
        (_OF_APPOINTMENTS, known.appointments_since),
    )
    hidden = [names for names, since in kinds if since is None or at < since]
    return frozenset({_DRAFT}).union(*hidden)


def _is_closed(event: Event, known: Readable) -> bool:
    if event.observed:
        return not event.observed & known.ids
    is_foreign = event.organisation_id != access.reader().organisation_id
    return event.action in _FORMS or (event.action == Action.FACTOR_OBSERVE and is_foreign)


def _of(table: type, case: Case) -> list[Any]:
    rows: Select[Any] = select(table).where(
        table.municipality_id == case.municipality_id,  # type: ignore[attr-defined]
        table.case_id == case.id,  # type: ignore[attr-defined]
    )
    return list(db.session.scalars(rows))
