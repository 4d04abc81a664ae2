"""A mail server of our own, and the worker that brings to it what is due."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from config import Settings
from pmg import create_app
from pmg.extensions import db
from pmg.notices.mailing import Postman, send_next


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
