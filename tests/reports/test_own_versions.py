"""An own version of a report: in the menu, in what is made, and nowhere back in time."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import acting
from tests.cast import Cast
from tests.definitions.test_pages import NEW, tables
from tests.reports.casework import Casework
from tests.reports.conftest import Work
from tests.reports.test_make import busy
from tests.reports.test_pages import hidden

Browse = Callable[..., FlaskClient]
OWN = {"title": "Onze gebieden", "ages": "8-17\n18-27"}


@pytest.fixture
def els(browse: Browse, cast: Cast) -> FlaskClient:
    return browse(cast.els)


@pytest.fixture
def ad(browse: Browse, cast: Cast) -> FlaskClient:
    return browse(cast.ad)


def menu(client: FlaskClient) -> dict[str, str]:
    """The reports that can be chosen, by their code: their name, and what is said under it."""
    choices = re.split(r'name="template"', client.get("/rapportage/nieuw").text)[1:]
    found = {}
    for choice in choices:
        texts = re.sub(r"<[^>]+>", "\n", choice.split("</fieldset>")[0]).split("\n")
        said = [text.strip() for text in texts[1:] if text.strip()]
        found[re.findall(r'value="([^"]+)"', choice)[0]] = " | ".join(said[:2])
    return found


def released(els: FlaskClient, dewi: FlaskClient, work: Work, last: str) -> str:
    """Make the report of areas from the first of January or April, and have it approved."""
    answers = {"period": "eigen", "first": "1-1-2026" if last == "31-3-2026" else "1-4-2026"}
    sent = acting.send(els, "/rapportage/nieuw", template="focusgebieden", last=last, **answers)
    assert sent.status_code == 302, sent.text
    assert work()
    answer = dewi.post(f"{sent.location}/goedkeuren", data=hidden(dewi.get(sent.location).text))
    return str(answer.location)


def test_the_menu_names_the_version_that_will_be_used(els: FlaskClient, ad: FlaskClient) -> None:
    assert menu(els)["jaarrapportage"].startswith("Jaarrapportage Preventie met Gezag | ")
    assert menu(els)["jaarrapportage"].endswith(" Versie 2.")
    assert menu(els)["focusgebieden"].startswith("NPLV-focusgebieden | Wie in elk focusgebied")
    acting.send(ad, NEW, **{**tables(), **OWN})
    assert menu(els)["focusgebieden"].startswith("Onze gebieden | ")
    assert menu(els)["focusgebieden"].endswith(" Eigen versie 1.")
    assert len(menu(els)) == 7


def test_a_version_that_was_followed_up_is_not_offered(els: FlaskClient, ad: FlaskClient) -> None:
    acting.send(ad, NEW, **{**tables(), **OWN})
    acting.send(ad, NEW, **{**tables(), "title": "Gebieden, kort", "ages": "8-27"})
    assert menu(els)["focusgebieden"].startswith("Gebieden, kort | ")
    assert menu(els)["focusgebieden"].endswith(" Eigen versie 2.")
    assert "Onze gebieden" not in els.get("/rapportage/nieuw").text


def test_a_report_is_made_with_the_own_version_and_an_older_one_stays_as_it_was(
    els: FlaskClient, ad: FlaskClient, browse: Browse, cast: Cast, casework: Casework, work: Work
) -> None:
    busy(casework)
    dewi = browse(cast.dewi)
    old = released(els, dewi, work, "31-3-2026")
    before = els.get(f"{old}/controle").text
    acting.send(ad, NEW, **{**tables(), **OWN})
    new = els.get(released(els, dewi, work, "30-6-2026")).text
    assert "Onze gebieden" in new
    assert "Eigen versie 1" in new
    assert "8 tot en met 17 jaar" in new
    shown = els.get(old).text
    assert "NPLV-focusgebieden" in shown
    assert "Versie 1" in shown
    assert "8 tot en met 11 jaar" in shown
    assert fingerprint(els.get(f"{old}/controle").text) == fingerprint(before)
    listed = els.get("/rapportage").text
    assert "Eigen versie 1" in listed
    assert "Versie 101" not in listed


def fingerprint(page: str) -> list[str]:
    return re.findall(r"<code>(.*?)</code>", page, re.DOTALL)
