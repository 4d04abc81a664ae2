"""A trajectory is proposed, started and ended, in that order."""

from datetime import date

import pytest

from pmg.errors import Invalid
from pmg.interventions.rules import (
    Course,
    TrajectoryState,
    check_completion,
    check_planned,
    check_start,
    check_stop,
    state,
)

TODAY = date(2026, 11, 23)
PLAN = (date(2026, 9, 1), date(2026, 12, 1))
PROPOSED = Course(*PLAN)
STARTED = Course(*PLAN, started_on=date(2026, 9, 3))
COMPLETED = Course(*PLAN, date(2026, 9, 3), date(2026, 11, 1), "afgerond")
STOPPED = Course(*PLAN, ended_on=date(2026, 9, 2), ending="gestopt")


@pytest.mark.parametrize(
    ("course", "expected", "is_open"),
    [
        (PROPOSED, TrajectoryState.PROPOSED, True),
        (STARTED, TrajectoryState.STARTED, True),
        (COMPLETED, TrajectoryState.COMPLETED, False),
        (STOPPED, TrajectoryState.STOPPED, False),
    ],
)
def test_the_state_follows_from_the_dates(
    course: Course, expected: TrajectoryState, *, is_open: bool
) -> None:
    assert state(course) is expected
    assert state(course).is_open == is_open


def test_a_plan_ends_after_it_begins_and_within_five_years() -> None:
    check_planned(PLAN[0], PLAN[0])
    for end in (date(2026, 8, 31), date(2032, 1, 1)):
        with pytest.raises(Invalid) as refused:
            check_planned(PLAN[0], end)
        assert refused.value.field == "planned_end"


@pytest.mark.parametrize(
    ("course", "on", "words"),
    [
        (STARTED, TODAY, "al gestart"),
        (STOPPED, TODAY, "al gestart of al beëindigd"),
        (PROPOSED, date(2026, 11, 24), "moet nog komen"),
        (PROPOSED, date(2026, 8, 31), "voor het besluit"),
    ],
)
def test_a_start_that_cannot_be_is_refused(course: Course, on: date, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        check_start(course, on, not_before=PLAN[0], today=TODAY)


def test_only_what_started_is_completed() -> None:
    with pytest.raises(Invalid, match="nog niet gestart"):
        check_completion(PROPOSED, TODAY, today=TODAY)
    with pytest.raises(Invalid, match="al beëindigd"):
        check_completion(COMPLETED, TODAY, today=TODAY)
    check_completion(STARTED, date(2026, 9, 3), today=TODAY)


def test_a_proposal_may_stop_but_nothing_stops_twice_or_before_its_start() -> None:
    check_stop(PROPOSED, TODAY, today=TODAY)
    for course, on in ((STOPPED, TODAY), (STARTED, date(2026, 9, 2)), (STARTED, date(2027, 1, 1))):
        with pytest.raises(Invalid) as refused:
            check_stop(course, on, today=TODAY)
        assert refused.value.field == "ended_on"
