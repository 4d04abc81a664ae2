"""A case with something seen of the youth, and a plan that is made with him."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from pmg.action_plans import parts, services, writing
from pmg.action_plans.answers import ActionWanted, Answered, NewGoal
from pmg.action_plans.models import PlanGoal, PlanReview
from pmg.action_plans.parts import Parts
from pmg.action_plans.rules import Answer, GoalText, Means, Party, Verdict
from pmg.extensions import db
from pmg.factors import services as factors
from pmg.security import access
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.factors.conftest import TRUANCY, seen

TODAY = build.TODAY
IN_MARCH = TODAY + timedelta(days=90)
GOAL = "Ik ben elke dag op tijd op school."
WORDS = "Ik wil mijn diploma, maar opstaan lukt niet."
STEPS = "Mijn wekker aan de andere kant van de kamer zetten."
ACTION = "Samen naar de mentor"
Browse = Callable[[Person], FlaskClient]
AddGoal = Callable[..., UUID]
Agree = Callable[..., str]


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    """Yassin is sixteen: he agrees alone."""
    return build.a_case(cast, at_work)


@pytest.fixture
def young_case_id(cast: Cast, at_work: AtWork) -> UUID:
    """A youth of fourteen: a parent or guardian agrees as well."""
    born = date(TODAY.year - 14, 1, 1)
    return build.a_case(cast, at_work, given_name="Noor", birth_date=born)


def observe(
    at_work: AtWork, person: Person, case_id: UUID, code: str = TRUANCY, **given: Any
) -> None:
    """Let someone say what he saw."""
    with at_work(person):
        factors.observe_factor(build.the_case(case_id), seen(code, **given), today=TODAY)


def a_goal(**given: Any) -> GoalText:
    """An ordinary goal; what is given replaces a part of it."""
    return GoalText(
        **{"text": GOAL, "words": WORDS, "own_steps": STEPS, "factors": (TRUANCY,)} | given
    )


@pytest.fixture
def add_goal(at_work: AtWork, cast: Cast, case_id: UUID) -> AddGoal:
    """Sanne writes a goal down with the youth; returns its id."""

    def act(
        *, of: UUID | None = None, by: str = "sanne", owner: Person | None = None, **given: Any
    ) -> UUID:
        first = ActionWanted(ACTION, owner.id, IN_MARCH) if owner else None
        with at_work(getattr(cast, by)):
            case = build.the_case(of or case_id)
            return services.add_goal(case, NewGoal(a_goal(**given), first), today=TODAY).id

    return act


def an_answer(**given: Any) -> Answer:
    """The youth says yes, today, in a talk."""
    return Answer(
        **{
            "party": Party.YOUTH,
            "verdict": Verdict.AGREES,
            "means": Means.IN_PERSON,
            "on": TODAY,
            "words": "",
        }
        | given
    )


@pytest.fixture
def agree(at_work: AtWork, cast: Cast, case_id: UUID) -> Agree:
    """Sanne notes an answer to the draft as it is; returns whether it is a draft still."""

    def act(*, of: UUID | None = None, **given: Any) -> str:
        with at_work(cast.sanne):
            case = build.the_case(of or case_id)
            plan = parts.read(case).draft
            wanted = Answered(an_answer(**given), writing.mark(plan) if plan else "", IN_MARCH)
            return services.answer_plan(case, wanted, today=TODAY).state

    return act


def the_goal(goal_id: UUID) -> PlanGoal:
    """The row, for who is at work."""
    return db.session.get_one(PlanGoal, (access.reader().municipality_id, goal_id))


def the_parts(case_id: UUID) -> Parts:
    """All rows of a plan, for who is at work."""
    return parts.read(build.the_case(case_id))


def the_review(case_id: UUID) -> PlanReview:
    """The look back that is planned, for who is at work."""
    planned = the_parts(case_id).planned
    assert planned is not None
    return planned
