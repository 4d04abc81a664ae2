"""Attacks on a note that somebody keeps for himself: on every page, with SQL, in the log."""

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from config import Settings
from pmg.cases import members
from pmg.clock import now
from pmg.journal import services
from pmg.journal.answers import NewNote, NewRemark
from pmg.journal.models import JournalEntry
from pmg.journal.rules import Kind, RemarkKind, When
from pmg.security.policy import Role
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.promises.test_p01_stranger import Browse, address, ask, declared
from tests.promises.test_p04_stolen_database import injected

__all__ = ["injected"]
SECRET, HIS_WORDS = "Sleutelplant vertrouwde mij iets toe.", "Woordplant van hemzelf."
MARKS = ("Sleutelplant", "Woordplant", "Alleen u leest dit", "niet_bereikt", "Niet bereikt</h3>")
OTHERS = ("bas", "fatma", "karim", "jaap", "els", "ans", "ad", "other")


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    """Bas directs, Fatma decides, Karim and a colleague of Sanne take part."""
    found = build.a_case(cast, at_work)
    acting.join(cast, at_work, found, cast.karim)
    with at_work(cast.bas):
        members.seat(build.the_case(found), cast.jaap.id, Role.YOUTH_WORKER)
    return found


@pytest.fixture
def private(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    """What Sanne wrote for herself alone, with the words of the youth beside it."""
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        said = NewNote(Kind.NOT_REACHED, When.NOW, SECRET)
        entry = services.record_contact(case, said, moment=now())
        remark = NewRemark(RemarkKind.DISPUTED, build.TODAY, HIS_WORDS)
        services.dispute(entry, remark, today=build.TODAY)
        return entry.id


@pytest.mark.parametrize("name", OTHERS)
def test_no_page_shows_it_to_anyone_else_nor_that_it_is_there(
    app: Flask, browse: Browse, cast: Cast, case_id: UUID, private: UUID, name: str
) -> None:
    client = browse(getattr(cast, name))
    for rule, _action, of in declared(app):
        item = private if of is JournalEntry else case_id
        status, page = ask(client, rule, address(app, rule, item))
        assert status < 500, rule.rule
        if of is JournalEntry:
            assert status == 404, rule.rule
        if rule.endpoint != "journal.record":  # there its kind is one of the choices
            assert not [mark for mark in MARKS[:3] if mark in page], rule.rule
        assert str(private) not in page.replace(f"/{private}", ""), rule.rule


def test_its_author_reads_it_on_the_case_and_among_contact(
    browse: Browse, cast: Cast, case_id: UUID, private: UUID
) -> None:
    client = browse(cast.sanne)
    for path in (f"/zaken/{case_id}", f"/zaken/{case_id}/contact"):
        page = client.get(path).text
        assert SECRET in page
        assert HIS_WORDS in page


@pytest.mark.parametrize(
    "step", ["lezers", "delen", "betwisten", "reageren", "verbeteren", "verwijderen"]
)
def test_its_address_is_that_of_nothing_for_anyone_else(
    browse: Browse, cast: Cast, private: UUID, step: str
) -> None:
    client = browse(cast.bas)
    hidden = client.get(f"/contactmoment/{private}/{step}")
    wrong = client.get(f"/contactmoment/{UUID(int=7)}/{step}")
    assert hidden.status_code == wrong.status_code == 404
    assert hidden.text.replace(str(private), "") == wrong.text.replace(str(UUID(int=7)), "")


@pytest.mark.parametrize("name", ["bas", "fatma", "karim", "jaap", "ans"])
def test_an_injected_select_finds_no_row_of_it(
    at_work: AtWork, cast: Cast, injected: Connection, private: UUID, name: str
) -> None:
    with at_work(getattr(cast, name)) as reader:
        digest = reader.session_digest.hex()
        injected.execute(text("SELECT set_config('pmg.session', :d, true)"), {"d": digest})
        for table in ("journal_entry", "journal_remark", "share"):
            assert injected.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def _as(injected: Connection, digest: str, statement: str, private: UUID) -> int:
    injected.execute(text("SELECT set_config('pmg.session', :d, true)"), {"d": digest})
    return injected.execute(text(statement), {"id": private}).rowcount


@pytest.mark.parametrize("name", ["bas", "jaap"])
def test_nobody_makes_it_shared_with_sql(
    at_work: AtWork, cast: Cast, injected: Connection, private: UUID, name: str
) -> None:
    with at_work(getattr(cast, name)) as reader:
        digest = reader.session_digest.hex()
        opened = "UPDATE journal_entry SET is_private = false WHERE id = :id"
        assert _as(injected, digest, opened, private) == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            _as(
                injected,
                digest,
                "INSERT INTO share (municipality_id, id, case_id, youth_id, act_id, kind, item_id,"
                " category, source_id, organisation_id, since, until, decided_by)"
                " SELECT municipality_id, gen_random_uuid(), id, youth_id, id, 'contact', :id,"
                " 'journal', pmg_organisation(), (SELECT id FROM organisation"
                " WHERE id <> pmg_organisation() LIMIT 1), now(), now() + interval '1 day',"
                " pmg_user() FROM case_file LIMIT 1",
                private,
            )


def test_a_share_row_alone_opens_no_private_note(
    browse: Browse, cast: Cast, case_id: UUID, private: UUID, superuser: Engine
) -> None:
    """Even who writes in the database behind every wall has to turn the note itself."""
    with superuser.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO share (municipality_id, id, case_id, youth_id, act_id, kind, item_id,"
                " category, source_id, organisation_id, since, until, decided_by)"
                " SELECT municipality_id, gen_random_uuid(), case_id, youth_id, id, 'contact', id,"
                " 'journal', organisation_id, :org, now(), now() + interval '1 day', author_id"
                " FROM journal_entry"
            ),
            {"org": cast.bas.organisation_id},
        )
    assert SECRET not in browse(cast.bas).get(f"/zaken/{case_id}/contact").text


def test_neither_the_role_of_reports_nor_that_of_the_worker_reads_any_of_it(
    settings: Settings, private: UUID
) -> None:
    for url in (settings.report_database_url, settings.worker_database_url):
        engine = create_engine(url)
        for table in ("journal_entry", "journal_remark", "appointment", "draft"):
            with engine.connect() as connection, pytest.raises(ProgrammingError):
                connection.execute(text(f"SELECT id FROM {table}"))
        engine.dispose()


def lines_of(browse: Browse, reader: Person, case_id: UUID, name: str) -> str:
    page = browse(reader).get(f"/zaken/{case_id}/inzage").text
    return " ".join(each for each in re.findall(r"(?s)<li>.*?</li>", page) if name in each)


def test_the_list_of_who_saw_the_file_does_not_tell_of_it(
    browse: Browse, cast: Cast, case_id: UUID
) -> None:
    client = browse(cast.sanne)
    path = f"/zaken/{case_id}/contact/nieuw?soort=gesprek"
    sent = acting.send(client, path, text=SECRET)
    assert SECRET in client.get(sent.location).text
    told = lines_of(browse, cast.bas, case_id, "Sanne")
    assert "bekeek het dossier" in told
    for words in ("legde contact vast", "formulier voor contact", "tekst van een contact"):
        assert words not in told


def test_what_was_shared_is_told_there(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    client = browse(cast.sanne)
    sent = acting.send(
        client,
        f"/zaken/{case_id}/contact/nieuw?soort=gesprek",
        text="Een gewoon gesprek.",
        audience="verder",
    )
    acting.share(client, sent.location, cast.bas.organisation_id)
    client.get(f"/zaken/{case_id}/contact")
    told = lines_of(browse, cast.bas, case_id, "Sanne")
    assert "legde contact vast" in told
    assert "deelde iets" in told
    assert "tekst van een contactmoment" in told


def test_a_case_does_not_move_in_the_list_of_others_for_a_note_they_may_not_read(
    browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    def moved() -> list[object]:
        with superuser.connect() as connection:
            return list(connection.execute(text("SELECT updated_at, version FROM case_file")))

    before = moved()
    path = f"/zaken/{case_id}/contact/nieuw?soort=gesprek"
    assert acting.send(browse(cast.sanne), path, text=SECRET).status_code == 302
    assert moved() == before


def test_nobody_injects_a_note_in_the_name_of_another(
    at_work: AtWork, cast: Cast, injected: Connection, case_id: UUID
) -> None:
    statement = (
        "INSERT INTO journal_entry (municipality_id, id, case_id, youth_id, kind, happened_on,"
        " text_sealed, is_private, author_id, organisation_id, created_at, version)"
        " SELECT municipality_id, gen_random_uuid(), id, youth_id, 'gesprek', current_date, '',"
        " false, :id, pmg_organisation(), now(), 1 FROM case_file"
    )
    with at_work(cast.jaap) as reader, pytest.raises(ProgrammingError, match="row-level security"):
        _as(injected, reader.session_digest.hex(), statement, cast.sanne.id)


def test_it_goes_with_the_key_of_the_youth_for_its_author_too(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, private: UUID
) -> None:
    with at_work(cast.sanne):
        build.shred(build.the_case(case_id))
    client = browse(cast.sanne)
    for path in (f"/zaken/{case_id}/contact", f"/contactmoment/{private}/lezers"):
        answer = client.get(path)
        assert (answer.status_code, SECRET in answer.text) == (404, False)


def test_shared_by_its_author_it_is_a_note_like_any_other(
    at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    with at_work(cast.sanne):
        said = NewNote(Kind.TALK, When.NOW, SECRET, is_private=False)
        services.record_contact(build.the_case(case_id), said, moment=now())
    assert SECRET in browse(cast.jaap).get(f"/zaken/{case_id}").text
