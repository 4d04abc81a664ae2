"""What is set to work for a goal of the plan stands with that goal, and with no other."""

from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from pmg.action_plans import services as plans
from pmg.action_plans.answers import NewGoal
from pmg.action_plans.rules import GoalText
from pmg.errors import Invalid
from pmg.extensions import db
from tests import build
from tests.acting import refer, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.interventions.conftest import SPORT, Assign, Browse, an_assignment, the_trajectory

GOAL = "Ik ga elke week sporten."


def a_goal(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    with at_work(cast.sanne):
        goal = NewGoal(GoalText(GOAL, "", "", ("R-VRI-VRIJETIJD",)))
        return plans.add_goal(build.the_case(case_id), goal, today=build.TODAY).id


def test_a_goal_of_the_plan_can_be_chosen_at_the_assignment(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    goal_id, client = a_goal(cast, at_work, case_id), browse(cast.sanne)
    answer = refer(
        client,
        f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}",
        goal="Elke week naar de training.",
        target_factors=["R-VRI-VRIJETIJD"],
        provider=cast.sanne.organisation_id,
        plan_goal=goal_id,
    )
    assert answer.status_code == 302
    assert GOAL in client.get(answer.location).text
    plan = client.get(f"/zaken/{case_id}/plan").text
    assert plan.index(GOAL) < plan.index("Inzet bij dit doel") < plan.index(SPORT.name_nl)


def test_without_a_plan_no_goal_is_asked_for(browse: Browse, cast: Cast, case_id: UUID) -> None:
    shown = browse(cast.sanne).get(f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}").text
    assert "Bij welk doel van het plan" not in shown


def test_a_goal_of_another_case_is_refused_by_the_verb_and_by_the_database(
    assign: Assign, at_work: AtWork, cast: Cast
) -> None:
    trajectory = assign()
    other = build.a_case(cast, at_work, given_name="Noor")
    goal_id = a_goal(cast, at_work, other)
    with pytest.raises(Invalid, match="uit het plan"):
        assign(plan_goal_id=goal_id, intervention=SPORT)
    with at_work(cast.sanne):
        the_trajectory(trajectory).goal_id = goal_id
        with pytest.raises(IntegrityError, match="goal_id"):
            db.session.flush()
        db.session.rollback()


def test_what_was_agreed_tells_which_help_there_was(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, assign: Assign
) -> None:
    goal_id = a_goal(cast, at_work, case_id)
    assign(plan_goal_id=goal_id)
    client = browse(cast.sanne)
    answers = {"party": "jongere", "verdict": "akkoord", "means": "papier"}
    send(client, f"/zaken/{case_id}/plan/akkoord", **answers)
    assert f"{SPORT.name_nl} (Voorgesteld)" in client.get(f"/zaken/{case_id}/plan/versies").text


def test_an_assignment_without_a_goal_stands_with_none(
    assign: Assign, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    a_goal(cast, at_work, case_id)
    assert an_assignment(cast).plan_goal_id is None
    assign()
    assert "Inzet bij dit doel" not in browse(cast.sanne).get(f"/zaken/{case_id}/plan").text
