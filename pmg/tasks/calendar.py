"""A calendar as other programs read it (RFC 5545): kinds, days and links, and nothing else."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from icalendar import CLASS, STATUS, TRANSP, Calendar, Event, Timezone

from pmg.clock import AMSTERDAM
from pmg.web.feeds import Moment

NAME = "Samen Vooruit"
_EVERY = timedelta(hours=1)
# The changes of the clock that a calendar can hold.
_FIRST, _LAST = date(2025, 1, 1), date(2045, 1, 1)


def written(id_: UUID, moments: Iterable[Moment], *, base: str, at: datetime) -> bytes:
    """Return the calendar; `base` is the address of the product, `at` when it was asked for."""
    calendar = Calendar.new(
        uid=id_, name=NAME, prodid="-//Samen Vooruit//NONSGML//NL", refresh_interval=_EVERY
    )
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    calendar.add("X-WR-TIMEZONE", AMSTERDAM.key)
    calendar.add_component(_zone())
    for moment in moments:
        calendar.add_component(_event(moment, base=base, at=at))
    content: bytes = calendar.to_ical()
    return content


@cache
def _zone() -> Timezone:
    return Timezone.from_tzid(AMSTERDAM.key, first_date=_FIRST, last_date=_LAST)


def _event(moment: Moment, *, base: str, at: datetime) -> Event:
    """Return one event. Times stand in UTC: an hour that comes twice has two names there."""
    is_busy = moment.begin is not None and not moment.is_off
    return Event.new(
        uid=moment.id,
        stamp=at,
        summary=moment.kind,
        start=moment.begin.astimezone(UTC) if moment.begin else moment.on,
        end=moment.end.astimezone(UTC) if moment.end else None,
        url=f"{base}{moment.url}",
        sequence=moment.changes,
        status=STATUS.CANCELLED if moment.is_off else None,
        classification=CLASS.PRIVATE,
        # What fills a whole day, or is off, does not make its owner unavailable.
        transparency=TRANSP.OPAQUE if is_busy else TRANSP.TRANSPARENT,
    )
