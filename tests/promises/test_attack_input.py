"""Attacks with what no browser sends: a clear answer, never an error."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from pmg.action_plans import services as plans
from pmg.action_plans.answers import NewGoal
from pmg.action_plans.rules import GoalText
from pmg.extensions import db
from pmg.interventions import services
from pmg.interventions.models import Trajectory
from pmg.tasks import services as tasks
from tests import build
from tests.acting import filled
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import an_assignment, give_place
from tests.tasks.conftest import a_task

Browse = Callable[[Person], FlaskClient]
# Every kind of form there is: of a desk, of a case, of what lies under it, of a list.
FORMS = (
    ("sanne", "/zaken/bekend"),
    ("bas", "/zaken/{case}/gegevens"),
    ("bas", "/zaken/{case}/afsluiten"),
    ("sanne", "/zaken/{case}/factoren/nieuw"),
    ("sanne", "/zaken/{case}/documenten/nieuw"),
    ("sanne", "/inzet/{work}/starten"),
    ("sanne", "/inzet/{work}/stoppen"),
    ("sanne", "/zaken/{case}/taken/nieuw"),
    ("sanne", "/taak/{task}/gedaan"),
    ("sanne", "/taak/{task}/verzetten"),
    ("sanne", "/zaken/{case}/plan/maken"),
    ("sanne", "/zaken/{case}/plan/akkoord"),
    ("sanne", "/zaken/{case}/plan/terugkijken"),
    ("sanne", "/doel/{goal}/wijzigen"),
    ("sanne", "/doel/{goal}/beeindigen"),
    ("sanne", "/doel/{goal}/actie"),
    ("els", "/bevestigen"),
    ("els", "/rapportage/nieuw"),
    ("bas", "/overnemen"),
)


@pytest.fixture
def proposed(cast: Cast, at_work: AtWork) -> UUID:
    """Something that has not begun."""
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        row = services.assign_intervention(
            build.the_case(case_id), an_assignment(cast), today=build.TODAY
        )
        give_place(row, on=build.TODAY)
        return row.id


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


@pytest.mark.parametrize(("who", "address"), FORMS)
@pytest.mark.parametrize("strange", ["a\0b", "a\x1bb"])
def test_no_page_gives_back_a_character_that_no_page_can_hold(
    browse: Browse,
    cast: Cast,
    at_work: AtWork,
    proposed: UUID,
    who: str,
    address: str,
    strange: str,
) -> None:
    with at_work(cast.sanne):
        case_id = db.session.get_one(Trajectory, (cast.sanne.municipality_id, proposed)).case_id
        case = build.the_case(case_id)
        task_id = tasks.give_task(case, a_task(cast.sanne), today=build.TODAY).id
        new = NewGoal(GoalText("Ik ben op tijd.", "", "", ("R-SCH-VERZUIM",)))
        goal_id = plans.add_goal(case, new, today=build.TODAY).id
    path = address.format(case=case_id, work=proposed, task=task_id, goal=goal_id)
    client = browse(getattr(cast, who))
    form = filled(client, path)
    assert form
    for name in set(form) - {"csrf_token"}:
        form[name] = strange
    answer = client.post(path, data=form)
    assert answer.status_code in {200, 409, 422}
    assert not set(answer.data) & set(b"\0\x1b")


def test_the_steps_of_a_referral_carry_no_nul(browse: Browse, cast: Cast) -> None:
    client = browse(cast.sanne)
    names = ("submit_key", "given_name", "birth_date", "reason", "told", "purpose", "extra\0")
    form = {"csrf_token": filled(client, "/zaken/bekend")["csrf_token"]}
    for step in ("", "controleren", "versturen"):
        answer = client.post(
            "/zaken/aanmelding", data=form | dict.fromkeys(names, "\0") | {"stap": step}
        )
        assert b"\0" not in answer.data
