"""The insider: a provider who knows the youths it counted itself, and wonders about the others."""

from collections.abc import Mapping, Sequence

from pmg.disclosure.errors import BadRecord
from pmg.disclosure.release import Release, named
from pmg.disclosure.tables import Part


def others(
    release: Release, unit: str, own: Sequence[tuple[Sequence[str], int]]
) -> dict[int, tuple[int, int]]:
    """Give for each cell with own units how many others it may hold, for one who knows his own.

    `own` are finest codes, one for each dimension, with their number. Only the cell's own interval
    counts: an insider who also solves the linked sums may know more, never less. Raises BadRecord
    where the own units cannot be in this release.
    """
    part, values = _of(release, unit)
    found = {}
    for place, mine in enumerate(part.count(own)):
        if mine:
            most = values[place] + release.tolerance - mine
            if most < 0:
                raise BadRecord(f"Zoveel passen er niet in {named(part, part.cells[place])}.")
            found[place] = (max(0, values[place] - release.tolerance - mine), most)
    return found


def exposed(
    release: Release, unit: str, own: Sequence[tuple[Sequence[str], int]]
) -> list[Mapping[str, str]]:
    """Name the cells in which an insider knows exactly how many others there are."""
    part, _ = _of(release, unit)
    return [
        named(part, part.cells[place])
        for place, (low, high) in others(release, unit, own).items()
        if low == high
    ]


def _of(release: Release, unit: str) -> tuple[Part, Sequence[int]]:
    for part, values in zip(release.parts, release.values, strict=True):
        if part.unit == unit:
            return part, values
    raise BadRecord(f"Deze publicatie telt geen '{unit}'.")
