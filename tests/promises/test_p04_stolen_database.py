"""P4, P6, P8 and P11: what a thief of the database, an injected SELECT or a log reader gets."""

import base64
import re
import subprocess
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from config import Settings
from pmg.embedded import Cluster
from pmg.security import sessions
from tests.cast import Cast, Person
from tests.conftest import AtWork, open_session
from tests.promises.conftest import PLANTED, Planted

TABLES = text(
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
)


def encodings(word: str) -> set[bytes]:
    plain = word.encode()
    return {
        plain,
        plain.lower(),
        plain.hex().encode(),
        base64.b64encode(plain).rstrip(b"="),
        word.encode("utf-16-le"),
    }


def everything(engine: Engine) -> bytes:
    with engine.connect() as connection:
        tables = connection.execute(TABLES).scalars().all()
        rows = [
            bytes(str(row), "utf-8")
            + b"".join(bytes(v) for v in row if isinstance(v, memoryview | bytes))
            for table in tables
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        ]
    return b"\n".join(rows)


def test_a_dump_tells_no_planted_word_in_any_encoding(
    browse: Callable[[Person], FlaskClient], cast: Cast, planted: Planted, superuser: Engine
) -> None:
    browse(cast.bas).get(f"/zaken/{planted.case_id}")
    dump = everything(superuser)
    assert str(planted.case_id).encode() in dump
    for word in PLANTED:
        assert not any(form in dump for form in encodings(word)), word


def test_a_dump_holds_no_file_that_any_program_would_know(
    planted: Planted, superuser: Engine
) -> None:
    dump = everything(superuser)
    with superuser.connect() as connection:
        kept = connection.execute(text("SELECT count(*) FROM document_content")).scalar_one()
    assert kept > 1  # the file, and an image of it
    assert not [magic for magic in (b"%PDF-", b"\xff\xd8\xff\xe0", b"PK\x03\x04") if magic in dump]


def test_names_and_addresses_of_staff_are_sealed_too(cast: Cast, superuser: Engine) -> None:
    dump = everything(superuser)
    assert not any(form in dump for form in encodings(cast.sanne.login))


def test_server_log_and_files_tell_no_planted_word(
    cluster: Cluster, planted: Planted, settings: Settings
) -> None:
    found = subprocess.run(
        ["grep", "-rlaE", "|".join(PLANTED), str(settings.instance)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""


def test_no_planted_word_in_addresses_titles_or_log_lines(
    browse: Callable[[Person], FlaskClient],
    cast: Cast,
    planted: Planted,
    capfd: pytest.CaptureFixture[str],
) -> None:
    client = browse(cast.bas)
    case, document = f"/zaken/{planted.case_id}", f"/documenten/{planted.document_id}"
    paths = ("/zaken", case, f"{case}/documenten", document, f"{document}/delen")
    pages = [client.get(path) for path in paths]
    titles = " ".join(
        re.findall(r"<title>(.*?)</title>", "".join(p.text for p in pages), re.DOTALL)
    )
    links = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', "".join(p.text for p in pages)))
    captured = capfd.readouterr()
    for place in (titles, links, captured.out, captured.err):
        assert not any(word in place for word in PLANTED)


@pytest.fixture
def injected(settings: Settings) -> Iterator[Connection]:
    """A connection as the application has it, for statements that are not the application's."""
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


PLANS = ("action_plan", "plan_goal", "plan_answer", "plan_review")
PERSONAL = (
    *("youth", "case_file", "case_member", "referral", "audit_event", "user_account"),
    *("task", "task_event", *PLANS),
    *("document", "document_version", "document_content", "share"),
    *("journal_entry", "journal_remark", "appointment", "draft"),
    "youth_merge",
)


@pytest.mark.parametrize("table", PERSONAL)
def test_without_a_session_there_are_no_rows(
    injected: Connection, planted: Planted, table: str
) -> None:
    assert injected.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_a_stranger_who_injects_sees_no_case(
    at_work: AtWork, cast: Cast, injected: Connection, planted: Planted
) -> None:
    with at_work(cast.jaap) as reader:
        digest = reader.session_digest.hex()
        injected.execute(text("SELECT set_config('pmg.session', :d, true)"), {"d": digest})
        for table in (set(PERSONAL) | {"audit_subject"}) - {"audit_event", "user_account"}:
            assert injected.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_nobody_becomes_someone_else_by_an_id(
    cast: Cast, injected: Connection, planted: Planted
) -> None:
    for value in (str(cast.bas.id), cast.bas.id.hex, "00" * 32):
        injected.execute(text("SELECT set_config('pmg.session', :d, true)"), {"d": value[:64]})
        hexed = re.fullmatch(r"(?:[0-9a-f]{2})+", value)
        if hexed:
            assert injected.execute(text("SELECT count(*) FROM youth")).scalar_one() == 0
        injected.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT token_digest FROM user_session",
        "SELECT password_hash FROM user_account",
        "SELECT * FROM pmg_session()",
        "UPDATE audit_event SET code = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE audit_subject SET fields = '{}'",
        "UPDATE report_release SET document = ''",
        "DELETE FROM report_release",
        "UPDATE youth SET person_id = NULL",
        "UPDATE youth_merge SET kept_case_id = gen_random_uuid()",
        "UPDATE youth_merge SET undo_until = now()",
        "DELETE FROM youth_merge",
        "SELECT * FROM youth_merge_image",
        "SELECT pmg_same('GM0363', gen_random_uuid())",
        "SELECT pmg_put_image('GM0363', gen_random_uuid(), 'na', '{}')",
        "SELECT pmg_settle_merges()",
        "DELETE FROM journal_entry",
        "UPDATE journal_entry SET author_id = gen_random_uuid()",
        "UPDATE journal_entry SET case_id = gen_random_uuid()",
        "UPDATE share SET organisation_id = gen_random_uuid()",
        "DELETE FROM journal_remark",
        "UPDATE journal_remark SET words_sealed = ''",
        "INSERT INTO role_grant SELECT * FROM role_grant",
        "ALTER TABLE youth DISABLE ROW LEVEL SECURITY",
        "SET ROLE pmg_owner",
    ],
)
def test_the_application_has_no_right_to(injected: Connection, cast: Cast, statement: str) -> None:
    with pytest.raises(ProgrammingError):
        injected.execute(text(statement))


def test_an_administrator_cannot_seat_himself(
    at_work: AtWork, cast: Cast, injected: Connection, planted: Planted
) -> None:
    with at_work(cast.ad) as reader:
        injected.execute(
            text("SELECT set_config('pmg.session', :d, true)"), {"d": reader.session_digest.hex()}
        )
        with pytest.raises(ProgrammingError, match="row-level security"):
            injected.execute(
                text(
                    "INSERT INTO case_member (municipality_id, id, case_id, youth_id, user_id,"
                    " function, purpose, valid_from, granted_by) VALUES ('GM0363',"
                    " gen_random_uuid(), :case, :youth, :user, 'case_director', 'x', now(), :user)"
                ),
                {"case": planted.case_id, "youth": planted.youth_id, "user": cast.ad.id},
            )


def test_the_report_role_reads_no_name(settings: Settings, planted: Planted) -> None:
    engine = create_engine(settings.report_database_url)
    with engine.connect() as connection, pytest.raises(ProgrammingError):
        connection.execute(text("SELECT given_name_sealed FROM youth"))
    engine.dispose()


def test_an_ended_session_gives_nothing_though_it_is_asked_for(
    app: Flask,
    cast: Cast,
    injected: Connection,
    planted: Planted,
    superuser: Engine,
) -> None:
    with app.app_context():
        digest = sessions.digest_of(open_session(cast.bas)).hex()
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET ended_at = now()"))
    injected.execute(text("SELECT set_config('pmg.session', :d, true)"), {"d": digest})
    assert injected.execute(text("SELECT count(*) FROM youth")).scalar_one() == 0
