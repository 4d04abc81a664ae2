"""The process that computes reports, and that can be ended in the middle of one.

The solver is bounded by its work and not by time, so that the same counts give the same report on a
slow machine. Time is bounded here: the system ends this process when a draft takes too long, and
it ends itself when the draft was withdrawn or its parent is gone. The next one takes the draft up
again, until it was tried often enough.
"""

import os
import signal
import sys
import threading
import time
from contextlib import suppress

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from pmg.extensions import db
from pmg.reports.computing import Job, is_taken_back, take_next
from pmg.worker import say_no_more, worker_app

_REST = 0.5  # seconds between two looks for work
_LOOK = 1  # seconds between two looks whether the work is still wanted


def main(settings: Settings, parent: int) -> None:
    """Compute drafts as they come, until told to stop or the parent is gone."""
    sys.excepthook = say_no_more
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)  # at once, in the solver too
    under_way: list[Job] = []

    def begun(job: Job) -> None:
        signal.setitimer(signal.ITIMER_REAL, settings.report_time.total_seconds())
        under_way.append(job)

    app = worker_app(settings)
    threading.Thread(target=_watch, args=(app, under_way, parent), daemon=True).start()
    with app.app_context():
        while True:
            found = take_next(settings.disclosure_key, begun=begun)
            under_way.clear()
            signal.setitimer(signal.ITIMER_REAL, 0)
            db.session.remove()
            if not found:
                time.sleep(_REST)


def _watch(app: Flask, under_way: list[Job], parent: int) -> None:
    """End this process, whatever it is doing, when nobody waits for it any more."""
    while os.getppid() == parent:
        for job in tuple(under_way):
            with suppress(SQLAlchemyError), app.app_context():
                if is_taken_back(job):
                    os._exit(0)
        time.sleep(_LOOK)
    os._exit(0)
