"""The virus scanner: a clamd that answers, one that finds something, and one that is not there."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from pmg.documents.rules import Checked
from pmg.documents.scanning import scanner
from pmg.errors import Invalid
from tests.cast import Cast
from tests.documents import files
from tests.documents.conftest import TITLE, Desk, told

# In two parts: whole, it would make a scanner on this machine take this file away.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD" + "-ANTIVIRUS-TEST-FILE!$H+H*"
Answer = Callable[[bytes], bytes]


def as_clamd(content: bytes) -> bytes:
    """What clamd says of a stream."""
    found = EICAR.encode() in content
    return b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0"


@dataclass(slots=True)
class Clamd:
    """One that listens, and remembers what it was sent."""

    place: str
    seen: list[bytes]


def _read(line: socket.socket, length: int) -> bytes:
    got = b""
    while len(got) < length and (more := line.recv(length - len(got))):
        got += more
    return got


def _hear(line: socket.socket) -> bytes:
    assert _read(line, 10) == b"zINSTREAM\0"
    content = b""
    while (length := struct.unpack(">I", _read(line, 4))[0]) != 0:
        content += _read(line, length)
    return content


def listening(server: socket.socket, place: str, answer: Answer) -> Iterator[Clamd]:
    clamd = Clamd(place, [])

    def serve() -> None:
        while True:
            try:
                line, _address = server.accept()
            except OSError:
                return
            with line:
                clamd.seen.append(_hear(line))
                line.sendall(answer(clamd.seen[-1]))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield clamd
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=5)


@pytest.fixture(params=["tcp", "socket"])
def clamd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clamd]:
    if request.param == "tcp":
        server = socket.create_server(("127.0.0.1", 0))
        place = f"127.0.0.1:{server.getsockname()[1]}"
    else:
        server = socket.socket(socket.AF_UNIX)
        place = str(tmp_path / "clamd")
        server.bind(place)
        server.listen()
    yield from listening(server, place, as_clamd)


@pytest.fixture
def with_scanner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def use(place: str) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], clamd=place))

    return use


def test_what_was_sent_is_looked_at_before_it_is_kept(
    desk: Desk, cast: Cast, clamd: Clamd, with_scanner: Callable[[str], None]
) -> None:
    with_scanner(clamd.place)
    sent = files.pdf()
    document_id = desk.add(cast.sanne, sent)
    assert clamd.seen == [sent]
    page = desk.browse(cast.sanne).get(f"/documenten/{document_id}").text
    assert "Op virussen gecontroleerd" in page
    assert "Niet op virussen" not in page


def test_a_virus_is_refused_in_words(
    desk: Desk, cast: Cast, clamd: Clamd, with_scanner: Callable[[str], None]
) -> None:
    with_scanner(clamd.place)
    answer = desk.send(cast.sanne, files.pdf() + EICAR.encode())
    assert (answer.status_code, "zit een virus" in told(answer)) == (422, True)


def closed_port() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("place", ["/bestaat/niet/clamd", "", "geen-naam.invalid:3310"])
def test_a_scanner_that_is_not_there_lets_nothing_in(
    desk: Desk, cast: Cast, with_scanner: Callable[[str], None], place: str
) -> None:
    with_scanner(place or closed_port())
    answer = desk.send(cast.sanne, files.pdf(), category="plan")
    assert (answer.status_code, "virusscanner antwoordt niet" in told(answer)) == (422, True)
    assert f'value="{TITLE}"' in answer.text


@pytest.mark.parametrize(
    "said", [b"", b"\0", b"INSTREAM size limit exceeded. ERROR\0", b"OK nee\0", b"x" * 100_000]
)
def test_an_answer_that_says_neither_lets_nothing_in(said: bytes) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    place = f"127.0.0.1:{server.getsockname()[1]}"
    for one in listening(server, place, lambda _content: said):
        with pytest.raises(Invalid, match="antwoordt niet"):
            scanner(one.place)(b"x")


def test_a_scanner_that_says_nothing_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pmg.documents.scanning._SECONDS", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        place = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(Invalid, match="antwoordt niet"):
            scanner(place)(b"x")


def test_without_a_scanner_each_document_says_so(desk: Desk, cast: Cast) -> None:
    document_id = desk.add(cast.sanne)
    client = desk.browse(cast.sanne)
    for path in (desk.list_path, f"/documenten/{document_id}"):
        assert "Niet op virussen gecontroleerd" in client.get(path).text
    assert scanner("")(b"x") is Checked.NOT
