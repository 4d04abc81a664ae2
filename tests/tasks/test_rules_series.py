"""The days of a task that comes back: no drift, nothing piled up, an end that holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.clock import AMSTERDAM
from pmg.errors import Invalid
from pmg.tasks.rules import (
    MOST_TIMES,
    Rhythm,
    Series,
    check_series,
    day_of,
    next_number,
)

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
BACK = st.sampled_from([Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY])
TIMES = st.integers(2, MOST_TIMES)


@given(DAYS, BACK, TIMES)
def test_a_series_has_as_many_days_as_was_asked_each_later_than_the_last(
    first: date, rhythm: Rhythm, times: int
) -> None:
    series = Series(first, rhythm, times=times)
    found = [day_of(series, number) for number in range(1, times + 1)]
    assert all(day is not None for day in found)
    assert found == sorted(set(found))
    assert found[0] == first
    assert day_of(series, times + 1) is None


@given(DAYS, TIMES)
def test_every_week_is_the_same_day_of_the_week_also_over_a_change_of_the_clock(
    first: date, times: int
) -> None:
    series = Series(first, Rhythm.WEEKLY, times=times)
    for number in range(1, times + 1):
        day = day_of(series, number)
        assert day == first + timedelta(days=7 * (number - 1))


@pytest.mark.parametrize("changes_on", [date(2027, 3, 28), date(2027, 10, 31)])
def test_the_day_of_the_clock_change_is_neither_skipped_nor_doubled(changes_on: date) -> None:
    noon = [
        datetime.combine(changes_on + timedelta(days=n), datetime.min.time(), AMSTERDAM)
        for n in (0, 1)
    ]
    assert noon[1].astimezone(UTC) - noon[0].astimezone(UTC) != timedelta(days=1)  # it does change
    series = Series(changes_on - timedelta(days=7), Rhythm.WEEKLY, times=3)
    assert [day_of(series, n) for n in (1, 2, 3)] == [
        changes_on - timedelta(days=7),
        changes_on,
        changes_on + timedelta(days=7),
    ]


@given(DAYS, TIMES)
def test_every_month_is_that_day_or_the_last_of_a_shorter_month(first: date, times: int) -> None:
    series = Series(first, Rhythm.MONTHLY, times=times)
    for number in range(1, times + 1):
        day = day_of(series, number)
        assert day is not None
        months = day.year * 12 + day.month - first.year * 12 - first.month
        assert months == number - 1
        is_last = (day + timedelta(days=1)).month != day.month
        assert day.day == first.day or (day.day < first.day and is_last)


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2027, 1, 31), [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]),
        (date(2028, 1, 30), [date(2028, 2, 29), date(2028, 3, 30), date(2028, 4, 30)]),
        (date(2028, 2, 29), [date(2028, 3, 29), date(2028, 4, 29), date(2028, 5, 29)]),
        (date(2026, 12, 31), [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]),
    ],
)
def test_ends_of_months_do_not_drift(first: date, days: list[date]) -> None:
    series = Series(first, Rhythm.MONTHLY, times=4)
    assert [day_of(series, number) for number in (2, 3, 4)] == days


@given(DAYS, BACK, TIMES, st.integers(1, MOST_TIMES), st.integers(-400, 1200))
def test_the_next_is_the_first_that_has_not_gone_by(
    first: date, rhythm: Rhythm, times: int, number: int, later: int
) -> None:
    series = Series(first, rhythm, times=times)
    done_on = first + timedelta(days=later)
    following = next_number(series, number, done_on=done_on)
    ahead = [n for n in range(number + 1, times + 1) if (day_of(series, n) or date.min) > done_on]
    assert following == (ahead[0] if ahead else None)


@given(DAYS, BACK, st.integers(1, 700))
def test_no_day_comes_after_the_end(first: date, rhythm: Rhythm, length: int) -> None:
    until = first + timedelta(days=length)
    series, number, seen = Series(first, rhythm, until=until), 1, [first]
    while (following := next_number(series, number, done_on=seen[-1])) is not None:
        day = day_of(series, following)
        assert day is not None
        seen.append(day)
        number = following
    assert seen[-1] <= until
    beyond = day_of(Series(first, rhythm, times=MOST_TIMES), len(seen) + 1)
    assert beyond is not None
    assert beyond > until


@given(DAYS, st.integers(-100, 100))
def test_what_happens_once_does_not_come_back(first: date, later: int) -> None:
    series = Series(first)
    assert day_of(series, 1) == first
    assert next_number(series, 1, done_on=first + timedelta(days=later)) is None


def test_the_end_of_the_calendar_is_an_end() -> None:
    for rhythm in (Rhythm.WEEKLY, Rhythm.MONTHLY):
        assert day_of(Series(date(9999, 12, 20), rhythm, times=9), 3) is None


@pytest.mark.parametrize(
    ("field", "series"),
    [
        ("rhythm", Series(date(2027, 1, 4), times=3)),
        ("rhythm", Series(date(2027, 1, 4), until=date(2027, 2, 1))),
        ("until", Series(date(2027, 1, 4), Rhythm.WEEKLY)),
        ("until", Series(date(2027, 1, 4), Rhythm.WEEKLY, date(2027, 3, 1), 3)),
        ("until", Series(date(2027, 1, 4), Rhythm.WEEKLY, date(2027, 1, 10))),
        ("until", Series(date(2027, 1, 4), Rhythm.MONTHLY, date(2029, 1, 5))),
        ("times", Series(date(2027, 1, 4), Rhythm.WEEKLY, times=1)),
        ("times", Series(date(2027, 1, 4), Rhythm.WEEKLY, times=MOST_TIMES + 1)),
    ],
)
def test_what_cannot_come_back_so_is_refused_at_its_field(field: str, series: Series) -> None:
    with pytest.raises(Invalid) as refusal:
        check_series(series)
    assert refusal.value.field == field


@given(DAYS, BACK, TIMES)
def test_what_can_come_back_so_is_taken(first: date, rhythm: Rhythm, times: int) -> None:
    check_series(Series(first, rhythm, times=times))
    check_series(Series(first, rhythm, until=first + timedelta(days=31)))
    check_series(Series(first))
