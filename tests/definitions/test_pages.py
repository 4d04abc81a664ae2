"""The pages of definitions, as the administrator meets them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from config import Settings
from pmg.definitions import shipped, store
from pmg.errors import Gone
from tests import acting
from tests.cast import Cast
from tests.conftest import AtWork

Browse = Callable[..., FlaskClient]
AREAS = "rapport=focusgebieden&versie=1"
NEW = f"/beheer/rapporten/nieuw?{AREAS}"


@pytest.fixture
def ad(browse: Browse, cast: Cast) -> FlaskClient:
    return browse(cast.ad)


def test_every_report_stands_in_the_list_with_its_version(ad: FlaskClient) -> None:
    page = ad.get("/beheer/rapporten").text
    for title in ("Jaarrapportage Preventie met Gezag", "Kwartaalmonitor", "Financieringsstromen"):
        assert title in page
    assert page.count("In gebruik") == 7
    assert "Versie 2" in page


def test_the_layout_is_shown_without_any_number(ad: FlaskClient) -> None:
    page = ad.get(f"/beheer/rapporten/versie?{AREAS}").text
    cells = re.findall(r'class="pmg-number" data-label="[^"]*">([^<]*)<', page)
    assert set(cells) == {"–"}
    assert "Buiten focusgebied" in page


def test_where_a_youth_counts_more_than_once_it_says_that_protection_counts_no_youths(
    ad: FlaskClient,
) -> None:
    said = "een getal van 10 kan van minder dan 10 jongeren zijn"
    assert said in ad.get("/beheer/rapporten/versie?rapport=jaarrapportage&versie=2").text
    assert "jongeren zijn." not in ad.get(f"/beheer/rapporten/versie?{AREAS}").text


def test_a_new_version_is_kept_and_used_and_the_old_one_stays(ad: FlaskClient) -> None:
    answer = acting.send(ad, NEW, title="Onze gebieden", **tables())
    assert answer.status_code == 302, answer.text
    page = ad.get("/beheer/rapporten").text
    assert "Onze gebieden" in page
    assert "Eigen versie 1" in page
    assert "NPLV-focusgebieden" in ad.get(f"/beheer/rapporten/versie?{AREAS}").text


def test_versions_count_on_and_each_has_its_maker(ad: FlaskClient, cast: Cast) -> None:
    for title in ("Eerste", "Tweede"):
        acting.send(ad, NEW, title=title, **tables())
    page = ad.get("/beheer/rapporten").text
    assert "Eigen versie 2" in page
    assert cast.ad.name in page


def test_a_look_first_keeps_nothing(ad: FlaskClient) -> None:
    page = acting.send(ad, NEW, title="Onze gebieden", bekijken="1", **tables())
    assert page.status_code == 200
    assert "Er is nog niets bewaard." in page.text
    assert 'value="Onze gebieden"' in page.text
    assert "Onze gebieden" not in ad.get("/beheer/rapporten").text


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"title": ""}, "Vul een naam in."),
        ({"ages": "8-12\n12-14"}, "overlappen bij 12 jaar"),
        ({"ages": "8-11\n13-14"}, "valt een gat"),
        ({"ages": "jong"}, "‘jong’ is geen leeftijdsgroep"),
        ({"table1_rows": "schoenmaat"}, "‘schoenmaat’ bestaat niet meer"),
        ({"table1_rows": "spoor"}, "hoort niet bij jongeren"),
        (
            {
                "table1_unit": "trajecten",
                "table1_rows": "spoor",
                "table1_columns": "",
                "table1_charts": [],
            },
            "tientallen: bij trajecten",
        ),
        ({"table2_title": "Bereikte jongeren naar gebied en leeftijd", "table2_code": ""}, "heten"),
        ({"table1_definition": "x" * 1001}, "hoogstens 1000 tekens"),
        ({"table1_drop": "y", "table2_drop": "y", "table3_drop": "y"}, "ten minste één tabel"),
        ({}, "Er is niets veranderd"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    ad: FlaskClient, answers: dict[str, str], message: str
) -> None:
    answer = acting.send(ad, NEW, **{**tables(), **answers})
    assert answer.status_code == 422
    assert message in answer.text
    assert "en hoe snel." in answer.text
    assert "Eigen versie" not in ad.get("/beheer/rapporten").text


def test_other_ages_and_a_table_less(ad: FlaskClient) -> None:
    answer = acting.send(ad, NEW, **{**tables(), "ages": "8-17\n18-27", "table3_drop": "y"})
    page = ad.get(answer.location).text
    assert "8 tot en met 17 jaar" in page
    assert "Tijd tot de start naar gebied" not in page


def test_a_changed_table_gets_a_name_of_its_own(
    ad: FlaskClient, at_work: AtWork, cast: Cast
) -> None:
    acting.send(ad, NEW, **{**tables(), "table1_columns": "wachttijd"})
    with at_work(cast.ad):
        made = store.latest("GM0363")["focusgebieden"]
    codes = [indicator.code for indicator in made.indicators]
    assert codes == ["gebied_leeftijd_focus101", "gebied_geslacht", "gebied_wachttijd"]


def test_tables_whose_names_begin_alike_get_names_apart_and_the_report_can_be_asked(
    ad: FlaskClient, browse: Browse, at_work: AtWork, cast: Cast
) -> None:
    by = {"table1": "leeftijd", "table2": "geslacht"}
    alike = {f"{at}_title": f"Jongeren in onze eigen wijken, per {by[at]}" for at in by}
    first = {**alike, **{f"{at}_code": "" for at in by}}
    assert acting.send(ad, NEW, **{**tables(), **first}).status_code == 302
    own = NEW.replace("versie=1", "versie=101")
    other = {"table1_columns": "wachttijd", "table2_columns": "wachttijd"}
    assert acting.send(ad, own, **{**tables(), **other}).status_code == 302
    with at_work(cast.ad):
        made = store.latest("GM0363")["focusgebieden"]
    codes = [indicator.code for indicator in made.indicators]
    assert (made.version, len(set(codes))) == (102, 3)
    asked = {"template": "focusgebieden", "period": "vorig_kwartaal", "first": "", "last": ""}
    assert acting.send(browse(cast.els), "/rapportage/nieuw", **asked).status_code == 302


@pytest.mark.parametrize("where", ["?rapport=x&versie=1", "?rapport=plan&versie=9", "?versie=²"])
def test_a_version_that_is_not_there_is_not_found(ad: FlaskClient, where: str) -> None:
    for page in ("versie", "nieuw"):
        assert ad.get(f"/beheer/rapporten/{page}{where}").status_code == 404


@pytest.mark.parametrize("page", ["versie", "nieuw"])
def test_an_address_without_a_version_leads_to_all_of_them(ad: FlaskClient, page: str) -> None:
    assert ad.get(f"/beheer/rapporten/{page}").location == "/beheer/rapporten"


def test_another_municipality_keeps_the_shipped_version(
    ad: FlaskClient, at_work: AtWork, cast: Cast
) -> None:
    acting.send(ad, NEW, title="Onze gebieden", **tables())
    with at_work(cast.other):
        assert store.latest("GM0599")["focusgebieden"].version == 1
        with pytest.raises(Gone):
            store.fetch("focusgebieden", 101, "GM0363")


@pytest.mark.parametrize("name", ["sanne", "bas", "fatma", "karim", "ans"])
def test_nobody_else_finds_the_pages(browse: Browse, cast: Cast, name: str) -> None:
    assert browse(getattr(cast, name)).get("/beheer/rapporten").status_code == 404


def test_a_policy_officer_reads_and_makes_none(browse: Browse, cast: Cast) -> None:
    els = browse(cast.els)
    assert els.get(f"/beheer/rapporten/versie?{AREAS}").status_code == 200
    assert els.get(NEW).status_code == 404


def test_the_database_lets_no_version_be_changed(settings: Settings, ad: FlaskClient) -> None:
    acting.send(ad, NEW, title="Onze gebieden", **tables())
    engine = create_engine(settings.database_url)
    for statement in ("UPDATE report_template SET document = ''", "DELETE FROM report_template"):
        with engine.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(statement))
    engine.dispose()


def tables() -> dict[str, Any]:
    """What stands in the boxes of more lines, which a form in a test does not carry by itself."""
    return {
        "purpose": shipped.AREAS.purpose,
        "ages": "8-11\n12-14\n15-17\n18-22\n23-27",
        **{
            f"table{at}_definition": one.definition
            for at, one in enumerate(shipped.AREAS.indicators, start=1)
        },
    }
