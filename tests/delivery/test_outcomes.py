"""What came of an intervention: counts over one's own cases, each factor apart, never a cause."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from pmg.delivery import outcomes, results
from pmg.delivery.outcomes import Followed, Sighting
from pmg.delivery.rules import Reached
from pmg.factors import services as factors
from pmg.factors.rules import Direction, Nature, Observation, Presence, Source
from pmg.interventions import services as interventions
from pmg.interventions.answers import Stop
from pmg.interventions.rules import CompletionResult, StopReason
from pmg.reference.factors import FACTORS, FactorKind
from tests import build
from tests.acting import join
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery.conftest import (
    BEGUN,
    Browse,
    a_case,
    a_trajectory,
    meet,
    plan_it,
    the_trajectory,
)
from tests.delivery.test_end import close, goal_key
from tests.delivery.test_meet import LAST_WEEK, tell
from tests.interventions.conftest import SPORT

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine
PAGE = f"/bijeenkomsten/opbrengst?code={SPORT.code}"
TARGET = "R-VRI-VRIJETIJD"
START, END = date(2026, 1, 10), date(2026, 3, 10)
CODES = ("R-VRI-VRIJETIJD", "R-IND-DELICT", "P-VRI-CLUB")
days = st.dates(date(2024, 6, 1), date(2026, 12, 31))
sightings = st.lists(
    st.builds(Sighting, days, st.sampled_from(Presence)), max_size=8, unique_by=lambda one: one.on
)


@st.composite
def courses(draw: st.DrawFn) -> Followed:
    """One trajectory: never begun, running, completed or stopped."""
    youth_id = UUID(int=draw(st.integers(1, 5)))
    if draw(st.booleans()):
        return Followed(youth_id, draw(st.sampled_from([None, START])))
    ways = draw(st.dictionaries(st.sampled_from(CODES), st.sampled_from(Direction)))
    if draw(st.booleans()):
        return Followed(
            youth_id, START, END, stopped=draw(st.sampled_from(StopReason)), factors=ways
        )
    goals = tuple(draw(st.lists(st.sampled_from(Reached), max_size=4)))
    result = draw(st.sampled_from(CompletionResult))
    return Followed(youth_id, START, END, result=result, goals=goals, factors=ways)


@given(st.lists(courses(), max_size=20), st.randoms())
@CALM
def test_every_trajectory_is_counted_once_in_any_order(
    followed: list[Followed], shuffling: Random
) -> None:
    found = outcomes.count(followed)
    mixed = list(followed)
    shuffling.shuffle(mixed)
    assert outcomes.count(mixed) == found
    assert found.not_begun + found.trajectories == len(followed)
    assert found.running + found.ended == found.trajectories
    assert found.results.total() == found.completed
    assert found.reasons.total() == found.stopped
    assert found.goals.total() == sum(len(each.goals) for each in followed)
    assert found.reported == sum(1 for each in followed if each.goals)
    assert found.youths == len({each.youth_id for each in followed if each.started_on})
    for code in CODES:
        here = [each.factors[code] for each in followed if code in each.factors]
        assert found.factors.get(code, Counter()) == Counter(here)


@given(st.lists(courses(), max_size=12), courses(), st.sampled_from(Direction))
@CALM
def test_one_factor_changes_nothing_of_another(
    followed: list[Followed], one: Followed, went: Direction
) -> None:
    before = outcomes.count([*followed, replace(one, started_on=START, ended_on=END, factors={})])
    after = outcomes.count(
        [*followed, replace(one, started_on=START, ended_on=END, factors={CODES[0]: went})]
    )
    for code in CODES[1:]:
        assert before.factors.get(code) == after.factors.get(code)
    assert (before.goals, before.results, before.reasons) == (
        after.goals,
        after.results,
        after.reasons,
    )


@given(sightings, st.sampled_from(FactorKind), st.randoms())
@CALM
def test_the_way_of_a_factor_follows_from_two_statements_alone(
    said: list[Sighting], kind: FactorKind, shuffling: Random
) -> None:
    went = outcomes.way(said, kind, started_on=START, ended_on=END)
    mixed = list(said)
    shuffling.shuffle(mixed)
    assert outcomes.way(mixed, kind, started_on=START, ended_on=END) is went
    first = max((one for one in said if one.on <= START), key=lambda one: one.on, default=None)
    last = max(
        (one for one in said if START < one.on <= END + outcomes.AFTER),
        key=lambda one: one.on,
        default=None,
    )
    is_old = first is None or first.on < START - outcomes.BEFORE
    if is_old or last is None:
        assert went is Direction.UNCLEAR
        return
    other = FactorKind.PROTECTIVE if kind is FactorKind.RISK else FactorKind.RISK
    turned = outcomes.way(said, other, started_on=START, ended_on=END)
    swapped = {Direction.BETTER: Direction.WORSE, Direction.WORSE: Direction.BETTER}
    assert turned is swapped.get(went, went)
    two = [first, last]
    assert outcomes.way(two, kind, started_on=START, ended_on=END) is went


def see(cast: Cast, at_work: AtWork, case_id: UUID, on: date, presence: Presence) -> None:
    with at_work(cast.sanne):
        seen = Observation(
            FACTORS[TARGET], presence, Nature.FACT, Source.SEEN_MYSELF, on, "Zelf gezien."
        )
        factors.observe_factor(build.the_case(case_id), seen, today=build.TODAY)


@pytest.fixture
def followed(cast: Cast, at_work: AtWork, browse: Browse) -> tuple[UUID, UUID]:
    """Two youths: with one it was closed with a report, with the other it stopped early."""
    cases = (a_case(cast, at_work), a_case(cast, at_work, given_name="Nadia"))
    for number, case_id in enumerate(cases):
        see(cast, at_work, case_id, BEGUN - timedelta(days=2), Presence.STRONG)
        trajectory_id = a_trajectory(cast, at_work, case_id)
        see(cast, at_work, case_id, LAST_WEEK, (Presence.SLIGHT, Presence.STRONG)[number])
        if number == 0:
            plan_it(cast, at_work, trajectory_id)
            tell(browse, cast, meet(cast, at_work, trajectory_id, LAST_WEEK))
            close(browse, cast, trajectory_id, goal_key(cast, at_work, trajectory_id))
        else:
            with at_work(cast.sanne):
                row = the_trajectory(trajectory_id)
                stop = Stop(StopReason.MOVED, build.TODAY, "", row.version)
                interventions.stop_trajectory(row, stop, today=build.TODAY)
    return cases


def test_the_page_counts_what_came_of_it_and_says_what_it_does_not_mean(
    followed: tuple[UUID, UUID], cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    assert followed
    bas = browse(cast.bas)
    assert "2 trajecten begonnen" in bas.get("/bijeenkomsten/opbrengst").text
    shown = bas.get(PAGE).text
    for words in (
        "Intern, niet om te publiceren",
        "Dit zegt niets over oorzaak.",
        "De jongere verhuisde: 1",
        "Over 2 trajecten die zijn beëindigd. Eerder gestopt: 1.",
        FACTORS[TARGET].name_nl,
        "n = 2.",
    ):
        assert words in shown
    for name in ("Yassin", "Nadia", "de Boer"):
        assert name not in shown
    with at_work(cast.bas):
        found = results.sheet(SPORT.code)
    assert found is not None
    assert (found.outcome.youths, found.outcome.completed, found.outcome.stopped) == (2, 1, 1)
    assert found.outcome.goals == {Reached.PARTLY: 1}
    (line,) = found.factors
    assert (line.better, line.same, line.worse, line.unclear) == (1, 1, 0, 0)


def test_it_is_of_ones_own_cases_for_the_team_alone_and_in_the_log_of_each_youth(
    followed: tuple[UUID, UUID], cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    join(cast, at_work, followed[0], cast.karim)
    assert "n = 2." not in browse(cast.jaap).get(PAGE).text
    for who in (cast.karim, cast.fatma, cast.els, cast.ans, cast.ad, cast.mo, cast.joost):
        for path in (PAGE, "/bijeenkomsten/dosering"):
            assert browse(who).get(path).status_code == 404
    browse(cast.sanne).get(PAGE)
    with superuser.connect() as connection:
        counted = connection.execute(
            text(
                "SELECT count(DISTINCT s.youth_id) FROM audit_event e JOIN audit_subject s"
                " ON s.event_id = e.id WHERE e.user_id = :id AND 'counted' = ANY (s.fields)"
            ),
            {"id": cast.sanne.id},
        ).scalar_one()
    assert counted == len(followed)
