"""A partner takes part in a case because somebody who directs it asked him, until a day."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.sharing.conftest import WORDS, Browse, Table

TOMORROW = build.TODAY + timedelta(days=1)


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return build.a_case(cast, at_work)


def asked(browse: Browse, by: Person, case_id: UUID, person: Person, **given: str) -> int:
    answers = {"person": str(person.id), "until": f"{TOMORROW:%d-%m-%Y}"} | given
    return acting.send(browse(by), f"/zaken/{case_id}/deelnemer", **answers).status_code


def test_a_partner_sees_the_case_from_then_on_and_no_longer_than_the_day(
    browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    assert browse(cast.karim).get(f"/zaken/{case_id}").status_code == HTTPStatus.NOT_FOUND
    assert asked(browse, cast.bas, case_id, cast.karim) == HTTPStatus.FOUND
    assert browse(cast.karim).get(f"/zaken/{case_id}").status_code == HTTPStatus.OK
    assert "U neemt deel aan een zaak" in browse(cast.karim).get("/berichten").text
    assert "Karim" in browse(cast.bas).get(f"/zaken/{case_id}").text
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE case_member SET valid_until = now() WHERE user_id = :me"),
            {"me": cast.karim.id},
        )
    assert browse(cast.karim).get(f"/zaken/{case_id}").status_code == HTTPStatus.NOT_FOUND
    assert asked(browse, cast.bas, case_id, cast.karim) == HTTPStatus.FOUND


def test_who_is_let_go_sees_nothing_at_the_next_request(
    browse: Browse, cast: Cast, case_id: UUID
) -> None:
    asked(browse, cast.bas, case_id, cast.karim)
    path = f"/zaken/{case_id}/deelnemer/stoppen"
    assert acting.send(browse(cast.bas), path, person=str(cast.karim.id)).status_code == 302
    assert browse(cast.karim).get(f"/zaken/{case_id}").status_code == HTTPStatus.NOT_FOUND
    assert "Er neemt nu geen partner deel, en geen voorzitter" in browse(cast.bas).get(path).text


@pytest.mark.parametrize("day", ["1-1-2020", "1-1-2099", ""])
def test_a_day_that_cannot_be_is_refused_and_nothing_opens(
    browse: Browse, cast: Cast, case_id: UUID, day: str
) -> None:
    assert asked(browse, cast.bas, case_id, cast.karim, until=day) == 422
    assert browse(cast.karim).get(f"/zaken/{case_id}").status_code == HTTPStatus.NOT_FOUND


def test_nobody_is_seated_twice_nor_somebody_who_is_no_partner(
    browse: Browse, cast: Cast, case_id: UUID
) -> None:
    for person in (cast.jaap, cast.other, cast.els, cast.sanne):
        assert asked(browse, cast.bas, case_id, person) == 422
    assert asked(browse, cast.bas, case_id, cast.karim) == HTTPStatus.FOUND
    page = browse(cast.bas).get(f"/zaken/{case_id}/deelnemer").text
    assert "Alle partners met een account nemen al deel" in page


def test_only_who_directs_the_case_asks_or_lets_go(
    browse: Browse, cast: Cast, table: Table
) -> None:
    for person in (cast.sanne, cast.karim, table.school, cast.jaap, cast.ad, cast.ans, cast.other):
        for step in ("", "/stoppen"):
            answer = browse(person).get(f"/zaken/{table.case_id}/deelnemer{step}")
            assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "Partner laten deelnemen" in browse(cast.bas).get(table.page).text
    assert "Partner laten deelnemen" not in browse(table.school).get(table.page).text
    assert WORDS not in browse(cast.bas).get(f"/zaken/{table.case_id}/deelnemer").text
