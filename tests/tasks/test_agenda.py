"""What tasks put on the page of today: exactly what is due, for exactly who has it."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine

from pmg.web import agenda
from pmg.web.agenda import Due
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.tasks.conftest import WHAT, Browse, Give, late

TODAY, WAITING = "taken", "taken_antwoord"


@pytest.fixture
def due(app: Flask, at_work: AtWork) -> Any:
    """What stands in a section of the agenda of a person."""

    def find(person: Person, code: str) -> list[Due]:
        (section,) = (each for each in agenda.sections() if each.code == code)
        with at_work(person), app.test_request_context():
            return list(section.find(build.TODAY))

    return find


def test_what_is_due_today_or_late_is_there_and_what_comes_later_is_not(
    give: Give, due: Any, cast: Cast, superuser: Engine
) -> None:
    old = give(accepted=True)
    late(superuser, old)
    today = give(accepted=True, due_on=build.TODAY)
    give(accepted=True)
    found = due(cast.sanne, TODAY)
    assert [(each.url, each.late) for each in found] == [
        (f"/taak/{old}", True),
        (f"/taak/{today}", False),
    ]
    assert {(each.title, each.who) for each in found} == {(WHAT, "Yassin de B.")}


def test_a_question_waits_for_who_was_asked_and_no_one_else(
    give: Give, due: Any, cast: Cast
) -> None:
    task_id = give(cast.karim)
    assert [each.url for each in due(cast.karim, WAITING)] == [f"/taak/{task_id}"]
    for other in (cast.sanne, cast.bas, cast.jaap, cast.els, cast.other):
        assert due(other, WAITING) == []


def test_its_number_is_that_of_the_list_it_leads_to(
    give: Give, due: Any, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    for _turn in range(3):
        late(superuser, give(accepted=True))
    give(accepted=True)
    page = browse(cast.sanne).get("/taken?wanneer=vandaag").text
    assert len(due(cast.sanne, TODAY)) == 3 == page.count('<th role="rowheader"')


def test_after_the_seat_ends_nothing_is_due(
    give: Give, due: Any, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    give(accepted=True, due_on=build.TODAY)
    acting.leave(cast, at_work, case_id, staying=cast.karim)
    assert due(cast.sanne, TODAY) == []
