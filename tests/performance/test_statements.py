"""How many statements a page takes: as many for five hundred rows as for one."""

from typing import Any

import pytest
from sqlalchemy import Engine

from pmg.tasks import services as tasks
from pmg.tasks.answers import Said
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.performance.conftest import Listening, observe, refer
from tests.tasks.conftest import a_task

ROWS = (1, 50, 500)
# Session, rows and log for the list. For a case: session, case with the reader's seat, file, log,
# and one for each room that shows something on it: tasks, interventions and factors. For the own
# tasks: session, numbers, rows, log, and what was said of those that ended.
LIST_BUDGET, CASE_BUDGET, TASKS_BUDGET = 3, 7, 5


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
    statements = spent(listening, browse(cast.sanne), f"/zaken/{case_id}")
    assert len(statements) <= CASE_BUDGET, "\n".join(statements)


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


def _give(cast: Cast, at_work: AtWork, case_id: Any, count: int) -> None:
    """Sanne gives herself and Bas as many tasks, and does some of hers."""
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        for _turn in range(count):
            for owner in (cast.sanne, cast.bas):
                tasks.give_task(case, a_task(owner), today=build.TODAY)
            done = tasks.give_task(case, a_task(cast.sanne), today=build.TODAY)
            tasks.finish_task(done, Said("Gedaan.", done.version), today=build.TODAY)
