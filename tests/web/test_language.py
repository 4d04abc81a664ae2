"""In English no Dutch is left but what people wrote and what things are called; nor the reverse."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from pmg.web.rendering import Missing
from scaffold import texts
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.shelf import Shelf
from tests.web.places import Browse, Looks, begin_with_every_page
from tests.web.reading import PLACEHOLDER, catalogue, language_of, pairs, read, said_in

# Not pages: the way in and out, files, and addresses that only lead on.
NO_PAGES = {
    "static",
    "health.live",
    "health.ready",
    "accounts.language",
    "feeds.calendar_of",
    "documents.download",
    "documents.sheet",
    "home.start",
    "imports.refused",
    "interventions.export",
    "live.state",
    "meetings.invitation",
    "packs.take",
    "publications.csv",
    "publications.html",
    "publications.ods",
    "publications.pdf",
    "publications.releases",
    "publications.whole",
    "reports.certificate",
    "reports.csv",
    "reports.html",
    "reports.ledger",
    "reports.ods",
    "reports.pdf",
    "reports.world",
    "reports.year_csv",
    "plans.csv",
    "series.csv",
    "street.icon",
    "street.manifest",
    "street.standing",
    "street.worker",
}


# -- the catalogue


def test_every_text_has_its_english() -> None:
    missing = [
        message.id
        for message in texts.renewed()
        if message.id and (message.fuzzy or not all(_forms(message.string)))
    ]
    assert not missing, "run: .venv/bin/python -m scaffold.texts, and write the English"


def test_the_catalogue_holds_no_more_than_the_texts() -> None:
    assert {m.id for m in catalogue()} == {m.id for m in texts.renewed()}


def test_english_has_the_same_places_for_values() -> None:
    wrong = [
        (dutch, english)
        for dutch, english in pairs()
        if set(PLACEHOLDER.findall(dutch)) != set(PLACEHOLDER.findall(english))
    ]
    assert not wrong


def _forms(english: str | tuple[str, ...]) -> tuple[str, ...]:
    return english if isinstance(english, tuple) else (english,)


# -- the pages

# What a macro is called around, and what is counted down only for who is signed in.
MAY_BE_ABSENT = {"caller", "session_seconds"}


@pytest.fixture
def addresses(cast: Cast, at_work: AtWork, browse: Browse, shelf: Shelf) -> Looks:
    return begin_with_every_page(cast, at_work, browse, shelf)


@pytest.fixture
def never_given(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names that a template asked about, and that nobody gave it: what depends on them is lost."""
    found: set[str] = set()

    def is_true(missing: Any) -> bool:
        found.add(missing._undefined_name)
        return False

    monkeypatch.setattr(Missing, "__bool__", is_true)
    return found


def _client(app: Flask, browse: Browse, who: Person | None, language: str) -> FlaskClient:
    client = browse(who) if who else app.test_client()
    client.get("/taal", query_string={"naar": language})
    return client


def test_every_page_is_tried(app: Flask, addresses: Looks) -> None:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - NO_PAGES == set(addresses)


BOTH = pytest.mark.parametrize(("language", "other"), [("en", "nl"), ("nl", "en")])


@BOTH
def test_no_page_speaks_the_other_language_or_calls_two_things_by_one_id(
    app: Flask,
    browse: Browse,
    addresses: Looks,
    language: str,
    other: str,
    never_given: set[str],
) -> None:
    wrong, twice = set(), {}
    for endpoint, who, address in _every(app, addresses):
        answer = _client(app, browse, who, language).get(address)
        assert answer.status_code in {200, 422}, address
        assert language_of(answer.text) == language, address
        wrong |= {(endpoint, text) for text in said_in(other, read(answer.text))}
        ids = re.findall(r'\sid="([^"]*)"', answer.text)
        if len(ids) > len(set(ids)):
            twice[address] = sorted(ids)
    assert not wrong
    assert twice == {}
    assert never_given <= MAY_BE_ABSENT, "give the template what it asks about"


@pytest.mark.parametrize(
    ("language", "other"), [("en", "nl"), pytest.param("nl", "en", marks=pytest.mark.drill)]
)
@pytest.mark.parametrize("answer", ["", "x"], ids=["nothing", "nonsense"])
def test_no_refusal_speaks_the_other_language(
    app: Flask, browse: Browse, addresses: Looks, language: str, other: str, answer: str
) -> None:
    wrong, refused = set(), 0
    takes = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    for endpoint, who, address in _every(app, addresses):
        if endpoint not in takes:
            continue
        client = _client(app, browse, who, language)
        sent = client.post(address, data=_answered(client, address, answer))
        refused += sent.status_code == 422
        if not sent.location:  # nobody reads the page of a redirect; Werkzeug writes it in English
            wrong |= {(endpoint, text) for text in said_in(other, read(sent.text))}
    assert not wrong
    assert refused > 10


@BOTH
def test_no_step_of_a_referral_speaks_the_other_language(
    app: Flask, browse: Browse, cast: Cast, language: str, other: str
) -> None:
    client = _client(app, browse, cast.sanne, language)
    token = {"csrf_token": acting.filled(client, "/zaken/bekend")["csrf_token"]}
    for step in ("", "controleren", "versturen"):
        page = client.post("/zaken/aanmelding", data={**token, "stap": step}).text
        assert language_of(page) == language
        assert not said_in(other, read(page))


def _every(app: Flask, addresses: Looks) -> list[tuple[str, Person | None, str]]:
    with app.test_request_context():
        return [
            (endpoint, who, app.url_for(endpoint, **values))
            for endpoint, looks in addresses.items()
            for who, values in looks
        ]


def _answered(client: FlaskClient, address: str, answer: str) -> MultiDict[str, str]:
    form = acting.filled(client, address)
    for name in set(form) - {"csrf_token", "submit_key", "version", "seen"}:
        form[name] = answer
    return form


def test_days_and_moments_are_written_as_the_language_does(
    app: Flask, cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_case(cast, at_work)
    page = f"/zaken/{case_id}"
    assert "14 March 2010" in _client(app, browse, cast.bas, "en").get(page).text
    assert "14 maart 2010" in _client(app, browse, cast.bas, "nl").get(page).text


def test_the_header_leads_to_the_other_language_and_back(browse: Browse, cast: Cast) -> None:
    client = browse(cast.sanne)
    assert "/taal?naar=en&amp;terug=/zaken" in client.get("/zaken").text
    there = client.get("/taal?naar=en&terug=/zaken", follow_redirects=True).text
    assert "My caseload" in there
    assert "/taal?naar=nl&amp;terug=/zaken" in there


def test_a_page_of_an_unknown_address_speaks_english(app: Flask) -> None:
    answer = app.test_client().get("/nergens", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert not said_in("nl", read(answer.text))
