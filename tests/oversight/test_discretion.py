"""The list of who saw a file does not give away what the director himself may not read."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from config import Settings
from tests import acting
from tests.build import a_case
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]
PLAIN, ARRESTED, ADDICTION = "R-SCH-VERZUIM", "R-IND-DELICT", "R-IND-MIDDEL"
RECORDED, FORM = "legde vast wat hij of zij zag", "opende het formulier voor een factor"
LOOKED, NOTE = "bekeek het dossier", "toelichting bij een factor"


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return a_case(cast, at_work)


def record(browse: Browse, person: Person, case_id: UUID, code: str) -> None:
    """Open the form, say what was seen, and look at the course, where one's own notes open."""
    answers = {
        "factor": code,
        "presence": "duidelijk",
        "nature": "feit",
        "source": "eigen_waarneming",
        "on": "20-11-2026",
        "note": "Gezien op het plein.",
    }
    client = browse(person)
    sent = acting.send(client, f"/zaken/{case_id}/factoren/nieuw", **answers)
    assert sent.status_code == 302, sent.text
    assert "Gezien op het plein." in client.get(sent.location).text


def lines_of(browse: Browse, reader: Person, case_id: UUID, name: str) -> str:
    """What the list says of this person."""
    page = browse(reader).get(f"/zaken/{case_id}/inzage").text
    return " ".join(each for each in re.findall(r"(?s)<li>.*?</li>", page) if name in each)


def test_that_the_police_recorded_something_of_the_police_is_not_told(
    cast: Cast, at_work: AtWork, browse: Browse, case_id: UUID
) -> None:
    acting.join(cast, at_work, case_id, cast.karim)
    record(browse, cast.karim, case_id, ARRESTED)
    told = lines_of(browse, cast.bas, case_id, "Karim")
    assert LOOKED in told  # that he was there is told
    assert not [words for words in (RECORDED, FORM, NOTE) if words in told]


def test_that_care_recorded_something_of_health_is_not_told(
    cast: Cast, at_work: AtWork, browse: Browse, case_id: UUID, settings: Settings
) -> None:
    ruben = acting.hire_partner(settings.owner_database_url, "ruben", "GGZ")
    acting.join(cast, at_work, case_id, ruben)
    record(browse, ruben, case_id, ADDICTION)
    told = lines_of(browse, cast.bas, case_id, "Ruben")
    assert LOOKED in told
    assert not [words for words in (RECORDED, FORM, NOTE) if words in told]


def test_what_the_director_may_read_is_told(
    cast: Cast, at_work: AtWork, browse: Browse, case_id: UUID
) -> None:
    acting.join(cast, at_work, case_id, cast.karim)
    record(browse, cast.karim, case_id, PLAIN)
    told = lines_of(browse, cast.bas, case_id, "Karim")
    assert RECORDED in told
    assert NOTE in told


def test_the_privacy_officer_still_finds_what_was_recorded(
    cast: Cast, at_work: AtWork, browse: Browse, case_id: UUID
) -> None:
    acting.join(cast, at_work, case_id, cast.karim)
    record(browse, cast.karim, case_id, ARRESTED)
    assert RECORDED in browse(cast.ans).get("/logboek", query_string={"zaak": case_id}).text
