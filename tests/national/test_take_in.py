"""Files of municipalities elsewhere: what comes in, what does not, and whose key it is."""

import io
import json
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from pmg.definitions.shipped import YEARLY
from pmg.disclosure.canonical import canonical
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.publish import publish, signature
from pmg.disclosure.release import Params
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.national import examining, services
from pmg.national.examining import Upload
from pmg.national.models import WaitingRelease
from pmg.national.services import Taken
from pmg.reports import forms, weighing
from tests import acting
from tests.cast import Cast
from tests.conftest import AtWork
from tests.disclosure.build import KEY, a_table
from tests.national.build import (
    ARNHEM,
    GRONINGEN,
    UTRECHT,
    Asked,
    Sender,
    corrected,
    public_key,
    release,
    signer,
)
from tests.national.conftest import Browse, TakeIn, upload

GOOD = release(Asked(UTRECHT)).as_bytes()
OTHERS = ("sanne", "bas", "fatma", "karim", "els", "dewi", "jaap", "ans", "ad", "other")
PAGES = ("/landelijk", "/landelijk/inlezen", "/landelijk/cijfers", "/landelijk/cijfers/nieuw")


def rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]


def key_page(client: FlaskClient) -> str:
    found = re.search(r'href="(/landelijk/sleutels/[0-9a-f-]{36})"', client.get("/landelijk").text)
    assert found
    return found[1]


def resigned(document: Any, place: str) -> bytes:
    document["signature"] = signature(document["certificate"], signer(place))
    return canonical(document)


# -- the first file of a municipality, and its key


def test_a_first_file_waits_until_its_key_was_compared(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    joost = browse(cast.joost)
    page = upload(joost, ("utrecht.json", GOOD))
    assert page.status_code == 200
    assert "Wacht op sleutel" in page.text
    assert rows(superuser, "imported_release") == []
    shown = joost.get(key_page(joost)).text
    assert public_key(UTRECHT) in re.sub(r"<wbr>", "", shown)
    assert "Jaarrapportage Preventie met Gezag, 1 januari 2026 tot en met 31 maart 2026" in shown
    assert "Sleutel van Utrecht vergelijken" in shown


def test_confirming_needs_an_explicit_tick_and_then_the_file_is_in(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    joost = browse(cast.joost)
    upload(joost, ("utrecht.json", GOOD))
    address = key_page(joost)
    without = acting.send(joost, address)
    assert without.status_code == 422
    assert "Vergelijk eerst de sleutel" in without.text
    assert rows(superuser, "sender_key") == []
    done = acting.send(joost, address, compared="y")
    assert done.status_code == 200
    assert "De sleutel van Utrecht ligt vast." in done.text
    assert "Ingelezen" in done.text
    (key,) = rows(superuser, "sender_key")
    assert (key["sender_id"], key["public_key"]) == (UTRECHT, public_key(UTRECHT))
    assert key["confirmed_by"] == cast.joost.id
    (row,) = rows(superuser, "imported_release")
    assert json.loads(row["document"]) == json.loads(GOOD)
    assert rows(superuser, "waiting_release") == []
    assert joost.get(address).status_code == 404
    overview = joost.get("/landelijk").text
    assert ">Utrecht</a>" in overview


def test_a_refused_key_takes_its_files_along(browse: Browse, cast: Cast, superuser: Engine) -> None:
    joost = browse(cast.joost)
    upload(joost, ("utrecht.json", GOOD))
    address = key_page(joost)
    token = acting.filled(joost, address)
    assert joost.post(f"{address}/weigeren", data=token).status_code == 302
    assert rows(superuser, "waiting_release") == rows(superuser, "sender_key") == []
    assert joost.get(address).status_code == 404


def test_a_later_other_key_is_refused_loudly_and_logged(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    take_in(GOOD)
    forged = release(Asked(UTRECHT, 200), key=GRONINGEN).as_bytes()
    page = upload(browse(cast.joost), ("utrecht.json", forged))
    assert page.status_code == 422
    assert "Pas op: een andere sleutel" in page.text
    assert len(rows(superuser, "imported_release")) == 1
    assert rows(superuser, "waiting_release") == []
    with superuser.connect() as connection:
        logged = connection.execute(
            text("SELECT outcome FROM audit_event WHERE code = 'other_key'")
        ).all()
    assert logged == [("denied",)]


def test_of_two_keys_that_wait_for_one_municipality_only_one_is_trusted(
    browse: Browse, cast: Cast, at_work: AtWork, superuser: Engine
) -> None:
    forged = release(Asked(UTRECHT, 200), key=GRONINGEN).as_bytes()
    upload(browse(cast.joost), ("a.json", GOOD), ("b.json", forged))
    with at_work(cast.joost):
        real, false = sorted(
            db.session.query(WaitingRelease).all(),
            key=lambda row: row.public_key != public_key(UTRECHT),
        )
        assert [one.what for one in services.trust(real)] == [Taken.IN]
        with pytest.raises(Invalid, match="al bekend met een andere sleutel"):
            services.trust(false)
    assert len(rows(superuser, "sender_key")) == 1


# -- several at once: each is taken or refused by itself


def test_bad_files_are_named_with_their_reason_and_good_ones_are_taken(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    take_in(GOOD)
    later = release(Asked(UTRECHT, code="kwartaalmonitor", version=1)).as_bytes()
    spoilt = json.loads(later)
    spoilt["release"]["parts"][0]["values"][0] += 10
    page = upload(
        browse(cast.joost),
        ("goed.json", later),
        ("stuk.json", canonical(spoilt)),
        ("ander.json", b"PK\3\4"),
        ("weer.json", GOOD),
    )
    assert page.status_code == 200
    lines = re.findall(r'<tr role="row"><th role="rowheader".*?</tr>', page.text, re.DOTALL)
    said = {re.findall(r">([a-z]+\.json)<", line)[0]: line for line in lines}
    assert "Ingelezen" in said["goed.json"]
    assert "De getallen zijn veranderd nadat het certificaat is gemaakt." in said["stuk.json"]
    assert "Dit is geen rapport." in said["ander.json"]
    assert "Was er al" in said["weer.json"]
    assert len(rows(superuser, "imported_release")) == 2


def test_the_same_file_twice_is_once(take_in: TakeIn, superuser: Engine) -> None:
    take_in(GOOD, GOOD)
    again = take_in(GOOD, GOOD)
    assert {one.what for one in again} == {Taken.KNOWN}
    assert len(rows(superuser, "imported_release")) == 1


def a_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("utrecht.json", GOOD)
    return target.getvalue()


def national_file() -> bytes:
    return json.dumps({"format": "pmg-national/1", "national": {}}).encode()


BAD = {
    "empty": b"",
    "NUL": b"\0" * 1000,
    "NUL in a text": GOOD.replace(b"Utrecht", b"Ut\\u0000recht"),
    "half a character": GOOD.replace(b"Utrecht", b"Ut\\ud800recht"),
    "a million deep": b"[" * 10**6,
    "a million deep in a name": b'{"a":' * 10**6,
    "a zip": a_zip(),
    "no UTF-8": b"\xff\xfe{",
    "a number": b"1e999",
    "NaN": b'{"release": NaN}',
    "a list": b"[]",
    "a list of nothing": b"[null]",
    "another format": b'{"format": "x"}',
    "a national file": national_file(),
    "cut off": GOOD[:-100],
    "a page": b"<html>",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_report_is_refused_with_a_reason_and_never_a_fault(
    browse: Browse, cast: Cast, superuser: Engine, name: str
) -> None:
    page = upload(browse(cast.joost), ("x.json", BAD[name]))
    assert page.status_code == 422
    assert "Niet ingelezen" in page.text or "Kies minstens één bestand." in page.text
    assert not set(page.data) & set(b"\0\x1b")
    assert rows(superuser, "waiting_release") == []


def test_a_hundred_megabytes_are_refused_before_they_are_read(browse: Browse, cast: Cast) -> None:
    answer = upload(browse(cast.joost), ("groot.json", b" " * 100_000_000))
    assert answer.status_code == 413
    assert "te groot" in answer.text


def test_one_file_above_the_bound_is_refused(
    browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LARGEST_FILE", 1000)
    page = upload(browse(cast.joost), ("x.json", GOOD))
    assert page.status_code == 422
    assert "hoogstens 5 MB" in page.text


def test_too_many_files_are_refused(
    browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MOST_FILES", 1)
    page = upload(browse(cast.joost), ("x.json", GOOD), ("y.json", GOOD))
    assert page.status_code == 422
    assert "hoogstens 200 bestanden" in page.text


def test_files_that_ask_too_much_together_are_refused_and_the_others_are_taken(
    take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weighing, "_MOST_STEPS_TOGETHER", 20_000)
    found = take_in(*(release(Asked(place)).as_bytes() for place in (UTRECHT, ARNHEM, GRONINGEN)))
    assert [one.what is Taken.REFUSED for one in found[:3]] == [False, False, True]
    assert "Kies er minder tegelijk" in found[2].reason


def test_a_file_that_would_keep_the_server_busy_is_refused_before_it_is_begun(
    take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = json.loads(GOOD)
    hostile["worlds"] *= 10_000
    monkeypatch.setattr(examining, "verify", lambda *_args, **_more: pytest.fail("it was begun"))
    (found,) = take_in(json.dumps(hostile).encode())
    assert found.what is Taken.REFUSED


def test_the_name_of_a_file_is_shown_as_text_only(browse: Browse, cast: Cast) -> None:
    page = upload(browse(cast.joost), ("<script>alert(1)</script>\u202e.json", b"x"))
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text


# -- what a file says of itself


def other_name(document: Any) -> None:
    document["release"]["id"] = document["release"]["id"].replace(UTRECHT, ARNHEM)


def other_about(**about: Any) -> Any:
    return lambda document: document["certificate"]["about"].update(about)


CLAIMS = {
    "of another municipality than it reads": other_about(gemeente="Arnhem (GM0202)"),
    "over other days than it reads": other_about(eerste_dag="2025-01-01"),
    "without what was released before": lambda d: d["certificate"].pop("earlier"),
    "with more than there should be": lambda d: d.update(more=1),
    "without what it is about": lambda d: d["certificate"].update(about=None),
    "not signed": lambda d: d.update(signature=None),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_file_that_contradicts_itself_is_refused_though_it_is_signed(
    browse: Browse, cast: Cast, superuser: Engine, claim: str
) -> None:
    document = json.loads(GOOD)
    CLAIMS[claim](document)
    if document["signature"]:
        document = json.loads(resigned(document, UTRECHT))
    page = upload(browse(cast.joost), ("x.json", canonical(document)))
    assert page.status_code == 422
    assert "Niet ingelezen" in page.text
    assert rows(superuser, "waiting_release") == []


ODD = {
    "a municipality that is none": {"place": "GM9999"},
    "a kind that is none": {"code": "onbekend"},
    "a day that is none": {"first": "2026-02-30"},
    "days in the wrong order": {"first": "2026-12-01"},
}


@pytest.mark.parametrize("odd", ODD)
def test_a_name_that_means_nothing_here_is_refused(browse: Browse, cast: Cast, odd: str) -> None:
    said = {"place": UTRECHT, "code": "jaarrapportage", "first": "2026-01-01"} | ODD[odd]
    name = f"{said['place']} {said['code']} 2 {said['first']} 2026-03-31"
    document = named(name, place=said["place"], first=said["first"])
    page = upload(browse(cast.joost), ("x.json", document))
    assert page.status_code == 422
    assert "Niet ingelezen" in page.text


def named(name: str, *, place: str, first: str) -> bytes:

    about = {"gemeente": f"X ({place})", "eerste_dag": first, "laatste_dag": "2026-03-31"}
    done = publish(
        a_table(), Params(name, population=place), KEY, signer=signer(place), about=about,
        ledger=Ledger(),
    )  # fmt: skip
    return done.as_bytes()


# -- a second report over the same days


def test_a_correction_succeeds_what_is_here(take_in: TakeIn, superuser: Engine) -> None:
    first, second, _ledger = corrected(Asked(UTRECHT), 192)
    take_in(first.as_bytes())
    assert [one.what for one in take_in(second.as_bytes())] == [Taken.IN]
    before, after = sorted(rows(superuser, "imported_release"), key=lambda r: r["reason"])
    assert after["succeeds"] == before["id"]
    assert after["reason"] == "Twaalf aanmeldingen later ingevoerd."


def test_a_release_and_its_correction_may_come_in_any_order(
    take_in: TakeIn, superuser: Engine
) -> None:
    first, second, _ledger = corrected(Asked(UTRECHT), 192)
    take_in(second.as_bytes(), first.as_bytes())
    assert len(rows(superuser, "imported_release")) == 2


def test_an_older_report_does_not_take_the_place_of_a_newer(
    take_in: TakeIn, superuser: Engine
) -> None:
    first, second, _ledger = corrected(Asked(UTRECHT), 192)
    take_in(second.as_bytes())
    (result,) = take_in(first.as_bytes())
    assert result.what is Taken.REFUSED
    assert "al een nieuwer rapport" in result.reason
    assert len(rows(superuser, "imported_release")) == 1


def test_another_report_that_does_not_say_that_it_succeeds_is_refused(
    take_in: TakeIn, superuser: Engine
) -> None:
    take_in(GOOD)
    (result,) = take_in(release(Asked(UTRECHT, 200)).as_bytes())
    assert result.what is Taken.REFUSED
    assert "zegt niet dat het dat opvolgt" in result.reason
    silent, _ = Sender(UTRECHT).releases(Asked(UTRECHT))[1].releases(Asked(UTRECHT, 200))
    (result,) = take_in(silent.as_bytes())
    assert result.what is Taken.REFUSED
    assert len(rows(superuser, "imported_release")) == 1


# -- the ledger of a municipality


def test_beside_its_ledger_the_chain_is_checked_too(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    first, second, ledger = corrected(Asked(UTRECHT), 192)
    page = upload(
        browse(cast.joost),
        ("grootboek.json", json.dumps(ledger).encode()),
        ("een.json", first.as_bytes()),
        ("twee.json", second.as_bytes()),
    )
    assert "Ernaast gelegd" in page.text
    assert page.text.count("Wacht op sleutel") == 2
    assert [row["beside_ledger"] for row in rows(superuser, "waiting_release")] == [True, True]


@pytest.mark.parametrize("spoil", [lambda e: e[1:], lambda e: e[:1]])
def test_a_report_that_does_not_fit_its_ledger_is_refused(
    browse: Browse, cast: Cast, superuser: Engine, spoil: Any
) -> None:
    _first, second, ledger = corrected(Asked(UTRECHT), 192)
    page = upload(
        browse(cast.joost),
        ("grootboek.json", json.dumps(spoil(ledger)).encode()),
        ("twee.json", second.as_bytes()),
    )
    assert page.status_code == 422
    assert "Niet ingelezen" in page.text
    assert rows(superuser, "waiting_release") == []


# -- who may, and what stays


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("path", PAGES)
def test_other_roles_find_no_page(browse: Browse, cast: Cast, name: str, path: str) -> None:
    client = browse(getattr(cast, name))
    assert client.get(path).status_code == 404
    assert "Landelijk" not in client.get("/sessies").text


def test_other_roles_take_nothing_in(at_work: AtWork, cast: Cast) -> None:

    with at_work(cast.els), pytest.raises(NotPermitted):
        services.take_in([Upload("x", GOOD)])


ATTACKS = [
    "UPDATE imported_release SET document = replace(document, '5', '6')",
    "UPDATE imported_release SET reason = 'x'",
    "DELETE FROM imported_release",
    "TRUNCATE imported_release CASCADE",
    "UPDATE sender_key SET public_key = repeat('0', 64)",
    "DELETE FROM sender_key",
]


@pytest.mark.parametrize("role", ["database_url", "owner_database_url"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_taken_in_is_never_changed_or_removed(
    take_in: TakeIn, settings: Any, superuser: Engine, role: str, attack: str
) -> None:

    take_in(GOOD)
    before = rows(superuser, "imported_release"), rows(superuser, "sender_key")
    engine = create_engine(getattr(settings, role))
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(attack))
    engine.dispose()
    assert (rows(superuser, "imported_release"), rows(superuser, "sender_key")) == before


_COPY = (
    "CREATE TEMP TABLE forged ON COMMIT DROP AS SELECT * FROM imported_release",
    "UPDATE forged SET id = gen_random_uuid(), period_from = period_from - 400,"  # noqa: ISC004
    " period_until = period_until - 400, release_hash = repeat('0', 64),"
    " document = jsonb_set(document::jsonb, '{certificate,release_hash}',"
    " to_jsonb(repeat('0', 64)))::text",
)
FORGERIES = {
    "of another key": "public_key = repeat('0', 64)",
    "of another sender": "sender_id = 'GM0014'",
    "with another hash": "release_hash = repeat('1', 64)",
    "that succeeds another period": "succeeds = (SELECT id FROM imported_release), reason = 'x'",
    "that succeeds without a reason": "succeeds = (SELECT id FROM imported_release)",
    "over no day": "period_until = period_from",
}


@pytest.mark.parametrize("forgery", [*FORGERIES, None])
def test_a_forged_row_does_not_come_in(take_in: TakeIn, settings: Any, forgery: str | None) -> None:

    take_in(GOOD)
    engine = create_engine(settings.owner_database_url)
    insert = text("INSERT INTO imported_release SELECT * FROM forged")
    with engine.begin() as connection:
        for statement in _COPY:
            connection.execute(text(statement))
        if forgery is None:  # without forgery the same row would come in
            connection.execute(insert)
        else:
            connection.execute(text(f"UPDATE forged SET {FORGERIES[forgery]}"))
            with pytest.raises(DBAPIError):
                connection.execute(insert)
    engine.dispose()


# -- an own version of a municipality, and what is shown


def test_a_report_of_an_own_version_comes_in_and_says_why_it_has_no_words(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    own = replace(YEARLY, version=101, indicators=YEARLY.indicators[:2])
    done, _after = Sender(UTRECHT).releases(replace(Asked(UTRECHT), version=101), template=own)
    take_in(done.as_bytes())
    (row,) = rows(superuser, "imported_release")
    page = browse(cast.joost).get(f"/landelijk/ingelezen/{row['id']}")
    assert page.status_code == 200
    assert "eigen versie" in page.text
    assert "Eigen versie 1" in browse(cast.joost).get("/landelijk").text


def test_a_report_that_was_taken_in_is_shown_as_it_is(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    take_in(GOOD)
    (row,) = rows(superuser, "imported_release")
    page = browse(cast.joost).get(f"/landelijk/ingelezen/{row['id']}")
    assert "Gemeente Utrecht" in page.text
    assert "Bereikte jongeren" in page.text
    assert browse(cast.els).get(f"/landelijk/ingelezen/{row['id']}").status_code == 404


def test_the_overview_names_all_municipalities_once(
    take_in: TakeIn, browse: Browse, cast: Cast
) -> None:
    take_in(GOOD, release(Asked(GRONINGEN)).as_bytes())
    joost = browse(cast.joost)
    page: TestResponse = joost.get("/landelijk")
    assert "<dd>47</dd>" in page.text.replace(" ", "")
    assert "<dd>2</dd>" in page.text.replace(" ", "")
    assert "<dd>45</dd>" in page.text.replace(" ", "")
    quarter = joost.get("/landelijk?rapport=kwartaalmonitor&periode=2026-01-01_2026-03-31").text
    assert "<dd>0</dd>" in quarter.replace(" ", "")
    assert "Kwartaalmonitor" in quarter
    for odd in ("?rapport=x&periode=y", "?periode=2026-99-99_x", "?rapport=%00"):
        assert joost.get(f"/landelijk{odd}").status_code == 200
