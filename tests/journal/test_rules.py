"""Days and times around the clock changes, what is in the way of what, and names in a text."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.clock import AMSTERDAM
from pmg.entry import parse_clock
from pmg.errors import Invalid
from pmg.journal import rules
from pmg.journal.rules import Contact, Kind, Moment, Plan, Span, Taken, When

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 15.00 in the Netherlands
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CHANGES = st.sampled_from(
    [date(2025, 3, 30), date(2025, 10, 26), SPRING, AUTUMN, date(2027, 3, 28), date(2027, 10, 31)]
)
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0))
MOMENTS = st.integers(0, 3000).map(
    lambda m: datetime(2026, 10, 24, tzinfo=UTC) + timedelta(minutes=m)
)
SPANS = st.builds(lambda at, n: Span(at, at + timedelta(minutes=n)), MOMENTS, st.integers(5, 720))


@given(st.one_of(DAYS, CHANGES), CLOCKS)
def test_a_time_that_exists_comes_back_as_it_was_and_another_is_refused(
    day: date, clock: time
) -> None:
    skipped = day.month == 3 and day.weekday() == 6 and day.day > 24 and clock.hour == 2
    if skipped:
        with pytest.raises(Invalid, match="gaat de klok een uur vooruit"):
            rules.at(day, clock)
        return
    local = rules.at(day, clock).astimezone(AMSTERDAM)
    assert (local.date(), local.time()) == (day, clock)


@given(st.one_of(DAYS, CHANGES))
def test_days_follow_each_other_without_a_gap_also_when_the_clock_changes(day: date) -> None:
    today, tomorrow = rules.day_span(day), rules.day_span(day + timedelta(days=1))
    assert today.ends_at == tomorrow.starts_at
    hours = (today.ends_at - today.starts_at) / timedelta(hours=1)
    assert hours in {23, 24, 25}


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 7, 1), 24)])
def test_the_day_of_a_clock_change_is_as_long_as_it_is(day: date, hours: int) -> None:
    span = rules.day_span(day)
    assert span.ends_at - span.starts_at == timedelta(hours=hours)


@given(st.one_of(DAYS, CHANGES), st.one_of(DAYS, CHANGES), CLOCKS)
def test_a_moment_lies_in_the_week_of_its_day_only(day: date, other: date, clock: time) -> None:
    week = rules.week_of(day)
    assert (len(week), week[0].weekday(), day in week) == (7, 0, True)
    try:
        moment = rules.at(other, clock)
    except Invalid:
        return
    begins, ends = rules.day_span(week[0]).starts_at, rules.day_span(week[-1]).ends_at
    assert (begins <= moment < ends) is (other in week)


def test_the_hour_that_comes_twice_is_the_first_one() -> None:
    assert rules.at(AUTUMN, time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_appointment_over_the_clock_change_lasts_as_long_as_was_said() -> None:
    span = rules.span_of(SPRING, time(1, 30), 60)
    assert span.ends_at.astimezone(AMSTERDAM).time() == time(3, 30)
    assert span.ends_at - span.starts_at == timedelta(hours=1)


@given(SPANS, SPANS)
def test_two_are_in_each_others_way_when_they_share_a_minute(one: Span, other: Span) -> None:
    def minutes(span: Span) -> set[int]:
        begin, end = (int(at.timestamp() // 60) for at in (span.starts_at, span.ends_at))
        return set(range(begin, end))

    shared = bool(minutes(one) & minutes(other))
    assert one.meets(other) is other.meets(one) is shared


@given(SPANS, st.lists(SPANS, max_size=8))
def test_what_is_in_the_way_is_exactly_what_meets_it_in_order(
    planned: Span, others: list[Span]
) -> None:
    taken = [Taken(span, "Bas", "bezet") for span in others]
    found = rules.clashes(planned, taken)
    assert sorted(found, key=id) == sorted((t for t in taken if planned.meets(t.span)), key=id)
    assert [t.span.starts_at for t in found] == sorted(t.span.starts_at for t in found)


def test_one_that_begins_when_the_other_ends_is_not_in_the_way() -> None:
    first = rules.span_of(AUTUMN, time(9), 60)
    assert not first.meets(rules.span_of(AUTUMN, time(10), 60))


@pytest.mark.parametrize(
    ("when", "day", "clock", "expected"),
    [
        (When.NOW, None, None, Moment(date(2026, 11, 23), time(15, 0))),
        (When.TODAY, None, None, Moment(date(2026, 11, 23))),
        (When.TODAY, None, time(9, 5), Moment(date(2026, 11, 23), time(9, 5))),
        (When.YESTERDAY, None, time(23, 59), Moment(date(2026, 11, 22), time(23, 59))),
        (When.OTHER, date(2024, 2, 29), None, Moment(date(2024, 2, 29))),
    ],
)
def test_when_means_a_dutch_day(
    when: When, day: date | None, clock: time | None, expected: Moment
) -> None:
    assert rules.moment_of(when, day, clock, now=NOW) == expected


def test_just_after_midnight_today_is_the_new_day() -> None:
    midnight = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
    found = rules.moment_of(When.YESTERDAY, None, None, now=midnight)
    assert found.on == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("when", "day", "clock", "field"),
    [
        (When.OTHER, None, None, "on"),
        (When.OTHER, date(2026, 11, 24), None, "on"),
        (When.OTHER, date(9999, 12, 31), None, "on"),
        (When.OTHER, date(1, 1, 1), None, "on"),
        (When.OTHER, date(2020, 1, 1), None, "on"),
        (When.TODAY, None, time(15, 1), "clock"),
        (When.OTHER, SPRING, time(2, 30), "clock"),
    ],
)
def test_what_cannot_have_been_names_its_field(
    when: When, day: date | None, clock: time | None, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.moment_of(when, day, clock, now=NOW)
    assert refusal.value.field == field


@pytest.mark.parametrize("text", ["", "  \n ", "a\0b", "\ud800", "x" * 2001])
def test_a_text_that_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.check_contact(Contact(Kind.TALK, Moment(date(2026, 11, 23)), text), now=NOW)
    assert refusal.value.field == "text"


@pytest.mark.parametrize(
    ("day", "clock", "minutes", "field"),
    [
        (date(2026, 11, 22), time(9), 60, "on"),
        (date(2026, 11, 23), time(14, 59), 60, "clock"),
        (date(2029, 1, 1), time(9), 60, "on"),
        (date(9999, 12, 31), time(9), 60, "on"),
        (date(2027, 3, 28), time(2, 15), 60, "clock"),
        (date(2026, 12, 1), time(9), 4, "minutes"),
        (date(2026, 12, 1), time(9), 721, "minutes"),
    ],
)
def test_a_plan_lies_ahead_and_within_reach(
    day: date, clock: time, minutes: int, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.check_plan(Plan(day, clock, minutes, "Buurthuis", ""), now=NOW)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Samen met Daniel gekookt.", ["Daniël"]),
        ("DANIËL was er.", ["Daniël"]),
        ("Anne bleef even.", ["Anne-Marie"]),
        ("Aydins vader kwam.", []),
        ("Aydın kwam.", ["Aydin"]),
        ("Annelies en Danielle", []),
    ],
)
def test_a_given_name_is_found_as_a_word_however_it_is_written(text: str, found: list[str]) -> None:
    assert rules.names_in(text, ["Daniël", "Anne-Marie", "Aydin"]) == found


@given(st.sampled_from(["Daniël", "Yassin", "Noor", "Anne-Marie"]), st.text(max_size=40))
def test_a_name_between_spaces_is_always_found(name: str, around: str) -> None:
    assert rules.names_in(f"{around} {name} {around}", [name]) == [name]


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("9", time(9)),
        ("9 uur", time(9)),
        ("9.30", time(9, 30)),
        ("09:30", time(9, 30)),
        ("930", time(9, 30)),
        ("14.05 uur", time(14, 5)),
        ("0.00", time(0)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, clock: time) -> None:
    assert parse_clock("clock", typed) == clock


@pytest.mark.parametrize("typed", ["", "24.00", "9.60", "half tien", "9.3", "٣.30", "9:30:00"])
def test_what_is_no_time_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Invalid):
        parse_clock("clock", typed)
