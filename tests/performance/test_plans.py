"""How PostgreSQL finds the rows of a page: by index, never by reading a table of everyone."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from config import Settings
from pmg.extensions import db
from pmg.tasks import services as tasks
from tests import build
from tests.acting import hire_partner
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.performance.conftest import Asked, Listening, meet, refer
from tests.tasks.conftest import a_task

LARGE = frozenset(
    {
        "youth",
        "case_file",
        "case_member",
        "referral",
        "factor_observation",
        "journal_entry",
        "appointment",
        "trajectory",
        "gathering",
        "task",
        "task_event",
        "audit_event",
        "audit_subject",
    }
)


def asked_for(listening: Listening, client: Any, path: str) -> Asked:
    """What a page asks of the database."""
    with listening() as asked:
        assert client.get(path).status_code == 200
    return asked


def read_whole(at_work: AtWork, person: Person, asked: Asked) -> set[str]:
    """The large tables that any of these statements would read from end to end."""
    found: set[str] = set()
    with at_work(person):
        connection = db.session.connection()
        for statement, given in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given).scalar()
            plans = json.loads(plan) if isinstance(plan, str) else plan
            found |= {
                node["Relation Name"]
                for node in _nodes(plans[0]["Plan"])
                if node["Node Type"] == "Seq Scan"
            }
    return found & LARGE


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


@pytest.mark.usefixtures("crowded")
def test_the_list_and_its_next_page_are_found_by_index(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening, superuser: Engine
) -> None:
    refer(cast, at_work, 120)
    client = browse(cast.sanne)
    further = re.search(r'href="(/zaken\?na=[^"]+)"', client.get("/zaken").text)
    assert further
    for path in ("/zaken", further[1]):
        asked = asked_for(listening, client, path)
        assert any("case_member" in statement for statement, _given in asked)
        assert read_whole(at_work, cast.sanne, asked) == set()


@pytest.mark.usefixtures("crowded")
def test_a_case_and_its_log_are_found_by_index(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening
) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.bas)
    for path in (f"/zaken/{case_id}", f"/zaken/{case_id}/inzage"):
        asked = asked_for(listening, client, path)
        assert read_whole(at_work, cast.bas, asked) == set()


@pytest.mark.usefixtures("crowded")
def test_contact_and_the_own_calendar_are_found_by_index(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening
) -> None:
    case_id = build.a_case(cast, at_work)
    meet(cast, at_work, case_id, 5)
    client = browse(cast.sanne)
    for path in (f"/zaken/{case_id}/contact", "/afspraken", "/afspraken?week=1", "/contact/groep"):
        asked = asked_for(listening, client, path)
        assert read_whole(at_work, cast.sanne, asked) == set(), path


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize("which", ["open", "antwoord", "gegeven", "gedaan", "zonder"])
def test_the_own_tasks_are_found_by_index(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening, which: str
) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.bas):
        for owner in (cast.bas, cast.sanne):
            tasks.give_task(build.the_case(case_id), a_task(owner), today=build.TODAY)
    asked = asked_for(listening, browse(cast.bas), f"/taken?lijst={which}")
    assert any("task" in statement for statement, _given in asked)
    assert read_whole(at_work, cast.bas, asked) == set()


@pytest.mark.usefixtures("crowded")
def test_ones_own_interventions_and_meetings_are_found_by_index(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening, settings: Settings
) -> None:
    refer(cast, at_work, 40)
    provider = hire_partner(settings.owner_database_url, "noor", "JEUGDHULP")
    for who, paths in (
        (cast.sanne, ("/bijeenkomsten", "/bijeenkomsten/opbrengst")),
        (provider, ("/bijeenkomsten", "/aangemeld")),
    ):
        client = browse(who)
        for path in paths:
            asked = asked_for(listening, client, path)
            assert read_whole(at_work, who, asked) == set(), path


@pytest.mark.usefixtures("crowded")
def test_a_table_read_whole_would_be_noticed(cast: Cast, at_work: AtWork) -> None:
    everyone = [("SELECT count(*) FROM audit_event WHERE address <> %(a)s", {"a": "-"})]
    assert read_whole(at_work, cast.ans, everyone) == {"audit_event"}
