"""Whatever is told in whatever order: steps stand in order, and sums are of what counts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.errors import Invalid
from pmg.measures import rules
from pmg.measures.rules import GuaranteeStep, Hours, NotUsed, Taken

TODAY = date(2026, 11, 26)
DAYS = st.dates(date(2020, 1, 1), date(2027, 6, 1))
TELLINGS = st.lists(st.tuples(st.sampled_from(GuaranteeStep), DAYS, st.booleans()), max_size=25)


@given(TELLINGS)
def test_steps_never_stand_out_of_order(tellings: list[tuple[GuaranteeStep, date, bool]]) -> None:
    """Tell, tell anew and take back, at random: what is refused changes nothing."""
    days: dict[GuaranteeStep, date] = {}
    for step, day, takes_back in tellings:
        try:
            if takes_back:
                rules.check_taken_back(step, days)
                days.pop(step, None)
            else:
                days[step] = rules.check_taken(step, Taken(day, "Een opleiding"), days,
                                               today=TODAY).on  # fmt: skip
        except Invalid:
            pass
        taken = list(GuaranteeStep)[: len(days)]
        assert set(days) == set(taken)
        assert [days[one] for one in taken] == sorted(days.values())
        assert all(one <= TODAY for one in days.values())


@given(st.lists(DAYS, min_size=4, max_size=4, unique=True))
def test_steps_in_order_are_always_taken(wanted: list[date]) -> None:
    days: dict[GuaranteeStep, date] = {}
    for step, day in zip(GuaranteeStep, sorted(wanted), strict=True):
        assert rules.next_step(days) is step
        if day > TODAY:
            return
        days[step] = rules.check_taken(step, Taken(day, "Een baan"), days, today=TODAY).on
    assert rules.next_step(days) is None


WEEKS = st.builds(
    Hours,
    st.just(date(2026, 11, 23)),
    st.integers(-60, 3000),
    st.integers(-60, 3000),
    st.one_of(st.none(), st.sampled_from(NotUsed)),
)


@given(st.lists(WEEKS, max_size=20))
def test_sums_are_of_sound_weeks_and_never_above_what_there_was(weeks: list[Hours]) -> None:
    sound = []
    for week in weeks:
        try:
            sound.append(rules.check_hours(week))
        except Invalid:
            assert (
                week.used > week.offered
                or not 15 <= week.offered <= 2400
                or week.used < 0
                or week.reason is None
            )
    found = rules.sums(sound)
    assert 0 <= found.used <= found.offered
    assert found == rules.sums(reversed(sound))
    for week in sound:
        assert (week.reason is None) == (week.used == week.offered)


@given(st.integers(0, 99 * 4))
def test_hours_are_read_as_they_are_shown(quarters: int) -> None:
    minutes = quarters * 15
    assert rules.read_hours("used", rules.show_hours(minutes)) == minutes


@pytest.mark.parametrize(
    "typed", ["", "acht", "-1", "7,", "7:30", "100", "6,1", "٣", "1e1", "7,5,5"]
)
def test_what_is_no_hours_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        rules.read_hours("used", typed)


@given(DAYS)
def test_a_week_begins_on_its_monday(day: date) -> None:
    monday = rules.monday_of(day)
    assert monday.weekday() == 0
    assert monday <= day < monday + timedelta(days=7)


def test_a_week_before_the_start_is_refused() -> None:
    with pytest.raises(Invalid):
        rules.check_new_week(date(2026, 11, 16), started_on=TODAY, last_day=TODAY)
    rules.check_new_week(date(2026, 11, 23), started_on=TODAY, last_day=TODAY)
