"""What a group approach refuses to hold, and where its seven steps are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.errors import Invalid
from pmg.groups.rules import MEANS, Outcome, Stage, check_answer, check_frame, nameless, stage_of
from tests.groups.conftest import a_frame

TODAY = date(2026, 3, 29)


@given(st.integers(10**8, 10**9 - 1), st.sampled_from(["", " ", "."]), st.text(max_size=20))
def test_nine_digits_are_refused_however_they_are_spaced(
    number: int, between: str, before: str
) -> None:
    words = "".join(sign for sign in before if sign.isalpha())
    text = f"{words} {between.join(str(number))} {words}"
    with pytest.raises(Invalid, match="van een persoon"):
        nameless("words", text)


@pytest.mark.parametrize("text", ["jan@voorbeeld.test", "geboren 12 03 2008", "31122009"])
def test_what_is_of_one_person_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="van een persoon"):
        nameless("words", f"Op het plein: {text}")


@pytest.mark.parametrize(
    "text", ["12-3-2026 om 22.15 uur", "bel 020 1234567890", "25 tot 30 jongeren, 3 scooters"]
)
def test_days_and_counts_may_be_written(text: str) -> None:
    assert nameless("words", text) == text


@given(st.frozensets(st.sampled_from(Stage)))
def test_the_step_that_is_now_is_the_first_that_is_not_done(done: frozenset[Stage]) -> None:
    now = stage_of(done)
    assert (now is None) == (done == frozenset(Stage))
    assert now is None or (now not in done and set(list(Stage)[: now.order]) <= done)


def test_there_are_seven_steps_and_each_says_what_it_is() -> None:
    assert [stage.value for stage in Stage] == list("1234567")
    assert MEANS.keys() == set(Stage)


def test_an_area_of_another_municipality_is_refused() -> None:
    frame = a_frame(area="NPLV-03", review_on=TODAY + timedelta(days=3))
    with pytest.raises(Invalid, match="focusgebied"):
        check_frame(frame, "GM9999", today=TODAY)


@pytest.mark.parametrize("days", [-1, 400])
def test_a_look_back_is_to_come_within_a_year(days: int) -> None:
    with pytest.raises(Invalid, match="review_on"):
        check_frame(a_frame(review_on=TODAY + timedelta(days=days)), "GM0363", today=TODAY)


def test_what_was_not_done_needs_a_reason() -> None:
    assert check_answer(Outcome.DONE, "") == ""
    with pytest.raises(Invalid):
        check_answer(Outcome.DROPPED, "")
