"""Undoing an import as a whole, and what stands in the way of it."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from pmg.cases import services as case_services
from pmg.clock import today
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.imports.conftest import PEOPLE, Pages, csv_of, figures, many

WHY = "Dit was de lijst van vorig jaar."
Count = Callable[[str], int]

OBSERVED = """
    INSERT INTO factor_observation (municipality_id, id, case_id, youth_id, factor_code, presence,
        nature, source, seen_on, observer_id, organisation_id, created_at)
    SELECT municipality_id, gen_random_uuid(), id, youth_id, 'R-IND-DELICT', 'duidelijk', 'feit',
        'eigen_waarneming', referred_on, :user, :organisation, now() FROM case_file
"""
ASSIGNED = """
    INSERT INTO trajectory (municipality_id, id, case_id, youth_id, intervention_code, provider_id,
        goal_sealed, target_factors, planned_start, planned_end, assigned_by, created_at, version)
    SELECT municipality_id, gen_random_uuid(), id, youth_id, 'X', :organisation, '\\x00', '{}',
        referred_on, referred_on, :user, now(), 1 FROM case_file
"""
CORRECTED = "UPDATE youth SET version = 2"


def undo(pages: Pages, address: str, reason: str = WHY) -> str:
    answer = pages.send(f"{address}/ongedaan", reason=reason)
    return answer.text if answer.status_code != 302 else pages.client.get(answer.location).text


def test_undoing_leaves_no_row_and_no_key(
    pages: Pages, cast: Cast, clean: bytes, rows_in: Count, keys: Callable[[], int]
) -> None:
    address = pages.keep(clean, "schoon.xlsx")
    pages.take(address, director=str(cast.bas.id))
    page = undo(pages, address)
    assert "Ongedaan gemaakt" in page
    assert WHY in page
    assert {table: rows_in(table) for table in PEOPLE} == dict.fromkeys(PEOPLE, 0)
    assert keys() == 0


def test_what_was_undone_can_be_taken_over_again(pages: Pages) -> None:
    address = pages.keep(csv_of(*many(3)))
    pages.take(address)
    undo(pages, address)
    page = pages.client.get(pages.keep(csv_of(*many(3)))).text
    assert figures(page) == {"Rijen goed": 3, "Rijen met een fout": 0, "Mogelijk al bekend": 0}


def test_undoing_touches_no_case_of_another_origin(
    pages: Pages, cast: Cast, at_work: AtWork, rows_in: Count, keys: Callable[[], int]
) -> None:
    build.a_case(cast, at_work)
    address = pages.keep(csv_of(*many(3)))
    pages.take(address)
    undo(pages, address)
    assert rows_in("youth") == rows_in("case_file") == keys() == 1


@pytest.mark.parametrize("reason", ["", "te kort", "\0" * 20, "x" * 5000])
def test_undoing_asks_for_a_reason(pages: Pages, rows_in: Count, reason: str) -> None:
    address = pages.keep(csv_of({}))
    pages.take(address)
    assert pages.send(f"{address}/ongedaan", reason=reason).status_code == 422
    assert rows_in("case_file") == 1


def case_of(superuser: Engine, given: int = 0) -> tuple[object, str]:
    with superuser.connect() as connection:
        rows = connection.execute(text("SELECT id, number FROM case_file ORDER BY number")).all()
    return rows[given].id, rows[given].number


def test_a_case_that_was_worked_on_stands_in_the_way_by_its_number(
    pages: Pages, cast: Cast, at_work: AtWork, superuser: Engine, rows_in: Count
) -> None:
    address = pages.keep(csv_of(*many(3)))
    pages.take(address)
    case_id, number = case_of(superuser, 1)
    with at_work(cast.fatma):
        decision = case_services.Decision(
            build.Outcome.ACCEPT, "De zorgen zijn groot genoeg.", director_id=cast.bas.id
        )
        case_services.decide_triage(build.the_case(case_id), decision, today=today())  # type: ignore[arg-type]
    page = undo(pages, address)
    assert f"Het gaat om: {number}." in page
    assert rows_in("case_file") == rows_in("youth") == 3


@pytest.mark.parametrize("work", [OBSERVED, ASSIGNED, CORRECTED])
def test_whatever_room_the_work_was_in(
    pages: Pages, cast: Cast, superuser: Engine, rows_in: Count, work: str
) -> None:
    address = pages.keep(csv_of({}))
    pages.take(address)
    with superuser.begin() as connection:
        given = {"user": cast.bas.id, "organisation": cast.bas.organisation_id}
        connection.execute(text(work), {k: v for k, v in given.items() if f":{k}" in work})
    assert "Er is al verder gewerkt" in undo(pages, address)
    assert rows_in("case_file") == 1


def test_a_case_in_which_one_has_no_part_any_more_stands_in_the_way(
    pages: Pages, superuser: Engine, rows_in: Count
) -> None:
    address = pages.keep(csv_of(*many(2)))
    pages.take(address)
    case_id, _number = case_of(superuser)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE case_member SET valid_until = now() WHERE case_id = :c"), {"c": case_id}
        )
    assert "Aan 1 van deze zaken doet u niet meer mee" in undo(pages, address)
    assert rows_in("case_file") == 2


def test_half_an_import_can_be_undone_too(
    pages: Pages, rows_in: Count, keys: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pmg.imports.pieces.PIECE", 2)
    address = pages.keep(csv_of(*many(5)))
    pages.take(address)
    undo(pages, address)
    assert rows_in("youth") == keys() == 0
    pages.send(f"{address}/uitvoeren", page="/overnemen")
    assert rows_in("youth") == 0


def test_undoing_twice_does_nothing_the_second_time(pages: Pages) -> None:
    address = pages.keep(csv_of({}))
    pages.take(address)
    undo(pages, address)
    assert "al ongedaan gemaakt" in undo(pages, address)


def test_undoing_stands_in_the_log_of_each_youth(pages: Pages, superuser: Engine) -> None:
    address = pages.keep(csv_of(*many(2)))
    pages.take(address)
    undo(pages, address)
    with superuser.connect() as connection:
        told = connection.execute(
            text("SELECT count(*) FROM audit_subject WHERE 'undone' = ANY (fields)")
        ).scalar_one()
    assert told == 2
