"""What the statistical role can read, and what it cannot."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from config import Settings
from pmg.errors import NotPermitted
from pmg.reports import sources
from pmg.reports.rules import Period
from pmg.reports.sorting import known
from pmg.security import access
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.reports.casework import MARCH, Casework
from tests.reports.conftest import QUARTER

VIEWS = {
    "stat_case": "municipality_id case_id gender age_at_referral focus_area_code referred_on"
    " triaged_on triage_outcome started_on closed_on youth_id referrer_kind",
    "stat_trajectory": "municipality_id case_id intervention_code started_on ended_on ending"
    " end_reason funding provider_id",
    "stat_factor": "municipality_id case_id factor_code presence seen_on created_at youth_id",
}
APRIL = date(2026, 4, 1)


@pytest.fixture
def reporter(settings: Settings, app: Flask) -> Iterator[Connection]:
    """A connection with the role of reports, and nobody at work."""
    engine: Engine = create_engine(settings.report_database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def gathered(at_work: AtWork, person: Person, period: Period = QUARTER) -> sources.Gathered:
    with at_work(person):
        return sources.gather(period)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_exactly_the_columns_that_reports_rely_on(
    reporter: Connection, view: str
) -> None:
    columns = reporter.execute(text(f"SELECT * FROM {view} LIMIT 0")).keys()
    assert list(columns) == VIEWS[view].split()


@pytest.mark.parametrize("view", VIEWS)
def test_without_a_session_there_are_no_rows(
    reporter: Connection, casework: Casework, view: str
) -> None:
    of = casework.youth()
    casework.trajectory(of)
    casework.factor(of, "R-IND-IMPULS", (MARCH, "sterk"))
    assert reporter.execute(text(f"SELECT count(*) FROM {view}")).scalar() == 0


@pytest.mark.parametrize(
    "question",
    [
        "SELECT given_name_sealed FROM youth",
        "SELECT birth_date_sealed FROM youth",
        "SELECT bsn_digest FROM youth",
        "SELECT goal_sealed FROM trajectory",
        "SELECT note_sealed FROM factor_observation",
        "SELECT observer_id FROM factor_observation",
        "SELECT reason_sealed FROM referral",
        "SELECT referrer_name_sealed FROM referral",
        "SELECT assigned_by FROM trajectory",
        "SELECT places FROM plan_line",
        "SELECT value FROM context_value",
        "SELECT name_sealed FROM user_account",
        "SELECT * FROM case_member",
        "SELECT * FROM audit_event",
        "SELECT document FROM report_release",
        "DELETE FROM trajectory",
    ],
)
def test_the_statistical_role_may_not_ask_for_people(reporter: Connection, question: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|read-only"):
        reporter.execute(text(question))


def test_a_policy_officer_sees_groups_of_the_own_municipality_only(
    at_work: AtWork, cast: Cast, casework: Casework, elsewhere: Casework
) -> None:
    casework.youth(gender="v", age=13)
    elsewhere.youth(gender="m", age=20)
    assert gathered(at_work, cast.els).youths == [("v", 13, "FA11", None, 1)]


@pytest.mark.parametrize("name", ["sanne", "bas", "fatma", "karim", "ans", "ad", "other"])
def test_nobody_else_gets_a_row_from_the_statistical_role(
    at_work: AtWork, cast: Cast, casework: Casework, name: str
) -> None:
    casework.trajectory(casework.youth())
    assert gathered(at_work, getattr(cast, name)) == ([],) * 7


def test_without_a_reader_nothing_is_gathered() -> None:
    assert access.current() is None
    with pytest.raises(NotPermitted):
        sources.gather(QUARTER)


def test_a_youth_counts_on_the_day_of_referral_both_ends_included(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    for day in (date(2025, 12, 31), QUARTER.first, QUARTER.last, APRIL):
        casework.youth(referred_on=day)
    assert gathered(at_work, cast.els).youths == [("m", 16, "FA11", None, 2)]


def test_the_declined_and_the_referred_on_are_not_reached(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    for age, outcome in enumerate(("opnemen", "afwijzen", "doorverwijzen"), start=10):
        casework.youth(age=age, triaged_on=MARCH, triage_outcome=outcome)
    casework.youth(age=20)
    assert sorted(group.age for group in gathered(at_work, cast.els).youths) == [10, 20]


def test_what_happened_after_the_period_had_not_happened_yet(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    later = casework.youth(age=17, started_on=APRIL)
    casework.youth(age=18, triaged_on=APRIL, triage_outcome="afwijzen")
    casework.trajectory(later, ended_on=APRIL, ending="gestopt", end_reason="verhuisd")
    found = gathered(at_work, cast.els)
    assert sorted(found.youths) == [("m", 17, "FA11", None, 1), ("m", 18, "FA11", None, 1)]
    assert found.trajectories == [(cast.sanne.organisation_id, "AJB", None, None, None, "FA11", 1)]


def test_a_youth_who_is_referred_again_is_one_youth_and_two_referrals(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    of = casework.youth(age=14, closed_on=MARCH, close_result="doel_bereikt")
    casework.again(of, age=15)
    found = gathered(at_work, cast.els)
    assert found.youths == [("m", 14, "FA11", None, 1)]
    assert sum(group.number for group in found.referrals) == 2


def test_a_referral_is_counted_with_and_without_a_decision(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    casework.youth(age=10, triaged_on=date(2026, 3, 9), triage_outcome="afwijzen")
    casework.youth(age=11, triaged_on=APRIL, triage_outcome="opnemen")
    found = gathered(at_work, cast.els).referrals
    assert sorted((g.age, g.decision, g.days_to_decision) for g in found) == [
        (10, "afwijzen", 7),
        (11, None, None),
    ]


def test_what_pays_for_a_trajectory_and_what_it_brought_are_counted(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    ended = {"ended_on": date(2026, 3, 30), "ending": "afgerond", "end_reason": "doel_bereikt"}
    casework.trajectory(casework.youth(), funding="kansrijke_wijk", **ended)
    assert gathered(at_work, cast.els).trajectories == [
        (cast.sanne.organisation_id, "AJB", "afgerond", "doel_bereikt", "kansrijke_wijk", "FA11", 1)
    ]


def test_a_provider_knows_its_youths_and_their_referrals_and_nobody_is_named(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    first = casework.youth(age=17)
    casework.trajectory(first)
    casework.trajectory(first, "MST", started_on=None)
    casework.youth(age=18)
    again = casework.again(first, age=18)
    found = gathered(at_work, cast.els)
    mine = cast.sanne.organisation_id
    assert found.known_youths == [(mine, ("m", 17, "FA11", None, 1))]
    assert [(one.provider, one.group.age) for one in found.known_referrals] == [(mine, 17)]
    casework.trajectory(again, started_on=None)
    assert len(gathered(at_work, cast.els).known_referrals) == 2


def test_a_provider_knows_the_factors_of_its_youths_and_of_no_others(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    of = casework.youth()
    casework.trajectory(of)
    casework.trajectory(of, "MST")
    casework.factor(of, "R-IND-IMPULS", (MARCH, "sterk"), (date(2026, 3, 9), "beperkt"))
    casework.factor(casework.youth(), "R-IND-IMPULS", (MARCH, "sterk"))
    found = gathered(at_work, cast.els)
    assert found.known_factors == [
        (cast.sanne.organisation_id, ("R-IND-IMPULS", "sterk", "beperkt", 1))
    ]
    (mine,) = known(found, "GM0363")
    assert [record["richting"] for record in mine["factoren"]] == ["verbeterd"]


def test_a_trajectory_that_never_started_is_not_counted(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    of = casework.youth()
    casework.trajectory(of, started_on=None)
    casework.trajectory(of, started_on=APRIL)
    assert gathered(at_work, cast.els).trajectories == []


def test_a_factor_is_its_first_and_last_known_day_in_the_period(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    casework.factor(
        casework.youth(),
        "R-IND-IMPULS",
        (date(2025, 12, 1), "afwezig"),
        (date(2026, 1, 5), "sterk"),
        (date(2026, 2, 5), "beperkt"),
        (date(2026, 3, 5), "onbekend"),
        (APRIL, "sterk"),
    )
    assert gathered(at_work, cast.els).factors == [("R-IND-IMPULS", "sterk", "beperkt", 1)]


def test_one_day_is_no_direction_however_often_it_was_written_down(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    casework.factor(casework.youth(), "R-IND-IMPULS", (MARCH, "sterk"), (MARCH, "beperkt"))
    assert gathered(at_work, cast.els).factors == [("R-IND-IMPULS", None, None, 1)]


def test_what_was_written_last_about_a_day_is_what_counts(
    at_work: AtWork, cast: Cast, casework: Casework
) -> None:
    casework.factor(
        casework.youth(),
        "P-GEZ-BAND",
        (date(2026, 1, 5), "sterk"),
        (date(2026, 1, 5), "afwezig"),
        (MARCH, "duidelijk"),
    )
    assert gathered(at_work, cast.els).factors == [("P-GEZ-BAND", "afwezig", "duidelijk", 1)]
