"""What a device gets: chosen names, a key that only closes, and for how long."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from config import Settings
from pmg import create_app
from pmg.clock import AMSTERDAM, now
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.street import sweeping
from pmg.street.models import StreetKey
from pmg.street.rules import MOST, check_choice, moment_of
from pmg.street.services import switch, take_along
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.street.conftest import Phone


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return build.a_case(cast, at_work, given_name="Quirijn", family_name="van den Zwaluw")


def test_only_given_names_and_a_letter_go_along_of_who_was_chosen(
    cast: Cast, at_work: AtWork, phone: Any, case_id: UUID
) -> None:
    build.a_case(cast, at_work, given_name="Thuisblijver", birth_date=date(2009, 5, 5))
    answer = phone(cast.sanne).take(case_id)
    assert answer.json["youths"] == [{"case": str(case_id), "name": "Quirijn Z."}]
    assert set(answer.json) == {"key", "point", "seconds", "youths"}
    assert 0 < answer.json["seconds"] <= 12 * 3600
    for word in ("Zwaluw", "van den", "Thuisblijver", "2010", "Geuzenveld", "PMG-"):
        assert word not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_that_a_name_went_along_stands_in_the_log_of_that_case_alone(
    cast: Cast, at_work: AtWork, browse: Any, phone: Any, case_id: UUID
) -> None:
    other = build.a_case(cast, at_work, given_name="Noor", birth_date=date(2009, 5, 5))
    phone(cast.sanne).take(case_id)
    told = "nam de voornaam mee op een toestel"
    assert told in browse(cast.bas).get(f"/zaken/{case_id}/inzage").text
    assert told not in browse(cast.bas).get(f"/zaken/{other}/inzage").text


def test_who_is_not_the_readers_own_does_not_go_along(
    cast: Cast, at_work: AtWork, phone: Any, case_id: UUID
) -> None:
    foreign = build.a_referral(cast, at_work, by="other", given_name="Vreemd")
    jaap = phone(cast.jaap)
    answers = [jaap.take(one) for one in (case_id, foreign, uuid4())]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert len({answer.data for answer in answers}) == 1
    assert phone(cast.sanne).take(case_id, foreign).status_code == 422
    assert phone(cast.sanne).take().status_code == 422


def test_a_closed_case_does_not_go_along(cast: Cast, at_work: AtWork, phone: Any) -> None:
    closed = build.a_closed_case(cast, at_work)
    assert phone(cast.sanne).take(closed).status_code == 422


@pytest.mark.parametrize("who", ["els", "ans", "ad", "mo", "joost"])
def test_who_writes_no_contact_has_no_page_in_the_street(
    cast: Cast, phone: Any, case_id: UUID, who: str
) -> None:
    person = phone(getattr(cast, who))
    assert person.client.get("/op-straat").status_code == 404
    assert person.take(case_id).status_code == 404


def test_two_of_one_name_do_not_go_along_together(
    cast: Cast, at_work: AtWork, phone: Any, case_id: UUID
) -> None:
    twin = build.a_case(
        cast, at_work, given_name="Quirijn", family_name="Zomer", birth_date=date(2009, 5, 5)
    )
    sanne = phone(cast.sanne)
    answer = sanne.take(case_id, twin)
    assert answer.status_code == 422
    assert "Quirijn Z." in answer.json["message"]
    assert sanne.take(twin).status_code == 200


@pytest.mark.parametrize("odd", ["x", "\0", "", "9" * 400, "é"])
def test_an_id_that_is_none_is_no_server_error(cast: Cast, phone: Any, odd: str) -> None:
    assert phone(cast.sanne).take(odd).status_code == 422


def test_it_is_off_until_the_administrator_says_otherwise(
    cast: Cast, browse: Any, case_id: UUID
) -> None:
    sanne = Phone(browse(cast.sanne))
    assert "Uw gemeente heeft Op straat niet aangezet" in sanne.client.get("/op-straat").text
    assert "Quirijn" not in sanne.client.get("/op-straat").text
    assert sanne.take(case_id).status_code == 422
    assert "Op straat" not in sanne.client.get("/vandaag").text


def test_the_administrator_switches_it_on_and_off_for_his_own_municipality(
    cast: Cast, browse: Any, case_id: UUID, superuser: Engine
) -> None:
    admin, sanne, other = (browse(one) for one in (cast.ad, cast.sanne, cast.other))
    for answer, told in (("aan", "Aangezet"), ("uit", "Uitgezet")):
        page = admin.get("/beheer/op-straat").text
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[-1]
        sent = {"csrf_token": token, "setting": answer}
        assert admin.post("/beheer/op-straat", data=sent).status_code == 302
        assert told in admin.get("/beheer/op-straat").text
        is_shown = "Meenemen op dit toestel" in sanne.get("/op-straat").text
        assert is_shown == (answer == "aan")
        assert "niet aangezet" in other.get("/op-straat").text
    assert sanne.get("/beheer/op-straat").status_code == 404
    with superuser.connect() as connection:
        logged = connection.execute(
            text("SELECT count(*) FROM audit_event WHERE action = 'street:switch'")
        ).scalar_one()
    assert logged >= 2


def states(phone: Phone) -> list[str]:
    return list(phone.standing()["keys"].values())


def test_a_key_lives_through_an_idle_session_and_moves_to_the_next_of_the_same_person(
    cast: Cast, browse: Any, phone: Any, case_id: UUID, superuser: Engine
) -> None:
    first = phone(cast.sanne)
    first.take(case_id)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET idle_until = now()"))
    assert first.standing()["signed_in"] is False
    assert states(first) == ["geldig"]
    again = Phone(browse(cast.sanne), first.key, first.point)
    assert states(again) == ["geldig"]
    assert again.send(case_id).json == {"outcome": "taken"}
    again.post("/afmelden")
    assert states(again) == ["weg"]


@pytest.mark.parametrize("how", ["sign_out", "end_session", "end_all", "disabled", "expired"])
def test_the_key_is_destroyed_with_what_it_hangs_on(
    cast: Cast, phone: Any, case_id: UUID, superuser: Engine, settings: Settings, how: str
) -> None:
    device = phone(cast.sanne)
    device.take(case_id)
    assert states(device) == ["geldig"]
    if how == "sign_out":
        device.post("/afmelden")
    else:
        with superuser.begin() as connection:
            connection.execute(text(_ENDINGS[how]))
    assert states(device) == ["weg"]
    if how == "expired":
        as_worker = replace(settings, database_url=settings.worker_database_url)
        with create_app(as_worker).app_context():
            sweeping.forget_old()
            for engine in db.engines.values():
                engine.dispose()
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM street_key")).scalar_one() == 0


_ENDINGS = {
    "end_session": "UPDATE user_session SET ended_at = now()",
    "end_all": "UPDATE user_session SET ended_at = now() WHERE ended_at IS NULL",
    "disabled": "UPDATE user_account SET active = false",
    "expired": "UPDATE street_key SET made_at = now() - interval '12 hours', expires_at = now()",
}


def test_the_reader_wipes_a_lost_phone_from_another(
    cast: Cast, browse: Any, phone: Any, case_id: UUID
) -> None:
    lost = phone(cast.sanne)
    lost.take(case_id)
    desk = Phone(browse(cast.sanne))
    assert "Toestellen met een lijst" in desk.client.get("/op-straat").text
    assert desk.post(f"/op-straat/toestel/{lost.key}/wissen").status_code == 302
    assert states(lost) == ["weg"]
    assert lost.send(case_id).json == {"outcome": "gone"}
    assert "Toestellen met een lijst" not in desk.client.get("/op-straat").text


def test_a_key_of_more_than_half_a_day_cannot_exist(
    cast: Cast, at_work: AtWork, phone: Any, case_id: UUID, superuser: Engine
) -> None:
    phone(cast.sanne).take(case_id)
    with pytest.raises(DBAPIError, match="half_a_day"), superuser.begin() as connection:
        connection.execute(
            text("UPDATE street_key SET expires_at = made_at + interval '12 hours 1 second'")
        )


def test_row_security_gives_nobody_a_key_of_another(
    cast: Cast, at_work: AtWork, phone: Any, case_id: UUID
) -> None:
    sanne = phone(cast.sanne)
    sanne.take(case_id)
    for person, count in ((cast.sanne, 1), (cast.jaap, 0), (cast.ad, 0), (cast.other, 0)):
        with at_work(person):
            rows = db.session.query(StreetKey).all()
            assert len(rows) == count


def test_while_it_is_off_the_database_itself_takes_no_key(
    cast: Cast, at_work: AtWork, switched_on: None, case_id: UUID
) -> None:
    with at_work(cast.sanne) as reader:
        take_along([case_id], moment=now())
        key = db.session.query(StreetKey).one()
        kept = {
            name: getattr(key, name)
            for name in ("municipality_id", "user_id", "session_id", "private_key_sealed")
        }
        assert kept["user_id"] == reader.user_id
    with at_work(cast.ad):
        switch(is_on=False)
    with at_work(cast.sanne) as reader:
        kept["session_id"] = reader.session_id
        moment = now()
        db.session.add(
            StreetKey(**kept, id=uuid4(), made_at=moment, expires_at=moment + timedelta(hours=1))
        )
        with pytest.raises(DBAPIError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_whoever_is_not_signed_in_hears_nothing_but_the_worth_of_keys(app: Any) -> None:
    stranger = app.test_client()
    asked = ",".join(["x", str(uuid4()), *["\x7f"] * 50])
    answer = stranger.get("/op-straat/stand", headers={"X-Street-Keys": asked})
    assert answer.json["signed_in"] is False
    assert answer.json["csrf"] == ""
    assert list(answer.json["keys"].values()) == ["weg"]
    for path in ("meenemen", "versturen"):
        answer = stranger.post(f"/op-straat/{path}", data={"x": "y"})
        assert (answer.status_code, "key" in answer.text) == (400, False)


def test_the_shell_the_manifest_and_the_worker_hold_no_data_and_are_the_same_for_everyone(
    app: Any, cast: Cast, phone: Any, case_id: UUID
) -> None:
    stranger, sanne = app.test_client(), phone(cast.sanne).client
    for path in ("zonder-netwerk", "app.webmanifest", "werker.js"):
        pages = [client.get(f"/op-straat/{path}").text for client in (stranger, sanne)]
        assert pages[0] == pages[1]
        assert "csrf" not in pages[0]
    manifest = json.loads(stranger.get("/op-straat/app.webmanifest").text)
    assert manifest["start_url"] == "/op-straat"
    for icon in manifest["icons"]:
        answer = stranger.get(icon["src"])
        assert answer.data.startswith(b"\x89PNG")
        width = int.from_bytes(answer.data[16:20], "big")
        assert icon["sizes"] == f"{width}x{width}"
    worker = stranger.get("/op-straat/werker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/op-straat"
    assert worker.mimetype == "text/javascript"


@given(st.lists(st.sampled_from(["Noor A.", "Sem B.", "Yassin B."]), max_size=6))
def test_a_choice_is_right_when_all_are_there_and_differ(names: list[str]) -> None:
    is_right = bool(names) and len(set(names)) == len(names)
    try:
        check_choice(names, asked=len(names))
    except Invalid:
        assert not is_right
    else:
        assert is_right


def test_a_whole_caseload_does_not_go_along() -> None:
    names = [f"Noor {number}." for number in range(MOST + 1)]
    with pytest.raises(Invalid, match="hoogstens 40"):
        check_choice(names, asked=len(names))


@given(st.integers(-24 * 60, 24 * 60), st.integers(0, 12 * 60))
def test_a_moment_is_that_of_the_device_and_never_lies_ahead(offset: int, after: int) -> None:
    taken_at = now()
    present = taken_at + timedelta(minutes=after)
    written = present + timedelta(minutes=offset)
    is_right = taken_at - timedelta(minutes=5) <= written <= present + timedelta(minutes=5)
    try:
        moment = moment_of(written, taken_at=taken_at, now=present)
    except Invalid:
        assert not is_right
    else:
        assert is_right
        assert (moment.on, moment.clock) <= (
            present.astimezone(AMSTERDAM).date(),
            present.astimezone(AMSTERDAM).time(),
        )
