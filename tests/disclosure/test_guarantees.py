"""The guarantees that need complete enumeration: sound audits, closure and insiders."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pmg.disclosure.derive import share
from pmg.disclosure.errors import Infeasible
from pmg.disclosure.ledger import wide_enough
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params, read_release
from pmg.disclosure.specs import Axis, Hierarchy, table
from pmg.disclosure.tables import Part, Table, structure
from pmg.disclosure.witnesses import Reach, narrowed
from tests.disclosure.build import counted, keys


def ring() -> Part:
    """Three places and every pair of them: fractions fit where whole numbers do not."""
    names = ("p", "q", "r")
    levels = {
        alone: {code: alone if code == alone else f"not {alone}" for code in names}
        for alone in names
    }
    specs = [table(alone, "youths", [Axis("place", (alone,))]) for alone in names]
    return structure(specs, [Hierarchy("place", names, levels)])[0]


def everything(part: Part, lows: list[int], highs: list[int]) -> np.ndarray:
    """The cells of every world within the limits, by trying them all."""
    worlds = itertools.product(range(max(highs) + 1), repeat=3)
    cells = np.array(
        [part.count([((c,), n) for c, n in zip("pqr", w, strict=True)]) for w in worlds]
    )
    return cells[((cells >= lows) & (cells <= highs)).all(axis=1)]


def relaxed(part: Part, lows: list[int], highs: list[int], cell: int) -> tuple[float, float]:
    """The range of one cell when fractions may do, by scipy."""
    a = np.array([part.count([((c,), 1)]) for c in "pqr"], dtype=float).T
    sides, limits = np.vstack([a, -a]), np.concatenate([highs, -np.array(lows)])
    low, high = (linprog(sign * a[cell], A_ub=sides, b_ub=limits).fun for sign in (1, -1))
    return float(low), float(-high)


limits = st.tuples(st.integers(0, 4), st.integers(0, 3))


@settings(max_examples=60, deadline=None)
@given(drawn=st.lists(limits, min_size=7, max_size=7), k=st.integers(2, 5))
def test_no_cell_is_called_wide_that_enumeration_finds_narrower(
    drawn: list[tuple[int, int]], k: int
) -> None:
    part = ring()
    lows, highs = [low for low, _ in drawn], [low + more for low, more in drawn]
    possible = everything(part, lows, highs)
    everywhere = range(len(part.cells))

    if not len(possible):
        with pytest.raises(Infeasible):
            narrowed(part, lows, highs, everywhere, k=k)
        return
    ends = zip(possible.min(axis=0), possible.max(axis=0), strict=True)
    truly = [
        place for place, (low, high) in enumerate(ends) if not wide_enough(int(low), int(high), k=k)
    ]
    assert narrowed(part, lows, highs, everywhere, k=k) == truly


def test_whole_numbers_leave_less_than_fractions_and_that_is_what_counts() -> None:
    part = ring()
    total = next(place for place, cell in enumerate(part.cells) if cell == (None,))
    pairs = [place for place, (code,) in enumerate(part.cells) if code and code.startswith("not")]
    lows, highs = [0] * len(part.cells), [3] * len(part.cells)
    for place in pairs:
        lows[place] = highs[place] = 1
    highs[total] = 2

    low, high = relaxed(part, lows, highs, total)

    assert low == high == pytest.approx(1.5)
    with pytest.raises(Infeasible):
        Reach(part, lows, highs).ends(total)


def test_a_world_with_many_in_a_cell_does_not_show_that_there_are_never_few() -> None:
    part = ring()
    lows, highs = [0] * len(part.cells), [6] * len(part.cells)
    place = part.index[("p",)]
    lows[place], highs[place] = 2, 3

    assert place in narrowed(part, lows, highs, [place], k=3)
    lows[place] = 3
    assert narrowed(part, lows, highs, [place], k=3) == []


@settings(max_examples=15, deadline=None)
@given(table_=counted(most_records=40, most_dimensions=2, most_cells=40), key=keys)
def test_another_release_never_widens_and_the_truth_stays_inside(table_: Table, key: bytes) -> None:
    part, truth = table_.parts[0], table_.counts[0]
    lows, highs = [0] * len(truth), [len(truth) + 99] * len(truth)
    before = list(zip(lows, highs, strict=True))
    for number in range(3):
        release = publish(table_, Params(f"anew {number}"), key).release
        for place, value in enumerate(release.numbers[0]):
            lows[place] = max(lows[place], value - release.tolerance)
            highs[place] = min(highs[place], value + release.tolerance)
        reach = Reach(part, lows, highs)
        now = [reach.ends(place) for place in range(len(truth))]

        for (low, high), (was_low, was_high), count in zip(now, before, truth, strict=True):
            assert was_low <= low <= count <= high <= was_high
        before = now


@settings(max_examples=20, deadline=None)
@given(table_=counted(most_records=80), key=keys)
def test_derived_figures_come_from_the_stored_release_alone(table_: Table, key: bytes) -> None:
    done = publish(table_, Params("r"), key)
    stored = read_release(json.loads(done.as_bytes())["release"])

    for spec in table_.specs:
        for codes, _ in stored.rows(spec.name):
            here, there = (
                share(one, "youths", part=codes, whole={}) for one in (done.release, stored)
            )
            assert here == there
            assert here is None or here.text not in ("0%", "100%")
