"""Asks clamd whether a file holds a virus: its INSTREAM, over TCP or a local socket."""

import socket
import struct
from collections.abc import Callable

from pmg.documents.rules import FILE, Checked
from pmg.errors import Invalid

_PIECE = 64 * 1024
_LENGTH = struct.Struct(">I")
_SECONDS = 10.0
_LONGEST_ANSWER = 4096

Look = Callable[[bytes], Checked]


def scanner(place: str) -> Look:
    """Return what looks at a file: the clamd that listens at this place, or nothing that does."""
    return (lambda content: _ask(place, content)) if place else (lambda _content: Checked.NOT)


def _ask(place: str, content: bytes) -> Checked:
    """Return that it is clean; raise Invalid('file') when it is not, or nobody answers.

    A scanner that is there and does not answer is no reason to take a file unseen.
    """
    try:
        answer = _converse(place, content)
    except OSError as fault:
        raise _no_answer() from fault
    if answer.endswith(b"OK"):
        return Checked.CLEAN
    if answer.endswith(b"FOUND"):
        raise Invalid(
            FILE,
            "In dit bestand zit een virus, volgens de virusscanner. Het is niet bewaard. Meld het "
            "bij uw helpdesk en open het bestand niet meer.",
        )
    raise _no_answer()


def _no_answer() -> Invalid:
    return Invalid(
        FILE,
        "De virusscanner antwoordt niet. Daarom is het bestand niet bewaard; wat u typte staat er "
        "nog. Probeer het over een paar minuten opnieuw, of bel de beheerder.",
    )


def _converse(place: str, content: bytes) -> bytes:
    with _connected(place) as line:
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), _PIECE):
            piece = content[at : at + _PIECE]
            line.sendall(_LENGTH.pack(len(piece)) + piece)
        line.sendall(_LENGTH.pack(0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            more = line.recv(_LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0\n ")


def _connected(place: str) -> socket.socket:
    if not place.startswith("/"):
        host, _colon, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_SECONDS)
        line.connect(place)
    except OSError:
        line.close()
        raise
    return line
