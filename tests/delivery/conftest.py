"""A trajectory that has begun, with a plan that was written, laid before the referrer, approved."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pmg.cases import services as cases
from pmg.cases.intake import Decision, Told
from pmg.cases.rules import Outcome
from pmg.delivery import meeting, services, writing
from pmg.delivery.answers import Meeting
from pmg.delivery.models import DosagePlan, Gathering
from pmg.delivery.rules import Dosage
from pmg.extensions import db
from pmg.interventions import services as interventions
from pmg.interventions.answers import Start
from pmg.interventions.models import Trajectory
from pmg.security import access
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import an_assignment, give_place

Browse = Callable[[Person], FlaskClient]
AIM = "Elke week op tijd bij de training."
PARTS = ("rollenspel", "huisbezoek")
BEGUN = build.TODAY - timedelta(days=28)


def a_dosage(**given: Any) -> Dosage:
    """Eight times an hour from four weeks ago on; what is given replaces a part of it."""
    return Dosage(
        **{
            "aim": AIM,
            "sessions": 8,
            "minutes": 60,
            "from_on": BEGUN,
            "until_on": BEGUN + timedelta(weeks=8),
            "elements": PARTS,
        }
        | given
    )


def the_trajectory(trajectory_id: UUID) -> Trajectory:
    """The row, for who is at work."""
    return db.session.get_one(Trajectory, (access.reader().municipality_id, trajectory_id))


def the_gathering(gathering_id: UUID) -> Gathering:
    """The row, for who is at work."""
    return db.session.get_one(Gathering, (access.reader().municipality_id, gathering_id))


def the_plan(trajectory_id: UUID) -> DosagePlan:
    """The newest version, for who is at work."""
    return db.session.scalars(
        select(DosagePlan)
        .where(DosagePlan.trajectory_id == trajectory_id)
        .order_by(DosagePlan.number.desc())
        .limit(1)
    ).one()


def a_trajectory(
    cast: Cast, at_work: AtWork, case_id: UUID, *, started_on: date | None = BEGUN
) -> UUID:
    """Bas assigns it, so that Sanne can write the plan and Bas can approve."""
    with at_work(cast.bas):
        begun = {"planned_start": BEGUN} if started_on else {}
        row = interventions.assign_intervention(
            build.the_case(case_id), an_assignment(cast, **begun), today=build.TODAY
        )
        db.session.flush()
        if started_on:
            give_place(row, on=started_on)
            interventions.start_trajectory(row, Start(started_on, row.version), today=build.TODAY)
        return row.id


def plan_it(cast: Cast, at_work: AtWork, trajectory_id: UUID, *wanted: Dosage) -> None:
    """Sanne writes the plan, Bas approves."""
    with at_work(cast.sanne):
        trajectory = the_trajectory(trajectory_id)
        for each in wanted or (a_dosage(),):
            services.write_goal(trajectory, each, today=build.TODAY)
        db.session.flush()
        plan = the_plan(trajectory_id)
        services.submit_plan(plan, plan.version, today=build.TODAY)
    with at_work(cast.bas):
        plan = the_plan(trajectory_id)
        services.approve_plan(plan, plan.version, today=build.TODAY)


def a_case(cast: Cast, at_work: AtWork, **given: Any) -> UUID:
    """A case that was taken in before the trajectory began."""
    intake = build.intake(told=Told(on=BEGUN - timedelta(days=15)), **given)
    with at_work(cast.sanne):
        case_id = cases.refer(intake, today=BEGUN - timedelta(days=14)).id
    with at_work(cast.fatma):
        decision = Decision(Outcome.ACCEPT, "De zorgen zijn groot genoeg.", director_id=cast.bas.id)
        cases.decide_triage(build.the_case(case_id), decision, today=BEGUN - timedelta(days=7))
    return case_id


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return a_case(cast, at_work)


@pytest.fixture
def trajectory_id(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    return a_trajectory(cast, at_work, case_id)


@pytest.fixture
def planned(cast: Cast, at_work: AtWork, trajectory_id: UUID) -> UUID:
    """The trajectory, with an approved plan."""
    plan_it(cast, at_work, trajectory_id)
    return trajectory_id


def meet(cast: Cast, at_work: AtWork, trajectory_id: UUID, on_day: date, **given: Any) -> UUID:
    """Sanne plans a meeting for the first goal."""
    with at_work(cast.sanne):
        trajectory = the_trajectory(trajectory_id)
        plan = writing.approved_plan(trajectory)
        assert plan is not None
        goal = writing.goals_of(plan)[0]
        wanted = Meeting(
            **{"goal_key": goal.goal_key, "on_day": on_day, "clock": None, "minutes": 60} | given
        )
        return meeting.plan_meeting(trajectory, wanted, today=build.TODAY).id
