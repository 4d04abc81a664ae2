"""Base worlds: they give the release exactly, and nobody real had a part in them."""

import inspect
import random

import pytest
from hypothesis import given, settings

from pmg.disclosure import worlds
from pmg.disclosure.errors import BadRelease, Infeasible
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params, Release
from pmg.disclosure.rounding import protect_by_rounding
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Table, structure, tabulate
from pmg.disclosure.worlds import base_world
from tests.disclosure.build import KEY, a_question, a_table, counted, keys


@settings(max_examples=60, deadline=None)
@given(table_=counted(), key=keys)
def test_the_world_gives_every_released_number(table_: Table, key: bytes) -> None:
    done = publish(table_, Params("r"), key)

    (part,), (world,) = done.release.parts, done.worlds
    assert part.count(world.rows) == list(done.release.values[0])
    assert all(number > 0 for _, number in world.rows)


def test_a_world_can_only_be_made_from_public_things() -> None:
    assert list(inspect.signature(base_world).parameters) == ["release", "specs", "hierarchies"]
    assert set(Release.__dataclass_fields__) == {
        "release_id", "base", "tolerance", "specs", "hierarchies", "values",
        "contribution", "inside", "method", "within",
    }  # fmt: skip


def test_other_microdata_with_the_same_release_leave_the_file_unchanged() -> None:
    specs, hierarchies = [table("t", "youths", ["a"])], [flat("a", ["x", "y"])]
    files = {}
    for x in range(1, 5):
        rows = [{"a": "x"}] * x + [{"a": "y"}] * 12
        done = publish(tabulate({"youths": rows}, specs, hierarchies), Params("r"), KEY)
        files.setdefault(done.release.values, set()).add(done.as_bytes())

    assert len(files) < 4
    assert all(len(found) == 1 for found in files.values())


def linked_pairs(seed: int) -> Table:
    """Three sparse two-way tables of three dimensions: often no world without asking for one."""
    chance = random.Random(seed)
    hierarchies = [flat(name, [f"{name}{i}" for i in range(5)]) for name in "abc"]
    specs = [table(p, "youths", list(p)) for p in ("ab", "bc", "ac")]
    rows = [{name: f"{name}{chance.randrange(5)}" for name in "abc"} for _ in range(60)]
    return tabulate({"youths": rows}, specs, hierarchies)


def test_where_no_world_exists_the_rounding_is_done_again_with_one_inside() -> None:
    tables = [linked_pairs(seed) for seed in range(12)]
    lonely = [
        table_ for table_ in tables if not has_world(protect_by_rounding(table_, Params("r"), KEY))
    ]

    found = [publish(table_, Params("r"), KEY) for table_ in lonely]

    assert lonely
    assert all(done.release.tolerance == 4 for done in found)
    assert all(
        done.release.parts[0].count(done.worlds[0].rows) == list(done.release.values[0])
        for done in found
    )


def has_world(release: Release) -> bool:
    try:
        base_world(release, release.specs, release.hierarchies)
    except Infeasible:
        return False
    return True


def test_dimensions_of_one_table_never_reach_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    specs = [table("ab", "youths", ["a", "b"]), table("ac", "youths", ["a", "c"])]
    hierarchies = [flat(name, [f"{name}{i}" for i in range(3)]) for name in "abc"]
    rows = [
        {name: f"{name}{i % size}" for name, size in zip("abc", (2, 3, 2), strict=True)}
        for i in range(31)
    ]
    release = protect_by_rounding(tabulate({"youths": rows}, specs, hierarchies), Params("r"), KEY)
    monkeypatch.delattr(worlds, "solve_first")

    (world,) = base_world(release, specs, hierarchies)

    assert structure(specs, hierarchies)[0].count(world.rows) == list(release.values[0])


def test_numbers_of_other_tables_are_refused() -> None:
    specs, hierarchies = a_question()
    release = protect_by_rounding(a_table(), Params("r"), KEY)

    with pytest.raises(BadRelease, match="horen niet bij"):
        base_world(release, specs[:1], hierarchies)
