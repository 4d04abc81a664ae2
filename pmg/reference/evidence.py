"""What is known of the effect of an intervention: the level, and when it was judged."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from pmg.reference.labelled import Labelled
from pmg.texts import translated

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


class EvidenceLevel(Labelled):
    """The ladder of the Dutch recognition committees, lowest step first; `order` is the step."""

    NOT_ASSESSED = "niet_beoordeeld", "Niet beoordeeld"
    NOT_RECOGNISED = "niet_erkend", "Beoordeeld, niet erkend"
    LAPSED = "verlopen", "Erkenning verlopen"
    WELL_DESCRIBED = "goed_beschreven", "Goed beschreven"
    WELL_FOUNDED = "goed_onderbouwd", "Goed onderbouwd"
    FIRST_INDICATIONS = "eerste_aanwijzingen", "Eerste aanwijzingen voor effect"
    GOOD_INDICATIONS = "goede_aanwijzingen", "Goede aanwijzingen voor effect"
    STRONG_INDICATIONS = "sterke_aanwijzingen", "Sterke aanwijzingen voor effect"

    @property
    def is_recognition(self) -> bool:
        """Whether a committee recognised the intervention, so that it can grow old."""
        return self.order >= EvidenceLevel.WELL_DESCRIBED.order


@dataclass(frozen=True, slots=True)
class Judged:
    """When a source says the level was given: the last day it can mean, and that in words."""

    on: date
    words: str


_DAY = re.compile(r"(?<![\d-])(\d{1,2})-(\d{1,2})-((?:19|20)\d{2})(?![\d-])")
_DECISION = re.compile(r"besluit (\d{1,2})-(\d{1,2})-((?:19|20)\d{2})")
_NAMED_MONTH = re.compile(rf"\b({'|'.join(MONTHS)}) ((?:19|20)\d{{2}})\b")
_MONTH = re.compile(r"(?<![\d-])((?:19|20)\d{2})-(\d{2})(?![\d-])")
_YEAR = re.compile(r"(?<![\d/-])(?:19|20)\d{2}(?![\d/-])")


def when_judged(source: str) -> Judged | None:
    """Find the day, month or year in the words of a source; None where it gives none.

    A decision goes before the day a page was written, and a day before a month or a year.
    """
    day = _DECISION.search(source) or _DAY.search(source)
    if day:
        return _a_day(*(int(part) for part in day.groups()))
    if named := _NAMED_MONTH.search(source):
        return _a_month(int(named[2]), MONTHS.index(named[1]) + 1)
    if month := _MONTH.search(source):
        return _a_month(int(month[1]), int(month[2]))
    if year := _YEAR.search(source):
        return Judged(date(int(year[0]), 12, 31), year[0])
    return None


def in_words(day: date) -> str:
    """Return a day as a page writes it: '13 maart 2019'."""
    return f"{day.day} {translated(MONTHS[day.month - 1])} {day.year}"


def _a_day(day: int, month: int, year: int) -> Judged | None:
    try:
        on = date(year, month, day)
    except ValueError:
        return None
    return Judged(on, in_words(on))


def _a_month(year: int, month: int) -> Judged | None:
    if not 1 <= month <= len(MONTHS):
        return None
    words = f"{translated(MONTHS[month - 1])} {year}"
    return Judged(date(year, month, monthrange(year, month)[1]), words)
