"""The plan of a year: own figures, entered and taken out, beside what a released report says."""

import csv
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from pmg.reference.municipalities import FOCUS_AREAS
from tests import acting
from tests.cast import Cast
from tests.promises.waiting import meanwhile

Browse = Callable[..., FlaskClient]
PLAN = "/rapportage/plan?jaar=2026"


@pytest.fixture
def els(browse: Browse, cast: Cast) -> FlaskClient:
    return browse(cast.els)


def entered(client: FlaskClient, **answers: Any) -> TestResponse:
    """Enter a line through the form, which is the last one of the page."""
    hidden = acting.filled(client, "/rapportage/plan?jaar=2020")
    line = {"subject": "spoor:kansen", "places": "40", "budget": "1.250.000", **answers}
    return client.post(PLAN, data={**hidden, **line})


def test_a_line_stands_in_the_plan_with_places_and_budget(els: FlaskClient) -> None:
    assert "Het plan van dit jaar is nog leeg" in els.get(PLAN).text
    assert entered(els).status_code == 302
    page = els.get(PLAN).text
    assert "Kansen" in page
    assert "€ 1.250.000" in page
    assert "Kansen</th>" not in els.get("/rapportage/plan?jaar=2025").text


def test_a_line_again_takes_the_place_of_the_old_one(els: FlaskClient) -> None:
    """Not by mistake: what stands there is told first, and what was typed stays."""
    entered(els)
    twice = entered(els, places="55")
    assert twice.status_code == 422
    assert "Deze regel staat al in het plan: 40 plekken en 1.250.000 euro." in twice.text
    assert 'value="55"' in twice.text
    assert entered(els, places="55", replaces="y").status_code == 302
    page = els.get(PLAN).text
    assert ">55<" in page
    assert ">40<" not in page


def test_a_subject_has_a_line_for_each_area_and_one_for_all(els: FlaskClient) -> None:
    for area, places in (("", "40"), ("FA11", "25"), ("buiten", "20")):
        assert entered(els, area=area, places=places).status_code == 302
    page = els.get(PLAN).text
    assert page.count("Kansen</th>") == 3
    assert page.index(">Hele gemeente</td>") < page.index(">25<") < page.index(">20<")
    assert "de gebieden samen hebben 45 plekken, de hele gemeente 40" in page
    assert entered(els, area="FA11", places="20", replaces="y").status_code == 302
    page = els.get(PLAN).text
    assert page.count("Kansen</th>") == 3
    assert "de gebieden samen" not in page
    assert entered(els, area="FA11").status_code == 422


def test_the_plan_as_a_file_says_what_the_page_says(els: FlaskClient) -> None:
    entered(els)
    entered(els, subject="inzet:MST", area="FA11", places="12", budget="0")
    answer = els.get("/rapportage/plan/csv?jaar=2026")
    assert answer.headers["Content-Disposition"] == "attachment; filename=plan-2026.csv"
    head, *rows = csv.reader(answer.text.splitlines())
    assert head[0] == "jaar"
    area = FOCUS_AREAS["FA11"].name
    assert rows == [
        ["2026", "spoor:kansen", "Kansen", "Hele gemeente", "40", "1250000", "", ""],
        ["2026", "inzet:MST", "Multisysteemtherapie (MST)", area, "12", "0", "", ""],
    ]
    assert els.get("/rapportage/plan/csv?jaar=1999").status_code == 404


def test_two_who_enter_the_same_line_at_once_are_told(
    els: FlaskClient, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    dewi = browse(cast.dewi)
    codes: list[int] = []
    with superuser.connect() as holding:
        holding.execute(text("LOCK TABLE plan_line IN SHARE ROW EXCLUSIVE MODE"))
        with (
            meanwhile(superuser, lambda: codes.append(entered(els).status_code)),
            meanwhile(superuser, lambda: codes.append(entered(dewi).status_code)),
        ):
            holding.commit()
    assert sorted(codes) == [302, 422]


def test_a_line_goes_out_of_the_plan(els: FlaskClient) -> None:
    entered(els, subject="inzet:MST")
    form = acting.filled(els, PLAN)
    action = els.get(PLAN).text.partition('/weg"')[0].rpartition('action="')[2] + "/weg"
    assert els.post(action, data=form).status_code == 302
    assert "Het plan van dit jaar is nog leeg" in els.get(PLAN).text


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"subject": ""}, "Kies waar het over gaat."),
        ({"subject": "spoor:geheim"}, "Not a valid choice|geldige"),
        ({"places": ""}, "Vul het aantal plekken in"),
        ({"places": "veel"}, "Vul een heel getal in"),
        ({"places": "-4"}, "Onder nul kan niet"),
        ({"budget": "€ -1"}, "Onder nul kan niet"),
        ({"area": "FA99"}, "Not a valid choice|geldige"),
        ({"area": "FA01"}, "Not a valid choice|geldige"),
        ({"places": "10001"}, "van 0 tot en met 10000"),
        ({"budget": "12,50"}, "zonder komma"),
        ({"budget": "999999999"}, "hele euro"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    els: FlaskClient, answers: dict[str, str], message: str
) -> None:
    answer = entered(els, **answers)
    assert answer.status_code == 422
    assert any(part in answer.text for part in message.split("|"))
    assert "Het plan van dit jaar is nog leeg" in els.get(PLAN).text


@pytest.mark.parametrize("year", ["", "26", "1999", "2999", "²026", "jaar"])
def test_a_year_without_a_plan_is_not_found(els: FlaskClient, year: str) -> None:
    assert els.get("/rapportage/plan", query_string={"jaar": year}).status_code == 404


def test_without_a_report_it_says_why_nothing_stands_beside_the_plan(els: FlaskClient) -> None:
    entered(els)
    page = els.get(PLAN).text
    assert "nog geen rapport Plan tegen realisatie" in page
    assert 'data-label="Gestart (beschermd)">–<' in page


@pytest.mark.parametrize("name", ["sanne", "bas", "fatma", "ans", "ad"])
def test_nobody_else_finds_the_plan(browse: Browse, cast: Cast, name: str) -> None:
    client = browse(getattr(cast, name))
    assert client.get(PLAN).status_code == 404
    assert client.get("/rapportage/plan/csv").status_code == 404


def test_another_municipality_has_a_plan_of_its_own(
    els: FlaskClient, browse: Browse, cast: Cast
) -> None:
    entered(els)
    assert browse(cast.other).get(PLAN).status_code == 404
