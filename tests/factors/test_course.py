"""The course: what each reader sees of it, and that nothing hints at what he does not."""

import re
from datetime import date
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from pmg.factors import course as drawing
from pmg.factors import queries
from pmg.factors.rules import Direction, Nature, Presence
from pmg.reference.factors import FACTORS
from tests import build
from tests.acting import leave
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import ADDICTION, ARRESTED, FRIENDS, TRUANCY, Browse, Observe, Table

OCTOBER, NOVEMBER = date(2026, 10, 25), date(2026, 11, 20)
SECRET = "Aangehouden bij het station."


def page(table: Table) -> str:
    return f"/zaken/{table.case_id}/factoren"


@pytest.fixture
def mixed(observe: Observe, cast: Cast, table: Table) -> None:
    """The youth worker, the police and care have each said something."""
    observe(cast.sanne, TRUANCY, on=OCTOBER, presence=Presence.STRONG, note="Al drie weken weg.")
    observe(cast.bas, TRUANCY, on=NOVEMBER, presence=Presence.SLIGHT)
    observe(cast.sanne, FRIENDS, on=NOVEMBER, nature=Nature.OPINION)
    observe(cast.karim, ARRESTED, on=NOVEMBER, note=SECRET)
    observe(table.care, ADDICTION, on=NOVEMBER, note="Gebruikt dagelijks.")


def test_good_news_is_said_in_words(mixed: None, browse: Browse, cast: Cast, table: Table) -> None:
    shown = browse(cast.sanne).get(page(table)).text
    assert f"Beter: {FACTORS[TRUANCY].name_nl}." in shown
    assert "25 oktober 2026" in shown
    assert "Al drie weken weg." in shown


@pytest.mark.parametrize("who", ["sanne", "bas", "fatma"])
def test_items_of_police_and_care_are_as_if_they_were_not_there(
    mixed: None, browse: Browse, cast: Cast, table: Table, who: str
) -> None:
    shown = browse(getattr(cast, who)).get(page(table)).text
    for hidden in (FACTORS[ARRESTED].name_nl, FACTORS[ADDICTION].name_nl, SECRET, "POLITIE", "GGZ"):
        assert hidden not in shown


def test_the_police_sees_its_own_items_and_none_of_care(
    mixed: None, browse: Browse, cast: Cast, table: Table
) -> None:
    shown = browse(cast.karim).get(page(table)).text
    assert SECRET in shown
    assert FACTORS[ADDICTION].name_nl not in shown


def test_a_school_sees_the_plan_and_nothing_more(
    mixed: None, browse: Browse, cast: Cast, table: Table
) -> None:
    shown = browse(table.school).get(page(table)).text
    assert FACTORS[TRUANCY].name_nl in shown
    assert SECRET not in shown
    assert "Gebruikt dagelijks" not in shown


def test_a_course_with_only_closed_items_looks_like_an_empty_one(
    observe: Observe, browse: Browse, cast: Cast, table: Table
) -> None:
    client = browse(cast.sanne)
    before = [_without_token(client.get(path).text) for path in (page(table), "/zaken")]
    observe(cast.karim, ARRESTED, note=SECRET)
    after = [_without_token(client.get(path).text) for path in (page(table), "/zaken")]
    assert after == before


def test_a_closed_item_does_not_move_the_case_up(
    observe: Observe, at_work: AtWork, cast: Cast, table: Table
) -> None:
    with at_work(cast.sanne):
        before = build.the_case(table.case_id).updated_at
    observe(cast.karim, ARRESTED)
    with at_work(cast.sanne):
        assert build.the_case(table.case_id).updated_at == before


def _without_token(page: str) -> str:
    return re.sub(r'<input[^>]*name="csrf_token"[^>]*>', "", page)


@pytest.mark.parametrize("who", ["jaap", "els", "ans", "ad", "other"])
def test_an_outsider_finds_the_page_of_a_wrong_id(
    mixed: None, browse: Browse, cast: Cast, table: Table, who: str
) -> None:
    client = browse(getattr(cast, who))
    hidden, wrong = client.get(page(table)), client.get(f"/zaken/{uuid4()}/factoren")
    assert (hidden.status_code, wrong.status_code) == (404, 404)
    assert hidden.text.replace(hidden.request.path, "") == wrong.text.replace(
        wrong.request.path, ""
    )


def test_who_left_sees_nothing_from_that_moment(
    mixed: None, browse: Browse, cast: Cast, at_work: AtWork, table: Table
) -> None:
    client = browse(table.school)
    assert client.get(page(table)).status_code == 200
    leave(cast, at_work, table.case_id, staying=cast.sanne)
    assert client.get(page(table)).status_code == 404


def test_reading_a_note_stands_in_the_log(
    mixed: None, browse: Browse, cast: Cast, superuser: Engine, table: Table
) -> None:
    browse(cast.karim).get(page(table))
    with superuser.connect() as connection:
        fields = connection.execute(
            text(
                "SELECT s.fields FROM audit_event e JOIN audit_subject s ON s.event_id = e.id"
                " WHERE e.action = 'factor:show' AND e.user_id = :karim"
            ),
            {"karim": cast.karim.id},
        ).scalar_one()
    assert {"given_name", "note"} <= set(fields)


def test_the_title_names_nobody(mixed: None, browse: Browse, cast: Cast, table: Table) -> None:
    shown = browse(cast.sanne).get(page(table)).text
    title = shown[shown.index("<title>") : shown.index("</title>")]
    assert "Yassin" not in title
    assert "PMG-2026-" in title


def test_each_factor_has_a_lane_of_its_own(
    mixed: None, at_work: AtWork, app: Flask, cast: Cast, table: Table
) -> None:
    with at_work(cast.sanne), app.test_request_context():
        threads = drawing.threads(queries.course(build.the_case(table.case_id)))
        chart = drawing.chart(threads)
    lanes = {
        lane.label: [mark.x for mark in lane.sightings] for g in chart.groups for lane in g.lanes
    }
    assert lanes == {FACTORS[TRUANCY].name_nl: [0.0, 1.0], FACTORS[FRIENDS].name_nl: [1.0]}
    assert [group.kind for group in chart.groups] == ["protective", "risk"]


def test_one_day_stands_in_the_middle(
    observe: Observe, at_work: AtWork, app: Flask, cast: Cast, table: Table
) -> None:
    observe(cast.sanne)
    with at_work(cast.sanne), app.test_request_context():
        threads = drawing.threads(queries.course(build.the_case(table.case_id)))
        chart = drawing.chart(threads)
    assert [tick.x for tick in chart.ticks] == [0.5]
    assert threads[0].direction is None


def test_a_factor_that_was_not_known_says_no_direction(
    observe: Observe, at_work: AtWork, cast: Cast, table: Table
) -> None:
    observe(cast.sanne, on=OCTOBER, presence=Presence.UNKNOWN)
    observe(cast.sanne, on=NOVEMBER)
    with at_work(cast.sanne):
        (thread,) = drawing.threads(queries.course(build.the_case(table.case_id)))
    assert thread.direction is Direction.UNCLEAR


def test_the_case_page_shows_what_was_seen_last(
    mixed: None, browse: Browse, cast: Cast, table: Table
) -> None:
    shown = browse(cast.sanne).get(f"/zaken/{table.case_id}").text
    assert f"Waarneming: {FACTORS[TRUANCY].name_nl}" in shown
    assert FACTORS[ARRESTED].name_nl not in shown
