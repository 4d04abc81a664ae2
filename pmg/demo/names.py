"""Invented people: names that Dutch lists hold, put together by chance; numbers nobody has."""

from datetime import date
from random import Random

from faker.providers.person.nl_NL import Provider
from stdnum.nl import bsn

_GIVEN = {
    "m": tuple(Provider.first_names_male),
    "v": tuple(Provider.first_names_female),
}
_FAMILY = tuple(name for name in Provider.last_names if not name.startswith("'"))
# Put together they are areas that are known from no city.
_AREA_STARTS = (
    "Molen",
    "Populieren",
    "Linde",
    "Zonne",
    "Steen",
    "Rozen",
    "Ketel",
    "Koper",
    "Dichters",
)
_AREA_ENDS = ("kwartier", "akkers", "drift", "slag", "waard", "horst", "gaarde")
_AREAS_A_PLACE = 6
# All of them begin so: a number of the demo is recognised anywhere.
_BSN_PREFIX = 999
_BSN_PLACES = 100_000
_SHORTEST_MONTH = 28
_LESS_THAN_A_YEAR = 360


def given_name(rng: Random, gender: str) -> str:
    """Return a first name; for other genders one of either list."""
    return rng.choice(_GIVEN.get(gender) or _GIVEN[rng.choice("mv")])


def family_name(rng: Random) -> str:
    """Return a family name with its tussenvoegsel."""
    return rng.choice(_FAMILY)


def areas(place: str) -> tuple[str, ...]:
    """Return the areas of a municipality, by its code: always the same, mostly its own."""
    every = [first + last for first in _AREA_STARTS for last in _AREA_ENDS]
    return tuple(Random(place).sample(every, _AREAS_A_PLACE))  # noqa: S311  (names)


def citizen_number(index: int) -> str | None:
    """Return the synthetic number at a place; None where there is none that can exist.

    Of ten numbers that differ in the last digit at most one passes the eleven test.
    """
    if index >= _BSN_PLACES:
        return None
    stem = f"{_BSN_PREFIX}{index:05d}"
    return next((stem + last for last in "0123456789" if bsn.is_valid(stem + last)), None)


def birth_date(rng: Random, *, age: int, on: date) -> date:
    """Return a day of birth that makes someone this age, in whole years, on a day."""
    latest = date(on.year - age, on.month, min(on.day, _SHORTEST_MONTH)).toordinal()
    return date.fromordinal(latest - rng.randrange(_LESS_THAN_A_YEAR))
