"""What the log of a case leaves unsaid: that something was recorded which the reader may not read.

Who was there is always said, and when: that is the right of the youth. What someone recorded is
said only where the reader may read it himself; else he looked at the file, as everyone did.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pmg.cases.models import Case
from pmg.extensions import db
from pmg.factors.models import FactorObservation
from pmg.oversight.queries import Event
from pmg.security import access
from pmg.security.policy import Action

_NOTE = "note"  # the one field whose category depends on the row


@dataclass(frozen=True, slots=True)
class Readable:
    """Which observations of a case the reader may read, and since when one of them has a note."""

    ids: frozenset[UUID]
    noted_since: datetime | None


def readable(case: Case) -> Readable:
    """Return what of this case the reader may read himself."""
    rows = [
        row
        for row in db.session.scalars(
            select(FactorObservation).where(
                FactorObservation.municipality_id == case.municipality_id,
                FactorObservation.case_id == case.id,
            )
        )
        if access.may(Action.DATA_READ, row, category=row.category)
    ]
    return Readable(
        frozenset(row.id for row in rows),
        min((row.created_at for row in rows if row.note_sealed is not None), default=None),
    )


def discreet(event: Event, known: Readable) -> Event:
    """Return the event as this reader may hear of it."""
    fields = event.fields
    if known.noted_since is None or event.at < known.noted_since:
        fields = tuple(name for name in fields if name != _NOTE)
    if _is_closed(event, known):
        return replace(event, action=Action.CASE_SHOW, written=(), fields=fields)
    return replace(event, fields=fields)


def _is_closed(event: Event, known: Readable) -> bool:
    if event.observed:
        return not event.observed & known.ids
    # Whoever opens the form may have left something: the form alone says as little.
    is_foreign = event.organisation_id != access.reader().organisation_id
    return event.action == Action.FACTOR_OBSERVE and is_foreign
