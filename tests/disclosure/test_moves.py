"""Ways to fill in that differ a little: they agree with what is shown, and say what is held."""

import itertools
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pmg.disclosure.complement import Chooser
from pmg.disclosure.errors import Infeasible
from pmg.disclosure.fillings import Filling, Fillings
from pmg.disclosure.proof import apart, not_apart
from pmg.disclosure.release import Values
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Part, Table, tabulate
from tests.disclosure.build import counted

K = 5
Hidden = NDArray[np.bool_]
RING = [table("ab", "u", ["a", "b"]), table("bc", "u", ["b", "c"]), table("ac", "u", ["a", "c"])]
LINES = [flat("a", "pqr"), flat("b", "xyz"), flat("c", "123")]


def ring(seed: int) -> Table:
    """Three tables linked in a ring, over nine of 27 finest cells: zeros hold others fast."""
    chance = random.Random(seed)
    pool = chance.sample(list(itertools.product("pqr", "xyz", "123")), 9)
    rows = [dict(zip("abc", chance.choice(pool), strict=True)) for _ in range(60)]
    return tabulate({"u": rows}, RING, LINES)


def inside_ab(drawn: Table) -> Hidden:
    """Hide the finest cells of one table, and none of its margins."""
    part, hides = drawn.parts[0], np.zeros(len(drawn.counts[0]), dtype=bool)
    for cell in part.tables["ab"]:
        hides[cell] = None not in part.cells[cell][:2] and drawn.counts[0][cell] > 0
    return hides


def published(drawn: Table, hides: Sequence[bool] | Hidden) -> Values:
    return tuple(
        None if hide else count for hide, count in zip(hides, drawn.counts[0], strict=True)
    )


def a_way(fillings: Fillings, values: Values) -> Filling:
    return fillings.near(np.zeros(len(values)))


def moves(fillings: Fillings, way: Filling, cell: int) -> bool:
    for by in (K, -K):
        try:
            found = fillings.moved(way, cell, by)
        except Infeasible:
            continue
        assert found.cells[cell] - way.cells[cell] == by
        return True
    return False


def check_agrees(part: Part, values: Values, fillings: Fillings, way: Filling) -> None:
    counted_ = part.count(fillings.world(way).rows)
    assert list(counted_) == way.cells.tolist()
    for number, value in zip(counted_, values, strict=True):
        assert value in (None, number)


@settings(max_examples=40, deadline=None)
@given(drawn=counted(most_cells=80, most_records=40, most_dimensions=3), data=st.data())
def test_a_moved_way_is_a_world_that_agrees_with_what_is_shown(
    drawn: Table, data: st.DataObject
) -> None:
    part, counts = drawn.parts[0], drawn.counts[0]
    some = data.draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts)))
    values = published(
        drawn, [hide and count > 0 for hide, count in zip(some, counts, strict=True)]
    )
    cells = [at for at, value in enumerate(values) if value is None]
    assume(cells)
    cell = data.draw(st.sampled_from(cells))
    fillings = Fillings(part, values, k=K)
    way = a_way(fillings, values)

    for by in (-K, -1, 1, K):
        try:
            moved = fillings.moved(way, cell, by)
        except Infeasible:
            continue
        assert moved.cells[cell] == way.cells[cell] + by
        check_agrees(part, values, fillings, moved)


@pytest.mark.parametrize("seed", [4, 13, 21, 54])
def test_what_only_finest_cells_hold_is_freed_on_them(seed: int) -> None:
    drawn = ring(seed)
    part, hides = drawn.parts[0], inside_ab(drawn)
    values = published(drawn, hides)
    sums, finest = Fillings(part, values, k=K, sums_only=True), Fillings(part, values, k=K)
    way = a_way(finest, values)
    held = [
        int(cell)
        for cell in np.flatnonzero(hides)
        if moves(sums, a_way(sums, values), int(cell)) and not moves(finest, way, int(cell))
    ]
    assert held, "sums say that these can move"

    chooser = Chooser(part, drawn.counts[0], k=K, chance=random.Random(1))
    for cell in held:
        wider = chooser.reach(hides, finest, [way], cell)
        assert (wider >= hides).all()
        assert all(drawn.counts[0][at] for at in np.flatnonzero(wider))
        assert moves(Fillings(part, published(drawn, wider), k=K), way, cell)
        crude = published(drawn, chooser.widen(hides, [cell]))
        assert not moves(Fillings(part, crude, k=K), way, cell)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_ways_of_a_turn_before_serve_when_more_is_hidden(seed: int) -> None:
    drawn = ring(seed)
    part, hides = drawn.parts[0], inside_ab(drawn)
    before = published(drawn, hides)
    way = a_way(Fillings(part, before, k=K), before)
    # Also the total, beside which every number that is still shown is small.
    values = published(drawn, np.array(drawn.counts[0]) > 0)
    fillings = Fillings(part, values, k=K)

    ways = apart(fillings, [way], values, k=K)

    assert not_apart(ways, values, k=K) == []
    for one in ways:
        check_agrees(part, values, fillings, one)
