"""A step of the set-up, and how programs are run for it."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PROBLEM_LINES = 30


class Stop(Exception):  # noqa: N818  (the message is for the reader, not for a stack trace)
    """Nothing more can be done here; the message says why and what to do."""


@dataclass(frozen=True)
class Step:
    """One thing to set up, skipped while its inputs and outputs are what they were."""

    name: str
    stamp: Path
    inputs: tuple[Path | str, ...]
    outputs: tuple[Path, ...]
    work: Callable[[], None]

    def digest(self) -> str:
        """Fingerprint of the inputs: the content of a path, or a text itself."""
        total = hashlib.sha256()
        for item in self.inputs:
            content = item.encode() if isinstance(item, str) else item.read_bytes()
            total.update(f"{len(content)}:".encode() + content)
        return total.hexdigest()

    def is_done(self) -> bool:
        """Tell whether the work was done for these very inputs and is still there."""
        try:
            done = self.stamp.read_text("utf-8") == self.digest()
        except FileNotFoundError:
            return False
        return done and all(path.exists() for path in self.outputs)

    def run(self) -> None:
        """Do the work if it needs doing; the stamp comes last, so a broken run is run again."""
        if self.is_done():
            print(f"  ok    {self.name}")
            return
        begin = time.monotonic()
        print(f"  ...   {self.name}", flush=True)
        self.stamp.unlink(missing_ok=True)
        self.work()
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(self.digest(), "utf-8")
        print(f"  done  {self.name} ({time.monotonic() - begin:.1f} s)", flush=True)


def environment() -> dict[str, str]:
    """Give the environment of every program: nothing of another Python, no questions."""
    dropped = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV"}
    # Every process of the tests would compile the whole program again: half of its start.
    dropped.add("PYTHONDONTWRITEBYTECODE")
    kept = {name: text for name, text in os.environ.items() if name not in dropped}
    kept |= {
        "PYTHONNOUSERSITE": "1",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "DEBIAN_FRONTEND": "noninteractive",
        # An organisation's own certificate authority stands in the system's store.
        "NODE_USE_SYSTEM_CA": "1",
        "PLAYWRIGHT_BROWSERS_PATH": str(VENV / "browsers"),
    }
    if not os.access(Path.home(), os.W_OK):
        kept["npm_config_cache"] = str(VENV / "npm-cache")
    return kept


def run(
    arguments: Sequence[str | Path],
    *,
    count: tuple[re.Pattern[str], int] | None = None,
    extra: dict[str, str] | None = None,
) -> None:
    """Run a program in silence, with a bar if its lines can be counted.

    Raises Stop with the end of what it said if it fails.
    """
    words = [str(word) for word in arguments]
    lines: list[str] = []
    with subprocess.Popen(
        words, cwd=ROOT, env=environment() | (extra or {}), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if count is not None:
                show_bar(sum(1 for one in lines if count[0].match(one)), count[1])
    if count is not None:
        show_bar(0, 0)
    if process.returncode != 0:
        said = "\n".join(f"        {line}" for line in lines[-PROBLEM_LINES:])
        raise Stop(f"this failed: {shlex.join(words)}\n{said}")


def show_bar(done: int, total: int) -> None:
    """Draw progress on a terminal; a total of 0 wipes it away."""
    if not sys.stdout.isatty() or os.environ.get("CI"):
        return
    if total == 0:
        print("\r" + " " * 60 + "\r", end="", flush=True)
        return
    full = min(done, total) * 30 // total
    bar = "#" * full + "." * (30 - full)
    print(f"\r        [{bar}] {min(done, total)}/{total}", end="", flush=True)


def answers(arguments: Sequence[str | Path]) -> str | None:
    """Return what a program prints, or None when it is not there or fails."""
    try:
        outcome = subprocess.run(
            [str(word) for word in arguments], capture_output=True, text=True, timeout=120,
            check=True, stdin=subprocess.DEVNULL, cwd=ROOT, env=environment(),
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return outcome.stdout.strip()
