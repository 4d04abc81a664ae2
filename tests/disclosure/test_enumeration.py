"""Audits judged by trying every table there can be, with counting and widths of our own.

Tables are tiny and steps are two or three, so that all tables of whole numbers can be tried. The
judge reads the published text alone: no cell is counted or measured by the engine here.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from pmg.disclosure.audit import audit
from pmg.disclosure.canonical import canonical
from pmg.disclosure.derive import mean, share
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params, Release, read_release
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Table, tabulate
from pmg.disclosure.together import audit_together
from pmg.disclosure.worlds import World
from tests.disclosure.build import KEY, keys

AXES = {
    "ab": [("a", "b"), ("a",), ("b",)],
    "abc": [("a", "b"), ("b", "c"), ("a", "c"), ("a", "b", "c"), ("a",), ("c",)],
}
MOST = 9
"""More units than these no release of these tests allows."""

Numbers = np.ndarray


@cache
def every_table(cells: int, units: int = MOST) -> Numbers:
    """All ways to put up to so many units in so many cells."""
    if cells == 1:
        return np.arange(units + 1)[:, None]
    found = []
    for first in range(units + 1):
        rest = every_table(cells - 1, units - first)
        found.append(np.hstack([np.full((len(rest), 1), first), rest]))
    return np.vstack(found)


def published(release: Release) -> Any:
    """The text of its one part, as anyone reads it, with the finest codes of each dimension."""
    text = json.loads(canonical(release.as_json()))
    (part,) = text["parts"]
    codes = {one["dimension"]: one["codes"] for one in text["hierarchies"]}
    return part, list(itertools.product(*(codes[name] for name in part["dimensions"])))


def counting(release: Release) -> Numbers:
    """Which finest cells each published cell counts."""
    part, finest = published(release)
    return np.array(
        [
            [all(c in (None, f) for c, f in zip(cell, fine, strict=True)) for fine in finest]
            for cell in part["cells"]
        ],
        dtype=int,
    )


def possible(*releases: Release) -> Numbers:
    """The published cells of every table that agrees with all of these releases."""
    incidence = counting(releases[0])
    cells = every_table(incidence.shape[1]) @ incidence.T
    agrees = np.ones(len(cells), dtype=bool)
    for one in releases:
        values = np.array(published(one)[0]["values"])
        agrees &= (abs(cells - values) <= one.tolerance).all(axis=1)
    return cells[agrees]


def narrow(*releases: Release) -> list[int]:
    """Places of published cells of which less stays possible than was promised."""
    left = possible(*releases)
    if not len(left):
        return []
    k = min(one.base for one in releases)
    found = []
    for place, column in enumerate(left.T):
        seen = sorted(set(column.tolist()))
        enough = seen[-1] - seen[0] >= k - 1 and (seen[0] == 0 or seen[-1] >= k)
        if not (enough or seen[0] >= k):
            found.append(place)
    return found


@st.composite
def tiny(draw: st.DrawFn) -> Table:
    """Linked tables of two or three dimensions, with nobody in them."""
    names = draw(st.sampled_from(["ab", "abc"]))
    most = 2 if names == "abc" else 3
    known = [
        flat(name, [f"{name}{i}" for i in range(draw(st.integers(2, most)))]) for name in names
    ]
    chosen = draw(st.lists(st.sampled_from(AXES[names]), min_size=1, max_size=3, unique=True))
    specs = [table(f"t{number}", "u", list(axes)) for number, axes in enumerate(chosen)]
    return tabulate({"u": []}, specs, known)


@st.composite
def releases(draw: st.DrawFn, empty: Table, tolerances: tuple[int, ...]) -> tuple[Release, World]:
    """Numbers that some world of steps gives; `tolerances` are beside the step less one."""
    base = draw(st.sampled_from([2, 3]))
    first = publish(empty, Params("r"), KEY).release
    release = replace(
        first, base=base, tolerance=base - 1 + draw(st.sampled_from(tolerances)), values=((),)
    )
    shaped = replace(release, values=first.values)
    finest = published(shaped)[1]
    places = draw(st.lists(st.sampled_from(range(len(finest))), max_size=2))
    steps = np.bincount(np.array(places, dtype=int), minlength=len(finest)) * base
    values = counting(shaped) @ steps
    rows = tuple((codes, int(n)) for codes, n in zip(finest, steps, strict=True) if n)
    world = World("u", tuple(published(shaped)[0]["dimensions"]), rows)
    return replace(shaped, values=(tuple(map(int, values)),)), world


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_one_release_is_never_called_safe_where_a_cell_is_narrower(data: st.DataObject) -> None:
    empty = data.draw(tiny())
    release, world = data.draw(releases(empty, (0, 0, -1, 1)))
    values = list(release.values[0])
    if data.draw(st.booleans()):
        at = data.draw(st.sampled_from(range(len(values))))
        values[at] = max(0, values[at] + data.draw(st.sampled_from([-1, 1])) * release.base)
    release = replace(release, values=(tuple(values),))

    found = audit(release, [world], empty.specs, empty.hierarchies)

    event(f"safe: {found.safe}")
    if found.safe:
        assert narrow(release) == []
        left = possible(release)
        ends = list(zip(left.min(axis=0).tolist(), left.max(axis=0).tolist(), strict=True))
        assert list(found.intervals[0]) == ends


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_two_releases_are_never_called_safe_where_they_narrow_a_cell(data: st.DataObject) -> None:
    empty = data.draw(tiny())
    earlier, _ = data.draw(releases(empty, (0, 1)))
    now, _ = data.draw(releases(empty, (0, 1)))

    found = audit_together([earlier], now)

    event(f"safe: {not found}")
    if not found:
        assert narrow(earlier, now) == []


def pairs() -> Iterator[tuple[Release, Release]]:
    """All pairs of releases of two linked tables that step by two and count up to four."""
    specs = [table("t", "u", ["a"]), table("s", "u", ["b"])]
    empty = tabulate({"u": []}, specs, [flat("a", "xy"), flat("b", "pq")])
    first = publish(empty, Params("r"), KEY).release
    made = [
        replace(first, base=2, tolerance=1, values=(tuple(map(int, counting(first) @ steps)),))
        for steps in 2 * every_table(4, 2)
    ]
    return itertools.product(made, made)


def test_of_all_pairs_of_small_releases_none_that_narrows_a_cell_is_called_safe() -> None:
    narrowing = [pair for pair in pairs() if narrow(*pair)]

    assert len(narrowing) > 20
    for earlier, now in narrowing:
        assert audit_together([earlier], now)


@pytest.mark.parametrize(("values", "tolerance"), [((6, 0, 0), 2), ((3, 3, 0), 1), ((0, 0, 0), 0)])
def test_this_judge_finds_what_the_audit_must_not_call_safe(
    values: tuple[int, ...], tolerance: int
) -> None:
    specs, known = [table("t", "u", ["a"])], [flat("a", "xy")]
    first = publish(tabulate({"u": []}, specs, known), Params("r"), KEY).release
    release = replace(first, base=3, tolerance=tolerance, values=(values,))
    halves = World("u", ("a",), ((("x",), values[1]), (("y",), values[2])))

    assert narrow(release)
    assert not audit(release, [halves], specs, known).safe


# Closure: what is derived is computed again from the text


LEAST = {5: 20, 10: 40}
SCORES = {"b0": -1, "b1": 0, "b2": 3}


def told(stored: Any) -> dict[tuple[str | None, ...], int]:
    (part,) = stored["release"]["parts"]
    assert part["dimensions"] == ["a", "b"]
    return {tuple(cell): value for cell, value in zip(part["cells"], part["values"], strict=True)}


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 25), min_size=6, max_size=6),
    base=st.sampled_from([5, 10]),
    key=keys,
    within=st.sampled_from([None, "a0", "a1"]),
    scored=st.sets(st.sampled_from(sorted(SCORES)), min_size=1),
)
def test_shares_and_means_are_computed_again_from_the_text_bit_for_bit(
    sizes: list[int], base: int, key: bytes, within: str | None, scored: set[str]
) -> None:
    finest = itertools.product(["a0", "a1"], ["b0", "b1", "b2"])
    records = [
        {"a": a, "b": b} for (a, b), size in zip(finest, sizes, strict=True) for _ in range(size)
    ]
    known = [flat("a", ["a0", "a1"]), flat("b", sorted(SCORES))]
    counted = tabulate({"u": records}, [table("t", "u", ["a", "b"])], known)
    stored = json.loads(publish(counted, Params("r", base=base), key).as_bytes())
    release, cells = read_release(stored["release"]), told(stored)
    place = {} if within is None else {"a": within}

    whole = cells[within, None]
    for code in sorted(SCORES):
        found = share(release, "u", part={**place, "b": code}, whole=place)
        part = cells[within, code]
        if whole < LEAST[base] or not 0 < part < whole:
            assert found is None
        else:
            assert found is not None
            assert repr(found.exact) == repr(Fraction(part, whole))

    numbers = {code: SCORES[code] for code in sorted(scored)}
    middle = mean(release, "u", scores={"b": numbers}, within=place)
    among = sum(cells[within, code] for code in numbers)
    added = sum(score * cells[within, code] for code, score in numbers.items())
    right = None if among < LEAST[base] else Fraction(added, among)
    assert repr(middle) == repr(right)


@pytest.mark.parametrize("cells", [1, 4, 9])
def test_every_table_is_tried_once(cells: int) -> None:
    tables = every_table(cells, 3)

    assert len(np.unique(tables, axis=0)) == len(tables)
    assert len(tables) == len(list(itertools.combinations(range(cells + 3), 3)))
    assert tables.sum(axis=1).max() == 3
