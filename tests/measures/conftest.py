"""A trajectory with a job guarantee and one around school, both begun four weeks ago."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pmg.extensions import db
from pmg.interventions import services as interventions
from pmg.interventions.answers import Start
from pmg.measures.models import GuaranteeRow, SchoolWeek
from pmg.measures.rules import AROUND_SCHOOL, GUARANTEE
from pmg.reference.interventions import INTERVENTIONS
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.delivery.conftest import BEGUN, a_case
from tests.interventions.conftest import an_assignment, give_place

Browse = Callable[[Person], FlaskClient]
TARGETS = {GUARANTEE: ("P-IND-TOEKOMST",), AROUND_SCHOOL: ("P-VRI-VRIJETIJD",)}
WHY = "Ik had het verkeerd overgenomen."


def on(days_ago: int) -> str:
    """A day before today, as people type it."""
    return f"{build.TODAY - timedelta(days=days_ago):%d-%m-%Y}"


def begin(cast: Cast, at_work: AtWork, case_id: UUID, code: str) -> UUID:
    """Sanne sets it to work, and it begins."""
    with at_work(cast.sanne):
        wanted = an_assignment(
            cast,
            intervention=INTERVENTIONS[code],
            target_factors=TARGETS[code],
            planned_start=BEGUN,
        )
        row = interventions.assign_intervention(build.the_case(case_id), wanted, today=build.TODAY)
        db.session.flush()
        give_place(row, on=BEGUN)
        interventions.start_trajectory(row, Start(BEGUN, row.version), today=build.TODAY)
        return row.id


def newest(
    cast: Cast, at_work: AtWork, table: type[GuaranteeRow] | type[SchoolWeek], of: UUID
) -> UUID:
    """The id of what was told last."""
    with at_work(cast.sanne):
        wanted = select(table.id).where(table.trajectory_id == of).order_by(table.at.desc())
        return db.session.scalars(wanted.limit(1)).one()


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return a_case(cast, at_work)


@pytest.fixture
def promised(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    return begin(cast, at_work, case_id, GUARANTEE)


@pytest.fixture
def around(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    return begin(cast, at_work, case_id, AROUND_SCHOOL)
