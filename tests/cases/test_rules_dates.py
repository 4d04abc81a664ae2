"""Every day can be written in each Dutch form, and no other day comes out."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pmg.entry import check_text, parse_dutch_date
from pmg.errors import Invalid

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december"
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(day=DAYS)
@example(day=date(2012, 2, 29))
@example(day=date(2026, 3, 29))
@example(day=date(2026, 10, 25))
def test_a_day_survives_each_way_of_writing_it(day: date) -> None:
    month = MONTHS.split()[day.month - 1]
    for text in (
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d/%m/%Y}",
        f" {day:%d.%m.%Y} ",
        f"{day.day} {month.upper()} {day.year}",
        f"{day.day} {month[:3]}. {day.year}" if month != "maart" else f"{day.day} mrt {day.year}",
        day.isoformat(),
    ):
        assert parse_dutch_date("on", text) == day


@pytest.mark.parametrize("text", ["29-2-2011", "31 april 2020", "2026-02-30", "13/13/2010"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="bestaat niet"):
        parse_dutch_date("on", text)


@pytest.mark.parametrize("text", ["3-1-11", "3 januari 11", "03/01/99"])
def test_a_year_of_two_digits_is_asked_in_full(text: str) -> None:
    with pytest.raises(Invalid, match="vier cijfers"):
        parse_dutch_date("on", text)


@given(st.text(st.characters(codec=None), max_size=30) | st.text("0123456789-/. jan", max_size=12))
def test_whatever_is_typed_gives_a_day_or_a_clear_no(text: str) -> None:
    with suppress(Invalid):
        assert str(parse_dutch_date("on", text).year) in text


@given(st.text(st.characters(codec=None), max_size=60))
def test_text_that_is_kept_can_be_stored_and_is_the_same_the_second_time(text: str) -> None:
    with suppress(Invalid):
        clean = check_text("note", text)
        assert clean.encode().decode() == clean
        assert check_text("note", clean) == clean
