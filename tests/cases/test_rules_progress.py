"""The status follows from what was recorded, and never goes back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.cases import rules
from pmg.cases.rules import Facts, Outcome, Status, StepState
from pmg.errors import Invalid

REFERRED = date(2026, 1, 12)
TODAY = date(2026, 11, 23)
DAYS = st.integers(0, 300)


def later(days: int) -> date:
    return REFERRED + timedelta(days=days)


ACCEPTED = Facts(REFERRED, triaged_on=later(7), triage_outcome="opnemen")
RUNNING = replace(ACCEPTED, first_intervention_on=later(30))
CLOSED = replace(RUNNING, closed_on=later(200))
IN_AFTERCARE = replace(CLOSED, aftercare_until=TODAY)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(REFERRED), Status.REFERRED),
        (Facts(REFERRED, later(7), "afwijzen"), Status.DECLINED),
        (Facts(REFERRED, later(7), Outcome.PASS_ON), Status.PASSED_ON),
        (ACCEPTED, Status.PLANNING),
        (RUNNING, Status.ACTIVE),
        (CLOSED, Status.CLOSED),
        (IN_AFTERCARE, Status.AFTERCARE),
        (replace(IN_AFTERCARE, aftercare_until=TODAY - timedelta(days=1)), Status.CLOSED),
    ],
)
def test_the_status_follows_from_the_facts(facts: Facts, expected: Status) -> None:
    assert rules.status(facts, TODAY) is expected


@given(gaps=st.tuples(DAYS, DAYS, DAYS, DAYS), waited=DAYS)
def test_the_status_never_goes_back(gaps: tuple[int, int, int, int], waited: int) -> None:
    triaged, started, closed, aftercare = (later(sum(gaps[: n + 1])) for n in range(4))
    way = [Facts(REFERRED)]
    way.append(replace(way[-1], triaged_on=triaged, triage_outcome="opnemen"))
    way.append(replace(way[-1], first_intervention_on=started))
    way.append(replace(way[-1], closed_on=closed, aftercare_until=aftercare))
    seen = [rules.status(facts, closed) for facts in way]
    seen.append(rules.status(way[-1], closed + timedelta(days=waited)))
    assert [status.order for status in seen] == sorted(status.order for status in seen)


@given(
    facts=st.sampled_from([Facts(REFERRED), ACCEPTED, RUNNING, CLOSED, IN_AFTERCARE]),
    days=st.integers(-400, 400),
)
def test_the_bar_is_done_then_current_then_to_do(facts: Facts, days: int) -> None:
    states = [step.state for step in rules.steps(facts, TODAY + timedelta(days=days))]
    assert states == sorted(states, key=list(StepState).index)
    assert states.count(StepState.CURRENT) <= 1


def test_the_bar_shows_where_a_running_case_is() -> None:
    bar = [(step.name, step.state.value, step.on) for step in rules.steps(RUNNING, TODAY)]
    assert bar == [
        ("Aanmelding", "done", REFERRED),
        ("Triage", "done", later(7)),
        ("Plan en inzet", "current", later(30)),
        ("Afsluiting", "todo", None),
    ]


def test_a_step_that_never_came_is_skipped_not_done() -> None:
    bar = [step.state for step in rules.steps(replace(ACCEPTED, closed_on=later(9)), TODAY)]
    assert bar == [StepState.DONE, StepState.DONE, StepState.SKIPPED, StepState.DONE]


def test_aftercare_is_a_step_of_its_own() -> None:
    *_, closing, aftercare = rules.steps(IN_AFTERCARE, TODAY)
    assert (closing.name, closing.state) == ("Afsluiting", StepState.DONE)
    assert (aftercare.name, aftercare.state) == ("Nazorg", StepState.CURRENT)


def test_a_declined_referral_has_nothing_left_to_do() -> None:
    bar = rules.steps(Facts(REFERRED, later(7), "afwijzen"), TODAY)
    assert [step.name for step in bar] == ["Aanmelding", "Triage", "Niet opgenomen"]
    assert {step.state for step in bar} == {StepState.DONE}


@pytest.mark.parametrize(
    ("facts", "until"),
    [
        (Facts(REFERRED), None),
        (RUNNING, None),
        (Facts(REFERRED, date(2026, 11, 30), "afwijzen"), date(2027, 2, 28)),
        (Facts(REFERRED, date(2026, 3, 1), "doorverwijzen"), date(2026, 6, 1)),
        (replace(RUNNING, closed_on=date(2024, 2, 29)), date(2026, 2, 28)),
        (replace(CLOSED, aftercare_until=date(2026, 12, 1)), date(2028, 12, 1)),
    ],
)
def test_the_retention_clock_starts_when_all_is_done(facts: Facts, until: date | None) -> None:
    assert rules.retention_until(facts) == until


def refused_triage(facts: Facts, on: date, motivation: str = "Past in de aanpak.") -> str:
    with pytest.raises(Invalid) as refused:
        rules.check_triage(facts, on, motivation=motivation, today=TODAY)
    return refused.value.field


def test_a_triage_decision_is_taken_once_in_time_and_with_a_reason() -> None:
    open_referral = Facts(REFERRED)
    assert refused_triage(ACCEPTED, TODAY) == "outcome"
    assert refused_triage(open_referral, TODAY + timedelta(days=1)) == "decided_on"
    assert refused_triage(open_referral, REFERRED - timedelta(days=1)) == "decided_on"
    assert refused_triage(open_referral, TODAY, "Ja.") == "motivation"
    reason = rules.check_triage(open_referral, REFERRED, motivation=" Past goed. ", today=TODAY)
    assert reason == "Past goed."


def refused_closure(facts: Facts, on: date, aftercare_until: date | None = None) -> str:
    with pytest.raises(Invalid) as refused:
        rules.check_closure(
            facts, on, motivation="Alles is klaar.", aftercare_until=aftercare_until, today=TODAY
        )
    return refused.value.field


def test_only_a_running_case_is_closed_and_after_it_began() -> None:
    assert refused_closure(Facts(REFERRED), TODAY) == "result"
    assert refused_closure(CLOSED, TODAY) == "result"
    assert refused_closure(RUNNING, later(29)) == "closed_on"
    assert refused_closure(RUNNING, TODAY + timedelta(days=1)) == "closed_on"


def test_aftercare_comes_after_closing_and_lasts_a_year_at_most() -> None:
    assert refused_closure(RUNNING, TODAY, TODAY - timedelta(days=1)) == "aftercare_until"
    assert refused_closure(RUNNING, TODAY, date(2027, 11, 24)) == "aftercare_until"
    assert rules.check_closure(
        RUNNING,
        TODAY,
        motivation="Alles is klaar.",
        aftercare_until=date(2027, 11, 23),
        today=TODAY,
    )
