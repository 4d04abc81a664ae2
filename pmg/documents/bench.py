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

from pmg.documents.rules import FILE, LARGEST_FILE, REFUSALS, Kind, make_of
from pmg.errors import Invalid

_WORKSHOP = str(Path(__file__).with_name("workshop.py"))
_SECONDS = 20
_MOST_PREVIEWS = 5
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
    head, _line, rest = _worked(make, content).partition(b"\n")
    # Nothing at all to be read means that it was stopped: too long, too large, or broken by it.
    answer: dict[str, Any] = json.loads(head) if head else {"refused": "too_heavy"}
    why_not = REFUSALS.get(answer.get("refused", ""))
    if why_not is not None:
        raise Invalid(FILE, why_not)
    ends = list(accumulate(answer["sizes"], initial=0))
    files = [rest[begin:end] for begin, end in pairwise(ends)]
    return Prepared(Kind(answer["kind"]), files[0], tuple(files[1:]))


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
