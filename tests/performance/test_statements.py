"""How many statements a page takes: as many for five hundred rows as for one."""

from typing import Any

import pytest
from sqlalchemy import Engine

from pmg.documents import bench
from pmg.documents import services as documents
from pmg.documents.bench import Prepared
from pmg.documents.rules import Kind
from pmg.documents.services import Added
from pmg.security.policy import Category
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.documents.files import HOUSE
from tests.performance.conftest import Listening, observe, refer

ROWS = (1, 50, 500)
# Session, rows and log for the list. For a case: session, case with the reader's seat, file, log,
# and one for each room that shows something on it: interventions, factors and documents.
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
