"""Proposals to merge categories: they count right and say what they gain."""

from pmg.disclosure.merging import merged, proposals
from pmg.disclosure.release import Params
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Table, tabulate
from tests.disclosure.build import KEY


def ages() -> Table:
    rows = [{"age": age, "sex": "m"} for age in ["8-11"] * 3 + ["12-14"] * 9 + ["15-17"] * 20]
    specs = [table("t", "youths", ["age", "sex"])]
    return tabulate(
        {"youths": rows}, specs, [flat("age", ["8-11", "12-14", "15-17"]), flat("sex", ["m"])]
    )


def test_merging_counts_as_if_the_categories_had_been_one() -> None:
    before = ages()

    after = merged(before, before.hierarchies[0], ("8-11", "12-14"))

    part = after.parts[0]
    assert after.counts[0][part.index["8-11 + 12-14", "m"]] == 12
    assert after.counts[0][part.index[None, None]] == 32


def test_the_merge_that_gains_most_comes_first_and_says_so() -> None:
    found = proposals(ages(), Params("r"), KEY)

    assert [one.codes for one in found] == [("8-11", "12-14"), ("12-14", "15-17")]
    assert found[0].text == "8-11 met 12-14: afwijking hoogstens 4, 2 kleine cellen minder."


def test_what_the_caller_may_not_merge_is_not_proposed() -> None:
    found = proposals(
        ages(), Params("r"), KEY, may_merge=lambda _dimension, pair: "8-11" not in pair
    )

    assert [one.codes for one in found] == [("12-14", "15-17")]


def test_no_proposal_is_begun_once_it_is_over() -> None:
    assert proposals(ages(), Params("r"), KEY, is_over=lambda: True) == []
