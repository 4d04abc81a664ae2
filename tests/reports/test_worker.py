"""The worker as a process: killed in the middle, and what the next one makes of it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text

from config import DATABASES, Settings
from pmg.disclosure import rounding, solver
from pmg.disclosure.solver import Program
from pmg.reports.rules import Choice
from pmg.reports.services import ask_report
from pmg.worker import Supervisor
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY
from tests.reports.test_make import busy
from tests.reports.test_pages import hidden

PATIENCE = 120  # seconds, for a machine that is busy


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


Row = Callable[[], tuple[str, int, int]]


@pytest.fixture
def row(superuser: Engine) -> Row:
    """The draft that there is: its state, its step, and how often it was tried."""

    def read() -> tuple[str, int, int]:
        with superuser.connect() as connection:
            asked = text("SELECT state, step, attempts FROM report_draft")
            state, step, attempts = connection.execute(asked).one()
            return state, step, attempts

    return read


def stop_half_way(holding: Connection) -> None:
    """As long as this is held the ledger cannot be read."""
    holding.execute(text("LOCK TABLE report_release IN ACCESS EXCLUSIVE MODE"))


@pytest.fixture
def short_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One second for a report."""
    monkeypatch.setenv("PMG_REPORT_SECONDS", "1")


def test_a_report_that_takes_too_long_is_broken_off_and_at_last_its_page_says_what_helps(
    short_time: None,
    supervisor: Supervisor,
    draft_id: UUID,
    row: Row,
    superuser: Engine,
    browse: Callable[..., FlaskClient],
    cast: Cast,
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("UPDATE report_draft SET state = 'bezig', attempts = 2"))
    with superuser.connect() as holding:
        stop_half_way(holding)
        supervisor.start()
        until(lambda: row() == ("bezig", 1, 3))
        first = supervisor.process_id
        until(lambda: row()[0] == "mislukt")
    assert row()[2] == 3
    assert supervisor.process_id == first  # who brings the mail was not ended with it
    page = browse(cast.els).get(f"/rapportage/concept/{draft_id}").text
    assert "drie keer afgebroken, omdat zij te lang duurde" in page
    assert "Samenvoegen: vraag de functioneel beheerder" in page


def test_who_waits_is_told_that_the_computing_began_again(
    draft_id: UUID, superuser: Engine, browse: Callable[..., FlaskClient], cast: Cast
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("UPDATE report_draft SET state = 'bezig', attempts = 2"))
    page = browse(cast.els).get(f"/rapportage/concept/{draft_id}").text
    assert "Zij is opnieuw begonnen" in page


def test_a_withdrawn_report_stops_the_computing_and_the_next_one_begins(
    supervisor: Supervisor,
    draft_id: UUID,
    row: Row,
    superuser: Engine,
    browse: Callable[..., FlaskClient],
    cast: Cast,
) -> None:
    page, els = f"/rapportage/concept/{draft_id}", browse(cast.els)
    form = hidden(els.get(page).text)
    under_way = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    with superuser.connect() as holding, superuser.connect() as looking:
        stop_half_way(holding)
        supervisor.start()
        until(lambda: row() == ("bezig", 1, 1))
        assert looking.scalar(under_way) == 1
        assert els.post(f"{page}/intrekken", data=form).status_code == 302
        until(lambda: looking.scalar(under_way) == 0)
    assert row()[0] == "ingetrokken"


def test_what_was_tried_least_goes_first(
    draft_id: UUID,
    superuser: Engine,
    at_work: AtWork,
    cast: Cast,
    work: Callable[[], bool],
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("UPDATE report_draft SET state = 'bezig', attempts = 1"))
    with at_work(cast.els):
        ask_report(Choice("instroom", QUARTER), today=TODAY)
    work()
    with superuser.connect() as connection:
        found = connection.execute(text("SELECT template_code, state FROM report_draft")).all()
    assert dict(map(tuple, found)) == {"jaarrapportage": "bezig", "instroom": "klaar"}


def hard() -> Program:
    """Five sums of forty numbers that are each to be half: a solver needs hours for it."""
    chance, program = Random(1), Program()
    columns = program.columns(40, upper=1.0)
    for _ in range(5):
        factors = [chance.randrange(100) for _ in columns]
        (row,) = program.rows([sum(factors) // 2])
        program.terms([row] * len(factors), columns, factors)
    return program


def test_when_the_solver_reaches_its_limit_nothing_is_released_and_the_page_says_so(
    draft_id: UUID,
    row: Row,
    browse: Callable[..., FlaskClient],
    cast: Cast,
    work: Callable[[], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounding, "whole", lambda _drawn: None)  # the draw leaves a choice
    monkeypatch.setattr(rounding, "solve_whole", lambda _program: solver.solve_whole(hard()))
    monkeypatch.setattr(rounding, "solve_first", lambda _program: solver.solve_first(hard()))
    work()
    page = browse(cast.els).get(f"/rapportage/concept/{draft_id}").text
    assert row()[0] == "mislukt"
    assert "De controle kwam niet tot een oordeel. Dat telt als onveilig" in page
    assert "Een langere periode kiezen" in page
    assert "Goedkeuren" not in browse(cast.dewi).get(f"/rapportage/concept/{draft_id}").text


def test_a_worker_killed_in_the_middle_is_followed_by_one_that_finishes_the_draft(
    supervisor: Supervisor,
    draft_id: UUID,
    row: Row,
    superuser: Engine,
    browse: Callable[..., FlaskClient],
    cast: Cast,
) -> None:
    with superuser.connect() as holding:
        stop_half_way(holding)
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


@pytest.mark.parametrize("words", [["worker"], ["worker", "--reports"]], ids=" ".join)
def test_who_starts_after_its_parent_was_killed_ends(
    supervisor: Supervisor, settings: Settings, words: list[str]
) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    command = [*Supervisor(settings, *words)._command, "--parent", str(gone.pid)]
    started = subprocess.Popen(command, env=supervisor._environment)
    try:
        assert started.wait(60) == 0
    finally:
        started.kill()
