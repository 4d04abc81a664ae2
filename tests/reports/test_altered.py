"""A release that is not what was signed is not shown and does not leave, whoever asks."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.disclosure.canonical import digest
from pmg.disclosure.publish import Signer, signature
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reports import services
from pmg.reports.models import ReportRelease
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import MakeReport, ask
from tests.reports.test_make import busy
from tests.reports.test_pages import EXPORTS, hidden
from tests.reports.test_workflow import LATER, LATEST

Browse = Callable[[Person], FlaskClient]
PAGES = ("", "/controle", "/opnieuw", "/jaar", "/jaar/csv", *(f"/{one}" for one in EXPORTS))


def a_number(document: dict[str, Any]) -> None:
    document["release"]["parts"][0]["values"][0] += 5


def a_number_with_its_hash(document: dict[str, Any]) -> None:
    a_number(document)
    document["certificate"]["release_hash"] = digest(document["release"])


def the_signature(document: dict[str, Any]) -> None:
    value = document["signature"]["value"]
    document["signature"]["value"] = ("0" if value[0] != "0" else "1") + value[1:]


def a_word(document: dict[str, Any]) -> None:
    document["certificate"]["about"]["gemeente"] = "Utrecht (GM0344)"


def all_of_it(document: dict[str, Any]) -> None:
    """Who has the database and no key of ours makes it sound again with his own."""
    key = Ed25519PrivateKey.from_private_bytes(b"of somebody else".ljust(32))
    signer = Signer(key.sign, key.public_key().public_bytes_raw())
    document["signature"] = signature(document["certificate"], signer)


def no_file(document: dict[str, Any]) -> None:
    document.clear()


ALTERATIONS = {
    a_number: "De getallen zijn veranderd nadat het certificaat is gemaakt.",
    a_number_with_its_hash: "De handtekening klopt niet.",
    the_signature: "De handtekening klopt niet.",
    a_word: "De handtekening klopt niet.",
    all_of_it: "Het bestand is met een andere sleutel ondertekend.",
    no_file: "Het bestand is niet te lezen",
}
Alter = Callable[[dict[str, Any]], None]


def altered(superuser: Engine, item: ReportRelease, alter: Alter) -> None:
    """Change a stored file as whoever has the database can."""
    document = json.loads(item.document)
    alter(document)
    written(superuser, item, json.dumps(document))


def written(superuser: Engine, item: ReportRelease, document: str) -> None:
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE report_release SET document = :document WHERE id = :id"),
            {"document": document, "id": item.id},
        )


@pytest.fixture
def items(casework: Casework, make: MakeReport) -> tuple[ReportRelease, ReportRelease]:
    """Two reports of one year."""
    busy(casework)
    return make().release, make(LATER).release


Items = tuple[ReportRelease, ReportRelease]


def exports(superuser: Engine) -> int:
    with superuser.connect() as connection:
        found = connection.scalar(
            text("SELECT count(*) FROM audit_event WHERE action = 'report:export'")
        )
        return int(found or 0)


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda one: one.__name__)
def test_no_page_and_no_file_of_it_says_a_number(
    items: Items, superuser: Engine, browse: Browse, cast: Cast, alter: Alter
) -> None:
    els, address = browse(cast.els), f"/rapportage/{items[0].id}"
    assert [els.get(f"{address}{page}").status_code for page in PAGES] == [200] * len(PAGES)
    left = exports(superuser)
    altered(superuser, items[0], alter)
    for page in PAGES:
        answer = els.get(f"{address}{page}")
        assert (page, answer.status_code) == (page, 409)
        assert answer.content_type.startswith("text/html")
        assert "Content-Disposition" not in answer.headers
        assert ">Gecontroleerd<" not in answer.text
        assert ALTERATIONS[alter] in answer.text
        assert "Meld het de functioneel beheerder" in answer.text
        assert "Bereikte jongeren" not in answer.text
        assert "Downloaden" not in answer.text
    assert exports(superuser) == left


def test_the_other_report_stays_open(
    items: Items, superuser: Engine, browse: Browse, cast: Cast
) -> None:
    altered(superuser, items[0], a_number)
    els = browse(cast.els)
    page = els.get(f"/rapportage/{items[1].id}")
    assert page.status_code == 200
    assert ">Gecontroleerd<" in page.text
    assert els.get(f"/rapportage/{items[1].id}/csv").status_code == 200
    assert els.get("/rapportage").status_code == 200


def test_the_file_of_another_report_is_not_shown_as_this_one(
    items: Items, superuser: Engine, browse: Browse, cast: Cast
) -> None:
    written(superuser, items[0], items[1].document)
    answer = browse(cast.els).get(f"/rapportage/{items[0].id}")
    assert answer.status_code == 409
    assert "Dit is het bestand van een ander rapport." in answer.text


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda one: one.__name__)
def test_the_ministry_sees_nothing_of_it_and_reads_whom_to_tell(
    items: Items, superuser: Engine, browse: Browse, at_work: AtWork, cast: Cast, alter: Alter
) -> None:
    with at_work(cast.els):
        item = db.session.get_one(ReportRelease, (items[0].municipality_id, items[0].id))
        services.deliver(item)
    joost = browse(cast.joost)
    listed = joost.get("/ontvangen").text
    address = "/ontvangen/" + listed.split('href="/ontvangen/')[1].split('"')[0]
    assert "Bereikte jongeren" in joost.get(address).text
    altered(superuser, items[0], alter)
    answer = joost.get(address)
    assert answer.status_code == 409
    assert "Bereikte jongeren" not in answer.text
    assert ALTERATIONS[alter] in answer.text
    assert "Meld het de gemeente die het rapport leverde" in answer.text


def test_it_is_not_delivered(items: Items, superuser: Engine, browse: Browse, cast: Cast) -> None:
    els, address = browse(cast.els), f"/rapportage/{items[0].id}"
    form = hidden(els.get(address).text)
    altered(superuser, items[0], a_number)
    assert els.post(f"{address}/leveren", data=form).status_code == 409
    with superuser.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM report_delivery")) == 0


def test_a_ledger_that_another_key_signed_takes_no_report(
    items: Items, superuser: Engine, at_work: AtWork, cast: Cast
) -> None:
    altered(superuser, items[1], all_of_it)
    with pytest.raises(Invalid, match="Het grootboek van uw gemeente klopt niet"):
        ask(at_work, cast.els, LATEST)
