"""A key is renewed at a municipality elsewhere, or at the ministry: what there is stays."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from config import Settings
from pmg.disclosure.canonical import canonical
from pmg.disclosure.renewal import renewal
from pmg.national.services import Taken
from pmg.reports.keys import ministry_signer
from tests import acting
from tests.cast import Cast
from tests.conftest import AtWork
from tests.national.build import (
    ARNHEM,
    GRONINGEN,
    UTRECHT,
    Asked,
    corrected,
    public_key,
    release,
    signer,
)
from tests.national.conftest import Browse, Publish, TakeIn, signed_by, upload
from tests.national.test_altered import change, of
from tests.national.test_publish import EXPORTS, MAKE
from tests.national.test_take_in import resigned, rows

NEW = "a newer key"
FIRST, SECOND, _LEDGER = corrected(Asked(UTRECHT), 192)
MESSAGE = canonical(renewal(signer(UTRECHT), signer(NEW)))
BY_NEW = resigned(json.loads(SECOND.as_bytes()), NEW)


def keys(superuser: Engine) -> list[tuple[str, str | None]]:
    return [(row["public_key"], row["follows"]) for row in rows(superuser, "sender_key")]


def test_the_former_key_names_the_new_one_and_old_reports_stay(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    take_in(FIRST.as_bytes())
    old = of(superuser, UTRECHT)["id"]
    joost = browse(cast.joost)
    page = upload(joost, ("nieuw.json", BY_NEW), ("sleutel.json", MESSAGE))
    assert page.status_code == 200
    assert "De oude sleutel van deze gemeente wijst deze nieuwe aan." in page.text
    assert "Pas op" not in page.text
    assert keys(superuser) == [(public_key(UTRECHT), None), (public_key(NEW), public_key(UTRECHT))]
    found = rows(superuser, "imported_release")
    assert {row["public_key"] for row in found} == {public_key(UTRECHT), public_key(NEW)}
    for row in found:
        assert "Bereikte jongeren" in joost.get(f"/landelijk/ingelezen/{row['id']}").text
    assert old in {row["id"] for row in found}


def test_without_that_message_another_key_stays_another_key(
    take_in: TakeIn, superuser: Engine
) -> None:
    take_in(FIRST.as_bytes())
    assert [one.what for one in take_in(BY_NEW)] == [Taken.OTHER_KEY]
    assert len(rows(superuser, "imported_release")) == 1


def test_what_the_former_key_signs_later_is_refused(
    take_in: TakeIn, at_work: AtWork, cast: Cast, superuser: Engine
) -> None:
    take_in(FIRST.as_bytes())
    take_in(MESSAGE)
    assert [one.what for one in take_in(SECOND.as_bytes())] == [Taken.OTHER_KEY]
    assert [one.what for one in take_in(MESSAGE)] == [Taken.KNOWN]
    again = text(
        "INSERT INTO imported_release SELECT (r.a).* FROM (SELECT jsonb_populate_record(i,"
        " jsonb_build_object('id', gen_random_uuid())) AS a FROM imported_release i) r"
    )
    with superuser.connect() as connection, pytest.raises(DBAPIError, match="signed by the key"):
        connection.execute(again)


def spoilt(**parts: Any) -> bytes:
    return canonical(json.loads(MESSAGE) | parts)


NOT_SAID = {
    "by another than the key that is known": canonical(renewal(signer(GRONINGEN), signer(NEW))),
    "of a key that did not sign": spoilt(key=public_key(ARNHEM)),
    "with a signature of nobody": spoilt(signed_by_former="00" * 64),
    "with something more": spoilt(place=UTRECHT),
    "with a key that anyone signs by": spoilt(key="01" + "00" * 31),
    "with a number for a key": spoilt(key=5),
}


@pytest.mark.parametrize("content", NOT_SAID.values(), ids=NOT_SAID)
def test_nobody_else_names_a_new_key(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine, content: bytes
) -> None:
    take_in(FIRST.as_bytes())
    page = upload(browse(cast.joost), ("sleutel.json", content))
    assert page.status_code == 422
    assert "Niet ingelezen" in page.text
    assert keys(superuser) == [(public_key(UTRECHT), None)]


def test_a_key_that_was_renewed_names_no_second_successor_and_none_comes_back(
    take_in: TakeIn, superuser: Engine
) -> None:
    take_in(FIRST.as_bytes())
    take_in(MESSAGE)
    fork = canonical(renewal(signer(UTRECHT), signer(ARNHEM)))
    back = canonical(renewal(signer(NEW), signer(UTRECHT)))
    assert [one.what for one in take_in(fork, back)] == [Taken.REFUSED, Taken.REFUSED]
    assert len(keys(superuser)) == 2


def test_a_new_key_that_somebody_wrote_into_the_database_is_not_believed(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    """Another signs a file with his key, and writes that key behind the one that was compared."""
    take_in(FIRST.as_bytes())
    row = of(superuser, UTRECHT)
    forged = canonical(json.loads(MESSAGE) | {"key": public_key(GRONINGEN)}).decode()
    change(
        superuser,
        "INSERT INTO sender_key (municipality_id, sender_id, public_key, follows, statement,"
        " confirmed_by, confirmed_at) SELECT municipality_id, sender_id, :key, public_key, :said,"
        " confirmed_by, confirmed_at FROM sender_key",
        key=public_key(GRONINGEN),
        said=forged,
    )
    mine = json.loads(resigned(json.loads(FIRST.as_bytes()), GRONINGEN))
    change(
        superuser,
        "UPDATE imported_release SET document = :document, public_key = :key WHERE id = :id",
        document=canonical(mine).decode(),
        key=public_key(GRONINGEN),
        id=row["id"],
    )
    answer = browse(cast.joost).get(f"/landelijk/ingelezen/{row['id']}")
    assert answer.status_code == 409
    assert "Het bestand is met een andere sleutel ondertekend." in answer.text


def test_figures_go_on_over_a_renewed_key_of_the_ministry(
    two: None,
    publish: Publish,
    take_in: TakeIn,
    browse: Browse,
    cast: Cast,
    app: Flask,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Published, renewed, and succeeded through the pages: both stay, each by its own key."""
    first = publish()
    new = bytes(range(32, 64))
    renewed = replace(settings, signing_key=new, former_signing_keys=())
    monkeypatch.setitem(app.config, "SETTINGS", renewed)
    joost, vera, address = browse(cast.joost), browse(cast.vera), f"/landelijk/cijfers/{first.id}"
    assert joost.get(address).status_code == 409
    renewed = replace(renewed, former_signing_keys=(signed_by().public_key,))
    monkeypatch.setitem(app.config, "SETTINGS", renewed)
    for page in ("", *(f"/{one}" for one in EXPORTS)):
        assert (page, joost.get(f"{address}{page}").status_code) == (page, 200)
    take_in(release(Asked(ARNHEM)).as_bytes())
    draft = acting.send(joost, MAKE, reason="Arnhem leverde.").location
    done = vera.post(f"{draft}/goedkeuren", data=acting.filled(vera, draft)).location
    signed = json.loads(joost.get(f"{done}/bestand").data)
    assert signed["signature"]["public_key"] == ministry_signer(new).public_key.hex()
    assert signed["certificate"]["succeeds"] == first.national_hash
    assert joost.get(done).status_code == 200
