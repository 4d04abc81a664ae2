"""Periods of a report, and what may be said beside it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from unicodedata import normalize

from pmg.errors import Invalid

_DAY = timedelta(days=1)
_MONTHS_IN_QUARTER = 3
_TENS = "tien|twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig"
_FEW = rf"(?:twee|drie|vier|vijf|zes|zeven|acht|negen|elf|twaalf|\w*(?:{_TENS}))"
_RANKS = (
    r"(?:tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|elfde|twaalfde|"
    rf"\w*(?:{_TENS})(?:de|ste))"
)
_COUNTED = (
    "jongeren?|jeugdigen?|kind|kinderen|meisjes?|jongens?|persoon|personen|deelnemers?|cliënt|cliënten|"
    "broer|zus|aanmelding|aanmeldingen|registraties?|dossiers?|traject|trajecten|factor|factoren|"
    "geval|gevallen"
)
_IN_WORDS = (
    # twaalf, zesentwintig, tweeënveertig
    rf"[eé]én|{_FEW}|"
    # tweetal, twintigtal, tientallen, met zijn drieën, zevenmaal, drievoud
    rf"(?:[eé]én|{_FEW})(?:tal|tallen|ën|en|maal|keer|voud|voudige?)|"
    # honderdvijf, tweeduizend, honderden, miljoenen
    r"\w*(?:honderd|duizend|miljoen|miljard)\w*|"
    "paar|dozijn|dozijnen|half|halve|helft|anderhal(?:f|ve)|(?:drie)?kwart|dubbel|dubbele|dubbelen|"
    "beide|beiden|geen enkele?|nul|nihil|niemand|"
    # een derde van de jongeren; een derde partij is no number
    rf"een {_RANKS}(?! (?:partij|kwartaal))|"
    # een jongere, geen dossiers, de vijfde aanmelding: one, none or so many of what a report counts
    rf"(?:een|geen|(?:de|het) enige|{_RANKS}) (?:\w+ )?(?:{_COUNTED})|eentje"
)
_MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_YEAR = rf"(?:in|over|sinds|jaar|kwartaal|{_MONTHS}) 20\d{{2}}"
_NUMBER = re.compile(rf"\d|\b(?:{_IN_WORDS})\b", re.IGNORECASE)
_SAID_OF_A_YEAR = re.compile(rf"\b{_YEAR}\b(?! (?:{_COUNTED})\b)", re.IGNORECASE)


class Preset(StrEnum):
    """The periods that are asked most, and one's own."""

    LAST_YEAR = "vorig_jaar"
    LAST_QUARTER = "vorig_kwartaal"
    THIS_YEAR = "dit_jaar"
    OWN = "eigen"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row, both ends counted."""

    first: date
    last: date

    @property
    def until(self) -> date:
        """The first day after the period."""
        return self.last + _DAY

    def overlaps(self, other: "Period") -> bool:
        """Whether a day lies in both."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Choice:
    """What the policy officer asks for."""

    template_code: str
    period: Period


def says_a_number(text: str) -> bool:
    """Tell whether a text says how many, in digits or words; a year after ‘in’ is none.

    It knows words, not what is meant: who wants to tell a number still can. What it stops is a
    number that slips in.
    """
    plain = normalize("NFKC", " ".join(text.split()))
    return _NUMBER.search(_SAID_OF_A_YEAR.sub("", plain)) is not None


def check_reason(reason: str) -> None:
    """Raise Invalid where a reason says how many: that stands nowhere but in a report."""
    if says_a_number(reason):
        raise Invalid(
            "reason",
            "Laat aantallen weg, ook in woorden: een precies aantal hoort niet in een rapport.",
        )


def in_numbers(day: date) -> str:
    """Write a day in numbers, as it stands in a refusal."""
    return f"{day.day}-{day.month}-{day.year}"


def year_around(day: date) -> Period:
    """Return the calendar year that a day lies in."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def split_years(period: Period) -> tuple[Period, ...]:
    """Return the calendar years that a period holds a part of, unless it is one such year."""
    years = range(period.first.year, period.last.year + 1)
    whole = tuple(year_around(date(year, 1, 1)) for year in years)
    return () if whole == (period,) else whole


def gaps(whole: Period, parts: Sequence[Period]) -> tuple[Period, ...]:
    """Return the days of a period that lie in none of its parts, in order."""
    found, start = [], whole.first
    for part in sorted(parts, key=lambda each: each.first):
        if part.first > start:
            found.append(Period(start, part.first - _DAY))
        start = max(start, part.until)
    return (*found, Period(start, whole.last)) if start <= whole.last else tuple(found)


def stored_period(first: date, until: date) -> Period:
    """Return the period of a stored report, which holds the first day after it."""
    return Period(first, until - _DAY)


def preset_period(preset: Preset, today: date) -> Period | None:
    """Return the days of a preset as seen from `today`; None for a period of one's own."""
    start_of_year = date(today.year, 1, 1)
    if preset is Preset.LAST_YEAR:
        return Period(date(today.year - 1, 1, 1), start_of_year - _DAY)
    if preset is Preset.THIS_YEAR:
        return Period(start_of_year, today)
    if preset is Preset.LAST_QUARTER:
        last = _start_of_quarter(today) - _DAY
        return Period(_start_of_quarter(last), last)
    return None


def _start_of_quarter(day: date) -> date:
    month = (day.month - 1) // _MONTHS_IN_QUARTER * _MONTHS_IN_QUARTER + 1
    return date(day.year, month, 1)


def check_period(period: Period, today: date) -> None:
    """Raise Invalid unless the period has a day in it and none after `today`."""
    if period.last > today:
        raise Invalid("last", "Kies een laatste dag die al geweest is, of vandaag.")
    if period.first > period.last:
        raise Invalid("last", "Kies een laatste dag die op of na de eerste dag ligt.")


class State(StrEnum):
    """How a draft stands; the last three are decided by a person."""

    WAITING = "wacht"
    COMPUTING = "bezig"
    READY = "klaar"
    FAILED = "mislukt"
    HELD = "vastgehouden"
    APPROVED = "goedgekeurd"
    SENT_BACK = "teruggestuurd"
    WITHDRAWN = "ingetrokken"


OPEN = (State.WAITING, State.COMPUTING, State.READY)
"""Of these a template has one at a time."""


class Step(IntEnum):
    """How far the worker is with a draft, as its progress bar shows it."""

    COUNTED = 0
    LEDGER = 1
    ROUNDING = 2
    CHECKING = 3
    DONE = 4


class Fault(StrEnum):
    """Why a draft could not be computed, without any number in it."""

    LEDGER = "grootboek"
    INFEASIBLE = "onveilig"
    UNDECIDED = "onbeslist"
    BROKEN_OFF = "afgebroken"
    SEAL = "verzegeling"


def population(municipality_id: str, period: Period) -> str:
    """Name whom a report counts: releases of one name are protected together."""
    return f"{municipality_id} {period.first} {period.until}"


def chances(municipality_id: str, period: Period) -> str:
    """Name what reports draw by: those of one place, about as long and about the same days, alike.

    Who shifts the days, or takes another kind of report, then sees no other chance where the same
    is counted. Periods that do not overlap never draw alike: their numbers may be added up.
    """
    days = (period.until - period.first).days
    span = 1 << (days.bit_length() - 1)
    middle = period.first + (period.last - period.first) // 2
    return f"{municipality_id} {span} {middle.toordinal() // span}"
