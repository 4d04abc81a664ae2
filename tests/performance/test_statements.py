"""How many statements a page takes: as many for five hundred rows as for one."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.performance.conftest import Listening, meet, observe, refer

ROWS = (1, 50, 500)
# Session, rows and log for the list. For a case: session, case with the reader's seat, file, log,
# and one for each room that shows something on it: interventions, factors, and since there is
# contact, one for all notes, what was said of them, and appointments together.
LIST_BUDGET, CASE_BUDGET = 3, 7


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


def test_a_page_of_one_row_and_of_fifty_ask_the_same(
    cast: Cast, at_work: AtWork, browse: Any, listening: Listening
) -> None:
    refer(cast, at_work, 1)
    few = spent(listening, browse(cast.sanne), "/zaken")
    refer(cast, at_work, 49)
    many = spent(listening, browse(cast.sanne), "/zaken")
    assert few == many
