"""The appointments of who made the link of a calendar: when and how long, and nothing else.

A calendar program has no session; a function of the database gives what its key opens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import text

from pmg.clock import AMSTERDAM
from pmg.extensions import db
from pmg.journal.rules import Span
from pmg.web.feeds import Key

_APPOINTMENTS = text(
    "SELECT id, starts_at, minutes, changes, is_off"
    " FROM pmg_feed_appointments(:feed_id, :digest, :since, :until)"
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One appointment as a calendar may have it."""

    id: UUID
    span: Span
    changes: int
    is_off: bool

    @property
    def on(self) -> date:
        """The Dutch day on which it begins."""
        return self.span.starts_at.astimezone(AMSTERDAM).date()


def appointments(key: Key, first: date, last: date) -> Iterator[Planned]:
    """Yield what begins from the first day to the last, as the key's owner has it now."""
    given = {
        "feed_id": key.feed_id,
        "digest": key.digest,
        "since": datetime.combine(first, time(), AMSTERDAM),
        "until": datetime.combine(last + timedelta(days=1), time(), AMSTERDAM),
    }
    for row in db.session.execute(_APPOINTMENTS, given):
        ends_at = row.starts_at + timedelta(minutes=row.minutes)
        yield Planned(row.id, Span(row.starts_at, ends_at), row.changes, row.is_off)
