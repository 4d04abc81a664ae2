"""Ages are whole years; bands and bounds include their ends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.cases import rules
from pmg.errors import Invalid

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
TODAY = date(2026, 11, 23)


@given(born=DAYS, day=DAYS)
def test_an_age_goes_up_by_one_exactly_once_a_year(born: date, day: date) -> None:
    grown = rules.age_on(born, rules.add_months(day, 12)) - rules.age_on(born, day)
    leap = (day.month, day.day) == (2, 29) or (born.month, born.day) == (2, 29)
    assert grown == 1 or (leap and 0 <= grown <= 2)


@given(born=DAYS, day=DAYS)
def test_an_age_never_goes_back(born: date, day: date) -> None:
    assert rules.age_on(born, day + timedelta(days=1)) >= rules.age_on(born, day)


@given(born=DAYS)
def test_a_newborn_is_nought(born: date) -> None:
    assert rules.age_on(born, born) == 0
    assert rules.age_on(born, born - timedelta(days=1)) == -1


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2023, 2, 28), 10),
        (date(2023, 3, 1), 11),
        (date(2024, 2, 28), 11),
        (date(2024, 2, 29), 12),
    ],
)
def test_who_was_born_on_29_february_has_a_birthday_on_1_march_in_common_years(
    day: date, age: int
) -> None:
    assert rules.age_on(date(2012, 2, 29), day) == age


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_birthday_on_a_clock_change_counts_from_that_day(day: date) -> None:
    born = day.replace(year=2010)
    assert rules.age_on(born, day) == 16
    assert rules.age_on(born, day - timedelta(days=1)) == 15


@pytest.mark.parametrize(
    ("age", "band"),
    [(7, "anders"), (8, "8-11"), (14, "12-14"), (17, "15-17"), (22, "18-22"), (28, "anders")],
)
def test_each_age_falls_in_one_band(age: int, band: str) -> None:
    assert rules.age_band(age) == band


@pytest.mark.parametrize("born", [date(2018, 11, 23), date(1998, 11, 24)])
def test_the_first_and_last_age_of_the_round_are_welcome(born: date) -> None:
    rules.check_birth_date(born, TODAY)


@pytest.mark.parametrize(("born", "age"), [(date(2018, 11, 24), 7), (date(1998, 11, 23), 28)])
def test_other_ages_are_told_the_bounds(born: date, age: int) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_birth_date(born, TODAY)
    assert refused.value.field == "birth_date"
    assert f"{age} jaar" in refused.value.message
    assert "van 8 tot en met 27 jaar" in refused.value.message


def test_a_birth_date_to_come_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="in de toekomst"):
        rules.check_birth_date(date(2026, 11, 24), TODAY)


@given(day=st.dates(date(1990, 1, 1), date(2040, 12, 31)), months=st.integers(0, 60))
def test_months_on_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int) -> None:
    later = rules.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(months=st.integers(1, 60))
def test_no_day_is_later_than_the_last_there_is(months: int) -> None:
    assert rules.add_months(date(9999, 12, 31), months) == date(9999, 12, 31)
