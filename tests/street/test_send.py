"""What a device sends: each note once, by the rules for any contact, or back to its writer."""

import base64
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from pmg.clock import now
from pmg.journal import services as journal
from pmg.journal.answers import NewNote
from pmg.journal.rules import Kind, When
from pmg.street.services import switch
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.street.conftest import WORDS, Phone, notes_on


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return build.a_case(cast, at_work)


@pytest.fixture
def sanne(cast: Cast, phone: Any, case_id: UUID) -> Phone:
    device: Phone = phone(cast.sanne)
    assert device.take(case_id).status_code == 200
    return device


def test_a_note_stands_in_the_file_of_its_writer_alone_at_the_time_of_the_device(
    cast: Cast, browse: Any, sanne: Phone, case_id: UUID
) -> None:
    written = now() - timedelta(seconds=30)
    answer = sanne.send(case_id, at=written)
    assert (answer.status_code, answer.json) == (200, {"outcome": "taken"})
    page = sanne.client.get(f"/zaken/{case_id}/contact").text
    assert page.count(WORDS) == 1
    assert "(tijd van het toestel)" in page
    assert "Alleen u leest dit" in page
    assert WORDS not in browse(cast.bas).get(f"/zaken/{case_id}/contact").text


def test_a_note_of_which_the_answer_was_lost_is_taken_once(sanne: Phone, case_id: UUID) -> None:
    number = uuid4()
    answers = [sanne.send(case_id, note_id=number).json["outcome"] for _ in range(3)]
    assert answers == ["taken", "already", "already"]
    assert notes_on(sanne.client, case_id, WORDS) == 1


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.lists(st.integers(0, 3), min_size=1, max_size=10))
def test_sent_any_number_of_times_in_any_order_each_stands_there_once(
    sanne: Phone, case_id: UUID, order: list[int]
) -> None:
    numbers, mark = [uuid4() for _ in range(4)], uuid4().hex
    kinds = ("gesprek", "op_straat", "telefoon", "bericht")
    outcomes: dict[int, list[str]] = {}
    for which in order:
        answer = sanne.send(
            case_id,
            f"Notitie {which} van {mark}.",
            note_id=numbers[which],
            kind=kinds[which],
            anyway="1",
        )
        outcomes.setdefault(which, []).append(answer.json["outcome"])
    page = sanne.client.get(f"/zaken/{case_id}/contact").text
    for which in range(4):
        assert page.count(f"Notitie {which} van {mark}.") == (which in order)
    for told in outcomes.values():
        assert told == ["taken", *["already"] * (len(told) - 1)]


def test_who_does_not_take_part_is_refused_as_if_the_case_did_not_exist(
    cast: Cast, at_work: AtWork, sanne: Phone, superuser: Engine
) -> None:
    elsewhere = build.a_case(cast, at_work, given_name="Noor", birth_date=date(2009, 5, 5))
    acting.leave(cast, at_work, elsewhere, staying=cast.bas)
    answers = [sanne.send(id_) for id_ in (elsewhere, uuid4())]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].data == answers[1].data
    assert answers[0].json["text"] == WORDS
    with superuser.connect() as connection:
        denied = connection.execute(
            text(
                "SELECT case_id, code FROM audit_event WHERE outcome = 'denied'"
                " AND address = :address"
            ),
            {"address": f"/zaken/{elsewhere}"},
        ).all()
        kept = connection.execute(text("SELECT count(*) FROM journal_entry")).scalar_one()
    assert [(row.case_id, row.code) for row in denied] == [(elsewhere, "not_found")]
    assert kept == 0


def test_who_left_the_case_meanwhile_gets_his_own_text_back(
    cast: Cast, at_work: AtWork, sanne: Phone, case_id: UUID
) -> None:
    acting.leave(cast, at_work, case_id, staying=cast.bas)
    answer = sanne.send(case_id)
    assert answer.status_code == 409
    assert answer.json["text"] == WORDS
    assert "geen toegang" in answer.json["message"]
    assert "form_url" not in answer.json


def test_a_case_of_another_municipality_does_not_exist(
    cast: Cast, at_work: AtWork, sanne: Phone
) -> None:
    foreign = build.a_referral(cast, at_work, by="other", given_name="Vreemd")
    assert sanne.send(foreign).data == sanne.send(uuid4()).data


def test_a_case_that_closed_meanwhile_gives_the_text_back(
    cast: Cast, at_work: AtWork, sanne: Phone, case_id: UUID
) -> None:
    with at_work(cast.bas):
        build.services.close_case(build.the_case(case_id), build.an_ending(), today=build.TODAY)
    answer = sanne.send(case_id)
    assert answer.status_code == 409
    assert answer.json["text"] == WORDS
    assert "voorbij" in answer.json["message"]
    assert "form_url" not in answer.json


def test_the_same_minute_is_asked_about_once_and_then_taken(
    cast: Cast, at_work: AtWork, sanne: Phone, case_id: UUID
) -> None:
    with at_work(cast.sanne):
        said = NewNote(Kind.STREET, When.NOW, "Al getypt op het bureau.")
        journal.record_contact(build.the_case(case_id), said, moment=now())
    number, at = uuid4(), now()
    first = sanne.send(case_id, note_id=number, at=at)
    assert first.status_code == 409
    assert first.json["asks"]
    assert first.json["text"] == WORDS
    again = sanne.send(case_id, note_id=number, at=at, anyway="1")
    assert again.json == {"outcome": "taken"}
    assert notes_on(sanne.client, case_id, WORDS) == 1


def test_a_clock_that_is_wrong_is_told_and_nothing_is_lost(sanne: Phone, case_id: UUID) -> None:
    for wrong in (timedelta(hours=3), -timedelta(hours=3), timedelta(days=400_000)):
        answer = sanne.send(case_id, at=now() + wrong)
        assert answer.status_code == 409
        assert "klok" in answer.json["message"]
        assert answer.json["text"] == WORDS
    assert sanne.send(case_id, at=now() + timedelta(minutes=2)).json == {"outcome": "taken"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("Een \0 in de tekst", "teken"),
        ("\udcff", "teken"),
        (" ", "Schrijf in een zin"),
        ("x" * 2001, "hoogstens 2000"),
    ],
)
def test_a_text_that_cannot_be_kept_comes_back_with_what_to_do(
    sanne: Phone, case_id: UUID, wrong: str, told: str
) -> None:
    answer = sanne.send(case_id, wrong)
    assert answer.status_code == 409
    assert told in answer.json["message"]
    assert answer.json["text"] == wrong
    assert answer.json["form_url"].startswith(f"/zaken/{case_id}/contact/nieuw")


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"[]",
        b"null",
        b'{"case": 1}',
        b"[" * 20_000,
        b"\xff\xfe",
        b'{"case":"x","kind":"y","text":"z","at":"nu"}',
    ],
)
def test_what_no_device_of_ours_writes_is_refused(sanne: Phone, plain: bytes) -> None:
    number = uuid4()
    sealed = sanne.sealed(number, plain)
    answer = sanne.post("/op-straat/versturen", key=sanne.key, note=str(number), sealed=sealed)
    assert answer.status_code == 409
    assert "niet te lezen" in answer.json["message"]


def test_a_seal_that_was_moved_or_altered_does_not_open(sanne: Phone, case_id: UUID) -> None:
    number = uuid4()
    sealed = sanne.sealed(number, b"{}")
    other = {"key": sanne.key, "note": str(uuid4()), "sealed": sealed}
    assert sanne.post("/op-straat/versturen", **other).status_code == 409
    raw = bytearray(base64.b64decode(sealed))
    raw[-1] ^= 1
    bent = base64.b64encode(raw).decode()
    answer = sanne.post("/op-straat/versturen", key=sanne.key, note=str(number), sealed=bent)
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"key": "x", "note": "y", "sealed": "z"},
        {"key": "\0", "note": "é", "sealed": "x" * 100_000},
        {"key": str(uuid4()), "note": str(uuid4()), "sealed": "====="},
    ],
)
def test_nonsense_is_no_server_error(sanne: Phone, fields: dict[str, str]) -> None:
    assert sanne.post("/op-straat/versturen", **fields).status_code in {409, 410}


def test_a_form_that_is_too_large_is_refused(sanne: Phone) -> None:
    many = {f"veld{number}": "x" for number in range(600)}
    assert sanne.post("/op-straat/versturen", **many).status_code == 413
    assert sanne.post("/op-straat/versturen", sealed="x" * 600_000).status_code == 413


def test_six_hundred_notes_are_taken_each_once(sanne: Phone, case_id: UUID) -> None:
    for number in range(600):
        answer = sanne.send(case_id, f"Notitie nummer {number:03}.", anyway="1")
        assert answer.json == {"outcome": "taken"}
    page = sanne.client.get(f"/zaken/{case_id}/contact").text
    assert all(page.count(f"Notitie nummer {number:03}.") == 1 for number in range(600))


def test_another_user_can_do_nothing_with_the_key(
    cast: Cast, phone: Any, sanne: Phone, case_id: UUID
) -> None:
    jaap = phone(cast.jaap)
    number = uuid4()
    sealed = sanne.sealed(number, b"{}")
    assert jaap.standing(sanne.key)["keys"] == {sanne.key: "ander"}
    answer = jaap.post("/op-straat/versturen", key=sanne.key, note=str(number), sealed=sealed)
    assert answer.json == {"outcome": "gone"}
    assert jaap.post(f"/op-straat/toestel/{sanne.key}/wissen").status_code == 404
    assert sanne.send(case_id).json == {"outcome": "taken"}


def test_without_our_token_nothing_is_taken(sanne: Phone, case_id: UUID) -> None:
    number = uuid4()
    fields = {"key": sanne.key, "note": str(number), "sealed": sanne.sealed(number, b"{}")}
    assert sanne.client.post("/op-straat/versturen", data=fields).status_code == 400


def test_what_was_written_before_it_was_switched_off_comes_back(
    cast: Cast, at_work: AtWork, sanne: Phone, case_id: UUID
) -> None:
    with at_work(cast.ad):
        switch(is_on=False)
    assert sanne.standing()["keys"] == {sanne.key: "uit"}
    answer = sanne.send(case_id)
    assert answer.status_code == 409
    assert answer.json["text"] == WORDS
    assert "uitgezet" in answer.json["message"]
    assert notes_on(sanne.client, case_id, WORDS) == 0


def test_the_log_of_the_case_tells_it_as_any_private_note(
    cast: Cast, browse: Any, sanne: Phone, case_id: UUID
) -> None:
    assert sanne.send(case_id).json == {"outcome": "taken"}
    seen = browse(cast.bas).get(f"/zaken/{case_id}/inzage").text
    assert "nam de voornaam mee op een toestel" in seen
    assert "verstuurde een notitie" not in seen
    assert "legde contact vast" not in seen
