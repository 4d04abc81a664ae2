"""Attackers who know everything but the records and the key: none learns more than promised."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import linprog

from pmg.disclosure.audit import audit, check_truth
from pmg.disclosure.errors import Unsafe
from pmg.disclosure.publish import Publication, publish
from pmg.disclosure.release import Params, Release
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Table, tabulate
from tests.disclosure.build import KEY, a_publication, a_table, counted, keys


def incidence(release: Release) -> np.ndarray:
    """Which finest cells lie in which published cell: made here, from the public texts."""
    used = {axis.dimension for spec in release.specs for axis in spec.axes}
    known = [h for h in release.hierarchies if h.dimension in used]
    rows = []
    for cell in release.parts[0].cells:
        asked = dict(zip(release.parts[0].dimensions, cell, strict=True))
        rows.append(
            [
                float(all(asked[h.dimension] in (None, code, *(g[code] for g in h.levels.values()))
                          for h, code in zip(known, codes, strict=True)))
                for codes in itertools.product(*(h.codes for h in known))
            ]
        )  # fmt: skip
    return np.unique(np.array(rows), axis=1)


def attack(release: Release, tolerance: int) -> Iterator[tuple[int, float, float]]:
    """The range of every cell by linear programs over everything published."""
    a, z = incidence(release), np.array(release.values[0])
    sides, limits = np.vstack([a, -a]), np.concatenate([z + tolerance, tolerance - z])
    for place, row in enumerate(a):
        low, high = (linprog(sign * row, A_ub=sides, b_ub=limits).fun for sign in (1, -1))
        yield int(z[place]), low, -high


@settings(max_examples=12, deadline=None)
@given(table_=counted(most_cells=40), key=keys)
def test_linear_programs_never_narrow_a_cell(table_: Table, key: bytes) -> None:
    release = publish(table_, Params("r"), key).release
    d = release.tolerance

    for value, low, high in attack(release, d):
        assert low <= max(0, value - d) + 1e-6
        assert high >= value + d - 1e-6


def test_the_attacker_of_these_tests_does_narrow_a_weaker_release() -> None:
    release = a_publication(40).release

    widths = [high - low for _, low, high in attack(release, 1)]

    assert min(widths) < 4


def small_tables() -> list[Table]:
    pairs = [flat(name, [f"{name}0", f"{name}1"]) for name in "abc"]
    specs = [table(p, "youths", list(p)) for p in ("ab", "bc", "ac")]
    rows = [
        [],
        [("a0", "b0", "c0")],
        [("a0", "b0", "c0"), ("a1", "b1", "c0"), ("a1", "b0", "c1")],
        [("a0", "b1", "c0")] * 4,
    ]
    return [
        tabulate({"youths": [dict(zip("abc", row, strict=True)) for row in some]}, specs, pairs)
        for some in rows
    ]


def all_worlds(cells: int, most: int) -> np.ndarray:
    """Every way to put at most this many units into cells."""
    found = [
        np.bincount(chosen, minlength=cells + 1)[:cells]
        for chosen in itertools.combinations_with_replacement(range(cells + 1), most)
    ]
    return np.array(found)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("name", ["r1", "r2", "r3"])
def test_complete_enumeration_finds_exactly_the_promised_intervals(number: int, name: str) -> None:
    done = publish(small_tables()[number], Params(name), KEY)
    release = done.release
    z, d = np.array(release.values[0]), release.tolerance
    promised = audit(release, done.worlds, release.specs, release.hierarchies).intervals[0]

    a = incidence(release).astype(int)
    possible = all_worlds(a.shape[1], int(z.max()) + d) @ a.T
    possible = possible[(abs(possible - z) <= d).all(axis=1)]

    for place, (low, high) in enumerate(promised):
        assert set(possible[:, place]) == set(range(low, high + 1))


@settings(max_examples=40, deadline=None)
@given(table_=counted(), key=keys)
def test_the_truth_is_always_inside_and_no_cell_is_certain(table_: Table, key: bytes) -> None:
    done = publish(table_, Params("r"), key)
    found = audit(done.release, done.worlds, table_.specs, table_.hierarchies)

    assert found.safe
    for count, (low, high) in zip(table_.counts[0], found.intervals[0], strict=True):
        assert low <= count <= high
        assert high - low >= 4
        assert low == 0 or high >= 5


def nearest(table_: Table) -> tuple[int, ...]:
    return tuple(5 * round(count / 5) for count in table_.counts[0])


def audited(done: Publication, release: Release) -> tuple[str, ...]:
    return audit(release, done.worlds, release.specs, release.hierarchies).findings


def test_rounding_each_cell_to_the_nearest_is_caught() -> None:
    done = a_publication(23)

    findings = audited(done, replace(done.release, values=(nearest(a_table(23)),)))

    assert any("niet de som" in text for text in findings)


@pytest.mark.parametrize("moved", [-5, 5])
def test_a_total_below_or_above_its_parts_is_caught(moved: int) -> None:
    done = a_publication(23)
    total = done.release.parts[0].index[(None,) * len(done.release.parts[0].dimensions)]
    values = list(done.release.values[0])
    values[total] += moved

    findings = audited(done, replace(done.release, values=(tuple(values),)))

    assert any("niet de som" in text for text in findings)


def test_numbers_that_are_no_multiples_are_caught() -> None:
    done = a_publication(23)

    findings = audited(done, replace(done.release, values=a_table(23).counts))

    assert any("geen veelvoud" in text for text in findings)


def test_a_deviation_too_small_to_hide_anyone_is_caught() -> None:
    done = a_publication()

    assert any("te klein" in text for text in audited(done, replace(done.release, tolerance=3)))


def test_a_deviation_that_was_not_kept_is_caught() -> None:
    table_, done = a_table(), a_publication()
    moved = replace(done.release, values=(tuple(v + 10 for v in done.release.values[0]),))

    with pytest.raises(Unsafe, match="wijkt meer dan 4 af"):
        check_truth(table_, moved)


def test_a_release_without_a_world_counts_as_unsafe() -> None:
    release = a_publication().release

    found = audit(release, None, release.specs, release.hierarchies)

    assert not found.safe


def test_a_world_that_gives_other_numbers_is_caught() -> None:
    done = a_publication()
    (world,) = done.worlds
    other = replace(world, rows=((world.rows[0][0], world.rows[0][1] + 1), *world.rows[1:]))

    assert any(
        "geeft niet" in text for text in audited(replace(done, worlds=(other,)), done.release)
    )
