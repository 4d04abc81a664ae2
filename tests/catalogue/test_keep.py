"""Changing, retiring and offering again: what everyone then reads, and what stays as it was."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from pmg.catalogue import shelf
from pmg.catalogue.models import CatalogueEdit
from pmg.catalogue.rules import cells_of
from pmg.extensions import db
from pmg.reference.interventions import INTERVENTIONS
from tests import acting, build
from tests.acting import filled, read_form, send
from tests.cast import Cast, Person
from tests.catalogue.conftest import WHY, Browse, Keep
from tests.conftest import AtWork
from tests.interventions.conftest import GOAL, SPORT, Assign
from tests.providers.conftest import Offers, Refer

EDIT = "/interventies/wijzigen?code=AJB"
RETIRE = "/interventies/vervallen?code=AJB"
RESTORE = "/interventies/terugzetten?code=AJB"
CARD = "/interventies/kaart?code=AJB"
NAME = "Voetbal met een plan"


def log_of(superuser: Engine) -> list[str]:
    with superuser.connect() as connection:
        rows = connection.execute(
            text("SELECT action FROM audit_event WHERE written::text LIKE '%catalogue_edit%'")
        )
        return [row.action for row in rows]


def a_version(by: Person, number: int, **cells: str) -> CatalogueEdit:
    """A row as nobody but the service makes it."""
    return CatalogueEdit(
        municipality_id=by.municipality_id,
        id=uuid4(),
        code="AJB",
        number=number,
        cells=cells_of(SPORT) | cells,
        reason=WHY,
        entered_by=by.id,
    )


def test_a_change_is_read_everywhere_at_once_and_stands_in_the_log(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    answers = {"name_nl": NAME, "core_elements": "Rollenspel\nHuisbezoek", "sessions": "12"}
    answer = send(browse(cast.ad), EDIT, **answers, age_min="10", reason=WHY)

    sanne = browse(cast.sanne)
    card = sanne.get(CARD).text
    listed = sanne.get("/interventies?woorden=huisbezoek").text
    assert answer.location == CARD
    assert all(told in card for told in (NAME, "<li", "Rollenspel", "12 bijeenkomsten", "10 tot"))
    assert (NAME in listed, SPORT.name_nl in listed) == (True, False)
    assert NAME in sanne.get("/interventies/vergelijken?code=AJB&code=MST").text
    assert NAME in sanne.get("/interventies/catalogus.csv").text
    assert log_of(superuser) == ["catalogue:edit"]


def test_the_form_sent_untouched_changes_nothing(browse: Browse, cast: Cast) -> None:
    for code in ("AJB", "MST", "MDFT", "TOOLS4U", "GEBIEDSVERBOD"):
        entry = INTERVENTIONS[code]
        texts = {"notes": entry.notes, "target_group": entry.target_group}  # `send` reads no areas
        path = f"/interventies/wijzigen?code={code}"
        answer = send(browse(cast.ad), path, **texts, reason=WHY)
        assert "Er is niets gewijzigd." in unescape(answer.text)


def test_another_municipality_reads_its_own(browse: Browse, cast: Cast, change: Keep) -> None:
    change(name_nl=NAME)
    assert NAME not in browse(cast.other).get(CARD).text
    assert SPORT.name_nl in browse(cast.other).get(CARD).text


def test_what_another_process_changed_is_read_at_once(
    browse: Browse, cast: Cast, change: Keep, superuser: Engine
) -> None:
    change(name_nl=NAME)
    sanne = browse(cast.sanne)
    assert NAME in sanne.get(CARD).text
    with superuser.begin() as elsewhere:
        elsewhere.execute(
            text(
                "INSERT INTO catalogue_edit SELECT municipality_id, gen_random_uuid(), code, 2,"
                " jsonb_set(cells, '{name_nl}', '\"Van elders\"'), reason, entered_by, now()"
                " FROM catalogue_edit"
            )
        )
        elsewhere.execute(text("UPDATE catalogue_head SET stamp = gen_random_uuid()"))
    assert "Van elders" in sanne.get(CARD).text


def test_what_was_rolled_back_is_never_read(at_work: AtWork, cast: Cast, change: Keep) -> None:
    change(name_nl="Eerst")
    with at_work(cast.ad):
        db.session.execute(text("UPDATE catalogue_head SET stamp = gen_random_uuid()"))
        db.session.add(a_version(cast.ad, 2, name_nl="Nooit"))
        db.session.flush()
        shelf.read_again()
        assert shelf.as_of("AJB", 2).name_nl == "Nooit"
        db.session.rollback()
    change(name_nl="Toch")
    with at_work(cast.sanne):
        assert [shelf.as_of("AJB", each).name_nl for each in (1, 2)] == ["Eerst", "Toch"]


@pytest.mark.parametrize("who", ["sanne", "bas", "els", "ans", "mo", "karim", "joost"])
def test_who_does_not_keep_the_catalogue_finds_no_such_page(
    browse: Browse, cast: Cast, who: str
) -> None:
    client = browse(getattr(cast, who))
    card = client.get(CARD).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', card)
    assert token
    way_back = r"terug=[^\"]*"  # the switch of languages knows where one was
    unknown = re.sub(way_back, "", client.get(f"/zaken/{uuid4()}").text)
    for page in (EDIT, RETIRE, RESTORE, "/interventies/inlezen"):
        refused = client.get(page)
        sent = client.post(page, data={"csrf_token": token[1], "reason": WHY, "content": ""})
        assert (refused.status_code, sent.status_code) == (404, 404)
        assert re.sub(way_back, "", refused.text) == unknown
        assert page not in card


@pytest.mark.parametrize("who", ["sanne", "els"])
def test_the_database_itself_lets_no_one_else_add_a_version(
    at_work: AtWork, cast: Cast, who: str
) -> None:
    person: Person = getattr(cast, who)
    with at_work(person):
        db.session.add(a_version(person, 1))
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(
    "command", ["UPDATE catalogue_edit SET reason = 'x'", "DELETE FROM catalogue_edit"]
)
def test_a_version_is_never_changed_or_removed(
    at_work: AtWork, cast: Cast, change: Keep, command: str
) -> None:
    change(name_nl=NAME)
    with at_work(cast.ad):
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(text(command))
        db.session.rollback()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"age_min": "18", "age_max": "12"}, "De hoogste leeftijd ligt onder de laagste."),
        ({"evidence_source": ""}, "heeft een bron nodig"),
        ({"evidence_on": "1-1-2031"}, "Deze dag moet nog komen."),
        ({"evidence_on": "gisteren"}, "Vul een datum in"),
        ({"sessions": "veel"}, "een heel getal"),
        ({"name_nl": ""}, "Vul een naam in."),
        ({"core_elements": "x" * 90}, "Houd elk onderdeel kort"),
        ({"target_factor_codes": ["R-NIET"]}, ""),
        ({"evidence_level": "bewezen"}, ""),
        ({"reason": "x"}, "Schrijf kort op waarom"),
        ({"reason": ""}, "Schrijf kort op waarom"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(
    browse: Browse, cast: Cast, wrong: dict[str, object], told: str
) -> None:
    given = {"notes": "Een eigen tekst.", "reason": WHY} | wrong
    client = browse(cast.ad)
    answer = send(client, EDIT, **given)
    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert "Een eigen tekst." in answer.text
    assert SPORT.notes is not None
    assert SPORT.notes in unescape(client.get(CARD).text)


def test_who_comes_second_gets_both_texts(browse: Browse, cast: Cast, change: Keep) -> None:
    client = browse(cast.ad)
    form = filled(client, EDIT, name_nl="Mijn naam", reason=WHY)
    change(name_nl="Haar naam")
    answer = client.post(EDIT, data=form)
    assert answer.status_code == 409
    assert "Mijn naam" in answer.text
    assert "Haar naam" in answer.text
    assert "Haar naam" in client.get(CARD).text


def test_every_version_says_who_when_why_and_what(
    browse: Browse, cast: Cast, change: Keep, retire: Keep
) -> None:
    change(name_nl=NAME, funding="pmg;anders")
    retire(reason="geld is op")
    shown = unescape(browse(cast.sanne).get("/interventies/versies?code=AJB").text)
    assert shown.index("Versie 2") < shown.index("Versie 1") < shown.index("begon")
    for told in (WHY, "geld is op", "Ad", SPORT.name_nl, NAME, "Preventie met Gezag, Andere"):
        assert told in shown
    first = browse(cast.sanne).get(f"{CARD}&versie=0").text
    assert (SPORT.name_nl in first, "Dit is een eerdere tekst" in first) == (True, True)


@pytest.mark.parametrize("number", ["7", "-1", "x", "9" * 30])
def test_a_version_that_is_not_there_leads_to_no_error(
    browse: Browse, cast: Cast, number: str
) -> None:
    assert browse(cast.sanne).get(f"{CARD}&versie={number}").status_code in {200, 302}


def test_what_is_retired_is_offered_no_more(
    browse: Browse, cast: Cast, case_id: UUID, retire: Keep
) -> None:
    retire(reason="geld is op")
    sanne, search = browse(cast.sanne), f"/zaken/{case_id}/inzet/zoeken?factor=R-VRI-DRUK"
    found = "/interventies/kaart?code=AJB"
    assert found not in sanne.get("/interventies").text
    assert found not in sanne.get(search).text
    marked = sanne.get("/interventies?ook=y").text
    assert (found in marked, "geld is op" in marked) == (True, True)
    page = sanne.get(f"/zaken/{case_id}/inzet/nieuw?code=AJB").text
    assert ("geld is op" in page, 'name="goal"' in page) == (True, False)
    els = browse(cast.els).get("/aanbod/nieuw").text
    assert ('value="AJB"' in els, 'value="MST"' in els) == (False, True)
    assert "Niet meer ingezet" in browse(cast.els).get("/aanbod").text


def test_a_form_that_stood_open_is_refused_with_why_and_loses_nothing(
    browse: Browse, cast: Cast, case_id: UUID, retire: Keep
) -> None:
    path = f"/zaken/{case_id}/inzet/nieuw?code=AJB"
    sanne = browse(cast.sanne)
    form = filled(
        sanne, path, goal=GOAL, provider=cast.sanne.organisation_id,
        target_factors=["R-VRI-VRIJETIJD"],
    )  # fmt: skip
    checked = read_form(sanne.post(path, data=form).text)
    checked["checked"] = "ja"
    retire(reason="geld is op")
    for given in (form, checked):
        answer = sanne.post(path, data=given)
        assert answer.status_code == 422
        assert "niet meer ingezet: geld is op" in unescape(answer.text)
        assert GOAL in answer.text
    assert SPORT.name_nl not in sanne.get(f"/zaken/{case_id}").text


def test_until_the_day_comes_it_can_still_be_set_to_work(
    browse: Browse, cast: Cast, case_id: UUID, retire: Keep
) -> None:
    retire(on=build.TODAY + timedelta(days=30))
    sanne = browse(cast.sanne)
    answer = acting.refer(
        sanne, f"/zaken/{case_id}/inzet/nieuw?code=AJB", goal=GOAL,
        provider=cast.sanne.organisation_id, target_factors=["R-VRI-VRIJETIJD"],
    )  # fmt: skip
    assert answer.status_code == 302
    assert "Wordt vanaf" in sanne.get(CARD).text


def test_a_trajectory_keeps_the_text_it_was_assigned_under(
    browse: Browse, cast: Cast, assign: Assign, change: Keep, retire: Keep
) -> None:
    change(name_nl="Naam van toen", notes="Tekst van toen.")
    with_then = assign(intervention=replace(SPORT, version=1))
    change(name_nl="Naam van nu", notes="Tekst van nu.")
    retire(reason="geld is op")
    sanne = browse(cast.sanne)
    page = sanne.get(f"/inzet/{with_then}").text
    assert ("Naam van toen" in page, "Naam van nu" in page) == (True, False)
    assert "geld is op" in page
    then = sanne.get(f"{CARD}&versie=1").text
    assert ("Tekst van toen." in then, "Tekst van nu." in then) == (True, False)
    assert f"{CARD}&amp;versie=1" in page


def test_a_provider_reads_the_name_that_was_sent(
    browse: Browse, noor: Person, offers: Offers, refer: Refer, change: Keep
) -> None:
    offers()
    path = f"/aangemeld/{refer()}"
    change(name_nl="Naam van nu")
    letter = browse(noor).get(path).text
    assert (SPORT.name_nl in letter, "Naam van nu" in letter) == (True, False)


def test_it_can_be_set_to_work_again(
    browse: Browse, cast: Cast, case_id: UUID, retire: Keep
) -> None:
    ad = browse(cast.ad)
    answer = send(ad, RETIRE, reason="geld is op")
    assert answer.location == CARD
    assert "Weer inzetten" in ad.get(CARD).text
    assert send(ad, RESTORE, reason="er is weer geld").location == CARD
    assert CARD in browse(cast.sanne).get("/interventies").text
    page = browse(cast.sanne).get(f"/zaken/{case_id}/inzet/nieuw?code=AJB").text
    assert 'name="goal"' in page
    assert "Er is niets te doen" in ad.get(RESTORE).text


@pytest.mark.parametrize("day", ["1-1-2020", "1-1-2099", "morgen", ""])
def test_a_day_to_retire_on_must_be_near(browse: Browse, cast: Cast, day: str) -> None:
    answer = send(browse(cast.ad), RETIRE, retired_on=day, reason="geld is op")
    assert answer.status_code == 422
    assert "geld is op" in answer.text


def test_the_plan_of_the_dosage_begins_with_what_the_catalogue_says(
    browse: Browse, cast: Cast, assign: Assign, change: Keep
) -> None:
    change(core_elements="Rollenspel;Huisbezoek", sessions="12", minutes="45")
    path = f"/inzet/{assign(started_on=build.TODAY)}/dosering/nieuw"
    sanne = browse(cast.sanne)
    assert "Wat de catalogus zegt, staat al ingevuld." in sanne.get(path).text
    form = filled(sanne, path)
    assert (form["sessions"], form["minutes"]) == ("12", "45")
    assert "Rollenspel\nHuisbezoek" in unescape(sanne.get(path).text).replace("\r\n", "\n")
    assert send(sanne, path, aim=GOAL, sessions="8", elements="Gesprek").status_code == 302
    again = filled(sanne, path)
    assert (again["sessions"], again["minutes"]) == ("", "45")
