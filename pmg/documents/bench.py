"""Sends a file through the workshop, a process of its own, and takes back what it made."""

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import IO, Any

from pmg.documents.rules import FILE, LARGEST_FILE, REFUSALS, Kind, is_of, make_of
from pmg.errors import Invalid

_WORKSHOP = str(Path(__file__).with_name("workshop.py"))
_SECONDS = 20
_MOST_PREVIEWS = 5
# Each place may take a gigabyte for a moment.
_places = threading.BoundedSemaphore(2)
_MOST_BACK = LARGEST_FILE + _MOST_PREVIEWS * 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that can be kept, and images of it to look at; none of Word and Excel."""

    kind: Kind
    file: bytes
    previews: tuple[bytes, ...]


def prepare(content: bytes) -> Prepared:
    """Return the clean file; raise Invalid('file') that says what to do when it is not taken."""
    make = make_of(content)
    if not _places.acquire(timeout=_SECONDS):
        raise _refusal("busy")
    try:
        head, _line, rest = _worked(make, content).partition(b"\n")
    finally:
        _places.release()
    try:
        answer: dict[str, Any] = json.loads(head)
        if "refused" in answer:
            raise _refusal(answer["refused"])
        return _prepared(make, answer, rest)
    except (ValueError, LookupError, TypeError) as fault:
        # It was stopped (too long, too large), or it was made to say something else.
        raise _refusal("too_heavy") from fault


def _refusal(code: str) -> Invalid:
    return Invalid(FILE, REFUSALS[code])


def _prepared(make: str, answer: dict[str, Any], rest: bytes) -> Prepared:
    """Return what came back; ValueError when it is not what the workshop makes of this."""
    ends = list(accumulate(answer["sizes"], initial=0))
    file, *previews = [rest[begin:end] for begin, end in pairwise(ends)]
    is_ours = is_of(make, file) and ends[-1] == len(rest) and len(previews) <= _MOST_PREVIEWS
    if not is_ours or not all(is_of("jpg", each) for each in previews):
        raise ValueError("not what the workshop makes")
    return Prepared(Kind(answer["kind"]), file, tuple(previews))


def _worked(make: str, content: bytes) -> bytes:
    """Return what the workshop wrote, bounded; b'' when it took too long or wrote too much."""
    # Isolated, and with nothing around it: no secret of ours is in its environment.
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", _WORKSHOP, make],
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Timer(_SECONDS, process.kill)
        feeding = threading.Thread(target=_feed, args=(process.stdin, content), daemon=True)
        late.start()
        feeding.start()
        try:
            back = process.stdout.read(_MOST_BACK + 1)
            if len(back) > _MOST_BACK:
                process.kill()
            process.wait()
        finally:
            late.cancel()
            process.kill()
            feeding.join()
    return back if process.returncode == 0 else b""


def _feed(pipe: IO[bytes], content: bytes) -> None:
    # It may stop before it has read everything: its answer says why, or there is none.
    with suppress(OSError), pipe:
        pipe.write(content)
