"""Case meetings: vocabularies, days of a series, who sees what, and the record. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

SHORTEST_WORDS, WORDS_LIMIT, SENTENCE_LIMIT, NAME_LIMIT = 10, 1000, 300, 80
MOST_MINUTES, MOST_ITEM_MINUTES = 480, 120
MOST_ACTIONS = 12
PACK_DAYS = 14
REVIEW_WEEKS = 6
_FARTHEST_DAYS = 366 * 2


class Rhythm(Labelled):
    """How often a series meets."""

    WEEKLY = "week", "Elke week"
    FORTNIGHTLY = "twee_weken", "Elke twee weken"

    @property
    def days(self) -> int:
        """How many days lie between two meetings."""
        return 7 if self is Rhythm.WEEKLY else 14


class Weekday(Labelled):
    """On which day of the week."""

    MONDAY = "1", "Maandag"
    TUESDAY = "2", "Dinsdag"
    WEDNESDAY = "3", "Woensdag"
    THURSDAY = "4", "Donderdag"
    FRIDAY = "5", "Vrijdag"
    SATURDAY = "6", "Zaterdag"
    SUNDAY = "7", "Zondag"


class MeetingState(Labelled):
    """How far a meeting is."""

    PLANNED = "gepland", "Gepland"
    RUNNING = "bezig", "Bezig"
    CLOSED = "gesloten", "Gesloten"
    CANCELLED = "vervallen", "Gaat niet door"


class ItemState(Labelled):
    """How far an item is."""

    PROPOSED = "voorgesteld", "Voorgesteld"
    PLACED = "geagendeerd", "Op de agenda"
    DISCUSSED = "besproken", "Besproken"
    DECLINED = "niet_geagendeerd", "Niet op de agenda"
    WITHDRAWN = "ingetrokken", "Ingetrokken"

    @property
    def is_on_agenda(self) -> bool:
        """Whether it is talked about."""
        return self in {ItemState.PLACED, ItemState.DISCUSSED}

    @property
    def is_shared(self) -> bool:
        """Whether who is invited may know of it."""
        return self.is_on_agenda or self is ItemState.WITHDRAWN

    @property
    def is_closed(self) -> bool:
        """Whether it is over before it was discussed."""
        return self in {ItemState.DECLINED, ItemState.WITHDRAWN}


class Known(Labelled):
    """What an organisation says of a youth."""

    KNOWN = "bekend", "Bekend"
    UNKNOWN = "niet_bekend", "Niet bekend"
    NOTHING = "niets_te_delen", "Niets te delen"


class Refusal(Labelled):
    """Why an organisation does not answer its question; for the chair alone."""

    NO_BASIS = "geen_grondslag", "Wij hebben hiervoor geen grondslag"
    CONFIDENTIAL = "beroepsgeheim", "Ons beroepsgeheim staat dit niet toe"
    NOT_NEEDED = "niet_nodig", "Het is niet nodig voor deze vraag"
    RUNNING_CASE = "lopend_onderzoek", "Er loopt een onderzoek dat dit niet toestaat"
    NO_TIME = "niet_op_tijd", "Het lukt niet om dit op tijd na te gaan"


class Scope(Labelled):
    """Who may read a contribution."""

    MEETING = "overleg", "Wie nu bij dit onderwerp is uitgenodigd, en wie het overleg leidt"
    PARTNERS = "partners", "Alleen de organisaties die ik kies"
    CHAIR = "voorzitter", "Alleen wie het overleg nu leidt"


class Outcome(Labelled):
    """What was decided on an item."""

    ACCEPT = "opnemen", "Opnemen in de aanpak"
    REFER = "doorverwijzen", "Doorverwijzen naar andere hulp"
    DECLINE = "afwijzen", "Niet opnemen"
    CONTINUE = "doorgaan", "Doorgaan zoals het loopt"
    SCALE_UP = "opschalen", "Meer of zwaardere inzet (opschalen)"
    SCALE_DOWN = "afschalen", "Minder of lichtere inzet (afschalen)"
    CLOSE = "afsluiten", "Afsluiten met nazorg"


TRIAGE = frozenset({Outcome.ACCEPT, Outcome.REFER, Outcome.DECLINE})
"""These decide on a referral; the chair carries them through, and nothing happens by itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who somebody is at an item: his organisation, and what he is there."""

    user_id: UUID
    organisation_id: UUID
    is_member: bool  # takes part in the case now
    is_chair: bool
    is_proposer: bool
    is_invited: bool
    has_conflict: bool
    has_brought: bool = False  # his organisation brought something in: it keeps hold of that


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a contribution was written for: that does not grow, unless its source says so."""

    organisation_id: UUID
    readers: frozenset[UUID] = frozenset()  # organisations, of whom who is invited reads it
    chairs: frozenset[UUID] = frozenset()  # people, as long as they lead the meeting


def sees_item(place: Place, state: ItemState) -> bool:
    """Tell whether an item exists for somebody."""
    if not place.is_member or place.has_conflict:
        return False
    as_guest = place.is_invited and (state.is_shared or place.has_brought)
    return place.is_chair or place.is_proposer or as_guest


def reads(place: Place, state: ItemState, reach: Reach) -> bool:
    """Tell whether somebody may read a contribution; its category is asked of the policy beside."""
    return sees_item(place, state) and reaches(place, reach)


def reaches(place: Place, reach: Reach) -> bool:
    """Tell whether a contribution was written for somebody, as he is there now."""
    if place.organisation_id == reach.organisation_id:
        return True
    if place.is_invited and place.organisation_id in reach.readers:
        return True
    return place.is_chair and place.user_id in reach.chairs


def days_of(first: date, rhythm: Rhythm, *, since: date, number: int) -> list[date]:
    """Return so many days of a series from this day on."""
    ahead = max(0, (since - first).days)
    turn = -(-ahead // rhythm.days)
    return [first + timedelta(days=rhythm.days * (turn + step)) for step in range(number)]


def check_first(first: date, weekday: Weekday, *, today: date) -> None:
    """Raise Invalid unless a series can begin on this day."""
    if first < today:
        raise Invalid("first_on", "Deze dag is al geweest. Kies vandaag of een latere dag.")
    if (first - today).days > _FARTHEST_DAYS:
        raise Invalid("first_on", "Deze dag ligt te ver weg. Kijk het jaar na.")
    if first.isoweekday() != int(weekday):
        raise Invalid("first_on", "Deze dag valt niet op de gekozen dag van de week.")


def check_last(last: date, *, today: date) -> None:
    """Raise Invalid unless a series can end after this day."""
    if last < today:
        raise Invalid("last_on", "Deze dag is al geweest. Kies vandaag of een latere dag.")
    if (last - today).days > _FARTHEST_DAYS:
        raise Invalid("last_on", "Deze dag ligt te ver weg. Kijk het jaar na.")


def check_review(on: date | None, *, today: date) -> None:
    """Raise Invalid unless an item can come back on this day."""
    if on is None:
        return
    if on <= today or (on - today).days > _FARTHEST_DAYS:
        raise Invalid("review_on", "Kies een dag na vandaag, binnen twee jaar.")


def check_between(field: str, value: int, most: int) -> None:
    """Raise Invalid unless a number can be used."""
    if not 1 <= value <= most:
        raise Invalid(field, "Vul een heel getal in van 1 tot en met %(most)d.", most=most)


def check_words(field: str, words: str, *, limit: int = WORDS_LIMIT) -> str:
    """Return the clean words; raise Invalid when they say too little."""
    clean = check_text(field, words, limit=limit)
    if len(clean) < SHORTEST_WORDS:
        raise Invalid(field, "Schrijf dit in een hele zin op.")
    return clean


def spent(seconds: int, planned_minutes: int) -> str:
    """Return the time that an item took beside the time that was planned: '6:05 / 10'."""
    return f"{seconds // 60}:{seconds % 60:02d} / {planned_minutes}"


def canonical(content: Mapping[str, object]) -> str:
    """Return a record as it is kept and hashed: one spelling for one content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical record, as people compare it."""
    return hashlib.sha256(text.encode()).hexdigest()


def everyone_confirmed(present: Iterable[UUID], confirmed: Iterable[UUID]) -> bool:
    """Tell whether all who were there confirmed the agreements."""
    return set(present) <= set(confirmed)
