"""The proof of a release that hides cells: worlds that agree with it and differ where it hides.

It is made of the published numbers and the public structure alone, so it can tell nobody more
than these do: whoever has the release can make the same worlds himself.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.errors import BadRelease, Infeasible, Undecided
from pmg.disclosure.fillings import Filling, Fillings, Whole
from pmg.disclosure.release import Release, Values
from pmg.disclosure.specs import Hierarchy, TableSpec
from pmg.disclosure.tables import structure
from pmg.disclosure.worlds import World

_DRAWS = 12


@dataclass(frozen=True)
class Proof:
    """Worlds of all parts, and of each part the hidden cells that no two of them hold apart."""

    worlds: tuple[World, ...]
    unproven: tuple[tuple[int, ...], ...]

    @property
    def complete(self) -> bool:
        """True only where every hidden cell is shown to be able to move by k."""
        return not any(self.unproven)


def witnesses(
    release: Release, specs: Sequence[TableSpec], hierarchies: Sequence[Hierarchy]
) -> Proof:
    """Find worlds for a release that hides, from public texts alone.

    Reads no records: there is no way to hand it any. Raises Infeasible where no world agrees with
    the numbers, Undecided where the solver found none, BadRelease where they are of other tables.
    """
    parts = structure(specs, hierarchies)
    if [len(part.cells) for part in parts] != [len(values) for values in release.values]:
        raise BadRelease("De getallen horen niet bij deze tabellen.")
    chance = random.Random(release.hash)  # noqa: S311 - public, so that anyone finds the same
    worlds: list[World] = []
    unproven = []
    for part, values in zip(parts, release.values, strict=True):
        fillings = Fillings(part, values, k=release.base)
        found = search(fillings, values, k=release.base, chance=chance)
        hidden = hidden_cells(values)
        kept = _needed([one.cells[hidden] for one in found], k=release.base)
        worlds += [fillings.world(found[at]) for at in kept]
        width = _width([one.cells for one in found])
        unproven.append(tuple(int(cell) for cell in hidden if width[cell] < release.base))
    return Proof(tuple(worlds), tuple(unproven))


def hidden_cells(values: Values) -> NDArray[np.intp]:
    """Return the places of the hidden cells."""
    return np.array([at for at, value in enumerate(values) if value is None], dtype=np.intp)


def search(fillings: Fillings, values: Values, *, k: int, chance: random.Random) -> list[Filling]:
    """Draw ways to fill in that hold hidden cells apart by k; first all at once, then one by one.

    Each draw pushes every cell that is not held apart yet up or down by chance. The first way
    must be there: raises Infeasible or Undecided. What is undecided later on is no way.
    """
    nothing = np.zeros(len(values))
    found = [fillings.near(nothing)]
    for _ in range(_DRAWS):
        left = _left(found, values, k)
        signs = nothing.copy()
        signs[left] = [chance.choice((-1.0, 1.0)) for _ in left]
        for prices in (signs, -signs) if len(left) else ():
            found += _tried(fillings, prices)
    for cell in _left(found, values, k):
        if cell in _left(found, values, k):
            price = nothing.copy()
            price[cell] = 1.0
            found += [*_tried(fillings, price), *_tried(fillings, -price)]
    return found


def _tried(fillings: Fillings, prices: NDArray[np.float64]) -> Iterator[Filling]:
    with suppress(Undecided, Infeasible):
        yield fillings.near(prices)


def _left(found: Sequence[Filling], values: Values, k: int) -> list[int]:
    width = _width([one.cells for one in found])
    return [int(cell) for cell in hidden_cells(values) if width[cell] < k]


def _width(cells: Sequence[Whole]) -> Whole:
    width: Whole = np.max(cells, axis=0) - np.min(cells, axis=0)
    return width


def _needed(cells: Sequence[Whole], *, k: int) -> list[int]:
    """Leave out ways without which as many cells are held apart; at least one is kept."""
    kept = list(range(len(cells)))
    apart = (_width(cells) >= k).sum()
    for at in range(len(cells)):
        rest = [one for one in kept if one != at]
        if rest and (_width([cells[one] for one in rest]) >= k).sum() == apart:
            kept = rest
    return kept
