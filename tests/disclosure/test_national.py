"""National figures: a pure sum, a band around the truth, and no table meant in two ways."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmg.disclosure.derive import share
from pmg.disclosure.errors import BadRelease, DisclosureError
from pmg.disclosure.national import (
    PLACE,
    Difference,
    National,
    Source,
    Wanted,
    add_up,
    differences,
    read_national,
    sums,
    usual_deviation,
)
from pmg.disclosure.publish import publish
from pmg.disclosure.release import SUPPRESSION, Params, Release
from pmg.disclosure.rounding import protect_by_rounding
from pmg.disclosure.specs import Axis, Follows, Hierarchy, TableSpec, flat, table
from pmg.disclosure.tables import Table, tabulate
from tests.disclosure.build import KEY, a_table

AGE, SEX = flat("age", ["12-17", "18-23"]), flat("sex", ["m", "v"])
SPECS = (
    table("reach", "youths", [Axis("area"), "age"]),
    table("who", "youths", ["age", "sex"]),
    table("work", "trajectories", ["age"]),
)
MEANINGS = {"reach": "Who came.", "who": "Who came.", "work": "What began."}
WANTED = Wanted(SPECS, (AGE, SEX), MEANINGS, ("area",))


def truth(place: str, number: int, *, seed: int, areas: int = 2) -> Table:
    """What a municipality counted, in areas of its own."""
    chance = random.Random(f"{place} {seed}")
    own = flat("area", [f"{place}-{n}" for n in range(areas)])
    rows = [
        {
            "area": own.codes[int(areas * chance.random() ** 2)],
            "age": chance.choice(AGE.codes),
            "sex": chance.choice("mmv"),
        }
        for _ in range(number)
    ]
    return tabulate({"youths": rows, "trajectories": rows[::2]}, SPECS, [AGE, SEX, own])


def released(place: str, counted: Table, *, base: int = 5, key: bytes = KEY) -> Release:
    return protect_by_rounding(counted, Params(f"{place} report", base=base), key + place.encode())


def source(place: str, release: Release, **meanings: str) -> Source:
    return Source(place, release, "00" * 32, {**MEANINGS, **meanings})


def some(*places: str, number: int = 40) -> list[Source]:
    return [source(place, released(place, truth(place, number, seed=1))) for place in places]


def true_number(tables: dict[str, Table], unit: str, codes: dict[str, str]) -> int:
    """The sum of what was counted, in the cell that national figures mean."""
    own = {name: code for name, code in codes.items() if name != PLACE}
    found = 0
    for place, counted in tables.items():
        if codes.get(PLACE, place) == place:
            for part, counts in zip(counted.parts, counted.counts, strict=True):
                if part.unit == unit:
                    at = tuple(own.get(name) for name in part.dimensions)
                    found += counts[part.index[at]]
    return found


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from([5, 10])), min_size=1, max_size=5),
    st.integers(0, 10**6),
)
def test_every_number_is_the_sum_and_the_truth_lies_within_its_band(
    sizes: list[tuple[int, int]], seed: int
) -> None:
    tables = {f"P{n}": truth(f"P{n}", size, seed=seed) for n, (size, _base) in enumerate(sizes)}
    releases = {
        place: released(place, counted, base=base)
        for (place, counted), (_size, base) in zip(tables.items(), sizes, strict=True)
    }
    national = add_up("N", [source(p, r) for p, r in releases.items()], WANTED)
    for spec in national.specs:
        for codes, number in national.rows(spec.name):
            own = {name: code for name, code in codes.items() if name != PLACE}
            inside = [r for p, r in releases.items() if codes.get(PLACE, p) == p]
            assert number == sum(release.value(spec.unit, own) for release in inside)
            assert national.band(codes) == sum(release.tolerance for release in inside)
            off = abs(number - true_number(tables, spec.unit, codes))
            assert off <= national.band(codes) <= national.tolerance
    for part, values in zip(national.parts, national.values, strict=True):
        for parent, children in part.relations:
            assert values[parent] == sum(values[child] for child in children)


def test_areas_of_a_municipality_are_the_municipality_itself() -> None:
    national = add_up("N", some("B", "A"), WANTED)
    places = next(one for one in national.hierarchies if one.dimension == PLACE)
    assert places.codes == ("A", "B")
    assert {one.dimension for one in national.hierarchies} == {PLACE, "age", "sex"}
    assert "A-0" not in json.dumps(national.as_json())


def test_the_order_in_which_releases_come_does_not_matter() -> None:
    one, other = some("A", "B"), some("B", "A")
    assert add_up("N", one, WANTED).hash == add_up("N", other, WANTED).hash


def test_the_usual_deviation_is_kept_nineteen_times_in_twenty() -> None:
    places = [f"P{n}" for n in range(12)]
    counts = {place: truth(place, 37, seed=3) for place in places}
    passed = tried = 0
    for turn in range(40):
        key = f"chance number {turn:>8}".encode()
        found = [source(p, released(p, counts[p], key=key)) for p in places]
        national = add_up("N", found, WANTED)
        for spec in national.specs:
            for codes, number in national.rows(spec.name):
                if PLACE not in codes:
                    tried += 1
                    off = abs(number - true_number(counts, spec.unit, codes))
                    passed += off > national.usual
    assert national.usual < national.tolerance
    assert passed <= tried / 20


@pytest.mark.parametrize("tolerances", [[4], [9] * 47, [4, 9, 29], [0]])
def test_the_usual_deviation_is_never_more_than_the_largest(tolerances: list[int]) -> None:
    assert 0 <= usual_deviation(tolerances) <= sum(tolerances)
    assert usual_deviation([9] * 47) < 9 * 47 / 2


# What municipalities do not mean alike


def without(release: Release, name: str) -> Release:
    counted = truth("B", 40, seed=1)
    specs = tuple(spec for spec in counted.specs if spec.name != name)
    rows = [{"area": "B-0", "age": "12-17", "sex": "m"}] * 20
    divisions = [one for one in counted.hierarchies if one.dimension != "x"]
    units = {spec.unit for spec in specs}
    return released("B", tabulate(dict.fromkeys(units, rows), specs, divisions))


def other_shape() -> Release:
    specs = (table("reach", "youths", ["area"]), *SPECS[1:])
    own = flat("area", ["B-0"])
    rows = [{"area": "B-0", "age": "12-17", "sex": "m"}] * 20
    return released(
        "B", tabulate(dict.fromkeys(["youths", "trajectories"], rows), specs, [AGE, SEX, own])
    )


def other_ages() -> Release:
    ages = flat("age", ["12-15", "16-23"])
    own = flat("area", ["B-0"])
    rows = [{"area": "B-0", "age": "12-15", "sex": "m"}] * 20
    return released(
        "B", tabulate(dict.fromkeys(["youths", "trajectories"], rows), SPECS, [ages, SEX, own])
    )


def test_a_table_that_one_lacks_is_left_out_and_said() -> None:
    other = source("B", without(some("B")[0].release, "who"))
    national = add_up("N", [*some("A"), other], WANTED)
    assert [spec.name for spec in national.specs] == ["reach", "work"]
    assert [(e.table, e.place, e.what) for e in national.left_out] == [
        ("who", "B", Difference.ABSENT)
    ]


def test_a_table_that_is_made_otherwise_is_left_out() -> None:
    national = add_up("N", [*some("A"), source("B", other_shape())], WANTED)
    assert [(e.table, e.what) for e in national.left_out] == [("reach", Difference.SHAPE)]


def test_other_categories_leave_out_every_table_that_has_them() -> None:
    with pytest.raises(BadRelease, match="geen enkele tabel"):
        add_up("N", [*some("A"), source("B", other_ages())], WANTED)


def test_a_division_that_is_now_said_to_follow_from_another_is_the_same_division() -> None:
    known = Follows("age", {"12-17": "m", "18-23": "v"})
    follows = replace(WANTED, hierarchies=(AGE, replace(SEX, follows=known)))

    assert add_up("N", some("A", "B"), follows).hash == add_up("N", some("A", "B"), WANTED).hash


def test_a_table_that_means_something_else_is_left_out() -> None:
    other = some("B")[0]
    other = replace(other, meanings={**MEANINGS, "work": "Something else."})
    national = add_up("N", [*some("A"), other], WANTED)
    assert [(e.table, e.what) for e in national.left_out] == [("work", Difference.MEANING)]


def test_a_release_that_hides_numbers_is_never_added_to_others() -> None:
    shown = some("B", number=200)[0].release
    hidden = replace(shown, method=SUPPRESSION, tolerance=0)
    with pytest.raises(BadRelease, match="geen enkele tabel"):
        add_up("N", [*some("A"), source("B", hidden)], WANTED)
    found = differences(WANTED, source("B", hidden))
    assert {(each.table, each.what) for each in found} == {
        (spec.name, Difference.HIDDEN) for spec in SPECS
    }


def test_two_releases_of_one_municipality_are_never_added() -> None:
    with pytest.raises(BadRelease, match="van elke gemeente één"):
        add_up("N", some("A", "A"), WANTED)
    with pytest.raises(BadRelease):
        add_up("N", [], WANTED)


# Shares


def national_of(numbers: dict[str, tuple[int, int]]) -> National:
    specs: tuple[TableSpec, ...] = (table("t", "youths", ["age"]),)
    divisions: tuple[Hierarchy, ...] = (AGE,)
    found = [
        source(place, Release(place, 10, 9, specs, divisions, ((sum(both), *both),)), t="x")
        for place, both in numbers.items()
    ]
    return add_up("N", found, Wanted(specs, divisions, {"t": "x"}))


def test_a_share_needs_a_base_above_twenty_and_above_its_own_deviation() -> None:
    few = national_of({f"P{n}": (10, 0) for n in range(5)})
    assert few.value("youths", {}) == 50 > few.tolerance == 45
    assert share(few, "youths", part={"age": "12-17"}, whole={}) is None  # the whole: never 100%
    mixed = national_of({f"P{n}": (10, 0) if n else (0, 0) for n in range(5)})
    assert mixed.value("youths", {}) == 40 < mixed.tolerance
    enough = national_of({f"P{n}": (30, 10) for n in range(5)})
    found = share(enough, "youths", part={"age": "12-17"}, whole={})
    assert found is not None
    assert found.text == "75%"
    small = national_of({f"P{n}": (10 * (n < 3), 10 * (n == 3)) for n in range(5)})
    assert share(small, "youths", part={"age": "12-17"}, whole={}) is None


# The file


def test_what_is_written_is_read_back() -> None:
    national = add_up("N", some("A", "B"), WANTED)
    assert read_national(json.loads(json.dumps(national.as_json()))) == national


def spoilt(change: Any) -> Any:
    data = add_up("N", some("A", "B"), WANTED).as_json()
    change(data)
    return data


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["origins"].pop(),
        lambda d: d["origins"].reverse(),
        lambda d: d["origins"].append(d["origins"][0]),
        lambda d: d["origins"][0].update(base=True),
        lambda d: d["origins"][0].update(tolerance=1),
        lambda d: d["parts"][0]["values"].pop(),
        lambda d: d["parts"][0]["values"].__setitem__(0, 5.0),
        lambda d: d["parts"][0]["cells"].reverse(),
        lambda d: d["tables"].pop(),
        lambda d: d["hierarchies"].pop(),
        lambda d: d.update(left_out=[{"table": "t", "place": "A", "what": "anders", "about": ""}]),
        lambda d: d.update(method="guess"),
        lambda d: d.update(more=1),
        lambda d: d.clear(),
    ],
)
def test_what_does_not_hang_together_is_not_read(change: Any) -> None:
    with pytest.raises(DisclosureError):
        read_national(spoilt(change))


def test_a_hidden_number_is_never_added_as_if_it_were_nothing() -> None:
    hidden = publish(a_table(40), Params("r", method=SUPPRESSION), KEY).release

    with pytest.raises(KeyError):
        sums(hidden, {"A": hidden})
