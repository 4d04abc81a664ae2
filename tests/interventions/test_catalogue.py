"""The catalogue and the search at a case: what is shown, why, and that nothing is chosen."""

import csv
import html
import io
import re
from datetime import date
from uuid import UUID

import pytest
from markupsafe import escape

from pmg.factors import services as factors
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import INTERVENTIONS
from tests import build
from tests.acting import join
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import ARRESTED, TRUANCY, seen
from tests.interventions.conftest import Assign, Browse


def names(page: str) -> list[str]:
    return re.findall(r'href="/interventies/kaart\?code=([^"&]+)["&]', page)


def test_everything_there_is_is_shown(browse: Browse, cast: Cast) -> None:
    shown = browse(cast.sanne).get("/interventies").text
    assert sorted(names(shown)) == sorted(INTERVENTIONS)
    assert "De catalogus kiest niet: u kiest" in shown


@pytest.mark.parametrize("who", ["els", "ad", "ans", "karim"])
def test_who_sees_no_youth_sees_the_catalogue(browse: Browse, cast: Cast, who: str) -> None:
    assert browse(getattr(cast, who)).get("/interventies").status_code == 200


def test_filters_narrow_the_list(browse: Browse, cast: Cast) -> None:
    shown = names(
        browse(cast.sanne)
        .get("/interventies?spoor=kansen&leeftijd=10&factor=R-SCH-VERZUIM&vorm=school")
        .text
    )
    expected = [
        code
        for code, entry in INTERVENTIONS.items()
        if entry.track in {"kansen", "beide"}
        and entry.setting == "school"
        and entry.fits_age(10)
        and "R-SCH-VERZUIM" in entry.target_factor_codes
    ]
    assert expected
    assert sorted(shown) == sorted(expected)


def test_words_are_looked_for_without_accents(browse: Browse, cast: Cast) -> None:
    shown = browse(cast.sanne).get("/interventies?woorden=multisysteem").text
    assert names(shown) == ["MST"]


def test_choices_say_how_many_they_give(browse: Browse, cast: Cast) -> None:
    shown = browse(cast.sanne).get("/interventies?leeftijd=8").text
    told = re.search(r'value="kansen">Kansen \((\d+)\)', shown)
    given = names(browse(cast.sanne).get("/interventies?leeftijd=8&spoor=kansen").text)
    assert told
    assert int(told[1]) == len(given)


def test_nothing_found_says_what_to_do(browse: Browse, cast: Cast) -> None:
    shown = browse(cast.sanne).get("/interventies?woorden=zzzzzz").text
    assert "Geen interventies gevonden" in shown


def test_possible_harm_and_old_recognition_are_said(browse: Browse, cast: Cast) -> None:
    client = browse(cast.sanne)
    harmful = next(code for code, entry in INTERVENTIONS.items() if entry.warning)
    assert "Mogelijk schadelijk" in client.get(f"/interventies/kaart?code={harmful}").text
    old = next(code for code, e in INTERVENTIONS.items() if e.is_old(date(2026, 11, 23)))
    assert "ouder dan vijf jaar" in client.get(f"/interventies/kaart?code={old}").text


@pytest.mark.parametrize("code", list(INTERVENTIONS))
def test_each_intervention_has_a_page(browse: Browse, cast: Cast, code: str) -> None:
    answer = browse(cast.sanne).get(f"/interventies/kaart?code={code}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "spoor=omhoog",
        "leeftijd=-1",
        "leeftijd=" + "9" * 5000,
        "factor=' OR 1=1",
        "bewijs=%00",
        "woorden=a%00b",
        "woorden=" + "x" * 3000,
        "vorm=%ED%A0%80",
    ],
)
def test_a_hostile_address_is_refused_in_words(browse: Browse, cast: Cast, query: str) -> None:
    answer = browse(cast.sanne).get(f"/interventies?{query}")
    assert answer.status_code == 422
    assert "Er is 1 probleem" in answer.text


def test_a_card_of_a_search_leads_back_to_that_search(
    browse: Browse, cast: Cast, case_id: UUID
) -> None:
    client = browse(cast.sanne)
    search = f"/zaken/{case_id}/inzet/zoeken?factor={TRUANCY}"
    card = re.search(r'href="(/interventies/kaart[^"]+)"', client.get(search).text)
    assert card
    assert f'href="{search}"' in client.get(html.unescape(card[1])).text


def test_the_search_at_a_case_asks_for_evidence_too(
    browse: Browse, cast: Cast, case_id: UUID
) -> None:
    search = f"/zaken/{case_id}/inzet/zoeken?factor={TRUANCY}"
    every = names(browse(cast.sanne).get(search).text.split("Past bijna")[0])
    shown = browse(cast.sanne).get(f"{search}&bewijs=eerste_aanwijzingen").text
    some = names(shown.split("Past bijna")[0])
    weighed = {code for code in every if INTERVENTIONS[code].evidence_level.is_recognition}
    assert set(some) < set(every)
    assert set(some) <= weighed
    assert re.search(r'<option selected value="eerste_aanwijzingen">', shown)


def test_what_runs_at_the_case_already_says_so_and_stays(
    browse: Browse, cast: Cast, case_id: UUID, assign: Assign
) -> None:
    client, search = browse(cast.sanne), f"/zaken/{case_id}/inzet/zoeken?woorden=sport"
    before = client.get(search).text
    trajectory = assign()
    after = client.get(search).text
    assert "dit staat al bij deze zaak" not in before
    assert names(after) == names(before)
    said = after.split("dit staat al bij deze zaak (voorgesteld)")
    assert len(said) == 2
    assert f'href="/inzet/{trajectory}"' in said[1][:200]
    assert "dit staat al" in client.get(f"/zaken/{case_id}/inzet/nieuw?code=AJB").text


def test_a_card_of_no_case_leads_back_to_the_catalogue(browse: Browse, cast: Cast) -> None:
    shown = browse(cast.sanne).get("/interventies/kaart?code=MST&zaak=x").text
    assert "Terug naar de interventies" in shown


def test_an_unknown_code_leads_back_to_the_catalogue(browse: Browse, cast: Cast) -> None:
    assert browse(cast.sanne).get("/interventies/kaart?code=x%00").location == "/interventies"


@pytest.fixture
def observed(at_work: AtWork, cast: Cast, case_id: UUID) -> UUID:
    """Sanne saw truancy, and the police something of its own."""
    join(cast, at_work, case_id, cast.karim)
    for person, code in ((cast.sanne, TRUANCY), (cast.karim, ARRESTED)):
        with at_work(person):
            factors.observe_factor(build.the_case(case_id), seen(code), today=build.TODAY)
    return case_id


def test_what_was_seen_stands_first_and_is_not_ticked(
    observed: UUID, browse: Browse, cast: Cast
) -> None:
    shown = browse(cast.sanne).get(f"/zaken/{observed}/inzet/zoeken").text
    first = re.findall(r'name="factor" value="([^"]+)"', shown)[0]
    assert first == TRUANCY
    assert " checked" not in shown
    assert not names(shown)


def test_what_the_police_saw_stands_first_for_the_police_only(
    observed: UUID, browse: Browse, cast: Cast
) -> None:
    path = f"/zaken/{observed}/inzet/zoeken"
    marked = f'aria-describedby="factor-{ARRESTED}-uitleg"'
    assert marked in browse(cast.karim).get(path).text
    assert marked not in browse(cast.sanne).get(path).text


def test_each_one_says_why_it_is_shown(observed: UUID, browse: Browse, cast: Cast) -> None:
    shown = browse(cast.sanne).get(f"/zaken/{observed}/inzet/zoeken?factor={TRUANCY}").text
    assert f"Richt zich op: {FACTORS[TRUANCY].name_nl}" in shown
    assert "Past bij 16 jaar" in shown
    assert "Past niet helemaal:" not in shown


def test_what_almost_fits_says_what_does_not(observed: UUID, browse: Browse, cast: Cast) -> None:
    path = f"/zaken/{observed}/inzet/zoeken?factor={TRUANCY}&spoor=grenzen&vorm=gezin"
    fitting, almost = browse(cast.sanne).get(path).text.split("Past bijna")
    assert "Past niet helemaal:" not in fitting
    assert "Past niet helemaal:</strong> Vorm: " in almost


def test_the_order_is_that_of_the_evidence_of_the_intervention(
    observed: UUID, browse: Browse, cast: Cast
) -> None:
    shown = browse(cast.sanne).get(f"/zaken/{observed}/inzet/zoeken?factor={TRUANCY}").text
    steps = [
        INTERVENTIONS[code].evidence_level.order for code in names(shown.split("Past bijna")[0])
    ]
    assert steps == sorted(steps, reverse=True)


def test_who_may_not_assign_gets_no_button(observed: UUID, browse: Browse, cast: Cast) -> None:
    path = f"/zaken/{observed}/inzet/zoeken?factor={TRUANCY}"
    assert "/inzet/nieuw" in browse(cast.sanne).get(path).text
    assert "/inzet/nieuw" not in browse(cast.karim).get(path).text


def test_the_search_before_triage_says_why_nothing_can_be_assigned(
    browse: Browse, at_work: AtWork, cast: Cast
) -> None:
    case_id = build.a_referral(cast, at_work)
    shown = browse(cast.sanne).get(f"/zaken/{case_id}/inzet/zoeken?factor={TRUANCY}").text
    assert "wacht nog op triage" in shown
    assert "/inzet/nieuw" not in shown


def test_two_or_three_stand_side_by_side_in_the_order_of_the_catalogue(
    browse: Browse, cast: Cast
) -> None:
    page = (
        browse(cast.sanne).get("/interventies/vergelijken?code=T4U&code=MST&code=AJB&code=MST").text
    )
    shown = [INTERVENTIONS[code] for code in ("T4U", "MST", "AJB") if code in INTERVENTIONS]

    for entry in shown:
        assert escape(entry.name_nl) in page
        assert escape(entry.source_text) in page
    heads = re.findall(r'<th role="columnheader" scope="col">(.*?)</th>', page)[1:]
    ordered = sorted(
        shown, key=lambda entry: (-entry.evidence_level.order, entry.name_nl.casefold())
    )
    assert heads == [str(escape(entry.name_nl)) for entry in ordered]


@pytest.mark.parametrize(
    "codes", [[], ["MST"], ["MST", "MST"], ["MST", "x"], ["MST", "AJB", "RGT", "MDFT"]]
)
def test_another_number_leads_back_to_the_list_as_it_was_filtered(
    browse: Browse, cast: Cast, codes: list[str]
) -> None:
    client = browse(cast.sanne)

    answer = client.get(
        "/interventies/vergelijken", query_string={"code": codes, "spoor": "kansen"}
    )

    assert answer.location == "/interventies?spoor=kansen"
    assert "Vink twee of drie interventies aan" in client.get(answer.location).text


def test_the_catalogue_comes_out_as_a_table_that_is_read_back_the_same(
    browse: Browse, cast: Cast
) -> None:
    answer = browse(cast.ad).get("/interventies/catalogus.csv")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["code"] for row in rows] == list(INTERVENTIONS)
    for row in rows:
        entry = INTERVENTIONS[row["code"]]
        assert row["name_nl"] == entry.name_nl
        assert row["target_factor_codes"].split(";") == list(entry.target_factor_codes or [""])
        assert row["evidence_level"] == entry.evidence_level.value
    assert answer.headers["Content-Disposition"].startswith("attachment")
