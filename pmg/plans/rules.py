"""A line of the plan: what it is about, how many places, and the money for it. Pure."""

from dataclasses import dataclass
from datetime import date

from pmg.definitions.vocabulary import DEFAULT_AGES, dimension
from pmg.errors import Invalid
from pmg.reference.interventions import INTERVENTIONS, Track

MOST_PLACES, MOST_BUDGET = 10_000, 100_000_000
FIRST_YEAR, YEARS_AHEAD = 2019, 4
ABOUT_INTERVENTION, ABOUT_TRACK = "inzet", "spoor"


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """Places and whole euros for an intervention or a track in a year.

    `area` is a focus area, or '' for the municipality as a whole; `replaces` says that the line
    takes the place of the one that stands there.
    """

    year: int
    subject: str
    places: int
    budget: int
    area: str = ""
    replaces: bool = False


def areas(municipality_id: str) -> dict[str, str]:
    """Return for which parts a line can be, code to Dutch words; none where there are no parts."""
    found = dimension("gebied", municipality_id, DEFAULT_AGES).categories
    return dict(found) if len(found) > 1 else {}


def subjects() -> dict[str, str]:
    """Return what a line can be about, code to Dutch words: tracks first."""
    tracks = {f"{ABOUT_TRACK}:{track}": track.dutch for track in Track}
    return tracks | {
        f"{ABOUT_INTERVENTION}:{code}": each.name_nl for code, each in INTERVENTIONS.items()
    }


def check_year(year: int, today: date) -> None:
    """Raise Invalid unless there can be a plan of this year."""
    if not FIRST_YEAR <= year <= today.year + YEARS_AHEAD:
        raise Invalid(
            "year",
            "Kies een jaar van %(first)d tot en met %(last)d.",
            first=FIRST_YEAR,
            last=today.year + YEARS_AHEAD,
        )


def check_entry(entry: PlanEntry, municipality_id: str, today: date) -> None:
    """Raise Invalid unless the line can stand in a plan."""
    check_year(entry.year, today)
    if entry.subject not in subjects():
        raise Invalid("subject", "Kies een spoor of een interventie uit de lijst.")
    if entry.area and entry.area not in areas(municipality_id):
        raise Invalid("area", "Dit gebied kent uw gemeente niet. Kies een gebied uit de lijst.")
    if not 0 <= entry.places <= MOST_PLACES:
        raise Invalid("places", "Vul een heel getal in van 0 tot en met %(most)d.",
                      most=MOST_PLACES)  # fmt: skip
    if not 0 <= entry.budget <= MOST_BUDGET:
        raise Invalid("budget", "Vul hele euro's in, van 0 tot en met %(most)d.",
                      most=MOST_BUDGET)  # fmt: skip
