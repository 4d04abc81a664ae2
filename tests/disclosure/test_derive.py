"""Shares and means: from released numbers alone, and never more certain than they are."""

from dataclasses import replace
from fractions import Fraction

import pytest

from pmg.disclosure.derive import mean, share
from pmg.disclosure.errors import BadRelease
from pmg.disclosure.release import Release
from pmg.disclosure.specs import flat, table

CHANGE = flat("change", ["better", "same", "worse"])


def released(better: int, same: int, worse: int) -> Release:
    total = better + same + worse
    specs = (table("t", "youths", ["change"]),)
    return Release("r", 5, 4, specs, (CHANGE,), ((total, better, same, worse),))


def test_a_share_is_that_of_the_released_numbers() -> None:
    found = share(released(15, 5, 5), "youths", part={"change": "better"}, whole={})

    assert found is not None
    assert found.exact == Fraction(3, 5)
    assert found.text == "60%"


@pytest.mark.parametrize("better", [0, 500])
def test_no_share_says_nobody_or_everybody(better: int) -> None:
    counts = released(better, 500 - better, 0)
    assert share(counts, "youths", part={"change": "better"}, whole={}) is None


@pytest.mark.parametrize(("better", "text"), [(5, "minder dan 1%"), (1995, "meer dan 99%")])
def test_a_share_at_the_edge_is_not_rounded_to_it(better: int, text: str) -> None:
    found = share(released(better, 2000 - better, 0), "youths", part={"change": "better"}, whole={})
    assert found is not None
    assert found.text == text


def test_a_small_base_has_no_share_and_no_mean() -> None:
    release = released(10, 5, 0)

    assert share(release, "youths", part={"change": "better"}, whole={}) is None
    assert mean(release, "youths", scores={"change": {"better": 1, "same": 0}}, within={}) is None


@pytest.mark.parametrize(("total", "known"), [(30, False), (40, True)])
def test_wider_steps_ask_for_more_units_under_a_share(total: int, known: bool) -> None:  # noqa: FBT001
    release = replace(released(10, total - 10, 0), base=10, tolerance=9)

    part = share(release, "youths", part={"change": "better"}, whole={})
    score = mean(release, "youths", scores={"change": {"better": 1, "same": 0}}, within={})

    assert (part is not None, score is not None) == (known, known)


def test_a_mean_leaves_out_what_has_no_score() -> None:
    found = mean(
        released(15, 5, 400), "youths", scores={"change": {"better": 1, "same": 0}}, within={}
    )

    assert found == Fraction(3, 4)


def test_the_truth_has_no_way_into_a_derived_figure() -> None:
    release = released(15, 10, 5)

    again = replace(release, release_id="other")

    scores = {"change": {"better": 1, "same": 0, "worse": -1}}
    assert mean(release, "youths", scores=scores, within={}) == Fraction(1, 3)
    assert mean(again, "youths", scores=scores, within={}) == Fraction(1, 3)


def test_what_was_not_released_cannot_be_asked() -> None:
    with pytest.raises(KeyError):
        share(released(15, 10, 5), "youths", part={"change": "gone"}, whole={})
    with pytest.raises(KeyError):
        share(released(15, 10, 5), "youths", part={"sex": "m"}, whole={})


def test_a_share_of_something_else_is_refused() -> None:
    with pytest.raises(BadRelease, match="deel van zijn geheel"):
        share(released(15, 10, 5), "youths", part={}, whole={"change": "better"})
    with pytest.raises(BadRelease, match="één dimensie"):
        mean(released(15, 10, 5), "youths", scores={}, within={})
