"""Vandaag: every number is a link to exactly the list that it counts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pmg.cases import agenda
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]


def numbers(page: str) -> dict[str, tuple[int, str]]:
    found = re.findall(
        r'pmg-numbers__link" href="([^"]+)"><span class="pmg-numbers__number">(\d+)</span>'
        r' <span class="pmg-numbers__label">([^<]+)<',
        page,
    )
    return {label: (int(number), url) for url, number, label in found}


def lines(page: str) -> list[str]:
    return re.findall(r'pmg-agenda__link" href="[^"]+">([^<]+)<', page)


def test_the_day_begins_here(cast: Cast, browse: Browse) -> None:
    assert browse(cast.sanne).get("/").location == "/vandaag"
    assert browse(cast.ans).get("/").location == "/logboek"
    assert "Er wacht vandaag niets op u" in browse(cast.sanne).get("/vandaag").text


def test_a_number_leads_to_exactly_its_list(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    for name in ("Noor", "Daan", "Lina", "Sem", "Mila", "Finn"):
        build.a_referral(cast, at_work, given_name=name)
    client = browse(cast.fatma)
    page = client.get("/vandaag").text
    number, url = numbers(page)["aanmeldingen wachten op triage"]
    whole = client.get(url).text
    assert number == len(lines(whole)) == 6
    assert {line.split()[0] for line in lines(whole)} == {
        "Noor",
        "Daan",
        "Lina",
        "Sem",
        "Mila",
        "Finn",
    }
    assert "Alle 6 bekijken" in page


def test_who_was_not_told_is_due_from_the_day_that_was_promised(
    app: Flask, cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    build.a_case(cast, at_work, given_name="Noor", told=build.not_told())
    client = browse(cast.bas)
    assert "jongere moet het nog horen" not in numbers(client.get("/vandaag").text)
    promised = build.TODAY + timedelta(days=21)
    with at_work(cast.bas), app.test_request_context():
        assert agenda.to_tell(promised - timedelta(days=1)) == []
        assert [(one.who, one.late) for one in agenda.to_tell(promised)] == [("Noor de B.", False)]
        assert [one.late for one in agenda.to_tell(promised + timedelta(days=1))] == [True]


def test_what_is_decided_waits_no_more(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    build.a_case(cast, at_work)
    assert "aanmelding wacht op triage" not in numbers(browse(cast.fatma).get("/vandaag").text)


def test_nobody_sees_the_day_of_another(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    build.a_referral(cast, at_work, given_name="Noor")
    for person in (cast.jaap, cast.karim, cast.other_director):
        assert "Noor" not in browse(person).get("/vandaag?deel=triage").text


@pytest.mark.parametrize("name", ["sanne", "bas", "fatma", "karim", "els", "jaap"])
def test_everyone_whose_day_begins_here_can_open_it(
    cast: Cast, at_work: AtWork, browse: Browse, name: str
) -> None:
    build.a_case(cast, at_work)
    assert browse(getattr(cast, name)).get("/vandaag").status_code == 200


def test_a_list_that_does_not_exist_is_the_page_itself(cast: Cast, browse: Browse) -> None:
    page = browse(cast.sanne).get("/vandaag?deel=%00onzin")
    assert page.status_code == 200
    assert "<h1" in page.text
