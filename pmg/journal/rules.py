"""What may be written of contact with a youth, when it was, and when plans are in each other's way.

Days and times are Dutch ones; moments are UTC. On the two nights that the clock changes an hour
is missing, or comes twice: what is missing is refused, and of what comes twice the first is meant.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from pmg.cases.rules import name_key
from pmg.clock import AMSTERDAM
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

TEXT_LIMIT, REASON_LIMIT = 2000, 500
SHORTEST_MINUTES, LONGEST_MINUTES = 5, 720
_OLDEST = timedelta(days=5 * 366)
_FURTHEST = timedelta(days=2 * 366)
_WEEK = 7


class Kind(Labelled):
    """What sort of contact it was."""

    TALK = "gesprek", "Gesprek"
    STREET = "op_straat", "Op straat"
    VISIT = "bezoek", "Huisbezoek"
    PHONE = "telefoon", "Telefoon"
    MESSAGE = "bericht", "App of bericht"
    ELSEWHERE = "elders", "School of afspraak elders"
    PARENTS = "ouders", "Ouders of verzorgers"
    NOT_REACHED = "niet_bereikt", "Niet bereikt"


class When(Labelled):
    """When it was, seen from now."""

    NOW = "nu", "Nu"
    TODAY = "vandaag", "Eerder vandaag"
    YESTERDAY = "gisteren", "Gisteren"
    OTHER = "anders", "Een andere dag"


class RemarkKind(Labelled):
    """What stands beside what was written."""

    DISPUTED = "oneens", "De jongere is het hier niet mee eens"
    OWN_WORDS = "jongere", "De jongere wil er iets bij zeggen"
    REPLY = "reactie", "Reactie"


class AppointmentState(Labelled):
    """How far an appointment is, as recorded."""

    PLANNED = "gepland", "Gepland"
    HELD = "doorgegaan", "Doorgegaan"
    MISSED = "niet_gekomen", "Niet gekomen"
    CANCELLED = "afgezegd", "Afgezegd"


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the time of day where it is known; or as the writer's own device had it."""

    on: date
    clock: time | None = None
    is_device_time: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody says that happened."""

    kind: Kind
    moment: Moment
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment up to, and not at, a moment."""

    starts_at: datetime
    ends_at: datetime

    def meets(self, other: "Span") -> bool:
        """Tell whether some moment lies in both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Taken:
    """A time that is taken: of whom, and by what, where the reader may know that."""

    span: Span
    whose: str
    what: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned: when, how long, where, with whom, and which colleagues come along."""

    on: date
    clock: time
    minutes: int
    place: str
    with_whom: str
    colleagues: tuple[UUID, ...] = ()


def moment_of(when: When, day: date | None, clock: time | None, *, now: datetime) -> Moment:
    """Return the day and time that are meant; raise Invalid when it is still to come."""
    local = now.astimezone(AMSTERDAM)
    if when is When.OTHER and day is None:
        raise Invalid("on", "Vul in op welke dag het was.")
    days = {When.YESTERDAY: local.date() - timedelta(days=1), When.OTHER: day}
    on = days.get(when) or local.date()
    if when is When.NOW and clock is None:
        clock = local.time().replace(second=0, microsecond=0, tzinfo=None)
    return check_moment(Moment(on, clock), now=now)


def check_moment(moment: Moment, *, now: datetime) -> Moment:
    """Return it; raise Invalid when it is still to come, too long ago, or never was."""
    today = now.astimezone(AMSTERDAM).date()
    if moment.on > today:
        raise Invalid("on", "Deze dag moet nog komen. Kies vandaag of een dag die al geweest is.")
    if today - moment.on > _OLDEST:
        raise Invalid("on", "Deze dag is langer dan vijf jaar geleden. Kijk het jaar na.")
    if moment.clock is not None and at(moment.on, moment.clock) > now:
        raise Invalid("clock", "Deze tijd moet nog komen. Kies een tijd die al geweest is.")
    return moment


def check_contact(contact: Contact, *, now: datetime) -> Contact:
    """Return the contact with its clean text; raise Invalid when it cannot be kept."""
    text = check_text("text", contact.text, limit=TEXT_LIMIT)
    if not text:
        raise Invalid("text", "Schrijf in een zin op wat er is gebeurd.")
    return Contact(contact.kind, check_moment(contact.moment, now=now), text)


def check_reason(field: str, text: str) -> str:
    """Return the clean reason; raise Invalid when there is none."""
    clean = check_text(field, text, limit=REASON_LIMIT)
    if not clean:
        raise Invalid(field, "Schrijf op waarom.")
    return clean


def check_plan(plan: Plan, *, now: datetime) -> Span:
    """Return when it is; raise Invalid when that has gone by, is too far, or does not exist."""
    if not SHORTEST_MINUTES <= plan.minutes <= LONGEST_MINUTES:
        raise Invalid("minutes", "Kies hoelang de afspraak duurt.")
    today = now.astimezone(AMSTERDAM).date()
    if plan.on - today > _FURTHEST:
        raise Invalid("on", "Deze dag is verder dan twee jaar weg. Kijk het jaar na.")
    span = span_of(plan.on, plan.clock, plan.minutes)
    if span.starts_at < now:
        raise Invalid(
            "on" if plan.on < today else "clock",
            "Dit moment is al geweest. Kies een later moment, of leg een contactmoment vast.",
        )
    return span


def at(day: date, clock: time) -> datetime:
    """Return the moment of a Dutch day and time; Invalid when the clock skipped it that night."""
    if day.year in {date.min.year, date.max.year}:
        raise Invalid("on", "Deze dag bestaat niet. Kijk de dag, de maand en het jaar na.")
    moment = datetime.combine(day, clock, AMSTERDAM).astimezone(UTC)
    if moment.astimezone(AMSTERDAM).replace(tzinfo=None) != datetime.combine(day, clock):
        raise Invalid(
            "clock",
            "Deze tijd bestaat niet: die nacht gaat de klok een uur vooruit. Kies een andere tijd.",
        )
    return moment


def span_of(day: date, clock: time, minutes: int) -> Span:
    """Return from when until when; the length is real time, also when the clock changes."""
    begins = at(day, clock)
    return Span(begins, begins + timedelta(minutes=minutes))


def day_span(day: date) -> Span:
    """Return the whole of a Dutch day: 23, 24 or 25 hours."""
    return Span(at(day, time()), at(day + timedelta(days=1), time()))


def week_of(day: date) -> tuple[date, ...]:
    """Return the days of the week of a day, Monday first."""
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=number) for number in range(_WEEK))


def clashes(planned: Span, taken: Iterable[Taken]) -> tuple[Taken, ...]:
    """Return what is in the way of it, first begun first."""
    found = [other for other in taken if planned.meets(other.span)]
    return tuple(sorted(found, key=lambda other: (other.span.starts_at, other.whose)))


def names_in(text: str, names: Sequence[str]) -> list[str]:
    """Return which of these given names stand in a text as words, however they are written."""
    words = _words(text)
    return [name for name in dict.fromkeys(names) if words & _words(name)]


def _words(text: str) -> set[str]:
    """Return the words of a text without accents; both as they stand and as names are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return {*re.findall(r"[^\W\d_]+", letters), *name_key(text).split()}
