"""A plan with planted words: who opens it, what a thief gets, and where no word of it may stand."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.action_plans.models import PlanGoal, PlanReview
from pmg.action_plans.rules import Verdict
from tests import build
from tests.action_plans.conftest import (
    AddGoal,
    Agree,
    add_goal,
    agree,
    case_id,
    the_review,
)
from tests.action_plans.test_review import hold
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.promises.test_p01_stranger import PEOPLE, address, ask, declared, expected
from tests.promises.test_p04_stolen_database import encodings, everything

__all__ = ["add_goal", "agree", "case_id"]

Browse = Callable[[Person], FlaskClient]
PLANTED = ("Plantdoel", "Plantwoord", "Plantstap", "Plantnee", "Plantterug", "Plantslot")


@dataclass(frozen=True, slots=True)
class Rows:
    """A goal and a look back that is to come, of one case."""

    case_id: UUID
    goal_id: UUID
    review_id: UUID


@pytest.fixture
def rows(
    add_goal: AddGoal, agree: Agree, at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID
) -> Rows:
    """A plan that was refused, agreed and looked back on, with words planted at every step."""
    goal = add_goal(text="Plantdoel halen", words="Plantwoord", own_steps="Plantstap")
    agree(verdict=Verdict.DISAGREES, words="Plantnee")
    agree()
    with at_work(cast.sanne):
        first = the_review(case_id).id
    answer = hold(browse(cast.sanne), first, "onderweg", "Plantterug", words="Plantslot")
    assert answer.status_code == 302
    with at_work(cast.sanne):
        return Rows(case_id, goal, the_review(case_id).id)


def test_a_dump_tells_no_word_of_a_plan_in_any_encoding(rows: Rows, superuser: Engine) -> None:
    dump = everything(superuser)
    assert str(rows.goal_id).encode() in dump
    for word in PLANTED:
        assert not any(form in dump for form in encodings(word)), word


def test_no_word_of_a_plan_stands_in_a_title_an_address_or_a_log_line(
    rows: Rows, browse: Browse, cast: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    client = browse(cast.sanne)
    pages = ["", "/plan", "/plan/maken", "/plan/versies", "/plan/afdrukken"]
    paths = [f"/zaken/{rows.case_id}{page}" for page in pages]
    paths += [f"/doel/{rows.goal_id}/wijzigen", f"/evaluatie/{rows.review_id}/houden"]
    shown = "".join(client.get(path).text for path in paths)
    assert "Plantdoel" in shown
    captured = capfd.readouterr()
    for place in (
        " ".join(re.findall(r"<title>(.*?)</title>", shown, re.DOTALL)),
        " ".join(re.findall(r'(?:href|action|src|id)="([^"]*)"', shown)),
        captured.out,
        captured.err,
    ):
        assert not any(word in place for word in PLANTED)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("tie", ["member", "former member", "stranger"])
def test_pages_of_goals_and_looks_back_open_as_the_table_says(
    app: Flask,
    browse: Browse,
    cast: Cast,
    rows: Rows,
    superuser: Engine,
    name: str,
    tie: str,
) -> None:
    person = getattr(cast, name)
    _seat(superuser, rows.case_id, person, tie)
    client, ids = browse(person), {PlanGoal: rows.goal_id, PlanReview: rows.review_id}
    tried = 0
    for rule, action, of in declared(app):
        if of not in ids:
            continue
        tried += 1
        status, page = ask(client, rule, address(app, rule, ids[of]))
        allowed = expected(person, action, of, member=tie == "member")
        assert (status != 404) is allowed, f"{rule.rule} for {name} as {tie}: {status}"
        assert status < 500, rule.rule
        if not allowed:
            _status, wrong = ask(client, rule, address(app, rule, uuid4()))
            assert page == wrong or not any(word in page for word in PLANTED)
            assert not any(word in page for word in PLANTED), rule.rule
    assert tried >= 5


def _seat(superuser: Engine, case_id: UUID, person: Person, tie: str) -> None:
    with superuser.begin() as connection:
        given = {"case": case_id, "user": person.id}
        connection.execute(
            text("DELETE FROM case_member WHERE case_id = :case AND user_id = :user"), given
        )
        if tie == "stranger":
            return
        connection.execute(
            text(
                "INSERT INTO case_member (municipality_id, id, case_id, youth_id, user_id,"
                " function, purpose, valid_from, valid_until, granted_by) SELECT"
                " municipality_id, gen_random_uuid(), id, youth_id, :user, :role, purpose,"
                " now() - interval '2 day', :until, :user FROM case_file WHERE id = :case"
            ),
            given | {"role": person.role, "until": None if tie == "member" else build.TODAY},
        )


def test_another_municipality_finds_nothing(
    app: Flask, browse: Browse, cast: Cast, rows: Rows
) -> None:
    client = browse(cast.other)
    for path in (
        f"/zaken/{rows.case_id}/plan",
        f"/doel/{rows.goal_id}/wijzigen",
        f"/evaluatie/{rows.review_id}",
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert not any(word in answer.text for word in PLANTED)


def test_an_ended_membership_gives_nothing_of_the_reminders(
    rows: Rows, superuser: Engine, cast: Cast
) -> None:
    """Who takes part now is reminded; asked for every day there is."""
    _seat(superuser, rows.case_id, cast.sanne, "former member")
    with superuser.connect() as connection:
        connection.execute(text("SET ROLE pmg_owner"))
        found = connection.execute(text("SELECT user_id FROM pmg_reviews_to_remind('infinity')"))
        assert set(found.scalars()) == {cast.bas.id}
        connection.rollback()


def test_destroying_the_key_of_the_youth_ends_every_word_of_the_plan(
    rows: Rows, at_work: AtWork, browse: Browse, cast: Cast
) -> None:
    client = browse(cast.sanne)
    assert "Plantdoel" in client.get(f"/zaken/{rows.case_id}/plan").text
    with at_work(cast.bas):
        build.shred(build.the_case(rows.case_id))
    for path in (f"/zaken/{rows.case_id}/plan", f"/doel/{rows.goal_id}/wijzigen"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert not any(word in answer.text for word in PLANTED)
