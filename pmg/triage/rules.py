"""When triage is, how long a referral waits, and how its referrer hears of it: pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from pmg.clock import AMSTERDAM
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

SHORTEST_SLOT, LONGEST_SLOT = 15, 240
LONGEST_TERM = 90
WORDS_LIMIT = 1000
_DAYS_IN_WEEK = 7


class Weekday(Labelled):
    """A day of the week; the code is its number, Monday being 1."""

    MONDAY = "1", "maandag"
    TUESDAY = "2", "dinsdag"
    WEDNESDAY = "3", "woensdag"
    THURSDAY = "4", "donderdag"
    FRIDAY = "5", "vrijdag"
    SATURDAY = "6", "zaterdag"
    SUNDAY = "7", "zondag"


class ToWhom(Labelled):
    """Who the referrer is, as far as the program can reach him."""

    ENTERED = "invoerder", "De collega die de aanmelding hier invoerde"
    ACCOUNT = "account", "Iemand anders met een account in dit programma"
    OUTSIDE = "zonder", "Iemand zonder account. Ik vertel het zelf, later"

    @property
    def needs_telling(self) -> bool:
        """Whether a person has to tell it."""
        return self is ToWhom.OUTSIDE


class Way(Labelled):
    """How a referrer heard of the decision. Not by mail: no case data goes by mail."""

    PROGRAM = "programma", "In dit programma"
    PHONE = "telefoon", "Per telefoon"
    TALK = "gesprek", "In een gesprek"
    LETTER = "brief", "Met een brief"


BY_ONESELF = tuple(way for way in Way if way is not Way.PROGRAM)


@dataclass(frozen=True, slots=True)
class Slot:
    """The fixed time of the week, and within how many days a referral is decided on."""

    weekday: Weekday
    starts: time
    minutes: int
    term_days: int


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a referral waits; `left` is below zero when the term has passed."""

    days: int
    due_on: date | None
    left: int | None

    @property
    def is_late(self) -> bool:
        """Whether the term has passed."""
        return self.left is not None and self.left < 0


@dataclass(frozen=True, slots=True)
class Feedback:
    """Who hears of the decision, and in which words besides the decision itself."""

    to_whom: ToWhom
    user_id: UUID | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """That the referrer was told by a person, how and when, by who saw this version."""

    way: Way
    on: date
    version: int


def check_slot(slot: Slot) -> None:
    """Raise Invalid with what to do when the time or the term cannot be."""
    if not SHORTEST_SLOT <= slot.minutes <= LONGEST_SLOT:
        raise Invalid(
            "minutes",
            "Het overleg duurt %(least)d tot en met %(most)d minuten.",
            least=SHORTEST_SLOT,
            most=LONGEST_SLOT,
        )
    if not 1 <= slot.term_days <= LONGEST_TERM:
        raise Invalid(
            "term_days", "Kies een termijn van 1 tot en met %(most)d dagen.", most=LONGEST_TERM
        )


def begins(slot: Slot, moment: datetime) -> datetime:
    """Return, in Dutch time, when triage begins: the one that goes on, else the first to come.

    A time that the clock skips in spring comes as much later as the clock does.
    """
    last = moment.astimezone(AMSTERDAM).date() - timedelta(days=1)  # one may run past midnight
    day = last + timedelta(days=(int(slot.weekday) - last.isoweekday()) % _DAYS_IN_WEEK)
    while True:
        start = datetime.combine(day, slot.starts, AMSTERDAM).astimezone(UTC)
        if start + timedelta(minutes=slot.minutes) > moment:
            return start.astimezone(AMSTERDAM)
        day += timedelta(days=_DAYS_IN_WEEK)


def clock(referred_on: date, term_days: int | None, today: date) -> Clock:
    """Return how long a referral waits, in days of the calendar; without a term none is left."""
    days = (today - referred_on).days
    if term_days is None:
        return Clock(days, None, None)
    return Clock(days, referred_on + timedelta(days=term_days), term_days - days)


def check_words(text: str) -> str:
    """Return the clean words for the referrer; raise Invalid when they cannot be kept."""
    return check_text("told_words", text, limit=WORDS_LIMIT)


def check_telling(telling: Telling, *, decided_on: date, today: date) -> None:
    """Raise Invalid unless somebody told it himself, on a day from the decision until now."""
    if telling.way not in BY_ONESELF:
        raise Invalid("way", "Kies hoe u het hebt verteld.")
    if not decided_on <= telling.on <= today:
        raise Invalid(
            "told_on",
            "Kies een dag vanaf het besluit (%(day)s) tot en met vandaag.",
            day=f"{decided_on:%d-%m-%Y}",
        )
