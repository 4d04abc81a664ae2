"""Attacks on every page there is: in its address, and in every field of every form on it."""

import io
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import Cast
from tests.conftest import AtWork
from tests.shelf import Shelf
from tests.web.places import Browse, Looks, begin_with_every_page

HOSTILE = [
    "a\0\x1bb",
    "�é\u202e٣",
    "31-12-9999",
    "0001-01-01",
    "29-02-2023",
    "-1",
    "9" * 400,
    "<script>alert(1)</script>{{7*7}}%(x)s'\"",
    "//elders.example/",
    "x" * 20_000,
]
# No day either, and hardly another attack than those beside them: for the drill.
RARE = ("0001-01-01", "29-02-2023", "-1")
USUAL = [odd for odd in HOSTILE if odd not in RARE]
# So many of them at each page in an ordinary run, each page others; the drill tries all on all.
AT_A_PAGE = 3
# Every name that a page reads from its address.
ASKED = (
    "actie",
    "alles",
    "bewijs",
    "code",
    "dag",
    "deel",
    "doorgegaan",
    "eenheid",
    "factor",
    "fase",
    "gebied",
    "inzet",
    "jaar",
    "leeftijd",
    "lijst",
    "na",
    "naar",
    "next",
    "nieuw",
    "nummer",
    "opnieuw",
    "oud",
    "periode",
    "rapport",
    "reeks",
    "setting",
    "sleutel",
    "soort",
    "spoor",
    "stap",
    "terug",
    "tot",
    "uitkomst",
    "van",
    "versie",
    "volgorde",
    "voor",
    "vorm",
    "wanneer",
    "week",
    "wie",
    "woorden",
    "zaak",
)
Fields = dict[str, str]


class _Forms(HTMLParser):
    """Every form of a page that sends: where to, and its fields with their kinds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Fields]] = []
        self.kinds: Fields = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self.found.append((given.get("action", ""), {}))
        elif self.found and tag in {"input", "select", "textarea", "button"} and "name" in given:
            kept = given["name"] in {"csrf_token", "submit_key"}
            self.found[-1][1][given["name"]] = given.get("value", "") if kept else ""
            self.kinds[given["name"]] = given.get("type", tag)


def forms_of(page: str) -> Iterator[tuple[str, Fields, Fields]]:
    parser = _Forms()
    parser.feed(page)
    for action, fields in parser.found:
        if "afmelden" not in action:
            yield action, fields, parser.kinds


def sent(client: FlaskClient, path: str, fields: Fields, kinds: Fields, odd: str) -> TestResponse:
    """Send a form with something odd in every field that its sender fills."""
    files = {
        name: (io.BytesIO(odd.encode()), "lijst.csv") for name in fields if kinds[name] == "file"
    }
    text = {name: value or odd for name, value in fields.items() if name not in files}
    return client.post(path, data={**text, **files})


@pytest.fixture
def looks(cast: Cast, at_work: AtWork, browse: Browse, shelf: Shelf) -> Looks:
    return begin_with_every_page(cast, at_work, browse, shelf)


@pytest.mark.parametrize("turn", range(AT_A_PAGE))
def test_no_page_and_no_form_fails_on_what_it_is_sent(
    app: Flask, looks: Looks, browse: Browse, turn: int
) -> None:
    odds = {
        endpoint: USUAL[(AT_A_PAGE * place + turn) % len(USUAL)]
        for place, endpoint in enumerate(looks)
    }
    assert set(odds.values()) == set(USUAL)
    attack(app, looks, browse, odds, turn=turn)


@pytest.mark.drill
@pytest.mark.parametrize("odd", HOSTILE, ids=lambda odd: ascii(odd)[1:12])
def test_no_page_at_all_fails_on_any_of_them(
    app: Flask, looks: Looks, browse: Browse, odd: str
) -> None:
    attack(app, looks, browse, dict.fromkeys(looks, odd), turn=HOSTILE.index(odd))


def attack(app: Flask, looks: Looks, browse: Browse, odds: dict[str, str], *, turn: int) -> None:
    """Send each page, and each of its forms, what stands for it in `odds`.

    Another turn takes another reader, or another row, of a page.
    """
    answers: dict[str, TestResponse] = {}
    for endpoint, places in looks.items():
        if not places:
            continue
        odd = odds[endpoint]
        who, at = places[turn % len(places)]
        with app.test_request_context():
            path = url_for(endpoint, **at)
        client = browse(who) if who else app.test_client()
        asked = dict.fromkeys(ASKED, odd[:2000])
        answers[endpoint] = client.get(path.partition("?")[0], query_string=asked)
        for action, fields, kinds in forms_of(client.get(path).text):
            answers[f"{endpoint} {sorted(fields)}"] = sent(
                client, action or path, fields, kinds, odd
            )
    assert len(answers) > len(looks)
    assert {
        name: (answer.status_code, answer.location)
        for name, answer in answers.items()
        if answer.status_code >= 500
        or set(answer.data) & set(b"\0\x1b")
        or b"<script>alert" in answer.data
        or "//elders" in (answer.location or "")
    } == {}
