"""The proof of a release that hides cells: worlds that agree with it and differ where it hides.

It is made of the published numbers and the public structure alone, so it can tell nobody more
than these do: whoever has the release can make the same worlds himself.
"""

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.errors import BadRelease, Infeasible, Undecided
from pmg.disclosure.fillings import Filling, Fillings, Whole
from pmg.disclosure.progress import piece, reached
from pmg.disclosure.release import Release, Values
from pmg.disclosure.specs import Hierarchy, TableSpec
from pmg.disclosure.tables import structure
from pmg.disclosure.worlds import World

_DRAWS = 12
_BESIDE = 0.02
"""What a cell that is held apart already weighs, beside one that is not."""


@dataclass(frozen=True)
class Proof:
    """Worlds of all parts, and of each part the hidden cells that no two of them hold apart.

    `ways` holds for each part all that were found, also those that the proof does without.
    """

    worlds: tuple[World, ...]
    unproven: tuple[tuple[int, ...], ...]
    ways: tuple[tuple[Filling, ...], ...]

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
    unproven, ways = [], []
    for number, (part, values) in enumerate(zip(parts, release.values, strict=True)):
        fillings = Fillings(part, values, k=release.base)
        with piece(number, len(parts)):
            found = search(fillings, values, k=release.base, chance=chance)
        hidden = hidden_cells(values)
        kept = _needed([one.cells[hidden] for one in found], k=release.base)
        worlds += [fillings.world(found[at]) for at in kept]
        unproven.append(tuple(not_apart(found, values, k=release.base)))
        ways.append(tuple(found))
    return Proof(tuple(worlds), tuple(unproven), tuple(ways))


def hidden_cells(values: Values) -> NDArray[np.intp]:
    """Return the places of the hidden cells."""
    return np.array([at for at, value in enumerate(values) if value is None], dtype=np.intp)


def search(fillings: Fillings, values: Values, *, k: int, chance: random.Random) -> list[Filling]:
    """Draw ways to fill in that hold hidden cells apart by k; first all at once, then one by one.

    Each draw pushes every cell that is not held apart yet up or down by chance, and the others a
    little: whole numbers are found much sooner where every cell has a price. The first way must be
    there: raises Infeasible or Undecided. What is undecided later on is no way.
    """
    hidden = hidden_cells(values)

    def pushed(cells: Sequence[int]) -> NDArray[np.float64]:
        prices = np.zeros(len(values))
        prices[hidden] = [_BESIDE * chance.choice((-1.0, 1.0)) for _ in hidden]
        prices[list(cells)] /= _BESIDE
        return prices

    found = [fillings.near(pushed(hidden.tolist()))]
    for _ in range(_DRAWS):
        left = not_apart(found, values, k=k)
        reached(1 - len(left) / max(1, len(hidden)))
        if not left:
            break
        asked = {cell: chance.choice((-k, k)) for cell in left}
        found += _tried(partial(fillings.pushed, chance.choice(found), asked))
    return apart(fillings, found, values, k=k)


def apart(fillings: Fillings, found: Sequence[Filling], values: Values, *, k: int) -> list[Filling]:
    """Add ways that move each cell that is not held apart yet by k, away from one that is there."""
    ways = list(found)
    for cell in not_apart(ways, values, k=k):
        left = not_apart(ways, values, k=k)
        reached(1 - len(left) / len(hidden_cells(values)))
        if cell in left:
            ways += _moved(fillings, ways, cell, k)
    return ways


def _moved(fillings: Fillings, ways: Sequence[Filling], cell: int, k: int) -> list[Filling]:
    """Move a cell up from where it is lowest, else down from where it is highest, else to its ends.

    Its ends are far more work, and only needed where k is all the room there is.
    """
    low = min(ways, key=lambda one: one.cells[cell])
    high = max(ways, key=lambda one: one.cells[cell])
    for start, by in ((low, k), (high, -k)):
        if found := _tried(partial(fillings.moved, start, cell, by)):
            return found
    price = np.zeros(len(low.cells))
    price[cell] = 1.0
    return [*_tried(partial(fillings.near, price)), *_tried(partial(fillings.near, -price))]


def _tried(way: Callable[[], Filling]) -> list[Filling]:
    with suppress(Undecided, Infeasible):
        return [way()]
    return []


def not_apart(found: Sequence[Filling], values: Values, *, k: int) -> list[int]:
    """Return the hidden cells that no two of these ways hold apart by k."""
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
