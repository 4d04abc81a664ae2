"""What interventions add to the page of a case, at one statement however many there are."""

import re
from uuid import UUID

from flask import Flask
from sqlalchemy import event

from pmg.cases import panels
from pmg.extensions import db
from pmg.factors import services as factors
from pmg.reference.interventions import INTERVENTIONS
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import FRIENDS, TRUANCY, seen
from tests.interventions.conftest import Assign, Browse

ROOMS = ("factor_observation", "trajectory")


def statements(app: Flask, browse: Browse, cast: Cast, path: str) -> list[str]:
    told: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    client = browse(cast.sanne)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        client.get(path)
        event.remove(db.engine, "before_cursor_execute", note)
    return [line for line in told if any(f"FROM {table}" in line for table in ROOMS)]


def test_more_rows_cost_no_more_statements(
    app: Flask, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, assign: Assign
) -> None:
    path = f"/zaken/{case_id}"
    few = statements(app, browse, cast, path)
    assign(started_on=build.TODAY)
    assign(
        intervention=INTERVENTIONS["MENTOR"],
        target_factors=INTERVENTIONS["MENTOR"].target_factor_codes[:1],
    )
    with at_work(cast.sanne):
        for code in (TRUANCY, FRIENDS, TRUANCY):
            factors.observe_factor(build.the_case(case_id), seen(code), today=build.TODAY)
    many = statements(app, browse, cast, path)
    assert (len(few), len(many)) == (2, 2)


def test_a_step_with_a_day_stands_above_those_without(
    browse: Browse, cast: Cast, case_id: UUID, assign: Assign
) -> None:
    assign()
    steps = browse(cast.sanne).get(f"/zaken/{case_id}").text.split("Volgende stappen")[1]
    assert steps.index("Start vastleggen") < steps.index("Doelen afspreken met de jongere")


def test_what_is_on_the_page_stands_in_the_order_of_its_tabs(
    app: Flask, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    page = browse(cast.sanne).get(f"/zaken/{case_id}").text
    titles = re.findall(r'pmg-panel__title">([^<]+)<', page)
    with app.test_request_context():
        tabs = [str(tab.label) for tab in panels.TABS]
    shown = [title for title in titles if title in tabs]
    assert shown == [label for label in tabs if label in shown]
    assert len(shown) >= 5
