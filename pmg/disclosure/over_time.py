"""Releases of periods that follow each other, added up: the sum of what was released, no more.

Only what happens adds up (who was referred, what started). People who are counted once a period do
not: who is counted in two periods is one person.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import gcd

from pmg.disclosure.errors import BadRelease
from pmg.disclosure.national import sums, usual_deviation
from pmg.disclosure.release import Figures, Release
from pmg.disclosure.specs import Hierarchy, TableSpec


@dataclass(frozen=True)
class OverTime(Figures):
    """Sums of the numbers of one municipality over periods."""

    releases: tuple[Release, ...]
    specs: tuple[TableSpec, ...]
    hierarchies: tuple[Hierarchy, ...]
    values: tuple[tuple[int, ...], ...]

    @property
    def base(self) -> int:
        """What all numbers are a multiple of."""
        return gcd(*(release.base for release in self.releases))

    @property
    def tolerance(self) -> int:
        """The largest deviation of a sum: every period as far off as it can be."""
        return sum(release.tolerance for release in self.releases)

    @property
    def usual(self) -> int:
        """The deviation that a sum passes at most once in twenty (see `usual_deviation`)."""
        return usual_deviation([release.tolerance for release in self.releases])

    @property
    def least_base(self) -> int:
        """More than its own deviation, and no less than what each period asked for its shares."""
        return max(self.tolerance + 1, *(release.least_base for release in self.releases))


def add_periods(releases: Sequence[Release], *, tables: Collection[str]) -> OverTime:
    """Add the releases of periods in those `tables` that add up; earlier tables that came along go.

    Raises BadRelease where there are fewer than two, one hides numbers, one lacks a table or means
    it otherwise, or no table adds up.
    """
    if len(releases) < 2:  # noqa: PLR2004 - one is no sum
        raise BadRelease("Een som over de tijd heeft minstens twee publicaties nodig.")
    if any(release.hides for release in releases):
        raise BadRelease("Wat getallen verbergt, telt niet op.")
    specs = tuple(spec for spec in releases[0].specs if spec.name in tables)
    if not specs:
        raise BadRelease("Geen van deze tabellen telt op.")
    used = {axis.dimension for spec in specs for axis in spec.axes}
    hierarchies = _categories(releases[0], used)
    for each in releases[1:]:
        if not set(specs) <= set(each.specs) or _categories(each, used) != hierarchies:
            raise BadRelease("Deze publicaties zeggen hetzelfde niet op dezelfde manier.")
    empty = OverTime(tuple(releases), specs, hierarchies, ())
    return replace(empty, values=sums(empty, {str(at): one for at, one in enumerate(releases)}))


def _categories(release: Release, used: Collection[str]) -> tuple[Hierarchy, ...]:
    return tuple(one.categories for one in release.hierarchies if one.dimension in used)
