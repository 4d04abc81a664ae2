"""The signing key is renewed: what it signed stays, and what comes is signed by the new one."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from config import Settings
from pmg.disclosure.publish import Signer, signature
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reports import services
from pmg.reports.judging import approve
from pmg.reports.keys import own_signer
from pmg.reports.models import ReportDraft, ReportRelease
from pmg.reports.rules import Choice, Period
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import TODAY, MakeReport, Work, secrets
from tests.reports.test_altered import altered, written
from tests.reports.test_check_page import send
from tests.reports.test_make import busy
from tests.reports.test_pages import EXPORTS
from tests.reports.test_workflow import LATER, LATEST

Browse = Callable[[Person], FlaskClient]
FORMER = secrets().signer.public_key
NEW = bytes(range(32, 64))
NEW_PUBLIC = Ed25519PrivateKey.from_private_bytes(NEW).public_key().public_bytes_raw()
Renew = Callable[..., None]


@pytest.fixture
def renew(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Renew:
    """Set the new key, with the one that signed until now named as a former one, or not."""

    def do(former: tuple[bytes, ...] = (FORMER,)) -> None:
        renewed = replace(settings, signing_key=NEW, former_signing_keys=former)
        monkeypatch.setitem(app.config, "SETTINGS", renewed)

    return do


@pytest.fixture
def release_now(at_work: AtWork, cast: Cast, work: Work) -> Callable[[Period], ReportRelease]:
    """Make a report that is signed by the key of this moment."""

    def make(period: Period) -> ReportRelease:
        with at_work(cast.els):
            draft = services.ask_report(Choice("jaarrapportage", period), today=TODAY).draft
            assert draft is not None
            draft_id = draft.id
        work()
        with at_work(cast.dewi):
            found = db.session.get_one(ReportDraft, (cast.dewi.municipality_id, draft_id))
            release = approve(found, signer=own_signer())
            db.session.refresh(release)
            db.session.expunge(release)
            return release

    return make


def signed_by(document: Any) -> str:
    return str(document["signature"]["public_key"])


def test_without_the_former_key_an_old_report_is_not_shown_and_with_it_all_of_it_is(
    casework: Casework, make: MakeReport, renew: Renew, browse: Browse, cast: Cast
) -> None:
    busy(casework)
    item = make().release
    els, address = browse(cast.els), f"/rapportage/{item.id}"
    before = els.get(f"{address}/certificaat").data
    renew(former=())
    answer = els.get(address)
    assert answer.status_code == 409
    assert "Het bestand is met een andere sleutel ondertekend." in answer.text
    renew()
    for page in ("", "/controle", *(f"/{one}" for one in EXPORTS)):
        assert (page, els.get(f"{address}{page}").status_code) == (page, 200)
    assert ">Gecontroleerd<" in els.get(address).text
    assert els.get(f"{address}/certificaat").data == before
    assert outcome(verify(json.loads(before), key=FORMER)) is Outcome.GOOD


def test_a_new_report_is_signed_by_the_new_key_in_the_same_ledger(
    casework: Casework,
    make: MakeReport,
    renew: Renew,
    browse: Browse,
    cast: Cast,
    release_now: Callable[[Period], ReportRelease],
) -> None:
    busy(casework)
    old = make().release
    renew()
    new = release_now(LATER)
    els = browse(cast.els)
    first, second = (
        json.loads(els.get(f"/rapportage/{each.id}/certificaat").data) for each in (old, new)
    )
    assert (signed_by(first), signed_by(second)) == (FORMER.hex(), NEW_PUBLIC.hex())
    chain = json.loads(els.get(f"/rapportage/{new.id}/grootboek").data)
    assert len(chain) == 2
    assert outcome(verify(first, key=FORMER, ledger=chain)) is Outcome.GOOD
    assert outcome(verify(second, key=NEW_PUBLIC, ledger=chain)) is Outcome.GOOD
    for document in (first, second):
        page = send(els, json.dumps(document).encode()).text
        assert "Alles klopt" in page
        assert "met een andere sleutel ondertekend" not in page


def test_an_old_report_is_delivered_and_corrected_after_the_key_was_renewed(
    casework: Casework,
    make: MakeReport,
    renew: Renew,
    browse: Browse,
    cast: Cast,
    at_work: AtWork,
    work: Work,
) -> None:
    busy(casework)
    item = make().release
    renew()
    with at_work(cast.els):
        found = db.session.get_one(ReportRelease, (item.municipality_id, item.id))
        services.deliver(found)
        draft = services.ask_correction(found, "Aanmeldingen zijn later ingevoerd.").draft
        assert draft is not None
        draft_id = draft.id
    work()
    with at_work(cast.dewi):
        found_draft = db.session.get_one(ReportDraft, (item.municipality_id, draft_id))
        after = approve(found_draft, signer=own_signer())
        assert signed_by(json.loads(after.document)) == NEW_PUBLIC.hex()
    joost = browse(cast.joost)
    listed = joost.get("/ontvangen").text
    address = "/ontvangen/" + listed.split('href="/ontvangen/')[1].split('"')[0]
    assert "Bereikte jongeren" in joost.get(address).text


def test_a_key_that_is_neither_now_nor_former_still_signs_nothing(
    casework: Casework, make: MakeReport, renew: Renew, browse: Browse, cast: Cast,
    superuser: Engine,
) -> None:  # fmt: skip
    busy(casework)
    item = make().release
    renew()

    def resign(document: dict[str, Any]) -> None:
        key = Ed25519PrivateKey.from_private_bytes(b"of somebody else".ljust(32))
        signer = Signer(key.sign, key.public_key().public_bytes_raw())
        document["signature"] = signature(document["certificate"], signer)

    altered(superuser, item, resign)
    answer = browse(cast.els).get(f"/rapportage/{item.id}")
    assert answer.status_code == 409
    assert "Het bestand is met een andere sleutel ondertekend." in answer.text


def test_after_the_new_key_the_former_one_adds_nothing_to_the_ledger(
    casework: Casework,
    make: MakeReport,
    renew: Renew,
    superuser: Engine,
    cast: Cast,
    at_work: AtWork,
    release_now: Callable[[Period], ReportRelease],
) -> None:
    """Who has the former key and the database signs the last report anew by that key."""
    busy(casework)
    make()
    renew()
    release_now(LATER)
    last = release_now(LATEST)
    document = json.loads(last.document)
    document["signature"] = signature(document["certificate"], secrets().signer)
    written(superuser, last, json.dumps(document))
    with at_work(cast.els), pytest.raises(Invalid, match="grootboek van uw gemeente klopt niet"):
        services.sound_ledger(cast.els.municipality_id)
    with superuser.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM report_release")) == 3
