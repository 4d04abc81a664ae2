"""SOCKET: what stands in the calendar of one person, plugged in by the rooms.

A calendar program has no session, so a room cannot read its tables for it. Each room has a function
of the database of its own, that is handed the key of the link and gives days and times; no word of
what it is, and none of whom.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a calendar: which link, and the digest of its secret."""

    feed_id: UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing in a calendar: its kind in a word, its day or its times, and where to read more.

    `id` is that of the row; the same row is the same thing in the calendar, also on another day.
    With times, they are aware and it lasts from `begin` to `end`; without, it is the whole day.
    `changes` counts how many times it was changed; what is off is told so, that it goes away.
    """

    id: UUID
    kind: str
    on: date
    url: str
    begin: datetime | None = None
    end: datetime | None = None
    changes: int | None = None
    is_off: bool = False


Find = Callable[[Key, date, date], Iterable[Moment]]
_plugged: list[Find] = []


def plug_in(find: Find) -> None:
    """Show what this finds from the first day to the last; plugged in twice, it is shown once."""
    if find not in _plugged:
        _plugged.append(find)


def moments(key: Key, first: date, last: date) -> Sequence[Moment]:
    """Return all that the rooms have for the calendar that this key opens."""
    return [moment for find in _plugged for moment in find(key, first, last)]
