"""When triage is, over every change of the clock; and how long a referral waits."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pmg.clock import AMSTERDAM
from pmg.errors import Invalid
from pmg.triage.rules import (
    Slot,
    Telling,
    Way,
    Weekday,
    begins,
    check_slot,
    check_telling,
    clock,
)

WEEK = timedelta(days=7)
SLOTS = st.builds(
    Slot, st.sampled_from(Weekday), st.times(), st.integers(15, 240), st.integers(1, 90)
)
DAWN = datetime(2020, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 15 * 365 * 24 * 60).map(lambda m: DAWN + timedelta(minutes=m))
SUNDAY_NIGHT = Slot(Weekday.SUNDAY, time(2, 30), 60, 7)


def at(text: str) -> datetime:
    """A moment, from how it is written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ends(slot: Slot, day: date) -> datetime:
    """When a slot that begins on this day is over."""
    start = datetime.combine(day, slot.starts, AMSTERDAM).astimezone(UTC)
    return start + timedelta(minutes=slot.minutes)


@given(SLOTS, MOMENTS)
@example(SUNDAY_NIGHT, at("2026-03-29T00:10:00"))  # half past two does not exist that night
@example(SUNDAY_NIGHT, at("2026-10-25T00:40:00"))  # and here it comes twice
def test_triage_is_the_first_that_is_not_over_on_its_day_and_hour(
    slot: Slot, moment: datetime
) -> None:
    begin = begins(slot, moment)
    assert begin.isoweekday() == int(slot.weekday)
    assert ends(slot, begin.date()) > moment >= ends(slot, begin.date() - WEEK)
    written = datetime.combine(begin.date(), slot.starts, AMSTERDAM).astimezone(UTC)
    exists = written.astimezone(AMSTERDAM).time() == slot.starts
    assert begin.time() == slot.starts if exists else begin.time() > slot.starts


def test_the_hour_stays_when_the_clock_changes() -> None:
    slot = Slot(Weekday.THURSDAY, time(10), 60, 7)
    winter, summer = (begins(slot, at(f"2026-03-{day}T12:00:00")) for day in (20, 27))
    assert (winter.hour, summer.hour) == (10, 10)
    assert summer.astimezone(UTC) - winter.astimezone(UTC) == WEEK - timedelta(hours=1)


def test_what_goes_on_now_is_the_one_until_it_is_over() -> None:
    slot = Slot(Weekday.THURSDAY, time(10), 60, 7)
    assert begins(slot, at("2026-11-26T09:59:59")).date() == date(2026, 11, 26)
    assert begins(slot, at("2026-11-26T10:00:00")).date() == date(2026, 12, 3)


@given(st.dates(date(2020, 1, 1), date(2034, 1, 1)), st.integers(1, 90), st.integers(0, 400))
def test_the_term_ends_on_a_day_of_the_calendar(on: date, term: int, later: int) -> None:
    waits = clock(on, term, on + timedelta(days=later))
    assert waits.days == later
    assert waits.due_on == on + timedelta(days=term)
    assert waits.is_late == (on + timedelta(days=later) > waits.due_on)


def test_without_a_term_nothing_is_late() -> None:
    waits = clock(date(2020, 1, 1), None, date(2026, 1, 1))
    assert (waits.is_late, waits.due_on, waits.left) == (False, None, None)


@pytest.mark.parametrize(("minutes", "term"), [(14, 7), (241, 7), (60, 0), (60, 91)])
def test_a_time_that_cannot_be_is_refused(minutes: int, term: int) -> None:
    with pytest.raises(Invalid):
        check_slot(Slot(Weekday.MONDAY, time(9), minutes, term))


@pytest.mark.parametrize(
    ("way", "on"),
    [
        (Way.PROGRAM, date(2026, 3, 2)),
        (Way.PHONE, date(2026, 2, 28)),
        (Way.PHONE, date(2026, 3, 4)),
    ],
)
def test_nobody_was_told_before_the_decision_nor_by_the_program(way: Way, on: date) -> None:
    with pytest.raises(Invalid):
        check_telling(Telling(way, on, 1), decided_on=date(2026, 3, 1), today=date(2026, 3, 3))
