"""Proposals to merge categories: they count right, and what they say they gain is so."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

from pmg.disclosure.errors import DisclosureError, Infeasible, ReleaseHeld, Undecided
from pmg.disclosure.findings import Finding
from pmg.disclosure.insider import audit_insiders
from pmg.disclosure.ledger import HIDES, Ledger
from pmg.disclosure.merging import ALL_HELD, Asked, Attempt, Merged, cells_held, merged, proposals
from pmg.disclosure.progress import reached
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params, Release, named
from pmg.disclosure.sentences import say
from pmg.disclosure.specs import Follows, Hierarchy, flat, table
from pmg.disclosure.tables import Table, tabulate
from pmg.disclosure.worlds import base_world
from tests.disclosure.build import KEY, Records

AGES = ("8-11", "12-14", "15-17")
CELL = Finding("youths", {"age": "8-11"}, say("te smal"))
OTHER = Finding("youths", {"age": "12-14"}, say("te smal"))


def ages() -> Table:
    rows = [{"age": age, "sex": "m"} for age in ["8-11"] * 3 + ["12-14"] * 9 + ["15-17"] * 20]
    specs = [table("t", "youths", ["age", "sex"])]
    return tabulate({"youths": rows}, specs, [flat("age", AGES), flat("sex", ["m"])])


def published(found: Merged) -> int:
    return publish(found.table, Params("r"), KEY).release.tolerance


def held_by(*findings: Finding) -> Attempt:
    def attempt(_found: Merged) -> int:
        raise ReleaseHeld(findings)

    return attempt


def test_merging_counts_as_if_the_categories_had_been_one() -> None:
    before = ages()

    after = merged(before, before.hierarchies[0], ("8-11", "12-14")).table

    part = after.parts[0]
    assert after.counts[0][part.index["8-11 + 12-14", "m"]] == 12
    assert after.counts[0][part.index[None, None]] == 32


def test_the_merge_that_gains_most_comes_first_and_says_so() -> None:
    found = proposals(ages(), Asked(5), published)

    assert [one.codes for one in found] == [("8-11", "12-14"), ("12-14", "15-17")]
    assert found[0].text == (
        "8-11 met 12-14: alle cellen te publiceren, afwijking hoogstens 4, 2 kleine cellen minder."
    )


def test_where_cells_are_held_it_says_how_many_fewer_are_and_that_all_can_be_published() -> None:
    found = proposals(ages(), Asked(5, held=[CELL, OTHER, CELL]), published)

    assert found[0].text == (
        "8-11 met 12-14: alle cellen te publiceren, 2 minder vastgehouden, afwijking hoogstens 4, "
        "2 kleine cellen minder."
    )


def test_where_nothing_can_be_published_it_says_that_and_no_number() -> None:
    for held in (ALL_HELD, [Finding("youths", {}, HIDES, is_of_all=True)]):
        found = proposals(ages(), Asked(5, held=held), published)

        assert "alle cellen te publiceren, waar nu niets te publiceren is" in found[0].text
        assert "vastgehouden" not in found[0].text


def test_what_still_holds_cells_says_so_and_comes_after_what_does_not() -> None:
    def attempt(found: Merged) -> int:
        if "8-11 + 12-14" in found.table.hierarchies[0].codes:
            raise ReleaseHeld([CELL])
        return 4

    found = proposals(ages(), Asked(5, held=[CELL, OTHER]), attempt)

    assert [one.still_held for one in found] == [0, 1]
    assert found[1].text.startswith("8-11 met 12-14: nog 1 cel vastgehouden, 1 minder dan nu")
    assert "te publiceren" not in found[1].text


@pytest.mark.parametrize(
    "attempt",
    [
        held_by(CELL),
        held_by(CELL, OTHER),
        held_by(Finding("youths", {}, HIDES, is_of_all=True)),
    ],
)
def test_what_leaves_as_much_held_is_no_proposal(attempt: Attempt) -> None:
    assert proposals(ages(), Asked(5, held=[CELL]), attempt) == []


@pytest.mark.parametrize("fault", [Infeasible("none"), Undecided("stopped")])
def test_what_cannot_be_protected_or_decided_is_no_proposal(fault: DisclosureError) -> None:
    def attempt(_found: Merged) -> int:
        raise fault

    assert proposals(ages(), Asked(5, held=ALL_HELD), attempt) == []


def test_what_the_caller_may_not_merge_is_not_proposed() -> None:
    found = proposals(
        ages(), Asked(5), published, may_merge=lambda _dimension, pair: "8-11" not in pair
    )

    assert [one.codes for one in found] == [("12-14", "15-17")]


def test_no_proposal_is_begun_once_it_is_over() -> None:
    assert proposals(ages(), Asked(5), published, is_over=lambda: True) == []


def test_one_that_is_under_way_stops_at_its_next_step_and_what_was_found_stays() -> None:
    tried: list[Merged] = []

    def attempt(found: Merged) -> int:
        tried.append(found)
        for _ in range(3):
            reached(0.0)
            assert len(tried) < 2  # the second does not come past its first step
        return 4

    found = proposals(ages(), Asked(5), attempt, is_over=lambda: len(tried) > 1)

    assert len(tried) == 2
    assert [one.codes for one in found] == [("8-11", "12-14")]


def test_the_real_engine_has_steps_at_which_a_proposal_stops() -> None:
    asked: list[int] = []

    def is_over() -> bool:
        asked.append(1)
        return len(asked) > 2

    assert proposals(ages(), Asked(5), published, is_over=is_over) == []


# Beside earlier releases

DIMS = [flat("age", AGES), flat("sex", "mv"), flat("area", "we")]
BY_SEX, BY_AGE = table("b", "youths", ["sex", "area"]), table("a", "youths", ["age", "sex"])
NEW = table("c", "youths", ["age", "area"])


def some(number: int, seed: int) -> Records:
    chance = random.Random(seed)
    return [
        {"age": chance.choice(AGES), "sex": chance.choice("mv"), "area": chance.choice("we")}
        for _ in range(number)
    ]


def corrected(records: Records, number: int, seed: int) -> Records:
    chance, found = random.Random(seed), [dict(one) for one in records]
    for one in chance.sample(found, number):
        name = chance.choice(["age", "sex", "area"])
        one[name] = chance.choice({"age": AGES, "sex": "mv", "area": "we"}[name])
    return found


def close(name: str) -> Params:
    return Params(name, population="p", max_tolerance=4)


def history(seed: int) -> tuple[Ledger, Table]:
    """Three releases by sex and area and by age and sex, and a table by age and area more."""
    first = [BY_AGE, BY_SEX]
    records = some(random.Random(seed).randint(8, 30), seed)
    ledger = Ledger()
    for quarter in range(3):
        done = publish(
            tabulate({"youths": records}, first, DIMS), close(f"q{quarter}"), KEY, ledger=ledger
        )
        ledger = ledger.add("p", done.release)
        chance = random.Random(seed)
        records = corrected(records, chance.randint(1, 8), seed + 1 + quarter)
        records += some(random.Random(seed).randint(0, 8), seed + 5 + quarter)
    return ledger, tabulate({"youths": records}, [*first, NEW], DIMS)


def possible(release: Release) -> Iterator[tuple[np.ndarray, int]]:
    """Each released number with the finest units in it, written out here anew."""
    units = list(product(AGES, "mv", "we"))
    for part, values in zip(release.parts, release.numbers, strict=True):
        for cell, value in zip(part.cells, values, strict=True):
            codes = {name.split(":")[0]: code for name, code in named(part, cell).items()}
            inside = [
                all(
                    one in codes.get(name, one).split(" + ")
                    for name, one in zip(("age", "sex", "area"), unit, strict=True)
                )
                for unit in units
            ]
            yield np.array(inside, dtype=float), value


def attacked(releases: Sequence[Release]) -> list[tuple[float, float]]:
    """Small numbers that an attacker brings under four wide from all of these at once."""
    known = [
        (row, max(0, value - one.tolerance), value + one.tolerance)
        for one in releases
        for row, value in possible(one)
    ]
    rows = np.array([row for row, _, _ in known])
    sides = np.vstack([rows, -rows])
    limits = np.array([high for *_, high in known] + [-low for _, low, _ in known])
    found = []
    for row in np.unique(rows, axis=0):
        low, high = (linprog(sign * row, A_ub=sides, b_ub=limits) for sign in (1, -1))
        if not (low.success and high.success):
            return []
        if low.fun < 5 - 1e-6 and -high.fun - low.fun < 4 - 1e-6:
            found.append((low.fun, -high.fun))
    return found


def attempts(ledger: Ledger, done: list[Release]) -> Attempt:
    def attempt(found: Merged) -> int:
        release = publish(found.table, close("now"), KEY, ledger=ledger).release
        done.append(release)
        return release.tolerance

    return attempt


def test_beside_earlier_fine_categories_the_merged_ones_stand_with_them_and_count_right() -> None:
    ledger, before = history(6)
    asked = Asked(5, earlier=ledger.about("p"))

    after = merged(before, before.hierarchies[0], ("8-11", "12-14"), asked)

    part, counts = after.table.parts[0], after.table.counts[0]
    assert [spec.name for spec in after.table.specs] == ["a", "a: 8-11 + 12-14", "b", "c"]
    numbers = {
        frozenset(named(part, cell).items()): count
        for cell, count in zip(part.cells, counts, strict=True)
    }
    old = dict(zip(before.parts[0].cells, before.counts[0], strict=True))
    for area, sex in product("we", (None, "m")):
        codes = {"age: 8-11 + 12-14": "8-11 + 12-14"} | ({"sex": sex} if sex else {"area": area})
        fine = [(age, sex, None if sex else area) for age in ("8-11", "12-14")]
        assert numbers[frozenset(codes.items())] == sum(old[cell] for cell in fine)
    assert frozenset({("age", "8-11"), ("sex", "m")}) in numbers  # an earlier release showed it
    assert frozenset({("age", "8-11"), ("area", "w")}) not in numbers  # no release ever did
    assert not part.can_be(["8-11", "m", "w", "15-17"])


def test_a_proposal_beside_earlier_releases_is_truly_released_and_no_set_of_them_narrows_it() -> (
    None
):
    ledger, before = history(483)
    earlier, done = ledger.about("p"), list[Release]()
    with pytest.raises(ReleaseHeld) as held:
        publish(before, close("now"), KEY, ledger=ledger)

    asked = Asked(5, held=held.value.findings, earlier=earlier)
    found = proposals(
        before, asked, attempts(ledger, done), may_merge=lambda name, _pair: name == "age"
    )

    assert "alle cellen te publiceren, 1 minder vastgehouden" in found[0].text
    assert len(done) == len(found)
    assert done
    for release in done:
        for size in range(4):
            for chosen in combinations(earlier, size):
                assert attacked([*chosen, release]) == []


def test_a_proposal_beside_earlier_releases_that_frees_a_part_says_what_stays_held() -> None:
    ledger, before = history(1029)
    with pytest.raises(ReleaseHeld) as held:
        publish(before, close("now"), KEY, ledger=ledger)

    asked = Asked(5, held=held.value.findings, earlier=ledger.about("p"))
    found = proposals(
        before, asked, attempts(ledger, []), may_merge=lambda name, _pair: name == "age"
    )

    assert [one.text for one in found] == [
        "12-14 met 15-17: nog 1 cel vastgehouden, 1 minder dan nu, 2 kleine cellen minder."
    ]


def test_this_attacker_narrows_what_is_rounded_anew_without_looking_at_earlier_releases() -> None:
    ledger, before = history(225)
    fine = merged(
        before, before.hierarchies[0], ("8-11", "12-14"), Asked(5, earlier=ledger.about("p"))
    ).table

    anew = [publish(fine, close(f"r{number}"), KEY).release for number in range(5)]

    assert attacked(anew)


def test_a_merged_number_that_is_no_sum_of_the_fine_ones_beside_it_has_no_world() -> None:
    """As 10 beside 0 and 0 it would say that each is 2 up to 4; so it is never released."""
    specs = [table("t", "u", ["age"]), table("n", "u", ["age"])]
    dims = [flat("age", "xyz")]
    rows = [{"age": age} for age in "xxxxyyyyzzzzzzzzzz"]
    earlier = publish(tabulate({"u": rows}, specs[:1], dims), close("q1"), KEY).release
    before = tabulate({"u": rows}, specs, dims)
    after = merged(before, dims[0], ("x", "y"), Asked(5, earlier=[earlier])).table
    codes = [named(after.parts[0], cell) for cell in after.parts[0].cells]

    def with_sum(number: int) -> Release:
        of = {"x": 0, "y": 0, "z": 10, "x + y": number}
        values = tuple(10 if not cell else of[next(iter(cell.values()))] for cell in codes)
        return Release("q2", 5, 4, after.specs, after.hierarchies, (values,))

    with pytest.raises(Infeasible):
        base_world(with_sum(10), after.specs, after.hierarchies)
    with pytest.raises(Infeasible):
        base_world(with_sum(5), after.specs, after.hierarchies)


@pytest.mark.parametrize("seed", range(8))
def test_where_both_are_released_a_merged_number_is_the_sum_of_the_fine_ones(seed: int) -> None:
    records, ledger = some(30, seed), Ledger()
    asked_first = tabulate({"youths": records}, [BY_AGE], DIMS)
    first = publish(asked_first, Params("q1", population="p"), KEY, ledger=ledger)
    before = tabulate({"youths": records}, [BY_AGE, NEW], DIMS)
    asked = Asked(5, earlier=[first.release])
    after = merged(before, DIMS[0], ("8-11", "12-14"), asked).table

    ledger = ledger.add("p", first.release)
    now = publish(after, Params("q2", population="p"), KEY, ledger=ledger).release

    for sex in ("m", "v"):
        fine = [now.value("youths", {"age": age, "sex": sex}) or 0 for age in ("8-11", "12-14")]
        codes = {"age: 8-11 + 12-14": "8-11 + 12-14", "sex": sex}
        assert now.value("youths", codes) == sum(fine)


def test_where_an_earlier_release_showed_every_table_there_is_nothing_to_merge() -> None:
    ledger, before = history(6)
    by_sex = tabulate(  # by age and sex under a name of its own: every number of it was shown
        {"youths": some(20, 1)}, [BY_AGE, BY_SEX, table("d", "youths", ["sex", "age"])], DIMS
    )

    def never(_found: Merged) -> int:
        raise AssertionError("tried")

    asked = Asked(5, held=[CELL], earlier=ledger.about("p"))
    by_age = "age".__eq__
    assert proposals(by_sex, asked, never, may_merge=lambda name, _pair: by_age(name)) == []
    own = replace(asked, own=["b"])  # the table by age and area came along only
    assert proposals(before, own, never, may_merge=lambda name, _pair: by_age(name)) == []


def test_what_follows_from_hidden_categories_goes_on_following_when_merged() -> None:
    years = [str(age) for age in range(8, 14)]
    bands = dict(zip(years, ["young"] * 2 + ["mid"] * 2 + ["old"] * 2, strict=True))
    dims = [Hierarchy("band", ("young", "mid", "old"), {}, Follows("years", bands))]
    dims += [flat("years", years), flat("sex", "mv")]
    rows = [{"band": bands[y], "years": y, "sex": s} for y in years for s in "mv"]
    specs = [table("t", "u", ["band", "sex"])]
    ledger = Ledger()
    first = publish(tabulate({"u": rows}, specs, dims), close("q1"), KEY, ledger=ledger)
    more = tabulate({"u": rows}, [*specs, table("n", "u", ["band"])], dims)

    after = merged(more, dims[0], ("young", "mid"), Asked(5, earlier=[first.release])).table

    part = after.parts[0]
    codes = {"years": "8", "band": "young", "band: young + mid": "young + mid", "sex": "m"}
    assert part.can_be([codes[name] for name in part.dimensions])
    assert not part.can_be([{**codes, "years": "13"}[name] for name in part.dimensions])
    publish(after, close("q2"), KEY, ledger=ledger.add("p", first.release))


def test_what_a_contributor_knows_is_moved_along_and_audited() -> None:
    ledger, before = history(6)
    asked = Asked(5, earlier=ledger.about("p"))
    own = {"youths": [(("8-11", "m", "w"), 2), (("15-17", "v", "e"), 1)]}

    plain = merged(before, before.hierarchies[0], ("8-11", "12-14"))
    beside = merged(before, before.hierarchies[0], ("8-11", "12-14"), asked)

    assert plain.knows(own)["youths"] == [
        (["8-11 + 12-14", "m", "w"], 2),
        (["15-17", "v", "e"], 1),
    ]
    known = beside.knows(own)["youths"]
    names = beside.table.parts[0].dimensions
    assert dict(zip(names, known[0][0], strict=True)) == {
        "age": "8-11",
        "age: 8-11 + 12-14": "8-11 + 12-14",
        "sex": "m",
        "area": "w",
    }
    release = publish(beside.table, Params("r"), KEY).release
    audit_insiders(beside.table, release, [beside.knows(own)])


def test_findings_are_counted_by_cell_and_not_at_all_where_one_is_about_everything() -> None:
    assert cells_held([CELL, CELL, OTHER]) == 2
    assert cells_held([CELL, Finding("youths", {}, HIDES, is_of_all=True)]) is ALL_HELD
