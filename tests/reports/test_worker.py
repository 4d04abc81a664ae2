"""The worker as a process: killed in the middle, and what the next one makes of it."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from config import DATABASES, Settings
from pmg.reports.rules import Choice
from pmg.reports.services import ask_report
from pmg.worker import Supervisor
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY
from tests.reports.test_make import busy

PATIENCE = 60  # seconds, for a machine that is busy


@pytest.fixture
def supervisor(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """The real one, over the databases of the tests; it is started by who asks for it."""
    for name, variable in DATABASES.items():
        monkeypatch.setenv(variable, getattr(settings, name))
    monkeypatch.setenv("PMG_LOG_LEVEL", "WARNING")
    found = Supervisor(settings)
    yield found
    found.stop()


@pytest.fixture
def draft_id(at_work: AtWork, cast: Cast, casework: Casework) -> UUID:
    busy(casework)
    with at_work(cast.els):
        draft = ask_report(Choice("jaarrapportage", QUARTER), today=TODAY).draft
        assert draft is not None
        return draft.id


def until(ask: Callable[[], Any]) -> Any:
    """Ask until there is an answer; an error when it takes too long."""
    ends = time.monotonic() + PATIENCE
    while not (answer := ask()):
        assert time.monotonic() < ends
        time.sleep(0.05)
    return answer


def test_a_worker_killed_in_the_middle_is_followed_by_one_that_finishes_the_draft(
    supervisor: Supervisor,
    draft_id: UUID,
    superuser: Engine,
    browse: Callable[..., FlaskClient],
    cast: Cast,
) -> None:
    def row() -> tuple[str, int, int]:
        with superuser.connect() as connection:
            asked = text("SELECT state, step, attempts FROM report_draft")
            state, step, attempts = connection.execute(asked).one()
            return state, step, attempts

    with superuser.connect() as holding:
        # The ledger cannot be read as long as this is held: the worker is stopped half way.
        holding.execute(text("LOCK TABLE report_release IN ACCESS EXCLUSIVE MODE"))
        supervisor.start()
        until(lambda: row() == ("bezig", 1, 1))
        first = supervisor.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        second = until(lambda: supervisor.process_id not in {first, None} and supervisor.process_id)
        until(lambda: row() == ("bezig", 1, 2))
    until(lambda: row()[0] == "klaar")
    assert row()[2] == 2
    assert supervisor.process_id == second
    with superuser.connect() as connection:
        sealed = connection.execute(text("SELECT counted_sealed FROM report_draft")).scalar()
    assert sealed is None
    page = browse(cast.dewi).get(f"/rapportage/concept/{draft_id}").text
    assert "Goedkeuren" in page
    supervisor.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
