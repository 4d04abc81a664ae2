"""The worker: brings the mail of the day and removes what is past its time, beside a server.

It works as pmg_worker, which sees drafts under way, the ledger and the outbox, and no youth or
case; of an account it gets the address of a mail that is due. Reports are computed by a process of
its own, which it starts (`pmg.computer`): mail never waits for a report.
"""

import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import TracebackType

import structlog
from flask import Flask

from config import Settings
from pmg.app import create_app
from pmg.clock import today
from pmg.extensions import db
from pmg.merging.settling import settle_old
from pmg.notices.mailing import Postman, forget_old, remind, send_next
from pmg.street import sweeping

_REST = 0.5  # seconds between two looks for work
_CLEANING = 3600  # seconds between two looks for what is past its time
_PATIENCE = 10  # seconds that a worker gets to end what it can end
_PROGRAM = "import sys; sys.argv[0] = 'pmg'; from pmg.cli import main; main()"
log = structlog.get_logger()


def work(settings: Settings, *, is_over: Callable[[], bool]) -> None:
    """Bring mails as they come, until it is over."""
    app = worker_app(settings)
    postman = _postman(settings)
    cleaned, reminded = -math.inf, date.min
    with app.app_context():
        while not is_over():
            found = False
            if postman is not None:
                if reminded != (day := today()):  # the first of a day, so before its mail goes
                    remind(day)
                    reminded = day
                found = send_next(postman)
            if time.monotonic() > cleaned + _CLEANING:
                forget_old()
                sweeping.forget_old()
                settle_old()
                cleaned = time.monotonic()
            db.session.remove()
            if not found:
                time.sleep(_REST)


def worker_app(settings: Settings) -> Flask:
    """Build the application as the worker has it: in the database it is pmg_worker."""
    url = settings.worker_database_url
    return create_app(replace(settings, database_url=url, report_database_url=url))


def _postman(settings: Settings) -> Postman | None:
    if settings.smtp_url is None:
        return None
    return Postman(settings.smtp_url, settings.mail_from, settings.public_url)


def main(settings: Settings, parent: int) -> None:
    """Be the worker of this process: stop at SIGTERM or SIGINT, or when the parent is gone.

    Who the parent is, it says itself: asked here, it could be gone already.
    """
    sys.excepthook = say_no_more
    # Ending by SystemExit runs what was registered for the end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: sys.exit(0))
    computer = Supervisor(settings, "worker", "--reports")
    computer.start()
    try:
        work(settings, is_over=lambda: os.getppid() != parent)
    finally:
        computer.stop()


def say_no_more(
    kind: type[BaseException], _fault: BaseException, trace: TracebackType | None
) -> None:
    """Log the kind and the place of a fault: its message may quote what was counted."""
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    log.error("worker_fell", error=kind.__name__, where=place)


class Supervisor:
    """Keeps one process alive beside this one: starts it, starts it again, and ends it."""

    def __init__(self, settings: Settings, *words: str) -> None:
        instance = ["--instance", str(settings.instance)]
        self._command = [sys.executable, "-c", _PROGRAM, *instance, *(words or ["worker"])]
        self._environment = {**os.environ, "PMG_ENV": settings.env}
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep, name="worker", daemon=True)

    def start(self) -> None:
        """Start the process, and watch over it from a thread."""
        self._watch.start()

    @property
    def process_id(self) -> int | None:
        """Which process it is at this moment; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def stop(self) -> None:
        """End the process, if need be half way: a draft is taken up at the next start."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _keep(self) -> None:
        command = [*self._command, "--parent", str(os.getpid())]
        while not self._stopping.is_set():
            self._process = subprocess.Popen(command, env=self._environment)  # noqa: S603
            if self._process.wait() == -signal.SIGALRM:
                log.warning("report_took_too_long")
            self._stopping.wait(1)
