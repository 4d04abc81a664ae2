"""A case that takes work, and an intervention that is set to work in it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from pmg.extensions import db
from pmg.interventions import services
from pmg.interventions.answers import Assignment, Start
from pmg.interventions.models import Trajectory
from pmg.providers import referring
from pmg.providers.rules import Answer, Said
from pmg.reference.interventions import INTERVENTIONS
from pmg.security import access
from pmg.security.policy import Action
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork

# For 12 to 18 years; the youth of the builders is 16.
SPORT = INTERVENTIONS["AJB"]
GOAL = "Ik wil elke week naar de training."
Browse = Callable[[Person], FlaskClient]
Assign = Callable[..., UUID]


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return build.a_case(cast, at_work)


def an_assignment(cast: Cast, **given: Any) -> Assignment:
    """Sport with the youth work from today on; what is given replaces a part of it."""
    return Assignment(
        **{
            "intervention": SPORT,
            "provider_id": cast.sanne.organisation_id,
            "goal": GOAL,
            "target_factors": ("R-VRI-VRIJETIJD",),
            "planned_start": build.TODAY,
            "planned_end": build.TODAY + timedelta(weeks=20),
        }
        | given
    )


@pytest.fixture
def assign(at_work: AtWork, cast: Cast, case_id: UUID) -> Assign:
    """Sanne sets something to work and the provider gives a place; returns its id.

    With `started_on` it has begun.
    """

    def act(*, started_on: date | None = None, is_taken_in: bool = True, **given: Any) -> UUID:
        with at_work(cast.sanne):
            case = build.the_case(case_id)
            row = services.assign_intervention(
                case, an_assignment(cast, **given), today=build.TODAY
            )
            db.session.flush()
            if is_taken_in:
                give_place(row, on=started_on or build.TODAY)
            if started_on:
                services.start_trajectory(row, Start(started_on, row.version), today=build.TODAY)
            return row.id

    return act


def give_place(row: Trajectory, *, on: date) -> None:
    """The youth work, where nobody answers here, gives a place and talks with the youth."""
    referral = referring.of_trajectory(row.id)
    assert referral is not None
    referring.answer_for_provider(referral, Said(Answer.ACCEPTED, 1), today=build.TODAY)
    move, version = Action.INTERVENTION_MOVE, referral.version
    referring.note_conversation(referral, on, action=move, version=version, today=on)


def the_trajectory(trajectory_id: UUID) -> Trajectory:
    """The row, for who is at work."""
    return db.session.get_one(Trajectory, (access.reader().municipality_id, trajectory_id))
