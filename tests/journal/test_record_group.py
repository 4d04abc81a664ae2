"""One note for several youths: in each file by itself, and nothing that ties the files together."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, text

from pmg.clock import now
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.journal import services
from pmg.journal.answers import GroupNote
from tests import acting, build
from tests.acting import send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.journal.conftest import Browse, column, said
from tests.promises.test_p04_stolen_database import injected

__all__ = ["injected"]
TRIP = "Samen gesport; het was gezellig en rustig."
PAGE = "/contact/groep"


@pytest.fixture
def three(cast: Cast, at_work: AtWork) -> list[UUID]:
    """Sanne's three youths; Jaap takes part in the case of the first only."""
    return [build.a_case(cast, at_work, given_name=name) for name in ("Yassin", "Aylin", "Daniël")]


def test_it_stands_in_each_file_and_in_no_other(
    browse: Browse, cast: Cast, three: list[UUID]
) -> None:
    client = browse(cast.sanne)
    answer = send(client, PAGE, youths=[str(one) for one in three[:2]], kind="gesprek", text=TRIP)
    assert answer.status_code == 302
    shown = [TRIP in client.get(f"/zaken/{one}/contact").text for one in three]
    assert shown == [True, True, False]


def test_a_name_in_the_text_is_a_warning_and_no_wall(
    browse: Browse, cast: Cast, three: list[UUID], superuser: Engine
) -> None:
    client = browse(cast.sanne)
    words = "Daniel en de anderen hebben samen gekookt."
    sent = {"youths": [str(one) for one in three], "kind": "gesprek", "text": words}
    answer = send(client, PAGE, **sent)
    assert answer.status_code == 422
    assert "In de tekst staat: Daniël." in answer.text
    assert words in answer.text
    assert column(superuser, "SELECT id FROM journal_entry") == []
    assert send(client, PAGE, **sent, names_are_seen="y").status_code == 302
    assert len(column(superuser, "SELECT id FROM journal_entry")) == 3


@pytest.mark.parametrize("chosen", [0, 1])
def test_one_youth_is_no_group(browse: Browse, cast: Cast, three: list[UUID], chosen: int) -> None:
    youths = [str(one) for one in three[:chosen]]
    answer = send(browse(cast.sanne), PAGE, youths=youths, kind="gesprek", text=TRIP)
    assert answer.status_code == 422
    assert "Kies ten minste twee jongeren uit uw lijst." in answer.text


def test_nobody_writes_in_a_file_that_is_not_his(
    at_work: AtWork, cast: Cast, three: list[UUID], superuser: Engine
) -> None:
    with at_work(cast.jaap):
        with pytest.raises(Invalid):
            services.record_group(GroupNote(said(TRIP), tuple(three)), moment=now())
        db.session.rollback()
    assert column(superuser, "SELECT id FROM journal_entry") == []


def test_the_log_of_each_youth_tells_of_his_own_and_of_nothing_else(
    browse: Browse, cast: Cast, three: list[UUID], superuser: Engine
) -> None:
    send(browse(cast.sanne), PAGE, youths=[str(o) for o in three], kind="gesprek", text=TRIP)
    with superuser.connect() as connection:
        events = connection.execute(
            text(
                "SELECT case_id, address, written::text, request_id FROM audit_event"
                " WHERE written::text LIKE '%journal_entry%'"
            )
        ).all()
    assert {event.case_id for event in events} == set(three)
    assert len({event.request_id for event in events}) == len(three)
    for event in events:
        others = [str(one) for one in three if one != event.case_id]
        told = event.address + event.written
        assert str(event.case_id) in told
        assert not any(one in told for one in others)
        assert event.written.count("journal_entry") == 1


def test_who_takes_part_in_one_case_finds_nothing_that_ties_it_to_another(
    browse: Browse, at_work: AtWork, cast: Cast, three: list[UUID], injected: Connection
) -> None:
    """Bas directs all; Karim takes part in the first only, and injects SQL in his own session."""
    acting.join(cast, at_work, three[0], cast.karim)
    with at_work(cast.sanne):
        shared = said(TRIP, is_private=False)
        services.record_group(GroupNote(shared, tuple(three)), moment=now())
    with at_work(cast.karim) as reader:
        digest = reader.session_digest.hex()
        injected.execute(text("SELECT set_config('pmg.session', :d, true)"), {"d": digest})
        seen = {
            str(value)
            for table in ("audit_event", "audit_subject", "journal_entry", "case_file", "youth")
            for row in injected.execute(text(f"SELECT * FROM {table}"))
            for value in row
        }
    others = {str(one) for one in three[1:]}
    assert str(three[0]) in seen
    assert not any(other in value for other in others for value in seen)


def test_each_is_sealed_under_its_own_key(
    at_work: AtWork, browse: Browse, cast: Cast, three: list[UUID]
) -> None:
    with at_work(cast.sanne):
        services.record_group(GroupNote(said(TRIP), tuple(three[:2])), moment=now())
    with at_work(cast.sanne):
        build.shred(build.the_case(three[0]))
    client = browse(cast.sanne)
    assert client.get(f"/zaken/{three[0]}/contact").status_code == 404
    assert TRIP in client.get(f"/zaken/{three[1]}/contact").text


def test_half_a_group_is_nothing(
    at_work: AtWork, cast: Cast, three: list[UUID], superuser: Engine
) -> None:
    with at_work(cast.sanne):
        with pytest.raises(Invalid):
            services.record_group(GroupNote(said(TRIP), (*three, uuid4())), moment=now())
        db.session.rollback()
    assert column(superuser, "SELECT id FROM journal_entry") == []
