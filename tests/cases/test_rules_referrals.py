"""A referral says why, and that the youth was told or why not."""

from datetime import date

import pytest

from pmg.cases import rules
from pmg.errors import Invalid

TODAY = date(2026, 11, 23)


def test_a_case_number_tells_the_year_and_the_place_in_line() -> None:
    assert rules.case_number(2026, 142) == "PMG-2026-0142"
    assert rules.case_number(2026, 12_345) == "PMG-2026-12345"


def test_a_reason_is_at_least_a_sentence() -> None:
    with pytest.raises(Invalid, match="een of twee zinnen"):
        rules.check_reason("Overlast.")
    assert rules.check_reason(" Spijbelt sinds mei veel. ") == "Spijbelt sinds mei veel."


@pytest.mark.parametrize("told_on", [None, date(2026, 11, 24)])
def test_telling_the_youth_has_a_day_that_was(told_on: date | None) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_told(told_on, today=TODAY)
    assert refused.value.field == "told_on"


def test_not_telling_needs_a_reason() -> None:
    with pytest.raises(Invalid, match="waarom u het de jongere nog niet vertelt"):
        rules.check_not_told(" ", TODAY, today=TODAY)


def test_not_telling_is_looked_at_again_and_not_in_the_past() -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_not_told("Eerst met ouders praten.", date(2026, 11, 22), today=TODAY)
    assert refused.value.field == "tell_again_on"
    reason = rules.check_not_told("Eerst met ouders praten.", TODAY, today=TODAY)
    assert reason == "Eerst met ouders praten."


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2010, 4, 30)])
def test_a_referral_lies_between_birth_and_today(day: date) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_referral_day(day, date(2010, 5, 1), today=TODAY)
    assert refused.value.field == "referred_on"
