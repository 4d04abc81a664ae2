"""The singleton: someone who is the only one in a hidden cell, knows it, and computes on.

His own cell is no secret to him. With it, and all that is shown, he must not be able to work out
exactly what another hidden cell holds. Only who knows the true counts can check this; nothing of
it is published.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pmg.disclosure.errors import Infeasible, Undecided
from pmg.disclosure.fillings import Fillings, Whole
from pmg.disclosure.progress import reached
from pmg.disclosure.proof import hidden_cells
from pmg.disclosure.release import Values
from pmg.disclosure.tables import Part

_Known = dict[int, frozenset[int]]
"""For each cell of one: all cells that its one unit knows: it is the only one there too."""


@dataclass(frozen=True)
class _Secret:
    """The true counts beside all ways to fill in what is published, as far as sums tell."""

    truth: Whole
    fillings: Fillings
    chance: random.Random


def computed_by_singletons(
    part: Part, counts: Sequence[int], values: Values, *, k: int, chance: random.Random
) -> list[tuple[frozenset[int], list[int]]]:
    """Return what the only unit of a hidden cell could compute: his own cells, and which others.

    He computes with the sums. Ways to fill in that keep the numbers of many such cells as they are,
    and differ elsewhere, clear most pairs at once. What is left is asked for one by one; undecided
    counts as computed.
    """
    known = _known(part, counts, values)
    if not known:
        return []
    secret = _Secret(np.array(counts), Fillings(part, values, k=k, sums_only=True), chance)
    hidden = hidden_cells(values)
    pairs = {cell: set(hidden.tolist()) - own for cell, own in known.items()}
    halves = list(_halves(list(pairs)))
    for number, half in enumerate(halves):
        reached(number / (len(halves) + 1))
        some = [cell for cell in half if pairs[cell]]
        asked = set().union(*(pairs[cell] for cell in some)) if some else set[int]()
        for seen in _ways(secret, [known[cell] for cell in some], asked):
            _clear(pairs, known, secret.truth, seen)
    found = []
    for number, (cell, left) in enumerate(pairs.items()):
        reached((len(halves) + number / len(pairs)) / (len(halves) + 1))
        computed = _computed(secret, known[cell], left) if left else set[int]()
        if computed:
            found.append((known[cell], sorted(computed)))
    return found


def _halves(cells: Sequence[int]) -> Iterator[list[int]]:
    """All cells, then halves of them such that of any two each is once without the other."""
    yield list(cells)
    for bit in range(max(0, len(cells) - 1).bit_length()):
        for side in (0, 1):
            yield [cell for at, cell in enumerate(cells) if at >> bit & 1 == side]


def _known(part: Part, counts: Sequence[int], values: Values) -> _Known:
    """Follow each lone unit along the sums, as far as it is certainly the same one."""
    beside: dict[int, set[int]] = {}
    for parent, children in part.relations:
        if counts[parent] == 1:
            beside.setdefault(parent, set()).update(children)
            for child in children:
                if counts[child] == 1:
                    beside.setdefault(child, set()).add(parent)
    alone = [at for at, value in enumerate(values) if value is None and counts[at] == 1]
    return {cell: _reached(cell, beside) for cell in alone}


def _reached(cell: int, beside: Mapping[int, set[int]]) -> frozenset[int]:
    own, new = set[int](), {cell}
    while new:
        own |= new
        new = set().union(*(beside.get(one, set()) for one in new)) - own
    return frozenset(own)


def _ways(secret: _Secret, known: Sequence[frozenset[int]], asked: set[int]) -> Iterator[Whole]:
    """Fill in twice, the other way round, with these cells known."""
    if not asked:
        return
    told = {at: int(secret.truth[at]) for own in known for at in own}
    signs = np.zeros(len(secret.truth))
    signs[sorted(asked)] = [secret.chance.choice((-1.0, 1.0)) for _ in asked]
    for prices in (signs, -signs):
        try:
            yield secret.fillings.near(prices, told=told).cells
        except (Infeasible, Undecided):
            continue


def _clear(pairs: dict[int, set[int]], known: _Known, truth: Whole, seen: Whole) -> None:
    """Take out what a way shows: who knows his own cells would still believe it."""
    other = set(np.flatnonzero(seen != truth).tolist())
    for cell, own in known.items():
        if pairs[cell] and not own & other:
            pairs[cell] -= other


def _computed(secret: _Secret, own: frozenset[int], left: set[int]) -> set[int]:
    """Ask for all cells at once, then for each alone."""
    for asked in (left, *({cell} for cell in sorted(left))):
        for seen in _ways(secret, [own], asked & left):
            left = left - set(np.flatnonzero(seen != secret.truth).tolist())
    return left
