"""Who does something tells whom it concerns: in the same transaction, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from pmg.cases import services
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.notices import queries
from pmg.notices import services as notices
from pmg.notices.rules import Channel, wait_after
from pmg.security.telling import Kind, Told
from tests import build
from tests.acting import filled, send
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]


def told(at_work: AtWork, person: Person) -> list[tuple[Kind, str]]:
    with at_work(person):
        return [(message.kind, message.who) for message in queries.messages().messages]


def test_who_decides_hears_of_a_referral_and_the_referrer_of_the_decision(
    cast: Cast, at_work: AtWork
) -> None:
    build.a_referral(cast, at_work, given_name="Noor")
    assert told(at_work, cast.fatma) == [(Kind.REFERRED, "Noor de B.")]
    build.a_case(cast, at_work)
    assert told(at_work, cast.fatma) == [(Kind.REFERRED, "Noor de B.")]  # the other is decided
    assert told(at_work, cast.sanne) == [(Kind.DECIDED, "Yassin de B.")]
    assert told(at_work, cast.bas) == [(Kind.SEATED, "Yassin de B.")]
    assert told(at_work, cast.jaap) == []


def test_who_takes_part_hears_that_a_case_closed_but_not_who_closed_it(
    cast: Cast, at_work: AtWork
) -> None:
    build.a_closed_case(cast, at_work)
    assert (Kind.CLOSED, "Yassin de B.") in told(at_work, cast.sanne)
    assert Kind.CLOSED not in dict(told(at_work, cast.bas))


def test_what_is_refused_tells_nobody(cast: Cast, at_work: AtWork) -> None:
    case_id = build.a_case(cast, at_work)
    before = told(at_work, cast.sanne)
    with at_work(cast.bas):
        with pytest.raises(Invalid):
            services.close_case(
                build.the_case(case_id), build.an_ending(motivation=" "), today=build.TODAY
            )
        db.session.rollback()
    assert told(at_work, cast.sanne) == before


def test_a_message_goes_with_the_seat(cast: Cast, at_work: AtWork, superuser: Engine) -> None:
    build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE case_member SET valid_until = now() WHERE user_id = :id"),
            {"id": cast.bas.id},
        )
    assert told(at_work, cast.bas) == []


def test_the_page_shows_it_leads_there_and_knows_that_it_was_read(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.bas)
    page = client.get("/berichten").text
    assert "U neemt deel aan een zaak: Yassin de B." in page
    assert ">nieuw<" in page
    with at_work(cast.bas):
        message = queries.messages().messages[0]
    answer = client.get(f"/berichten/{message.id}")
    assert answer.location == f"/zaken/{case_id}"
    assert ">nieuw<" not in client.get("/berichten").text


def test_a_message_of_somebody_else_does_not_exist(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    build.a_case(cast, at_work)
    with at_work(cast.bas):
        message = queries.messages().messages[0]
    other = browse(cast.sanne)
    assert other.get(f"/berichten/{message.id}").status_code == 404
    assert other.get(f"/berichten/{uuid4()}").status_code == 404
    assert browse(cast.other).get(f"/berichten/{message.id}").status_code == 404


def test_all_can_be_read_at_once(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    build.a_case(cast, at_work)
    build.a_case(cast, at_work, given_name="Noor")
    client = browse(cast.bas)
    client.post("/berichten/gelezen", data=filled(client, "/berichten"))
    with at_work(cast.bas):
        assert all(message.is_read for message in queries.messages().messages)
        assert queries.unread() == []


def test_the_list_goes_on_where_it_was_cut(
    cast: Cast, at_work: AtWork, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for name in ("Noor", "Daan", "Lina"):
        build.a_case(cast, at_work, given_name=name)
    client = browse(cast.bas)
    first = client.get("/berichten").text
    assert "Lina" in first
    assert "Noor" not in first
    with at_work(cast.bas):
        place = queries.messages().following
    second = client.get(f"/berichten?na={place}").text
    assert "Noor" in second
    assert "Lina" not in second
    assert client.get("/berichten?na=onzin").status_code == 200


def test_nobody_tells_of_a_case_in_which_he_takes_no_part(cast: Cast, at_work: AtWork) -> None:
    case_id = build.a_case(cast, at_work)
    lie = Told(Kind.CLOSED, frozenset({cast.bas.id}), case_id, None)
    with at_work(cast.jaap), pytest.raises(ProgrammingError, match="row-level security"):
        notices.keep(lie)
    with pytest.raises(NotPermitted):
        notices.keep(lie)


class TestChoosing:
    def test_a_kind_that_is_not_wanted_is_not_told(
        self, cast: Cast, at_work: AtWork, browse: Browse
    ) -> None:
        answer = send(browse(cast.bas), "/berichten/instellingen", deelname="niet")
        assert answer.location == "/berichten"
        build.a_case(cast, at_work)
        assert told(at_work, cast.bas) == []
        with at_work(cast.bas):
            assert queries.choices()[Kind.SEATED] is Channel.NOWHERE
        with at_work(cast.sanne):
            assert queries.choices()[Kind.SEATED] is Channel.MAIL

    def test_what_is_no_choice_is_said_and_kept(self, cast: Cast, browse: Browse) -> None:
        answer = send(browse(cast.bas), "/berichten/instellingen", deelname="duif")
        assert answer.status_code == 422
        assert "Fout:" in answer.text

    def test_it_says_when_no_mail_goes_out(self, cast: Cast, browse: Browse) -> None:
        assert "Er gaat geen mail uit" in browse(cast.bas).get("/berichten/instellingen").text


def test_patience_grows_and_ends() -> None:
    assert wait_after(1) == timedelta(minutes=1)
    assert wait_after(4) == timedelta(minutes=8)
    assert wait_after(40) == timedelta(hours=6)


def test_an_import_undone_takes_its_messages_along(
    cast: Cast, at_work: AtWork, superuser: Engine, app: Flask
) -> None:
    case_id: UUID = build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(text("SET session_replication_role = origin"))
        for table in ("case_member", "triage_decision", "referral"):
            connection.execute(text(f"DELETE FROM {table} WHERE case_id = :id"), {"id": case_id})
        connection.execute(text("DELETE FROM case_file WHERE id = :id"), {"id": case_id})
        left = connection.execute(text("SELECT count(*) FROM notice")).scalar_one()
    assert left == 0
