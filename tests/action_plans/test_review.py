"""Looking back: planned, reminded of, held with then and now side by side, and what comes of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from werkzeug.datastructures import MultiDict

from pmg.action_plans import on_case, queries
from pmg.cases import services as cases
from pmg.extensions import db
from pmg.factors.rules import Presence
from pmg.reference.factors import FACTORS
from pmg.web import agenda
from tests import build
from tests.acting import filled, join, leave, send
from tests.action_plans.conftest import (
    ACTION,
    GOAL,
    IN_MARCH,
    TODAY,
    AddGoal,
    Agree,
    Browse,
    observe,
    the_parts,
    the_review,
)
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import FRIENDS, TRUANCY

WORDS = "Vijf van de zes weken op tijd."
WHY = "Het gaat goed op school, thuis is nog hulp nodig."


@pytest.fixture
def review_id(add_goal: AddGoal, agree: Agree, at_work: AtWork, cast: Cast, case_id: UUID) -> UUID:
    """A plan with one goal and one action that was agreed, to be looked back on in three months."""
    observe(at_work, cast.sanne, case_id, presence=Presence.STRONG)
    add_goal(owner=cast.sanne)
    agree()
    with at_work(cast.sanne):
        return the_review(case_id).id


def plan_on(superuser: Engine, days: int) -> None:
    """Let so many days be left until the look back."""
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE plan_review SET planned_on = :on WHERE held_on IS NULL"),
            {"on": TODAY + timedelta(days=days)},
        )


def judged(
    client: Any, review_id: UUID, state: str, about: str = "", **given: Any
) -> MultiDict[str, str]:
    """The form of a look back in which every goal is judged the same."""
    usual = {"outcome": "doorgaan", "next_on": f"{IN_MARCH:%d-%m-%Y}"}
    form = filled(client, f"/evaluatie/{review_id}/houden", **usual | given)
    for part in filter(None, form["goals_mark"].split(",")):
        goal = UUID(part.partition(".")[0])
        form[f"state_{goal.hex}"], form[f"words_{goal.hex}"] = state, about
    return form


def hold(
    client: Any, review_id: UUID, state: str = "onderweg", about: str = "", **given: Any
) -> Any:
    form = judged(client, review_id, state, about, **given)
    return client.post(f"/evaluatie/{review_id}/houden", data=form)


def test_then_and_now_stand_side_by_side_each_factor_by_itself(
    review_id: UUID, at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    # Agreed a month ago; since then less truancy was seen.
    with superuser.begin() as connection:
        connection.execute(text("UPDATE action_plan SET agreed_on = '2026-11-21'"))
    observe(at_work, cast.bas, case_id, presence=Presence.SLIGHT, on=TODAY)
    client = browse(cast.sanne)
    for page in (f"/evaluatie/{review_id}", f"/evaluatie/{review_id}/houden"):
        shown = client.get(page).text
        row = shown[shown.index(f'scope="row">{FACTORS[TRUANCY].name_nl}') :]
        row = row[: row.index("</tr>")]
        assert row.index("Sterk") < row.index("Beperkt") < row.index("verbeterd")
        assert ACTION in shown
        assert "Niet gedaan" in shown
        assert GOAL in shown


def test_a_look_back_is_written_down_and_stays(
    review_id: UUID, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    client = browse(cast.sanne)
    answer = hold(client, review_id, "onderweg", WORDS)
    assert answer.location == f"/zaken/{case_id}/plan"
    shown = client.get(f"/evaluatie/{review_id}").text
    for said in (GOAL, WORDS, "We zijn ermee bezig", "Doorgaan met dit plan", ACTION):
        assert said in shown
    assert "Samen terugkijken" not in shown
    assert "Teruggekeken op het plan: Doorgaan" in client.get(f"/zaken/{case_id}").text
    assert client.get(f"/evaluatie/{review_id}/houden").status_code == 409


def test_the_next_one_is_planned_with_it(
    review_id: UUID, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    hold(browse(cast.sanne), review_id)
    with at_work(cast.sanne):
        found = the_parts(case_id)
        assert [held.id for held in found.held] == [review_id]
        assert found.planned is not None
        assert found.planned.planned_on == IN_MARCH


def test_a_goal_that_was_reached_ends_with_the_look_back(
    review_id: UUID, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    client = browse(cast.sanne)
    hold(client, review_id, "bereikt", WORDS)
    shown = client.get(f"/zaken/{case_id}/plan").text
    assert "Doelen die zijn beëindigd" in shown
    assert WORDS in shown
    assert "Versie 1, afgesproken" in shown


@pytest.mark.parametrize("outcome", ["bijstellen", "opschalen", "afschalen", "afsluiten"])
def test_what_changes_for_the_youth_is_explained(
    review_id: UUID, browse: Browse, cast: Cast, case_id: UUID, outcome: str
) -> None:
    client = browse(cast.sanne)
    answer = hold(client, review_id, outcome=outcome)
    assert answer.status_code == 422
    assert "Schrijf in een of twee zinnen op waarom." in answer.text
    answer = hold(client, review_id, outcome=outcome, words=WHY)
    leads_to = "/plan/maken" if outcome == "bijstellen" else "/plan"
    assert answer.location.endswith(leads_to)
    assert WHY in client.get(f"/evaluatie/{review_id}").text


def test_without_a_next_day_only_who_works_towards_the_end_goes_on(
    review_id: UUID, browse: Browse, cast: Cast
) -> None:
    client = browse(cast.sanne)
    answer = hold(client, review_id, next_on="")
    assert "Spreek af wanneer jullie weer terugkijken." in answer.text
    closing = hold(client, review_id, outcome="afsluiten", words=WHY, next_on="")
    assert closing.status_code == 302


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"on": "1-1-2020"}, "Deze dag ligt voor het begin van het plan."),
        ({"on": f"{TODAY + timedelta(days=1):%d-%m-%Y}"}, "Deze dag moet nog komen."),
        ({"outcome": ""}, "Kies hoe jullie verdergaan."),
        ({"next_on": "1-1-2020"}, "Kies vandaag of een latere dag"),
        ({"next_on": "31-12-9999"}, "Kijk minstens elk jaar terug"),
        ({"next_on": "29-2-2027"}, "Deze dag bestaat niet."),
        ({"words": "a\0"}, "Er staat een teken in dat niet bewaard kan worden."),
    ],
    ids=str,
)
def test_a_look_back_that_cannot_be_is_explained_and_kept(
    review_id: UUID, browse: Browse, cast: Cast, given: dict[str, str], told: str
) -> None:
    client = browse(cast.sanne)
    answer = hold(client, review_id, "onderweg", WORDS, **given)
    assert answer.status_code == 422
    assert told in answer.text
    assert WORDS in answer.text


def test_a_goal_that_ends_is_told_in_words(review_id: UUID, browse: Browse, cast: Cast) -> None:
    answer = hold(browse(cast.sanne), review_id, "niet_bereikt")
    assert answer.status_code == 422
    assert "Schrijf in een zin op hoe het ging." in answer.text


def test_a_goal_that_nobody_judged_is_asked_for(
    review_id: UUID, browse: Browse, cast: Cast
) -> None:
    assert "Zeg van elk doel hoe het gaat." in hold(browse(cast.sanne), review_id, "").text


def test_a_goal_that_came_meanwhile_loses_no_word(
    review_id: UUID, add_goal: AddGoal, browse: Browse, cast: Cast
) -> None:
    client = browse(cast.sanne)
    form = judged(client, review_id, "onderweg", WORDS, words=WHY)
    add_goal(by="bas", text="Ik sport twee keer per week.", factors=(FRIENDS,))
    answer = client.post(f"/evaluatie/{review_id}/houden", data=form)
    assert answer.status_code == 409
    for said in (WORDS, WHY, "Ik sport twee keer per week."):
        assert said in answer.text


def test_who_is_second_sees_both_texts(review_id: UUID, browse: Browse, cast: Cast) -> None:
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    mine = judged(sanne, review_id, "onderweg", WORDS, words=WHY)
    hold(bas, review_id, "lukt_niet", "Hij kwam de helft niet.")
    answer = sanne.post(f"/evaluatie/{review_id}/houden", data=mine)
    assert answer.status_code == 409
    assert WORDS in answer.text
    assert WHY in answer.text


def test_the_day_can_be_moved(review_id: UUID, browse: Browse, cast: Cast, case_id: UUID) -> None:
    client, page = browse(cast.sanne), f"/zaken/{case_id}/plan/terugkijken"
    form = filled(client, page, planned_on=f"{TODAY + timedelta(days=30):%d-%m-%Y}")
    assert client.post(page, data=form).status_code == 302
    stale = {**form, "submit_key": filled(client, page)["submit_key"]}
    assert client.post(page, data=stale).status_code == 409
    same = send(client, page)
    assert "Deze dag staat er al." in same.text
    for typed, told in (("1-1-2020", "Kies vandaag of een latere dag"), ("x", "Vul een datum in")):
        assert told in send(client, page, planned_on=typed).text
    assert review_id


def test_a_day_is_planned_for_a_plan_only(browse: Browse, cast: Cast, case_id: UUID) -> None:
    client, page = browse(cast.sanne), f"/zaken/{case_id}/plan/terugkijken"
    assert "Er is nog geen plan om op terug te kijken." in client.get(page).text


@pytest.mark.parametrize(("days", "expected"), [(-1, [True]), (14, [False]), (15, [])])
def test_who_can_hold_it_is_reminded_two_weeks_before(
    review_id: UUID,
    app: Flask,
    at_work: AtWork,
    cast: Cast,
    superuser: Engine,
    days: int,
    expected: list[bool],
) -> None:
    plan_on(superuser, days)
    section = next(each for each in agenda.sections() if each.code == on_case.SECTION)
    for who, is_late in ((cast.sanne, expected), (cast.bas, expected), (cast.jaap, [])):
        with at_work(who), app.test_request_context():
            due = list(section.find(TODAY))
        assert [each.late for each in due] == is_late
        assert {each.who for each in due} <= {"Yassin de Boer"}


def test_on_the_case_it_is_a_next_step(
    review_id: UUID, browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    assert f'href="/evaluatie/{review_id}"' not in browse(cast.sanne).get(f"/zaken/{case_id}").text
    plan_on(superuser, -3)
    assert f'href="/evaluatie/{review_id}"' in browse(cast.sanne).get(f"/zaken/{case_id}").text
    assert "Te laat" in browse(cast.sanne).get(f"/zaken/{case_id}/plan").text


def test_a_closed_case_reminds_nobody(
    review_id: UUID, at_work: AtWork, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    plan_on(superuser, -1)
    with at_work(cast.bas):
        cases.close_case(build.the_case(case_id), build.an_ending(), today=TODAY)
    with at_work(cast.sanne):
        assert queries.due(TODAY) == []
    assert worker_reminders(superuser) == []


def worker_reminders(superuser: Engine) -> list[Any]:
    """Whom the database reminds."""
    with superuser.connect() as connection:
        connection.execute(text("SET ROLE pmg_owner"))
        found = connection.execute(
            text("SELECT * FROM pmg_reviews_to_remind(:until)"),
            {"until": TODAY + timedelta(days=14)},
        ).all()
        connection.rollback()
    return list(found)


def test_who_can_hold_it_is_reminded_by_mail_and_nobody_else(
    review_id: UUID, at_work: AtWork, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    join(cast, at_work, case_id, cast.karim)
    plan_on(superuser, 2)
    found = worker_reminders(superuser)
    assert {row.user_id for row in found} == {cast.sanne.id, cast.bas.id}
    assert {row.review_id for row in found} == {review_id}
    leave(cast, at_work, case_id, staying=cast.jaap)
    assert {row.user_id for row in worker_reminders(superuser)} == {cast.bas.id}


@pytest.mark.parametrize("who", ["fatma", "karim"])
def test_who_reads_the_plan_reads_a_look_back_and_holds_none(
    review_id: UUID, at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID, who: str
) -> None:
    join(cast, at_work, case_id, cast.karim)
    client = browse(getattr(cast, who))
    shown = client.get(f"/evaluatie/{review_id}")
    assert shown.status_code == 200
    assert "/houden" not in shown.text
    assert client.get(f"/evaluatie/{review_id}/houden").status_code == 404


@pytest.mark.parametrize("who", ["jaap", "els", "ad", "other"])
def test_an_outsider_finds_nothing(review_id: UUID, browse: Browse, cast: Cast, who: str) -> None:
    client = browse(getattr(cast, who))
    for page in ("", "/houden"):
        answer = client.get(f"/evaluatie/{review_id}{page}")
        assert answer.status_code == 404
        assert GOAL not in answer.text


def test_the_database_lets_nobody_change_a_look_back_that_was_held(
    review_id: UUID, browse: Browse, at_work: AtWork, cast: Cast
) -> None:
    hold(browse(cast.sanne), review_id)
    with at_work(cast.sanne):
        changed = db.session.execute(
            text("UPDATE plan_review SET outcome = 'opschalen' WHERE id = :id"), {"id": review_id}
        )
        assert changed.rowcount == 0
