"""Attacks on the log: an attempt cannot be made so that nobody finds it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.cases.models import OfCase
from pmg.extensions import Model, db
from pmg.factors import services as factors
from pmg.factors.rules import Nature, Observation, Presence, Source
from pmg.interventions import services as interventions
from pmg.reference.factors import FACTORS
from pmg.tasks import services as tasks
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import an_assignment
from tests.promises.conftest import Planted, Seat
from tests.tasks.conftest import a_task

Browse = Callable[[Person], FlaskClient]
SECRET = "Geplant: zijn oom werkt op het station."
TRIED = "probeerde iets te openen en mocht dat niet"


def found(browse: Browse, cast: Cast, case_id: UUID) -> str:
    """What the privacy officer finds of refused attempts on this case."""
    query = {"zaak": str(case_id), "uitkomst": "denied"}
    return browse(cast.ans).get("/logboek", query_string=query).text


@pytest.mark.parametrize("write", [str, lambda each: str(each).upper()])
def test_an_attempt_is_found_however_its_address_was_written(
    browse: Browse, cast: Cast, planted: Planted, write: Callable[[object], str]
) -> None:
    assert browse(cast.jaap).get(f"/zaken/{write(planted.case_id)}").status_code == 404
    assert TRIED in found(browse, cast, planted.case_id)


@pytest.mark.parametrize("page", ["", "/blad", "/download", "/delen"])
def test_an_attempt_on_a_document_is_found_by_its_case(
    browse: Browse, cast: Cast, planted: Planted, seat: Seat, page: str
) -> None:
    seat(cast.karim)  # also of who takes part, and of whose organisation it is not
    for person in (cast.jaap, cast.karim):
        path = f"/documenten/{planted.document_id}{page}"
        assert browse(person).get(path).status_code == 404
        assert person.name in found(browse, cast, planted.case_id)


@pytest.mark.parametrize(
    "address",
    [
        *("/inzet/{0}", "/inzet/{0}/starten", "/inzet/{0}/stoppen", "/waarneming/{1}/verbeteren"),
        *("/taak/{2}", "/taak/{2}/gedaan"),
    ],
)
def test_an_attempt_on_what_lies_under_a_case_is_found_by_that_case(
    browse: Browse, cast: Cast, at_work: AtWork, address: str
) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        work = interventions.assign_intervention(case, an_assignment(cast), today=build.TODAY)
        said = Observation(
            FACTORS["R-SCH-VERZUIM"],
            Presence.CLEAR,
            Nature.FACT,
            Source.SEEN_MYSELF,
            date(2026, 11, 20),
            "",
        )
        seen = factors.observe_factor(case, said, today=build.TODAY)
        task = tasks.give_task(case, a_task(cast.sanne), today=build.TODAY)
        ids = (work.id, seen.id, task.id)
    stranger = browse(cast.jaap)
    refused, wrong = (
        stranger.get(address.format(*each)) for each in (ids, (uuid4(), uuid4(), uuid4()))
    )
    assert refused.status_code == wrong.status_code == 404
    assert str(case_id) not in refused.text
    page = found(browse, cast, case_id)
    assert page.count(TRIED) == 1
    assert "Jaap" in page


def test_the_log_finds_the_case_of_everything_that_has_a_page(app: Flask) -> None:
    declared = [view.declared for view in app.view_functions.values() if hasattr(view, "declared")]
    under = {of.__tablename__ for _action, of in declared if issubclass(of, OfCase)}
    # pmg_find_refused_case() looks in every table that has these three.
    tables = [Model.metadata.tables[name] for name in under]
    assert len(tables) > 3
    assert all(
        {"municipality_id", "id", "case_id"} <= set(table.columns.keys()) for table in tables
    )


def test_who_is_refused_cannot_read_back_which_case_it_was(
    browse: Browse, cast: Cast, at_work: AtWork, planted: Planted
) -> None:
    browse(cast.jaap).get(f"/zaken/{planted.case_id}")
    with at_work(cast.jaap):
        assert not db.session.scalar(text("SELECT count(*) FROM audit_event"))


def test_the_page_after_a_referral_stands_in_the_log(
    browse: Browse, cast: Cast, planted: Planted, superuser: Engine
) -> None:
    address = f"/zaken/{planted.case_id}/aangemeld"
    assert browse(cast.fatma).get(address).status_code == 200
    with superuser.connect() as connection:
        row = connection.execute(
            text("SELECT user_id, outcome, case_id FROM audit_event WHERE address = :address"),
            {"address": address},
        ).one()
    assert row == (cast.fatma.id, "allowed", planted.case_id)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elders.example"}])
def test_a_form_that_is_not_ours_stands_in_the_log_without_its_answers(
    browse: Browse,
    cast: Cast,
    planted: Planted,
    superuser: Engine,
    headers: dict[str, str],
) -> None:
    answers = {"csrf_token": "geraden", "motivation": SECRET}
    path = f"/zaken/{planted.case_id}/afsluiten"
    assert browse(cast.bas).post(path, data=answers, headers=headers).status_code == 400
    with superuser.connect() as connection:
        rows = connection.execute(
            text("SELECT e::text, e.outcome, e.code, e.case_id FROM audit_event e")
        ).all()
    assert [row[1:] for row in rows] == [("denied", "not_our_form", planted.case_id)]
    assert "oom" not in rows[0][0]
    assert TRIED in found(browse, cast, planted.case_id)


def test_who_has_no_account_leaves_no_line(app: Flask, superuser: Engine, cast: Cast) -> None:
    assert app.test_client().post("/zaken/aanmelding", data={"x": "y"}).status_code == 400
    with superuser.connect() as connection:
        assert not connection.execute(text("SELECT count(*) FROM audit_event")).scalar_one()
