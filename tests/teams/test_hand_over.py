"""Handing over: both take part until the day, then only the colleague, and nothing is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

from pmg.errors import Invalid
from pmg.extensions import db
from pmg.notices import queries as notices
from pmg.security.telling import Kind
from pmg.teams import services
from pmg.teams.models import Handover
from tests import build
from tests.acting import filled, send
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]
NOTE = "Bel zijn oma op vrijdag, zij wil graag horen hoe het gaat."
UNTIL = build.TODAY + timedelta(days=14)


def gift(to: Person, **changed: object) -> services.Gift:
    return services.Gift(**{"to_id": to.id, "last_day": UNTIL, "note": NOTE} | changed)  # type: ignore[arg-type]


@pytest.fixture
def handed(cast: Cast, at_work: AtWork) -> UUID:
    """Sanne hands her case to Jaap."""
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        services.hand_over(build.the_case(case_id), gift(cast.jaap), today=build.TODAY)
    return case_id


def handover_id(at_work: AtWork, person: Person) -> UUID:
    with at_work(person):
        return db.session.scalars(select(Handover.id)).one()


def test_from_the_page_to_the_colleague(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.sanne)
    assert f"/zaken/{case_id}/overdragen" in client.get(f"/zaken/{case_id}").text
    day = f"{UNTIL.day}-{UNTIL.month}-{UNTIL.year}"
    answer = send(
        client, f"/zaken/{case_id}/overdragen", to_id=cast.jaap.id, last_day=day, note=NOTE
    )
    assert answer.location == f"/zaken/{case_id}"
    taker = browse(cast.jaap)
    assert "Zaken die u overneemt" in taker.get("/vandaag").text
    path = f"/overdracht/{handover_id(at_work, cast.jaap)}"
    assert "Bel zijn oma op vrijdag" in taker.get(path).text
    send(taker, path)
    assert "Zaken die u overneemt" not in taker.get("/vandaag").text
    with at_work(cast.sanne):
        assert Kind.TAKEN_OVER in {one.kind for one in notices.messages().messages}
    with at_work(cast.jaap):
        assert [one.kind for one in notices.messages().messages] == [Kind.HANDED_OVER]


def test_both_take_part_until_the_day_and_one_after(
    cast: Cast, browse: Browse, handed: UUID, superuser: Engine
) -> None:
    assert browse(cast.sanne).get(f"/zaken/{handed}").status_code == 200
    assert browse(cast.jaap).get(f"/zaken/{handed}").status_code == 200
    with superuser.begin() as connection:
        until = connection.execute(
            text(
                "SELECT valid_until AT TIME ZONE 'Europe/Amsterdam' FROM case_member"
                " WHERE case_id = :case AND user_id = :user"
            ),
            {"case": handed, "user": cast.sanne.id},
        ).scalar_one()
        assert f"{until:%Y-%m-%d %H:%M}" == f"{UNTIL + timedelta(days=1)} 00:00"
        connection.execute(
            text("UPDATE case_member SET valid_until = now() WHERE user_id = :user"),
            {"user": cast.sanne.id},
        )
    assert browse(cast.sanne).get(f"/zaken/{handed}").status_code == 404
    assert browse(cast.jaap).get(f"/zaken/{handed}").status_code == 200


def test_what_must_not_be_forgotten_is_between_two(
    cast: Cast, at_work: AtWork, browse: Browse, handed: UUID
) -> None:
    path = f"/overdracht/{handover_id(at_work, cast.sanne)}"
    assert "Bel zijn oma" in browse(cast.sanne).get(path).text
    for person in (cast.bas, cast.fatma, cast.karim, cast.other):
        assert browse(person).get(path).status_code == 404
    giver = browse(cast.sanne)
    assert (
        giver.post(path, data=filled(giver, f"/zaken/{handed}/factoren/nieuw")).status_code == 404
    )
    with at_work(cast.bas):
        assert db.session.scalars(select(Handover.id)).all() == []


def test_a_director_hands_the_direction_over(
    cast: Cast, at_work: AtWork, superuser: Engine
) -> None:
    case_id = build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO role_grant (municipality_id, id, user_id, role, granted_by,"
                " approved_by, valid_from) VALUES ('GM0363', gen_random_uuid(), :user,"
                " 'case_director', gen_random_uuid(), gen_random_uuid(), now() - interval '1 day')"
            ),
            {"user": cast.fatma.id},
        )
    with at_work(cast.bas):
        with pytest.raises(Invalid, match="andere functie"):
            services.hand_over(build.the_case(case_id), gift(cast.fatma), today=build.TODAY)
        db.session.rollback()
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE case_member SET valid_until = now() WHERE user_id = :user"),
            {"user": cast.fatma.id},
        )
    with at_work(cast.bas):
        services.hand_over(build.the_case(case_id), gift(cast.fatma), today=build.TODAY)
    with at_work(cast.fatma):
        assert build.the_case(case_id).director_id == cast.fatma.id


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"note": "  "}, "niet mag vergeten"),
        ({"last_day": build.TODAY - timedelta(days=1)}, "nog komt"),
        ({"last_day": build.TODAY + timedelta(days=93)}, "drie maanden"),
    ],
)
def test_what_cannot_be_is_said(
    cast: Cast, at_work: AtWork, changed: dict[str, object], words: str
) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        with pytest.raises(Invalid, match=words):
            services.hand_over(
                build.the_case(case_id), gift(cast.jaap, **changed), today=build.TODAY
            )
        db.session.rollback()


@pytest.mark.parametrize("name", ["sanne", "bas", "karim", "other"])
def test_only_a_colleague_with_the_same_role_takes_over(
    cast: Cast, at_work: AtWork, name: str
) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        with pytest.raises(Invalid, match="uit de lijst"):
            services.hand_over(
                build.the_case(case_id), gift(getattr(cast, name)), today=build.TODAY
            )
        db.session.rollback()


def test_nobody_hands_over_twice(cast: Cast, at_work: AtWork, handed: UUID) -> None:
    with at_work(cast.sanne):
        with pytest.raises(Invalid, match="al overgedragen"):
            services.hand_over(build.the_case(handed), gift(cast.jaap), today=build.TODAY)
        db.session.rollback()


def test_a_closed_case_stays_where_it_is(cast: Cast, at_work: AtWork) -> None:
    case_id = build.a_closed_case(cast, at_work)
    with at_work(cast.sanne):
        with pytest.raises(Invalid, match="afgesloten"):
            services.hand_over(build.the_case(case_id), gift(cast.jaap), today=build.TODAY)
        db.session.rollback()


def test_the_note_lies_encrypted(cast: Cast, handed: UUID, superuser: Engine) -> None:
    with superuser.connect() as connection:
        row = connection.execute(text("SELECT handover::text FROM handover")).scalar_one()
    assert "zijn oma" not in row
    assert b"zijn oma".hex() not in row


def test_bad_words_lose_nothing(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    case_id = build.a_case(cast, at_work)
    answer = send(
        browse(cast.sanne),
        f"/zaken/{case_id}/overdragen",
        to_id=cast.jaap.id,
        last_day="31-2-2027",
        note="Denk aan de brief.",
    )
    assert answer.status_code == 422
    assert "Denk aan de brief." in answer.text
    assert "31-2-2027" in answer.text
    assert "Deze dag bestaat niet" in answer.text
