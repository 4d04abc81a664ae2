"""The team manager divides work by number: no name, no file, and only within his own team."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.cases.models import Case, Youth
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.notices import queries as notices
from pmg.security.telling import Kind
from pmg.teams import queries, services
from pmg.teams.rules import Reason
from tests import build
from tests.acting import send
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]
UNTIL = build.TODAY + timedelta(days=7)


def move(case_id: UUID, giver: Person, taker: Person) -> services.Move:
    return services.Move(case_id, giver.id, taker.id, UNTIL, Reason.LEAVE)


def address(case_id: UUID, carrier: Person) -> str:
    return f"/team/{carrier.id}/zaak/{case_id}"


def test_he_sees_numbers_and_who_carries_them(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    build.a_case(cast, at_work)
    build.a_referral(cast, at_work, given_name="Noor")
    page = browse(cast.mo).get("/team").text
    for shown in ("Sanne", "Jaap", build.number(1), build.number(2), "Plan maken"):
        assert shown in page
    for hidden in ("Yassin", "Noor", "Boer", "Geuzenveld", "Bas"):
        assert hidden not in page
    with at_work(cast.mo):
        carried = {one.name: len(one.cases) for one in queries.team(today=build.TODAY)}
    assert carried == {"Jaap": 0, "Sanne": 2}


def test_he_opens_no_file(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.mo)
    assert client.get(f"/zaken/{case_id}").status_code == 404
    with at_work(cast.mo):
        assert db.session.query(Case).count() == 0
        assert db.session.query(Youth).count() == 0


@pytest.mark.parametrize("name", ["sanne", "bas", "fatma", "karim", "ad", "other"])
def test_nobody_else_sees_a_team(cast: Cast, at_work: AtWork, browse: Browse, name: str) -> None:
    case_id = build.a_case(cast, at_work)
    person = getattr(cast, name)
    assert browse(person).get("/team").status_code == 404
    with at_work(person):
        rows = db.session.execute(text("SELECT * FROM pmg_team_seats()")).all()
        assert rows == []
        given = {"case": case_id, "giver": cast.sanne.id, "taker": cast.jaap.id, "day": UNTIL}
        made = db.session.scalar(
            text("SELECT pmg_allocate(:case, :giver, :taker, :day, 'verlof')"), given
        )
        assert made is None


def test_he_gives_a_case_to_another_with_a_reason(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.mo)
    assert address(case_id, cast.sanne) in client.get("/team").text
    day = f"{UNTIL.day}-{UNTIL.month}-{UNTIL.year}"
    answer = send(
        client, address(case_id, cast.sanne), to_id=cast.jaap.id, last_day=day, reason="werkdruk"
    )
    assert answer.location == "/team"
    assert browse(cast.jaap).get(f"/zaken/{case_id}").status_code == 200
    assert browse(cast.sanne).get(f"/zaken/{case_id}").status_code == 200  # until the day
    with at_work(cast.jaap):
        assert [one.kind for one in notices.messages().messages] == [Kind.SEATED]
    with at_work(cast.sanne):
        assert Kind.TAKEN_OVER in [one.kind for one in notices.messages().messages]
    with superuser.connect() as connection:
        row = connection.execute(text("SELECT reason, allocated_by FROM allocation")).one()
    assert row == ("werkdruk", cast.mo.id)
    seen = browse(cast.bas).get(f"/zaken/{case_id}/inzage?alles=1").text
    assert "Mo" in seen


@pytest.mark.parametrize("name", ["bas", "karim", "other", "fatma"])
def test_he_gives_to_nobody_outside_his_team(cast: Cast, at_work: AtWork, name: str) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.mo):
        with pytest.raises(Invalid):
            services.allocate(move(case_id, cast.sanne, getattr(cast, name)), today=build.TODAY)
        db.session.rollback()


def test_he_moves_no_seat_that_is_not_of_his_team(cast: Cast, at_work: AtWork) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.mo):
        for giver in (cast.bas, cast.jaap):
            with pytest.raises(Invalid):
                services.allocate(move(case_id, giver, cast.sanne), today=build.TODAY)
            db.session.rollback()


def test_a_seat_moves_once(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.mo):
        services.allocate(move(case_id, cast.sanne, cast.jaap), today=build.TODAY)
    with at_work(cast.mo):
        with pytest.raises(Invalid):
            services.allocate(move(case_id, cast.sanne, cast.jaap), today=build.TODAY)
        db.session.rollback()
    assert browse(cast.mo).get(address(case_id, cast.sanne)).status_code == 404


def test_an_ended_role_divides_nothing(cast: Cast, at_work: AtWork, superuser: Engine) -> None:
    case_id = build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE role_grant SET valid_until = now() WHERE user_id = :user"),
            {"user": cast.mo.id},
        )
    with at_work(cast.mo), pytest.raises(NotPermitted):
        services.allocate(move(case_id, cast.sanne, cast.jaap), today=build.TODAY)
