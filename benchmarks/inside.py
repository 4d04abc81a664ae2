"""What is measured inside a process: statements a page, search, row security, the report."""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, create_engine, event, text

from benchmarks import gates
from benchmarks.gates import GateError
from benchmarks.sites import MANY, OFFICER, ONE, PLACE, TODAY, USUAL, Site
from pmg.cases import caseload, search
from pmg.cases.intake import Person
from pmg.extensions import db
from pmg.reports import sources
from pmg.reports.rules import Period

SEARCHES = 200
_REPORT = (sources._YOUTHS, sources._TRAJECTORIES, sources._FACTORS)  # noqa: SLF001
REPEATS, WARM_UP = 18, 3
REPORTS = 6  # a report reads every case of a year, and the first run is for the caches


@dataclass(slots=True)
class Heard:
    """The statements that went to the database of the data."""

    statements: list[tuple[str, Any]] = field(default_factory=list)


@contextmanager
def listening(site: Site) -> Iterator[Heard]:
    """Hear every statement on the data database."""
    heard = Heard()

    def hear(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        heard.statements.append((statement, given))

    with site.app.app_context():
        engine = db.engines[None]
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def of(site: Site) -> dict[str, Any]:
    """Measure a site; opens it in this process."""
    site.open()
    return {
        "statements": statements(site),
        "search": searches(site),
        "row security": row_security(site),
        "report": reports(site),
    }


def statements(site: Site) -> dict[str, int]:
    """Count the statements of a page, with one, fifty and five hundred cases."""
    found = {}
    for reader in (ONE, USUAL, MANY):
        client = site.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = site.token(reader)
        page = f"/zaken/{site.case_ids(reader, 1)[0]}"
        for name, path in (("list", "/zaken"), ("case page", page)):
            client.get(path)  # the first request of a process reads keys that later ones have
            with listening(site) as heard:
                status = client.get(path).status_code
            if status != 200:
                raise GateError(f"{path}: status {status}")
            found[f"{name}, {reader.cases}"] = len(heard.statements)
    return found


def searches(site: Site) -> dict[str, Any]:
    """Search by name: known ones, known ones with a slip, and unknown ones."""
    known = gates.names(site, site.case_ids(MANY))
    order = random.Random(2026)
    search._indexes().clear()  # noqa: SLF001  (another site has the same municipality)
    with site.at_work(USUAL):
        started = time.perf_counter()
        search.find(_somebody(order, known))
        built = time.perf_counter() - started
        times = []
        for _turn in range(SEARCHES):
            wanted = _somebody(order, known)
            started = time.perf_counter()
            search.find(wanted)
            times.append(1000 * (time.perf_counter() - started))
    times.sort()
    return {"first": built, "median": median(times), "p95": times[int(SEARCHES * 0.95)]}


def _somebody(order: random.Random, known: list[gates.Name]) -> Person:
    name = order.choice(known)
    family = name.family_name[:-1] if order.random() < 0.5 else name.family_name
    born = TODAY - timedelta(days=order.randint(3000, 9000))
    return Person(name.given_name, family, born)


def row_security(site: Site) -> dict[str, list[float]]:
    """Time the statement of the caseload in PostgreSQL, with row security and past it."""
    with site.at_work(USUAL) as work, listening(site) as heard:
        caseload.caseload(caseload.Wanted(), today=TODAY)
        statement, given = max(heard.statements, key=lambda one: len(one[0]))
        digest = work.reader.session_digest.hex()
    with_it = create_engine(site.settings.database_url)
    past_it = create_engine(site.superuser_url)
    times: dict[str, list[float]] = {"with": [], "without": []}
    with with_it.connect() as inside, past_it.connect() as outside:
        inside.execute(text("SELECT set_config('pmg.session', :d, false)"), {"d": digest})
        for _turn in range(REPEATS):
            times["with"].append(explained(inside, statement, given))
            times["without"].append(explained(outside, statement, given))
    return {name: found[WARM_UP:] for name, found in times.items()}


def explained(connection: Connection, statement: str, given: Any) -> float:
    """Return planning and running time in milliseconds, as PostgreSQL measures it."""
    asked = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}"
    plan = connection.exec_driver_sql(asked, given).scalar_one()
    top = (json.loads(plan) if isinstance(plan, str) else plan)[0]
    return float(top["Planning Time"] + top["Execution Time"])


def reports(site: Site) -> dict[str, list[float]]:
    """Time what a report counts as its reader, and the same GROUP BYs by themselves."""
    period = Period(TODAY.replace(year=TODAY.year - 1), TODAY)
    given = {"municipality": PLACE, "first": period.first, "until": period.until}
    plain = create_engine(site.superuser_url)
    with site.at_work(OFFICER), plain.connect() as connection:
        if not sources.gather(period).youths:
            raise GateError("the report counts nobody")

        def by_itself() -> None:
            for one in _REPORT:
                connection.execute(text(one), given).all()

        times = _interleaved(lambda: sources.gather(period), by_itself)
    return {"with": times[0], "without": times[1]}


def _interleaved(
    one: Callable[[], object], other: Callable[[], object]
) -> tuple[list[float], list[float]]:
    times: tuple[list[float], list[float]] = ([], [])
    for _turn in range(REPORTS):
        for work, found in zip((one, other), times, strict=True):
            started = time.perf_counter()
            work()
            found.append(1000 * (time.perf_counter() - started))
    return times[0][1:], times[1][1:]
