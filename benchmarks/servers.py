"""Starts each application under the same Gunicorn, and counts the processor time of all it uses."""

import atexit
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil

WORKERS = 2
PATIENCE = 60


@dataclass(slots=True)
class Server:
    """One application behind Gunicorn: as many workers for each."""

    name: str
    application: str
    environment: dict[str, str] = field(repr=False)
    threads: int = 0  # of each worker, as `pmg.serve` has them; none: one request at a time
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, logs: Path) -> None:
        """Start it and wait until it answers; RuntimeError shows its last words when it does not.

        Its own log lines are written, as in production: to a file.
        """
        self.port = _free_port()
        words = [
            sys.executable, "-m", "gunicorn", self.application,
            "--worker-class", "gthread" if self.threads else "sync",
            "--threads", str(max(1, self.threads)), "--workers", str(WORKERS),
            "--bind", f"127.0.0.1:{self.port}",
            "--worker-tmp-dir", "/dev/shm", "--log-level", "warning", "--no-control-socket",
        ]  # fmt: skip
        path = logs / f"{self.name.replace(' ', '-')}.log"
        with path.open("wb") as log:
            self._process = subprocess.Popen(
                words, env={**os.environ, **self.environment}, stdout=log, stderr=log
            )
        atexit.register(self.stop)
        limit = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"{self.name} does not start:\n{path.read_text()[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it; twice is once."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def cpu_seconds(self) -> float:
        """Return the processor time of its processes so far."""
        if self._process is None:
            raise RuntimeError(f"{self.name} has not been started")
        return cpu_seconds(self._process.pid)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/health/live", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, its children, and those that have ended."""
    parent = psutil.Process(pid)
    spent = parent.cpu_times()
    total = spent.user + spent.system + spent.children_user + spent.children_system
    for child in parent.children(recursive=True):
        try:
            used = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system
    return total


def postmaster(data: Path) -> int:
    """Return the process id of the database server of a data folder."""
    return int((data / "postmaster.pid").read_text("utf-8").splitlines()[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
