"""An activity in the district and the number of its visitors: vocabularies, checks, sums. Pure.

There is no place for words: who cannot write a name down, keeps no list of visitors.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pmg.errors import Invalid
from pmg.interventions.rules import Funding
from pmg.reference.labelled import Labelled
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.texts import to_translate, translated

MOST_VISITORS, LONGEST_AGO_YEARS = 5_000, 3
OUTSIDE = "buiten"
BANDS = ((8, 11), (12, 14), (15, 17), (18, 22), (23, 27))
"""Ages in whole years, as reports have them; everybody else is one more category."""


class Theme(Labelled):
    """What an activity is about."""

    SPORT = "sport", "Sport en bewegen"
    CULTURE = "cultuur", "Muziek, dans en cultuur"
    LEARNING = "leren", "Leren en huiswerk"
    WORK = "werk", "Werk, stage en geld"
    PARENTS = "ouders", "Ouders en opvoeden"
    MEETING = "ontmoeten", "Ontmoeten"
    SAFETY = "veilig", "Veilig op straat en online"
    OTHER = "anders", "Iets anders"


class Place(Labelled):
    """Where in an area it was."""

    COMMUNITY = "buurthuis", "Buurthuis of wijkcentrum"
    SCHOOL = "school", "School"
    SPORTS = "sportplek", "Sportclub of sportveld"
    OUTSIDE = "straat", "Plein, park of straat"
    LIBRARY = "bibliotheek", "Bibliotheek of theater"
    COMPANY = "bedrijf", "Bedrijf of werkplaats"
    ONLINE = "online", "Online"
    OTHER = "anders", "Ergens anders"


class Act(Labelled):
    """What a row does with the one before it."""

    TOLD = "genoteerd", "Vastgelegd"
    CORRECTED = "verbeterd", "Aangepast"
    TAKEN_BACK = "teruggenomen", "Teruggenomen"


class Mended(Labelled):
    """Why a row stands there anew. No words: nothing about anyone can be in it."""

    COUNT = "telling", "Het aantal klopte niet"
    DAY_OR_PLACE = "dag_of_plek", "De dag, de plek of het thema klopte niet"
    TWICE = "dubbel", "De activiteit stond er twee keer"
    NOT_HELD = "niet_doorgegaan", "De activiteit ging niet door"
    OTHER = "anders", "Een andere reden"


@dataclass(frozen=True, slots=True)
class Held:
    """An activity as it was held; `by_age` counts each of the bands and then the others."""

    on: date
    area: str
    place: Place
    theme: Theme
    funding: Funding
    visitors: int
    by_age: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """Some activities together."""

    activities: int
    visitors: int


def areas(municipality_id: str) -> dict[str, str]:
    """Return where an activity can be, code to name: the focus areas, and outside of them."""
    own = MUNICIPALITIES[municipality_id].focus_areas
    return {area.code: area.name for area in own} | {OUTSIDE: to_translate("Buiten focusgebied")}


def bands() -> tuple[str, ...]:
    """Return what the bands of ages are called, and the others last."""
    named = (
        translated("%(first)d tot en met %(last)d jaar", first=first, last=last)
        for first, last in BANDS
    )
    return (*named, translated("Jonger of ouder"))


def check_held(held: Held, municipality_id: str, *, today: date) -> Held:
    """Return an activity, clean; raise Invalid unless it can have been held so.

    Ages may be counted for some of the visitors; where all counts are nothing, none were made.
    """
    if held.on > today:
        raise Invalid("on_day", "Deze dag moet nog komen. Leg de activiteit vast als die er was.")
    if today.year - held.on.year > LONGEST_AGO_YEARS:
        raise Invalid("on_day", "Deze dag ligt te ver terug. Kijk het jaar na.")
    if held.area not in areas(municipality_id):
        raise Invalid("area", "Kies een gebied uit de lijst.")
    if not 0 <= held.visitors <= MOST_VISITORS:
        raise Invalid(
            "visitors",
            "Vul een heel getal in van 0 tot en met %(most)d.",
            most=MOST_VISITORS,
        )
    if held.by_age is None or not any(held.by_age):
        return Held(held.on, held.area, held.place, held.theme, held.funding, held.visitors)
    if len(held.by_age) != len(BANDS) + 1 or min(held.by_age) < 0:
        raise Invalid("visitors", "Vul bij elke leeftijd een heel getal in van 0 of meer.")
    if (counted := sum(held.by_age)) > held.visitors:
        raise Invalid(
            "visitors",
            "Naar leeftijd zijn het er %(counted)d: meer dan er bezoekers waren. Kijk de aantallen "
            "na.",
            counted=counted,
        )
    return held


def add_up(activities: Iterable[Held]) -> Sum:
    """Add up activities."""
    found = list(activities)
    return Sum(len(found), sum(each.visitors for each in found))


def by_month(activities: Iterable[Held]) -> Mapping[date, Sum]:
    """Add up activities by the first day of their month, last month first."""
    found = list(activities)
    months = sorted({each.on.replace(day=1) for each in found}, reverse=True)
    return {
        month: add_up(each for each in found if each.on.replace(day=1) == month) for month in months
    }
