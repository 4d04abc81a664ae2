"""The worker: computes reports and brings the mail of the day, in a process of its own.

It works as pmg_worker, which sees drafts under way, the ledger and the outbox, and no youth or
case; of an account it gets the address of a mail that is due.
Ended half way, by whatever, it leaves a draft that the next one takes up.
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

from config import Settings
from pmg.app import create_app
from pmg.clock import today
from pmg.extensions import db
from pmg.merging.settling import settle_old
from pmg.notices.mailing import Postman, forget_old, remind, send_next
from pmg.reports.computing import take_next
from pmg.street import sweeping

_REST = 0.5  # seconds between two looks for work
_CLEANING = 3600  # seconds between two looks for what is past its time
_PATIENCE = 10  # seconds that a worker gets to end what it can end
_PROGRAM = "import sys; sys.argv[0] = 'pmg'; from pmg.cli import main; main()"
log = structlog.get_logger()


def work(settings: Settings, *, is_over: Callable[[], bool]) -> None:
    """Compute drafts and bring mails as they come, until it is over."""
    app = create_app(
        replace(
            settings,
            database_url=settings.worker_database_url,
            report_database_url=settings.worker_database_url,
        )
    )
    postman = _postman(settings)
    cleaned, reminded = -math.inf, date.min
    with app.app_context():
        while not is_over():
            found = take_next(settings.disclosure_key)
            if postman is not None:
                if reminded != (day := today()):  # the first of a day, so before its mail goes
                    remind(day)
                    reminded = day
                found = send_next(postman) or found
            if time.monotonic() > cleaned + _CLEANING:
                forget_old()
                sweeping.forget_old()
                settle_old()
                cleaned = time.monotonic()
            db.session.remove()
            if not found:
                time.sleep(_REST)


def _postman(settings: Settings) -> Postman | None:
    if settings.smtp_url is None:
        return None
    return Postman(settings.smtp_url, settings.mail_from, settings.public_url)


def main(settings: Settings) -> None:
    """Be the worker of this process: stop at SIGTERM or SIGINT, or when the parent is gone."""
    sys.excepthook = _say_no_more
    # Ending by SystemExit runs what was registered for the end. A draft half way is taken up again.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: sys.exit(0))
    parent = os.getppid()
    work(settings, is_over=lambda: os.getppid() != parent)


def _say_no_more(
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
    """Keeps one worker alive beside a server: starts it, starts it again, and ends it."""

    def __init__(self, settings: Settings) -> None:
        self._command = [sys.executable, "-c", _PROGRAM, "--instance", str(settings.instance)]
        self._environment = {**os.environ, "PMG_ENV": settings.env}
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep, name="worker", daemon=True)

    def start(self) -> None:
        """Start the worker, and watch over it from a thread."""
        self._watch.start()

    @property
    def process_id(self) -> int | None:
        """Which process the worker is at this moment; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def stop(self) -> None:
        """End the worker, if need be half way: the draft is taken up at the next start."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:  # the solver does not listen
                process.kill()
                process.wait()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._process = subprocess.Popen(  # noqa: S603
                [*self._command, "worker"], env=self._environment
            )
            self._process.wait()
            self._stopping.wait(1)
