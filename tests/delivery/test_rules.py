"""Dosage as sums: no pause, correction or move, in any order, changes what was delivered."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmg.delivery import rules
from pmg.delivery.rules import Attendance, Dosage, Missed, Pause, Reached, Told, Went
from pmg.errors import Invalid
from pmg.interventions.rules import CompletionResult

FIRST = date(2026, 1, 1)
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine
IDS = [UUID(int=number) for number in range(1, 7)]
elements = st.lists(st.sampled_from(["rollenspel", "huisbezoek", "oefenen"]), unique=True)
present = st.builds(
    lambda minutes, done: Went(True, Attendance.PRESENT, None, minutes, tuple(done)),
    st.integers(1, 720),
    elements,
)
missed = st.builds(
    lambda reason, happened: Went(happened, Attendance.ABSENT if happened else None, reason),
    st.sampled_from(Missed),
    st.booleans(),
)
wents = st.one_of(present, missed)
histories = st.dictionaries(st.sampled_from(IDS), st.lists(wents, min_size=1, max_size=4))
pauses = st.lists(
    st.builds(
        lambda start, length: Pause(
            FIRST + timedelta(days=start),
            None if length is None else FIRST + timedelta(days=start + length),
        ),
        st.integers(-10, 200),
        st.one_of(st.none(), st.integers(1, 60)),
    ),
    max_size=4,
)
dosages = st.builds(
    lambda sessions, minutes, days: Dosage(
        "Elke week trainen.", sessions, minutes, FIRST, FIRST + timedelta(days=days)
    ),
    st.integers(1, 300),
    st.integers(1, 720),
    st.integers(0, 365),
)


History = dict[UUID, list[Went]]


def told(history: History) -> list[Told]:
    return [
        Told(id_, number, went)
        for id_, each in history.items()
        for number, went in enumerate(each, start=1)
    ]


@CALM
@given(histories, st.randoms())
def test_the_order_in_which_it_is_read_makes_no_difference(
    history: History, random: Random
) -> None:
    lines = told(history)
    mixed = list(lines)
    random.shuffle(mixed)
    assert rules.delivered(mixed) == rules.delivered(lines)


@CALM
@given(histories)
def test_only_the_last_telling_of_each_meeting_counts(history: History) -> None:
    came = rules.delivered(told(history))
    last = [each[-1] for each in history.values()]
    there = [went for went in last if went.attendance is Attendance.PRESENT]
    assert came.sessions == len(there)
    assert came.minutes == sum(went.minutes or 0 for went in there)
    assert came.elements == Counter(name for went in there for name in went.elements)
    assert sum(came.missed.values()) == len(last) - len(there)


@CALM
@given(histories, st.sampled_from(IDS), wents)
def test_corrected_and_corrected_back_nothing_changed(
    history: History, id_: UUID, other: Went
) -> None:
    history.setdefault(id_, [Went(False, None, Missed.PLACE)])
    before = rules.delivered(told(history))
    history[id_] += [other, history[id_][-1]]
    assert rules.delivered(told(history)) == before


@CALM
@given(dosages, pauses, st.integers(-30, 500))
def test_the_plan_to_date_never_passes_the_plan_and_no_pause_adds_to_it(
    dosage: Dosage, rests: list[Pause], days: int
) -> None:
    today = FIRST + timedelta(days=days)
    with_rest = rules.expected(dosage, rests, today=today)
    assert 0 <= with_rest <= rules.expected(dosage, [], today=today) <= dosage.sessions


@CALM
@given(dosages, pauses, st.integers(0, 400))
def test_on_the_moved_last_day_all_of_the_plan_is_due(
    dosage: Dosage, rests: list[Pause], days: int
) -> None:
    over = [Pause(each.from_on, each.resumed_on) for each in rests if each.resumed_on]
    last = rules.last_day(dosage, over, today=FIRST + timedelta(days=days))
    assert last >= dosage.until_on
    assert not rules.rests(over, last)
    assert rules.expected(dosage, over, today=last) == dosage.sessions


def test_ten_days_of_rest_move_the_end_by_ten_days() -> None:
    dosage = Dosage("Elke week trainen.", 10, 60, FIRST, FIRST + timedelta(days=99))
    rest = Pause(FIRST + timedelta(days=50), FIRST + timedelta(days=60))
    today = FIRST + timedelta(days=70)
    assert rules.last_day(dosage, [rest], today=today) == FIRST + timedelta(days=109)
    assert rules.expected(dosage, [rest], today=FIRST + timedelta(days=49)) == 5
    assert rules.expected(dosage, [rest], today=FIRST + timedelta(days=59)) == 5


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_on_the_day_that_the_clock_changes_a_meeting_is_as_long_as_was_told(day: date) -> None:
    went = Went(True, Attendance.PRESENT, None, 90)
    clean = rules.check_went(went, on=day, offered=(), today=day)
    assert rules.delivered([Told(uuid4(), 1, clean)]).minutes == 90
    around = Dosage("Elke week trainen.", 7, 60, day - timedelta(days=3), day + timedelta(days=3))
    assert [
        rules.expected(around, [], today=around.from_on + timedelta(days=n)) for n in range(7)
    ] == [*range(1, 8)]


@pytest.mark.parametrize(
    ("outcomes", "result"),
    [
        ([Reached.REACHED, Reached.REACHED], CompletionResult.REACHED),
        ([Reached.REACHED, Reached.NOT_REACHED], CompletionResult.PARTLY_REACHED),
        ([Reached.PARTLY], CompletionResult.PARTLY_REACHED),
        ([Reached.NOT_REACHED], CompletionResult.NOT_REACHED),
    ],
)
def test_the_result_follows_from_the_goals(
    outcomes: list[Reached], result: CompletionResult
) -> None:
    assert rules.result_of(outcomes) is result


def test_a_part_that_the_plan_does_not_name_is_refused() -> None:
    went = Went(True, Attendance.PRESENT, None, 60, ("iets anders",))
    with pytest.raises(Invalid):
        rules.check_went(went, on=FIRST, offered=("rollenspel",), today=FIRST)
