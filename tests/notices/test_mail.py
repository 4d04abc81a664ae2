"""The mail of the day: at least once, with patience, and nothing about anyone in it."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from structlog.testing import capture_logs

from config import Settings
from pmg import create_app
from pmg.extensions import db
from pmg.notices.mailing import Postman, forget_old, send_next
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork


@dataclass
class PostOffice:
    """A mail server that takes every mail, or none."""

    port: int = 0
    is_shut: bool = False
    mails: list[str] = field(default_factory=list)


class _Counter(socketserver.StreamRequestHandler):
    """The server's half of SMTP, as far as one mail needs it."""

    office: PostOffice

    def handle(self) -> None:
        self._say("220 hier")
        while line := self.rfile.readline().decode().strip().upper():
            if line.startswith("RCPT") and self.office.is_shut:
                self._say("451 later")
            elif line == "DATA":
                self._say("354 zeg het")
                self.office.mails.append(self._text())
                self._say("250 goed")
            elif line == "QUIT":
                self._say("221 dag")
                return
            else:
                self._say("250 goed")

    def _text(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        return "".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def office() -> Iterator[PostOffice]:
    office = PostOffice()
    handler = type("Counter", (_Counter,), {"office": office})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        office.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield office
        server.shutdown()


@pytest.fixture(scope="module")
def worker_app(settings: Settings, app: Flask) -> Iterator[Flask]:
    """The application as the worker has it: in the role that sees no youth."""
    made = create_app(changed(settings, database_url=settings.worker_database_url))
    yield made
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


Bring = Callable[[], int]


@pytest.fixture
def bring(worker_app: Flask, office: PostOffice) -> Bring:
    """Let the worker bring what is due; return how many rows it took."""

    def all_due() -> int:
        postman = Postman(
            f"smtp://127.0.0.1:{office.port}", "pmg@voorbeeld.test", "https://pmg.test"
        )
        with worker_app.app_context():
            count = 0
            while send_next(postman):
                count += 1
            db.session.remove()
        return count

    return all_due


def due_now(superuser: Engine) -> None:
    with superuser.begin() as connection:
        connection.execute(text("UPDATE outbox_mail SET due_at = now() WHERE done_at IS NULL"))


def waiting(superuser: Engine) -> list[tuple[int, datetime]]:
    with superuser.connect() as connection:
        rows = connection.execute(
            text("SELECT attempts, due_at FROM outbox_mail WHERE done_at IS NULL")
        )
        return [(row.attempts, row.due_at) for row in rows]


def test_two_acts_make_one_mail_that_names_nobody(
    cast: Cast, at_work: AtWork, superuser: Engine, office: PostOffice, bring: Bring
) -> None:
    build.a_case(cast, at_work)
    build.a_case(cast, at_work, given_name="Noor")
    assert bring() == 0  # not before the morning
    due_now(superuser)
    assert bring() == 3
    to_bas = [mail for mail in office.mails if "To: bas@voorbeeld.test" in mail]
    assert len(to_bas) == 1
    assert "https://pmg.test/berichten" in to_bas[0]
    for mail in office.mails:
        assert not {"Yassin", "Noor", "Boer", "zaak", "Bas "} & set(mail.split())
        assert "/zaken/" not in mail
    assert bring() == 0


def test_what_was_read_already_needs_no_mail(
    cast: Cast, at_work: AtWork, superuser: Engine, office: PostOffice, bring: Bring
) -> None:
    build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE notice SET read_at = now()"))
    due_now(superuser)
    assert bring() == 0
    assert office.mails == []
    assert waiting(superuser) == []


def test_a_closed_account_gets_no_mail(
    cast: Cast, at_work: AtWork, superuser: Engine, office: PostOffice, bring: Bring
) -> None:
    build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE user_account SET active = false WHERE id = :id"), {"id": cast.bas.id}
        )
    due_now(superuser)
    bring()
    assert not [mail for mail in office.mails if "bas@" in mail]


def test_a_server_that_says_no_is_asked_again_later(
    cast: Cast,
    at_work: AtWork,
    superuser: Engine,
    office: PostOffice,
    bring: Bring,
) -> None:
    build.a_case(cast, at_work)
    office.is_shut = True
    due_now(superuser)
    with capture_logs() as said:
        assert bring() == 3
    assert [line["event"] for line in said] == ["mail_not_sent"] * 3
    assert "voorbeeld.test" not in str(said)
    assert office.mails == []
    assert [attempts for attempts, _due in waiting(superuser)] == [1, 1, 1]
    assert bring() == 0  # it waits
    office.is_shut = False
    due_now(superuser)
    assert bring() == 3
    assert len(office.mails) == 3


def test_a_mail_comes_at_seven_in_the_netherlands_on_both_days_of_the_clock(
    superuser: Engine, app: Flask
) -> None:
    asked = text("SELECT pmg_next_morning(CAST(:at AS timestamptz)) AT TIME ZONE 'UTC'")
    with superuser.connect() as connection:
        for moment, morning in (
            ("2026-11-26 05:59+00", "2026-11-26 06:00"),
            ("2026-11-26 06:01+00", "2026-11-27 06:00"),
            ("2026-10-24 12:00+00", "2026-10-25 06:00"),
            ("2026-10-25 00:30+00", "2026-10-25 06:00"),
            ("2026-03-28 12:00+00", "2026-03-29 05:00"),
        ):
            found = connection.execute(asked, {"at": moment}).scalar_one()
            assert f"{found:%Y-%m-%d %H:%M}" == morning, moment


def test_what_is_old_is_forgotten(
    cast: Cast, at_work: AtWork, superuser: Engine, worker_app: Flask
) -> None:
    build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE notice SET at = at - interval '91 days' WHERE user_id = :id"),
            {"id": cast.bas.id},
        )
    with worker_app.app_context():
        forget_old()
        db.session.remove()
    with superuser.connect() as connection:
        left = connection.execute(text("SELECT user_id FROM notice")).scalars().all()
    assert cast.bas.id not in left
    assert cast.sanne.id in left


def test_the_worker_reads_no_message_and_the_application_no_outbox(
    cast: Cast, at_work: AtWork, settings: Settings, worker_app: Flask, app: Flask
) -> None:
    build.a_case(cast, at_work)
    for made, table in ((worker_app, "notice"), (worker_app, "user_account"), (app, "outbox_mail")):
        with made.app_context(), pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(f"SELECT * FROM {table}"))
        with made.app_context():
            db.session.remove()
