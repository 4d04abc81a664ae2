"""Attacks by being there at the same moment: a case that closes while something is set to work."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.cases.rules import CloseResult
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.interventions import services
from tests import build
from tests.acting import filled
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import an_assignment, give_place
from tests.promises.waiting import meanwhile

Browse = Callable[[Person], FlaskClient]


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    """A case that takes work."""
    return build.a_case(cast, at_work)


def test_nothing_is_assigned_to_a_case_that_a_colleague_just_closed(
    case_id: UUID, cast: Cast, at_work: AtWork, superuser: Engine
) -> None:
    with at_work(cast.sanne):
        case = build.the_case(case_id)  # as the door loads it, before the colleague closes it
        with superuser.begin() as colleague:
            colleague.execute(
                text("UPDATE case_file SET closed_on = :day, close_result = :result"),
                {"day": build.TODAY, "result": CloseResult.REACHED},
            )
        with pytest.raises(Invalid):
            services.assign_intervention(case, an_assignment(cast), today=build.TODAY)
        db.session.rollback()


def test_who_starts_and_who_closes_wait_in_the_same_order(
    case_id: UUID, cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    with at_work(cast.sanne):
        row = services.assign_intervention(
            build.the_case(case_id), an_assignment(cast), today=build.TODAY
        )
        give_place(row, on=build.TODAY)
        path = f"/inzet/{row.id}/starten"
    client, answers = browse(cast.sanne), []
    form = filled(client, path)
    with superuser.connect() as closing:
        closing.execute(text("SELECT FROM case_file FOR UPDATE"))
        with meanwhile(superuser, lambda: answers.append(client.post(path, data=form))):
            # The other waits for the case, and has not yet taken what closing needs next.
            closing.execute(text("SELECT FROM trajectory FOR UPDATE NOWAIT"))
            closing.commit()
    assert [answer.status_code for answer in answers] == [302]
