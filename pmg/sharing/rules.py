"""What makes a share decision whole, and what an agreement covers. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from pmg.clock import AMSTERDAM
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

WORDS_LIMIT, LINE_LIMIT, SHORTEST = 1000, 200, 10
LONGEST_SHARE = timedelta(days=366)
USUAL_SHARE = timedelta(days=90)
SOON = timedelta(days=30)
UNANSWERED = timedelta(days=14)
ANSWER_SHOWN = timedelta(days=30)


class Answer(Labelled):
    """What an organisation says when it is asked whether it knows a youth."""

    KNOWN = "bekend", "Bekend"
    UNKNOWN = "niet_bekend", "Niet bekend"
    NOTHING = "niets_te_delen", "Niets te delen"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation, as far as an agreement needs to know."""

    id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom an agreement is, and when."""

    partner_codes: frozenset[str]
    organisation_ids: frozenset[UUID]
    valid_from: date
    valid_until: date | None

    def is_current(self, today: date) -> bool:
        """Whether it holds on this day."""
        return self.valid_from <= today and (self.valid_until is None or today <= self.valid_until)

    def covers(self, parties: Iterable[Party]) -> bool:
        """Whether all of these are parties to it, by name or by their type."""
        return all(
            party.id in self.organisation_ids or party.kind in self.partner_codes
            for party in parties
        )


def check_end(until: date, *, today: date, case_until: date | None) -> None:
    """Raise Invalid unless the last day of sharing lies ahead, within a year and in the case."""
    if until <= today:
        raise Invalid("until", "Deze dag is al voorbij. Kies een dag na vandaag.")
    if until > today + LONGEST_SHARE:
        raise Invalid("until", "Deel hoogstens een jaar. Daarna kunt u verlengen.")
    if case_until is not None and until > case_until:
        raise Invalid(
            "until", "De zaak loopt tot %(day)s. Deel niet langer.", day=f"{case_until:%d-%m-%Y}"
        )


def check_words(field: str, words: str, *, limit: int = WORDS_LIMIT) -> str:
    """Return the clean words; raise Invalid when they are too few to mean anything."""
    clean = check_text(field, words, limit=limit)
    if len(clean) < SHORTEST:
        raise Invalid(field, "Schrijf in een zin op waarom.")
    return clean


def midnight_after(day: date) -> datetime:
    """Return the moment at which a day is over in the Netherlands."""
    return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM)


def last_day(until: datetime) -> date:
    """Return the last day on which something may be read that ends at this moment."""
    return (until.astimezone(AMSTERDAM) - timedelta(microseconds=1)).date()
