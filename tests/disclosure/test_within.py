"""Who is counted as one unit in some category is counted as another: an attacker crosses the two.

Everybody knows here that a person who began has a course that began, in his area, and was taken in.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmg.disclosure.errors import Infeasible, ReleaseHeld
from pmg.disclosure.ledger import Ledger, numbers
from pmg.disclosure.publish import certify, publish
from pmg.disclosure.release import Params, Release, read_release
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Table, tabulate
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.disclosure.within import Within
from tests.disclosure.build import KEY

BEGAN = ("soon", "late")
WITHIN = (
    Within("people", "courses", "waited", BEGAN),
    Within("people", "referrals", "waited", BEGAN, {"decided": "in"}),
)
HIERARCHIES = [
    flat("area", "xyz"),
    flat("waited", [*BEGAN, "not"]),
    flat("decided", ["in", "out"]),
    flat("track", "pq"),
]
SPECS = {
    "people": table("people", "people", ["area", "waited"]),
    "courses": table("courses", "courses", ["area", "track"]),
    "referrals": table("referrals", "referrals", ["area", "decided"]),
}
ORDERS = st.permutations(list(SPECS))


def casework(seed: int, size: int) -> dict[str, list[dict[str, str]]]:
    """People, each of whom who began with one course or two, and referrals that led to nothing."""
    chance = Random(seed)
    people = [
        {"area": chance.choice("xyz"), "waited": chance.choice([*BEGAN, "not"])}
        for _ in range(size)
    ]
    courses = [
        {"area": one["area"], "track": chance.choice("pq")}
        for one in people
        if one["waited"] != "not"
        for _ in range(chance.choice((1, 1, 2)))
    ]
    taken_in = [{"area": one["area"], "decided": "in"} for one in people]
    refused = [{"area": chance.choice("xyz"), "decided": "out"} for _ in range(size // 3)]
    return {"people": people, "courses": courses, "referrals": taken_in + refused}


def counted(rows: dict[str, list[dict[str, str]]], units: Sequence[str]) -> Table:
    specs = [SPECS[unit] for unit in units]
    return tabulate({unit: rows[unit] for unit in units}, specs, HIERARCHIES)


def narrow(releases: Sequence[Release], *, k: int = 5) -> Iterator[tuple[object, list[int]]]:
    """The true numbers that remain possible, of every cell for which they are too few."""
    shown = {key: (value, one.tolerance) for one in releases for key, value in numbers(one)}
    for (unit, codes), (small, most) in shown.items():
        rest = dict(codes)
        if unit != "people" or rest.pop("waited", None) not in BEGAN:
            continue
        for whole in (("courses", rest), ("referrals", {**rest, "decided": "in"})):
            cell = whole[0], frozenset(whole[1].items())
            if cell not in shown:
                continue
            large, more = shown[cell]
            pairs = [
                (x, y)
                for x in range(max(0, small - most), small + most + 1)
                for y in range(max(0, large - more), large + more + 1)
                if x <= y
            ]
            for left in map(sorted, map(set, zip(*pairs, strict=True))):
                wide = left[-1] - left[0] >= k - 1 and (left[0] == 0 or left[-1] >= k)
                if left[0] < k and not wide:
                    yield (codes, cell), left


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(0, 40), order=ORDERS)
def test_in_one_release_neither_narrows_the_other(seed: int, size: int, order: list[str]) -> None:
    done = publish(counted(casework(seed, size), order), Params("r", within=WITHIN), KEY)
    assert list(narrow([done.release])) == []
    assert read_release(done.release.as_json()) == done.release
    assert outcome(verify(done.document)) is Outcome.GOOD


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(0, 40), order=ORDERS)
def test_a_later_release_does_not_narrow_an_earlier_one(
    seed: int, size: int, order: list[str]
) -> None:
    rows, ledger, found = casework(seed, size), Ledger(), []
    for number in (1, 2, 3):
        params = Params(f"r{number}", population="2026", within=WITHIN)
        try:
            done = publish(counted(rows, order[:number]), params, KEY, ledger=ledger)
        except (ReleaseHeld, Infeasible):
            continue
        ledger = ledger.add("2026", done.release)
        found.append(done.release)
    assert found
    assert list(narrow(found)) == []


@pytest.mark.parametrize("order", [list(SPECS), list(SPECS)[::-1]])
def test_minding_it_widens_no_deviation(order: list[str]) -> None:
    made = [
        publish(counted(casework(seed, 12), order), Params(f"r{seed}", within=WITHIN), KEY)
        for seed in range(20)
    ]
    assert {one.release.tolerance for one in made} == {4}


def bare(whole: str) -> Any:
    """What was rounded without minding it, where this attacker then narrows something."""
    made = (
        publish(counted(casework(seed, 9), ["people", whole]), Params(f"r{seed}"), KEY)
        for seed in range(200)
    )
    return next(done for done in made if list(narrow([done.release])))


@pytest.mark.parametrize("whole", ["courses", "referrals"])
def test_a_file_that_shows_more_who_began_than_there_can_be_does_not_pass(whole: str) -> None:
    done = bare(whole)
    forged = replace(done.release, within=WITHIN)
    file = {
        **done.document,
        "release": forged.as_json(),
        "certificate": certify(forged, done.worlds, {}),
    }
    assert outcome(verify(done.document)) is Outcome.GOOD
    assert outcome(verify(file)) is Outcome.CERTIFICATE


def test_who_did_not_begin_is_part_of_nothing() -> None:
    """Nobody has a course, and many wait: their number stays what it is."""
    rows = {"people": [{"area": "x", "waited": "not"}] * 7, "courses": []}
    for turn in range(10):
        table_ = counted(rows, ["courses", "people"])
        done = publish(table_, Params(f"r{turn}", within=WITHIN), KEY)
        assert done.release.value("people", {"waited": "not"}) in {5, 10}


@pytest.mark.parametrize(
    "odd",
    [
        "people",
        [["people", "courses"]],
        [{"unit": "people"}],
        [{"unit": "people", "of": "courses", "dimension": "waited", "codes": 3}],
        [{"unit": "people", "of": "courses", "dimension": "waited", "codes": [], "as": []}],
        [WITHIN[0].as_json()] * 21,
    ],
)
def test_what_is_no_such_part_makes_a_release_unreadable(odd: object) -> None:
    done = publish(counted(casework(1, 9), ["people"]), Params("r", within=WITHIN), KEY)
    document = json.loads(done.as_bytes())
    document["release"]["within"] = odd
    assert outcome(verify(document)) is Outcome.UNREADABLE
