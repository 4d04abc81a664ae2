"""A new password: only by who knows the present one, and the end of every other session."""

import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from pmg.clock import now
from pmg.extensions import db
from pmg.security import passwords
from pmg.security.second_factor import STEP
from tests.acting import send
from tests.cast import PASSWORD, Cast, Person
from tests.conftest import AtWork
from tests.security.test_sessions import sign_in

Browse = Callable[[Person], FlaskClient]
NEW = "drie groene fietsen in de regen"


def code(person: Person, *, later: int = 0) -> str:
    return str(pyotp.TOTP(person.secret).at(now() + timedelta(seconds=later * STEP)))


def change(client: FlaskClient, person: Person, **answers: str) -> TestResponse:
    mine = {"present": PASSWORD, "password": NEW, "again": NEW, "code": code(person)}
    return send(client, "/wachtwoord", **mine | answers)


def test_the_new_password_opens_the_door_and_the_old_one_does_not(
    app: Flask, browse: Browse, cast: Cast
) -> None:
    assert change(browse(cast.sanne), cast.sanne).location == "/sessies"
    later = code(cast.sanne, later=1)
    assert sign_in(app, cast.sanne, code=later)[1] == 422
    assert sign_in(app, cast.sanne, password=NEW, code=later)[1] == 302


def test_every_other_session_and_a_copy_of_this_one_are_dead(
    app: Flask, browse: Browse, cast: Cast
) -> None:
    client, elsewhere = browse(cast.sanne), browse(cast.sanne)
    copied = client.get_cookie("pmg")
    assert copied is not None
    thief = app.test_client()
    thief.set_cookie("pmg", copied.value)
    change(client, cast.sanne)
    assert "Uw wachtwoord is gewijzigd" in client.get("/sessies").text
    found = [each.get("/zaken").status_code for each in (client, elsewhere, thief)]
    assert found == [200, 302, 302]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"present": "een andere lange zin"}, "Uw huidige wachtwoord of uw code klopt niet"),
        ({"code": "000000"}, "Uw huidige wachtwoord of uw code klopt niet"),
        ({"password": "te kort", "again": "te kort"}, "van 15 tot 128 tekens"),
        ({"password": "x" * 100_000, "again": "x" * 100_000}, "van 15 tot 128 tekens"),
        ({"password": "wachtwoord 1234", "again": "wachtwoord 1234"}, "te bekend"),
        ({"again": "drie groene fietsen in de zon"}, "niet gelijk"),
        ({"password": PASSWORD, "again": PASSWORD}, "Dit is uw huidige wachtwoord"),
        ({"present": "", "code": ""}, "Vul uw huidige wachtwoord in"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    app: Flask, browse: Browse, cast: Cast, wrong: dict[str, str], message: str
) -> None:
    client = browse(cast.sanne)
    answer = change(client, cast.sanne, **wrong)
    assert (answer.status_code, message in answer.text) == (422, True)
    assert NEW not in answer.text
    assert client.get("/zaken").status_code == 200
    assert sign_in(app, cast.sanne)[1] == 302


def test_guessing_the_present_password_in_an_open_session_is_slowed_down(
    browse: Browse, cast: Cast
) -> None:
    client = browse(cast.sanne)
    for _ in range(6):
        change(client, cast.sanne, present="een zin die niet klopt")
    assert "Te vaak geprobeerd" in change(client, cast.sanne).text


def test_the_log_says_that_it_was_changed_and_not_what_it_became(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    change(browse(cast.sanne), cast.sanne)
    with superuser.connect() as connection:
        events = connection.execute(
            text("SELECT id, code, audit_event::text AS line FROM audit_event")
        ).all()
    assert [event.code for event in events] == ["password_changed"]
    assert not any(word in events[0].line for word in (NEW, PASSWORD, "argon2"))
    assert "Het wachtwoord is gewijzigd" in browse(cast.ans).get(f"/logboek/{events[0].id}").text


def test_nobody_can_write_the_password_of_another_by_injection(
    at_work: AtWork, cast: Cast, superuser: Engine
) -> None:
    with at_work(cast.jaap):
        db.session.execute(text("UPDATE user_account SET password_hash = 'x'"))
    with superuser.connect() as connection:
        spoilt = connection.execute(
            text("SELECT id FROM user_account WHERE password_hash = 'x'")
        ).scalars()
        assert list(spoilt) == [cast.jaap.id]


def test_a_letter_with_an_accent_is_one_letter_however_it_is_typed() -> None:
    composed = "één zin over drie cafés"
    kept = passwords.make(composed)
    assert passwords.verify(kept, unicodedata.normalize("NFD", composed))


def test_one_time_codes_are_not_used_up_by_what_was_wrong(browse: Browse, cast: Cast) -> None:
    client, same = browse(cast.sanne), code(cast.sanne)
    assert change(client, cast.sanne, code=same, again="iets anders dan dat").status_code == 422
    assert change(client, cast.sanne, code=same).status_code == 302
