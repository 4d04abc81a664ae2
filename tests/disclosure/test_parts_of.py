"""Units that are part of other units: every youth that is counted was referred, and is counted so.

The attacker here knows that, and tries all pairs of true numbers.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmg.disclosure.errors import Infeasible, ReleaseHeld
from pmg.disclosure.ledger import Ledger, crossings_inside, numbers
from pmg.disclosure.publish import Publication, certify, publish
from pmg.disclosure.release import Params, Release, read_release
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Table, tabulate
from pmg.disclosure.together import audit_together
from pmg.disclosure.verify import Outcome, outcome, verify
from tests.disclosure.build import KEY

INSIDE = (("jongeren", "aanmeldingen"),)
HIERARCHIES = [flat("a", "xyz"), flat("b", "pq"), flat("besluit", ["ja", "nee"])]
SPECS = {
    "jongeren": table("wie", "jongeren", ["a", "b"]),
    "aanmeldingen": table("instroom", "aanmeldingen", ["a", "besluit"]),
}


def registered(seed: int, size: int) -> list[dict[str, str]]:
    chance = Random(seed)
    return [
        {
            "a": chance.choice("xyz"),
            "b": chance.choice("pq"),
            "besluit": chance.choice(["ja"] * 3 + ["nee"]),
        }
        for _ in range(size)
    ]


def counted(records: list[dict[str, str]], *units: str) -> Table:
    found = {
        "jongeren": [one for one in records if one["besluit"] == "ja"],
        "aanmeldingen": records,
    }
    specs = [SPECS[unit] for unit in units]
    return tabulate({unit: found[unit] for unit in units}, specs, HIERARCHIES)


def narrow(releases: list[Release], *, k: int = 5) -> Iterator[tuple[object, list[int]]]:
    """The true numbers that remain possible, of every cell for which they are too few."""
    shown = {key: (value, one.tolerance) for one in releases for key, value in numbers(one)}
    for (unit, codes), (small, most) in shown.items():
        if unit == "jongeren" and ("aanmeldingen", codes) in shown:
            large, more = shown["aanmeldingen", codes]
            pairs = [
                (x, y)
                for x in range(max(0, small - most), small + most + 1)
                for y in range(max(0, large - more), large + more + 1)
                if x <= y
            ]
            for left in map(sorted, map(set, zip(*pairs, strict=True))):
                wide = left[-1] - left[0] >= k - 1 and (left[0] == 0 or left[-1] >= k)
                if left[0] < k and not wide:
                    yield codes, left


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(0, 40), order=st.permutations(list(SPECS)))
def test_in_one_release_neither_narrows_the_other(seed: int, size: int, order: list[str]) -> None:
    table_ = counted(registered(seed, size), *order)
    release = publish(table_, Params("r", inside=INSIDE), KEY).release
    assert list(narrow([release])) == []
    assert read_release(release.as_json()) == release


@pytest.mark.parametrize("order", [list(SPECS), list(SPECS)[::-1]])
def test_minding_what_is_part_of_what_widens_no_deviation(order: list[str]) -> None:
    made = [
        publish(counted(registered(seed, 12), *order), Params(f"r{seed}", inside=INSIDE), KEY)
        for seed in range(20)
    ]
    assert {one.release.tolerance for one in made} == {4}


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(0, 40), order=st.permutations(list(SPECS)))
def test_a_later_release_does_not_narrow_an_earlier_one(
    seed: int, size: int, order: list[str]
) -> None:
    records, ledger, found = registered(seed, size), Ledger(), []
    for number in (1, 2):
        units = order[:number]
        try:
            params = Params(f"r{number}", population="2026", inside=INSIDE)
            release = publish(counted(records, *units), params, KEY, ledger=ledger).release
        except (ReleaseHeld, Infeasible):
            continue
        ledger = ledger.add("2026", release)
        found.append(release)
    assert found
    assert list(narrow(found)) == []


def test_this_attacker_narrows_what_was_rounded_without_minding_it() -> None:
    made = (
        publish(counted(registered(seed, 12), *SPECS), Params(f"r{seed}"), KEY).release
        for seed in range(40)
    )
    assert any(list(narrow([release])) for release in made)


def test_a_file_that_shows_more_of_a_part_than_of_the_whole_does_not_pass() -> None:
    made = (
        publish(counted(registered(seed, 12), *SPECS), Params(f"r{seed}"), KEY)
        for seed in range(40)
    )
    bare = next(done for done in made if list(narrow([done.release])))
    forged = replace(bare.release, inside=INSIDE)
    assert list(crossings_inside((), forged))
    file = {
        **bare.document,
        "release": forged.as_json(),
        "certificate": certify(forged, bare.worlds, {}),
    }
    assert outcome(verify(bare.document)) is Outcome.GOOD
    assert outcome(verify(file)) is Outcome.CERTIFICATE


@pytest.mark.parametrize("order", [list(SPECS), list(SPECS)[::-1]])
def test_a_file_that_narrows_a_part_or_the_whole_of_an_earlier_one_does_not_pass(
    order: list[str],
) -> None:
    """Made without looking at the ledger, and put in it all the same."""

    def made(seed: int, unit: str) -> Publication:
        params = Params(f"{unit} {seed}", inside=INSIDE)
        return publish(counted(registered(seed, 12), unit), params, KEY)

    pairs = ([made(seed, unit) for unit in order] for seed in range(200))
    first, last = next(pair for pair in pairs if list(narrow([one.release for one in pair])))
    before = Ledger().add("2026", first.release)
    entered = before.add("2026", last.release).as_json()
    certificate = certify(last.release, last.worlds, {}, [first.release.hash])
    certificate |= {"ledger": before.head, "earlier": [first.release.hash]}

    lines = verify({**last.document, "certificate": certificate}, ledger=entered)

    assert outcome(verify(last.document)) is Outcome.GOOD
    assert outcome(lines) is Outcome.TOGETHER
    assert "deel" in lines[-1].text


@pytest.mark.parametrize("order", [list(SPECS), list(SPECS)[::-1]])
def test_two_releases_are_held_against_each_other_whichever_came_first(order: list[str]) -> None:
    shown = {"jongeren": 5, "aanmeldingen": 0}
    first, last = (
        Release(unit, 5, 4, (table(unit, unit, []),), (), ((shown[unit],),), 1, INSIDE)
        for unit in order
    )
    together = Release(
        "both", 5, 4, (*first.specs, *last.specs), (), (*first.values, *last.values), 1, INSIDE
    )
    for earlier, release in (([first], last), ([], together)):
        assert [
            finding.text for finding in audit_together(earlier, release) if "deel" in finding.text
        ]
    assert not list(crossings_inside([], last))


@pytest.mark.parametrize("odd", [[["jongeren"]], "jongeren", [["a", "b", "c"]]])
def test_pairs_that_are_none_make_a_release_unreadable(odd: object) -> None:
    release = publish(counted([], *SPECS), Params("r", inside=INSIDE), KEY)
    document = {**release.document, "release": {**release.document["release"], "inside": odd}}
    assert outcome(verify(document)) is Outcome.UNREADABLE
