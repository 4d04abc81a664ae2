"""How many statements a page takes: as many for five hundred rows as for one."""

from typing import Any

import pytest
from sqlalchemy import Engine

from pmg.action_plans import queries, writing
from pmg.action_plans import services as plans
from pmg.action_plans.answers import ActionWanted, NewGoal
from pmg.action_plans.rules import GoalText
from pmg.delivery import services as delivery
from pmg.documents import bench
from pmg.documents import services as documents
from pmg.documents.bench import Prepared
from pmg.documents.rules import Kind
from pmg.documents.services import Added
from pmg.extensions import db
from pmg.security.policy import Category
from pmg.tasks import services as tasks
from pmg.tasks.answers import Said
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery import conftest as delivering
from tests.delivery.conftest import a_dosage, a_trajectory, the_plan, the_trajectory
from tests.documents.files import HOUSE
from tests.meetings.conftest import a_series, an_item
from tests.performance.conftest import Listening, meet, observe, refer
from tests.tasks.conftest import a_task

ROWS = (1, 50, 500)
# Session, log, whether there is work in the street, names, two for appointments, two for tasks,
# and for each other room one statement that finds what waits; meetings take three. Nothing waits.
DAY_BUDGET = 22
# What the room of deliveries reads more as soon as a plan waits: names, what happened, who works on
# the case, and whether the catalogue changed.
WAITING_BUDGET = DAY_BUDGET + 4
# Session, rows and log for the list. For a case: session, case with the reader's seat, file, log,
# and one for each room that shows something on it: tasks, plans, interventions, factors,
# documents, what the referrer heard, meetings, and contact with appointments. For the own tasks:
# session, numbers, rows, log, and what was said of those that ended.
LIST_BUDGET, CASE_BUDGET, TASKS_BUDGET = 3, 12, 5
# Session, case with the reader's seat, youth, plan, factors, actions, what is set to work, log.
PLAN_BUDGET = 8


def spent(listening: Listening, client: Any, path: str) -> list[str]:
    """The statements of one page, after the first visit of a process."""
    assert client.get(path).status_code == 200
    with listening() as asked:
        assert client.get(path).status_code == 200
    return [statement for statement, _given in asked]


@pytest.mark.parametrize("rows", ROWS)
def test_the_list_keeps_its_budget_however_many_cases(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening, rows: int
) -> None:
    refer(cast, at_work, rows)
    statements = spent(listening, browse(cast.sanne), "/zaken")
    assert len(statements) <= LIST_BUDGET, "\n".join(statements)


@pytest.mark.parametrize("rows", ROWS)
def test_the_case_page_keeps_its_budget_however_much_was_seen(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening, superuser: Engine, rows: int
) -> None:
    case_id = build.a_case(cast, at_work)
    observe(superuser, cast.sanne, case_id, rows)
    meet(cast, at_work, case_id, rows)
    statements = spent(listening, browse(cast.sanne), f"/zaken/{case_id}")
    assert len(statements) <= CASE_BUDGET, "\n".join(statements)


@pytest.mark.parametrize("rows", [1, 40])
def test_the_case_page_keeps_its_budget_however_many_documents(
    cast: Cast,
    at_work: AtWork,
    browse: Any,
    listening: Listening,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
) -> None:
    case_id = build.a_case(cast, at_work)
    prepared = Prepared(Kind.PDF, b"x", (b"y",))
    monkeypatch.setattr(bench, "prepare", lambda _content: prepared)
    with at_work(cast.sanne):
        for _ in range(rows):
            added = Added("Brief", Category.PLAN, b"%PDF-")
            documents.add_document(build.the_case(case_id), added, HOUSE, today=build.TODAY)
    for path in (f"/zaken/{case_id}", f"/zaken/{case_id}/documenten"):
        statements = spent(listening, browse(cast.bas), path)
        assert len(statements) <= CASE_BUDGET, "\n".join(statements)
        assert not [each for each in statements if "document_content" in each]


def test_a_page_of_one_row_and_of_fifty_ask_the_same(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening
) -> None:
    refer(cast, at_work, 1)
    few = spent(listening, browse(cast.sanne), "/zaken")
    refer(cast, at_work, 49)
    many = spent(listening, browse(cast.sanne), "/zaken")
    assert few == many


@pytest.mark.parametrize("which", ["", "gegeven", "gedaan"])
def test_the_own_tasks_keep_their_budget_and_ask_the_same_for_one_and_fifty(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening, which: str
) -> None:
    case_id = build.a_case(cast, at_work)
    client, path = browse(cast.sanne), f"/taken?lijst={which}"
    _give(cast, at_work, case_id, 1)
    few = spent(listening, client, path)
    _give(cast, at_work, case_id, 49)
    many = spent(listening, client, path)
    assert len(many) <= TASKS_BUDGET, "\n".join(many)
    assert len(few) == len(many)


@pytest.mark.parametrize("count", [1, 50])
def test_tasks_cost_the_case_page_one_statement(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening, count: int
) -> None:
    case_id = build.a_case(cast, at_work)
    _give(cast, at_work, case_id, count)
    statements = spent(listening, browse(cast.sanne), f"/zaken/{case_id}")
    assert len(statements) <= CASE_BUDGET, "\n".join(statements)


@pytest.mark.parametrize("count", [1, 8])
def test_a_plan_costs_the_case_page_one_statement_and_its_own_page_a_few(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening, count: int
) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        first = ActionWanted("Samen naar de mentor", cast.sanne.id, build.TODAY)
        text = GoalText("Ik ben elke dag op tijd.", "Dat wil ik.", "", ("R-SCH-VERZUIM",))
        for _turn in range(count):
            plans.add_goal(case, NewGoal(text, first), today=build.TODAY)
    statements = spent(listening, browse(cast.sanne), f"/zaken/{case_id}")
    assert len(statements) <= CASE_BUDGET, "\n".join(statements)
    statements = spent(listening, browse(cast.sanne), f"/zaken/{case_id}/plan")
    assert len(statements) <= PLAN_BUDGET, "\n".join(statements)


@pytest.mark.parametrize("count", [1, 25])
def test_what_is_due_of_plans_is_found_in_one_statement(
    cast: Cast, at_work: AtWork, listening: Listening, count: int
) -> None:
    ids = [build.a_case(cast, at_work, given_name=f"Kind{chr(97 + n)}") for n in range(count)]
    with at_work(cast.sanne):
        for id_ in ids:
            writing.plan_review(build.the_case(id_), build.TODAY, today=build.TODAY)
    with at_work(cast.sanne), listening() as asked:
        assert len(queries.due(build.TODAY)) == count
        assert len(asked) == 2, asked  # the session and the rows


def _give(cast: Cast, at_work: AtWork, case_id: Any, count: int) -> None:
    """Sanne gives herself and Bas as many tasks, and does some of hers."""
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        for _turn in range(count):
            for owner in (cast.sanne, cast.bas):
                tasks.give_task(case, a_task(owner), today=build.TODAY)
            done = tasks.give_task(case, a_task(cast.sanne), today=build.TODAY)
            tasks.finish_task(done, Said("Gedaan.", done.version), today=build.TODAY)


@pytest.mark.parametrize("who", ["sanne", "bas", "fatma", "karim", "els"])
def test_a_day_on_which_nothing_waits_keeps_its_budget(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening, who: str
) -> None:
    case_id = build.a_case(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    statements = spent(listening, browse(getattr(cast, who)), "/vandaag")
    assert len(statements) <= DAY_BUDGET, "\n".join(statements)


def test_plans_that_wait_take_as_many_statements_for_one_as_for_five(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening
) -> None:
    def submit(name: str) -> None:
        trajectory_id = a_trajectory(
            cast, at_work, delivering.a_case(cast, at_work, given_name=name)
        )
        with at_work(cast.sanne):
            delivery.write_goal(the_trajectory(trajectory_id), a_dosage(), today=build.TODAY)
            db.session.flush()
            plan = the_plan(trajectory_id)
            delivery.submit_plan(plan, plan.version, today=build.TODAY)

    submit("Noor")
    client, path = browse(cast.bas), "/vandaag"
    few = spent(listening, client, path)
    for name in ("Daan", "Lina", "Sem", "Mila"):
        submit(name)
    many = spent(listening, client, path)
    assert "plannen wachten op uw goedkeuring" in client.get(path).text
    assert len(few) == len(many) <= WAITING_BUDGET, "\n".join(many)


def test_what_a_meeting_wants_takes_as_many_statements_for_one_as_for_five(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening
) -> None:
    case_id, meeting_id = build.a_case(cast, at_work), a_series(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    an_item(cast, at_work, case_id, meeting_id, cast.karim)
    client, path = browse(cast.karim), "/vandaag"
    few = spent(listening, client, path)
    for _turn in range(4):
        an_item(cast, at_work, case_id, meeting_id, cast.karim)
    many = spent(listening, client, path)
    assert "vragen voor een casusoverleg" in client.get(path).text
    assert len(few) == len(many) <= WAITING_BUDGET, "\n".join(many)
