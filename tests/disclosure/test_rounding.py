"""Rounding: sums hold, deviations are small and fair, and the same input gives the same numbers."""

import hashlib
import itertools
import json
import random
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings

from pmg.disclosure.errors import BadRelease, Infeasible
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params, Release
from pmg.disclosure.rounding import protect_by_rounding
from pmg.disclosure.specs import Axis, Hierarchy, flat, table
from pmg.disclosure.tables import Table, tabulate
from pmg.disclosure.verify import Outcome, outcome, verify
from tests.disclosure.build import KEY, a_question, a_table, counted, keys, some_records

quick = settings(max_examples=40, deadline=None)


def wrong_sums(release: Release) -> list[int]:
    return [
        parent
        for part, values in zip(release.parts, release.values, strict=True)
        for parent, children in part.relations
        if values[parent] != sum(values[child] for child in children)
    ]


@quick
@given(table_=counted(), key=keys)
def test_rounded_numbers_are_multiples_that_add_up_near_the_truth(
    table_: Table, key: bytes
) -> None:
    release = protect_by_rounding(table_, Params("r"), key)

    pairs = list(zip(table_.counts[0], release.values[0], strict=True))
    assert wrong_sums(release) == []
    assert all(value % 5 == 0 and value >= 0 for _, value in pairs)
    assert all(abs(count - value) <= release.tolerance for count, value in pairs)


@quick
@given(table_=counted(most_records=30), key=keys)
def test_the_same_input_gives_the_same_bytes(table_: Table, key: bytes) -> None:
    first, second = (publish(table_, Params("r"), key).as_bytes() for _ in range(2))

    assert first == second


def test_another_key_or_name_gives_other_numbers() -> None:
    table_ = a_table(33)

    found = {
        protect_by_rounding(table_, Params(name), key).values
        for name in ("one", "two", "three")
        for key in (KEY, KEY[::-1])
    }

    assert len(found) > 3


def mean_error(name: Callable[[int], Params]) -> float:
    """How far the means of thirty rounded tables, of which some records differ, are off."""
    specs, hierarchies_ = a_question()
    records = some_records(90)
    tables = []
    for turn in range(30):
        gone = set(random.Random(turn).sample(range(len(records)), 3))
        rows = [row for at, row in enumerate(records) if at not in gone]
        tables.append(tabulate({"youths": rows}, specs, hierarchies_))
    true = np.array([table_.counts[0] for table_ in tables])
    shown = [protect_by_rounding(t, name(i), KEY).values[0] for i, t in enumerate(tables)]
    usual = np.median(true, axis=0)
    same = true == usual
    mean = np.where(same, shown, 0).sum(axis=0) / same.sum(axis=0).clip(1)
    asked = (same.sum(axis=0) > 15) & (usual % 5 > 0)
    return float(np.sqrt(((mean - usual)[asked] ** 2).mean()))


def test_many_tables_beside_each_other_tell_less_where_chances_have_one_name() -> None:
    anew = mean_error(lambda turn: Params(f"preview {turn}"))
    alike = mean_error(lambda turn: Params(f"preview {turn}", chances="town 2026"))

    assert alike > 2 * anew


def test_the_same_tables_of_one_name_of_chances_are_the_same() -> None:
    values = {
        protect_by_rounding(a_table(33), Params(name, chances="town 2026"), KEY).values
        for name in ("one", "two", "three")
    }

    assert len(values) == 1


@pytest.mark.parametrize("number", [1, 23])
def test_rounding_is_right_on_average_for_every_cell(number: int) -> None:
    table_ = a_table(number)
    keys_ = [hashlib.sha256(seed.to_bytes(4, "big")).digest() for seed in range(2_000)]
    values = np.array([protect_by_rounding(table_, Params("r"), key).values[0] for key in keys_])
    errors = values - np.array(table_.counts[0])

    assert abs(errors.mean()) < 0.1
    assert abs(errors.mean(axis=0)).max() < 0.25
    assert abs(errors).max() == 4


@pytest.mark.parametrize("base", [5, 10])
@pytest.mark.parametrize("number", [0, 1])
def test_none_and_one_youth_look_alike(number: int, base: int) -> None:
    possible = {
        protect_by_rounding(a_table(number), Params(f"{i}", base=base), KEY).value("youths", {})
        for i in range(40)
    }

    assert possible == ({0, base} if number else {0})


def test_all_in_one_category_stays_together() -> None:
    hierarchies = [flat("a", ["x", "y"]), flat("b", ["p", "q"])]
    records = [{"a": "x", "b": "p"}] * 13
    table_ = tabulate({"youths": records}, [table("t", "youths", ["a", "b"])], hierarchies)

    release = protect_by_rounding(table_, Params("r"), KEY)

    assert release.value("youths", {"a": "y"}) == 0
    assert release.value("youths", {"a": "x", "b": "p"}) == release.value("youths", {}) in {10, 15}


def odd_ring() -> Table:
    """Three areas of five, every two of them ten: exactly one of each two can go up to ten."""
    names = {"p": "first", "q": "second", "r": "third"}
    levels = {
        alone: {code: alone if code == alone else f"not {alone}" for code in names}
        for alone in names
    }
    place = Hierarchy("place", tuple(names), levels)
    specs = [table(alone, "youths", [Axis("place", ("", alone))]) for alone in names]
    rows = [{"place": code, "n": 5} for code in names]
    return tabulate({"youths": rows}, specs, [place], weight="n")


def test_the_deviation_is_raised_for_the_whole_release() -> None:
    done = publish(odd_ring(), Params("r", base=10), KEY)

    deviations = zip(done.release.values[0], odd_ring().counts[0], strict=True)
    assert done.release.tolerance == 10
    assert wrong_sums(done.release) == []
    assert all(abs(value - count) <= 10 for value, count in deviations)
    assert "Afronden binnen 9 kon niet; de afwijking is voor alles 10." in str(done.certificate)


def test_a_raised_deviation_leaves_exactly_what_it_says() -> None:
    release = publish(odd_ring(), Params("r", base=10), KEY).release
    (part,), (z,), d = release.parts, release.values, release.tolerance
    worlds = itertools.product(range(max(z) + d + 1), repeat=3)
    seen = [part.count([((c,), n) for c, n in zip("pqr", w, strict=True)]) for w in worlds]
    possible = [
        cells for cells in seen if all(abs(x - y) <= d for x, y in zip(cells, z, strict=True))
    ]

    for place, value in enumerate(z):
        wanted = set(range(max(0, value - d), value + d + 1))
        assert {cells[place] for cells in possible} == wanted


def test_what_cannot_be_rounded_says_what_to_change() -> None:
    with pytest.raises(Infeasible, match="Voeg categorieën samen of laat een tabel weg"):
        protect_by_rounding(odd_ring(), Params("r", base=10, max_tolerance=9), KEY)


def test_two_units_are_protected_side_by_side_with_one_deviation() -> None:
    ages = flat("age", ["12-17", "18-23"])
    specs = [table("who", "youths", ["age"]), table("what", "trajectories", ["age"])]
    rows = {"youths": [{"age": "12-17"}] * 7, "trajectories": [{"age": "18-23"}] * 12}

    done = publish(tabulate(rows, specs, [ages]), Params("r"), KEY)

    assert [world.unit for world in done.worlds] == ["youths", "trajectories"]
    assert done.release.value("youths", {"age": "12-17"}) in {5, 10}
    assert done.release.value("trajectories", {}) in {10, 15}
    assert outcome(verify(json.loads(done.as_bytes()))) == Outcome.GOOD


def test_a_short_key_is_refused() -> None:
    with pytest.raises(BadRelease, match="korter dan 16"):
        protect_by_rounding(a_table(), Params("r"), b"short")


@pytest.mark.parametrize(("name", "base"), [("r", 4), ("r", 1), ("", 5)])
def test_params_out_of_range_are_refused(name: str, base: int) -> None:
    with pytest.raises(BadRelease):
        Params(name, base=base)


def test_the_solver_says_nothing_on_standard_output() -> None:
    program = (
        "from pmg.disclosure.solver import Program, solve_whole; p = Program();"
        "p.terms(p.rows([3])[[0, 0]], p.columns(2)); solve_whole(p)"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert said.stdout == b""
