"""Periods added up: from released numbers alone, and the truth lies within what is said."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmg.disclosure.errors import BadRelease
from pmg.disclosure.over_time import OverTime, add_periods
from pmg.disclosure.publish import publish
from pmg.disclosure.release import SUPPRESSION, Params, Release
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Table, tabulate
from tests.disclosure.build import KEY

AREA, DECISION = flat("area", ["west", "east"]), flat("decision", ["yes", "no", "open"])
SPECS = [table("inflow", "referrals", ["area", "decision"]), table("who", "youths", ["area"])]


def quarter(number: int, *, seed: int, hierarchies: object = (AREA, DECISION)) -> Table:
    chance = Random(seed)
    rows = [
        {"area": chance.choice(AREA.codes), "decision": chance.choice(DECISION.codes)}
        for _ in range(number)
    ]
    return tabulate({"referrals": rows, "youths": rows}, SPECS, list(hierarchies))  # type: ignore[call-overload]


def released(counted: Table, name: str, **options: str) -> Release:
    return publish(counted, Params(name, **options), KEY).release  # type: ignore[arg-type]


def year(*releases: Release) -> OverTime:
    return add_periods(releases, tables=["inflow"])


@settings(max_examples=25, deadline=None)
@given(numbers=st.lists(st.integers(0, 30), min_size=2, max_size=4), seed=st.integers(0, 99))
def test_the_truth_lies_within_what_the_sum_says_and_all_adds_up(
    numbers: list[int], seed: int
) -> None:
    counted = [quarter(number, seed=seed + at) for at, number in enumerate(numbers)]
    found = year(*(released(one, f"q{at}") for at, one in enumerate(counted)))

    (part,), (values,) = found.parts, found.numbers
    for cell, value in zip(part.cells, values, strict=True):
        true = sum(
            one.counts[0][one.parts[0].index[cell]]
            for one in counted
            if one.parts[0].unit == "referrals"
        )
        assert abs(true - value) <= found.tolerance
        assert value % found.base == 0
    for parent, children in part.relations:
        assert values[parent] == sum(values[child] for child in children)


def test_only_released_numbers_go_in_and_only_tables_that_add_up_come_out() -> None:
    one, two = (released(quarter(20, seed=seed), f"q{seed}") for seed in (1, 2))
    found = year(one, two)

    assert [spec.name for spec in found.specs] == ["inflow"]
    for codes, value in found.rows("inflow"):
        assert value == (one.value("referrals", codes) or 0) + (two.value("referrals", codes) or 0)
    assert (found.base, found.tolerance) == (5, one.tolerance + two.tolerance)
    assert found.usual <= found.tolerance


def test_a_share_of_a_year_asks_for_more_than_the_year_may_be_off() -> None:
    many = [released(quarter(9, seed=seed), f"q{seed}") for seed in range(6)]
    assert year(*many[:2]).least_base == 20
    assert year(*many).least_base == sum(one.tolerance for one in many) + 1
    tens = [replace(one, base=10) for one in many[:2]]
    assert year(*tens).least_base == tens[0].least_base == 40


def test_what_is_not_said_alike_is_not_added() -> None:
    one = released(quarter(20, seed=1), "q1")
    other = flat("area", ["west", "east", "north"])
    two = released(quarter(20, seed=2, hierarchies=(other, DECISION)), "q2")

    with pytest.raises(BadRelease, match="niet op dezelfde manier"):
        year(one, two)
    lacks = replace(one, specs=one.specs[1:], values=one.values[1:])
    with pytest.raises(BadRelease, match="niet op dezelfde manier"):
        year(one, lacks)


def test_one_period_what_hides_and_what_never_adds_up_have_no_sum() -> None:
    one, two = (released(quarter(20, seed=seed), f"q{seed}") for seed in (1, 2))
    hides = released(quarter(20, seed=3), "q3", method=SUPPRESSION)

    with pytest.raises(BadRelease, match="minstens twee"):
        year(one)
    with pytest.raises(BadRelease, match="verbergt"):
        year(one, hides)
    with pytest.raises(BadRelease, match="telt op"):
        add_periods([one, two], tables=["elsewhere"])
