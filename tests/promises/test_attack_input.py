"""Attacks with what no browser sends: a clear answer, never an error."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from pmg.interventions import services
from tests import build
from tests.acting import filled
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import an_assignment

Browse = Callable[[Person], FlaskClient]


@pytest.fixture
def proposed(cast: Cast, at_work: AtWork) -> UUID:
    """Something that has not begun."""
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        return services.assign_intervention(
            build.the_case(case_id), an_assignment(cast), today=build.TODAY
        ).id


def test_a_step_without_the_version_that_was_seen_is_a_conflict(
    proposed: UUID, browse: Browse, cast: Cast
) -> None:
    client, path = browse(cast.sanne), f"/inzet/{proposed}/starten"
    form = filled(client, path)
    del form["version"]
    assert client.post(path, data=form).status_code == 409


@pytest.mark.parametrize("day", ["31-12-9999", "30-12-9999", "1-1-0001", "30-3-2025", "26-10-2025"])
@pytest.mark.parametrize("end", ["van", "tot"])
def test_the_log_can_be_searched_until_the_last_day_there_is(
    browse: Browse, cast: Cast, end: str, day: str
) -> None:
    assert browse(cast.ans).get("/logboek", query_string={end: day}).status_code == 200
