"""Attacks on accounts: hashes by injection, a role that was taken away, one code used twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.accounts import services as accounts
from pmg.clock import now
from pmg.extensions import db
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.promises.conftest import FAMILY, GIVEN, Planted, Seat
from tests.promises.waiting import meanwhile
from tests.security.test_sessions import answers, csrf, sign_in

Browse = Callable[[Person], FlaskClient]

# Everything a role can read of accounts, tried as the key of a function that hands out hashes.
_HASHES = """
    SELECT count(f.password_hash) FROM {table} t, LATERAL pmg_find_login(t.{column}) f
"""
_BYTES_IT_READS = """
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    WHERE c.table_schema = 'public' AND c.data_type = 'bytea'
      AND has_column_privilege('pmg_app', c.table_name, c.column_name, 'SELECT')
"""


def test_an_injected_select_gets_no_password_hash_of_a_colleague(
    app: Flask, cast: Cast, at_work: AtWork, superuser: Engine
) -> None:
    sign_in(app, cast.karim, password="een zin die niet klopt")  # leaves a failure behind
    with superuser.connect() as connection:
        readable = connection.execute(text(_BYTES_IT_READS)).all()
    assert readable
    for table, column in readable:
        with at_work(cast.sanne):
            found = db.session.scalar(text(_HASHES.format(table=table, column=column)))
        assert not found, f"{table}.{column} opens password hashes"


def test_who_lost_his_role_loses_his_cases_at_once(
    browse: Browse, cast: Cast, planted: Planted, seat: Seat, superuser: Engine
) -> None:
    seat(cast.karim)
    client, path = browse(cast.karim), f"/zaken/{planted.case_id}"
    assert GIVEN in client.get(path).text
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE role_grant SET valid_until = now() WHERE user_id = :user"),
            {"user": cast.karim.id},
        )
    answer = client.get(path)
    assert answer.status_code == 404
    assert FAMILY not in answer.text


def test_a_case_lost_with_a_role_is_not_kept_by_another_role(
    browse: Browse, cast: Cast, planted: Planted, seat: Seat, superuser: Engine
) -> None:
    seat(cast.karim)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE role_grant SET role = 'policy_officer' WHERE user_id = :user"),
            {"user": cast.karim.id},
        )
    client = browse(cast.karim)
    assert client.get("/rapportage").status_code == 200
    assert client.get(f"/zaken/{planted.case_id}").status_code == 404


@pytest.mark.parametrize("table", ["case_file", "youth", "case_member", "referral"])
def test_who_lost_his_role_finds_no_row_by_injection(
    cast: Cast, at_work: AtWork, planted: Planted, seat: Seat, superuser: Engine, table: str
) -> None:
    seat(cast.karim)
    count = text(f"SELECT count(*) FROM {table}")
    with at_work(cast.karim):
        assert db.session.scalar(count)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE role_grant SET role = 'policy_officer' WHERE user_id = :user"),
            {"user": cast.karim.id},
        )
    with at_work(cast.karim):
        assert not db.session.scalar(count)


def test_guesses_sent_at_once_count_as_guesses_in_a_row(app: Flask, cast: Cast) -> None:
    def guess(_number: int) -> str:
        client = app.test_client()
        data = answers(cast.sanne, password="een zin die niet klopt")
        data["csrf_token"] = csrf(client, "/aanmelden")
        return client.post("/aanmelden", data=data).text

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(guess, range(12)))
    tried = sum("Deze gegevens kloppen niet" in page for page in pages)
    assert 5 <= tried <= 6  # a slow machine may reach the end of the first wait, of a second
    # On a busy machine the last in line give up waiting for their turn: not tried either.
    refused = ("Te vaak geprobeerd", "Er ging iets mis bij ons")
    assert sum(any(word in page for word in refused) for page in pages) == 12 - tried


def test_who_fails_on_purpose_elsewhere_keeps_nobody_out(app: Flask, cast: Cast) -> None:
    for _ in range(12):
        fail(app, cast.sanne, "192.0.2.7")
    assert "Te vaak geprobeerd" in fail(app, cast.sanne, "192.0.2.7")
    assert sign_in(app, cast.sanne)[1] == 302


def test_who_fails_on_purpose_at_the_same_office_keeps_nobody_out_of_the_own_browser(
    app: Flask, cast: Cast
) -> None:
    own, _status = sign_in(app, cast.sanne)
    own.post("/afmelden", data={"csrf_token": csrf(own, "/sessies")})
    for _ in range(12):
        fail(app, cast.sanne)
    assert "Te vaak geprobeerd" in fail(app, cast.sanne)
    later = pyotp.TOTP(cast.sanne.secret).at(now() + timedelta(seconds=30))
    data = answers(cast.sanne, code=str(later)) | {"csrf_token": csrf(own, "/aanmelden")}
    assert own.post("/aanmelden", data=data).status_code == 302


def test_a_known_browser_is_known_for_its_own_account_only_and_has_a_brake_too(
    app: Flask, cast: Cast
) -> None:
    jaaps, _status = sign_in(app, cast.jaap)
    (mine,) = [cookie for cookie in jaaps._cookies.values() if "known" in cookie.key]
    (his,) = [
        cookie.key
        for cookie in sign_in(app, cast.sanne)[0]._cookies.values()
        if "known" in cookie.key
    ]
    assert (mine.path, mine.http_only, cast.jaap.login in mine.value) == ("/aanmelden", True, False)
    thief = app.test_client()
    thief.set_cookie(his, mine.value, path="/aanmelden")
    for _ in range(6):
        fail(app, cast.sanne)
    assert "Te vaak geprobeerd" in fail(app, cast.sanne, client=thief)
    jaaps.delete_cookie("pmg")
    for _ in range(6):
        fail(app, cast.jaap, client=jaaps)
    assert "Te vaak geprobeerd" in fail(app, cast.jaap, client=jaaps)


def test_one_account_cannot_be_tried_from_everywhere(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = accounts.Limit(3, accounts.OF_ACCOUNT.longest_wait)
    monkeypatch.setattr(accounts, "OF_ACCOUNT", limit)
    pages = [fail(app, cast.sanne, f"192.0.2.{number}") for number in range(6)]
    assert "Te vaak geprobeerd" in pages[-1]


def fail(
    app: Flask, person: Person, address: str = "127.0.0.1", *, client: FlaskClient | None = None
) -> str:
    """Try a password that is wrong, from somewhere; return what the page says."""
    client = client or app.test_client()
    data = answers(person, password="een zin die niet klopt")
    data["csrf_token"] = csrf(client, "/aanmelden")
    return client.post("/aanmelden", data=data, environ_base={"REMOTE_ADDR": address}).text


def test_a_colleague_behind_the_same_address_is_not_kept_out(app: Flask, cast: Cast) -> None:
    for number in range(20):
        sign_in(app, cast.karim, login=f"iemand{number}@voorbeeld.test", password="niet de goede")
    assert sign_in(app, cast.sanne)[1] == 302


def test_one_address_cannot_try_every_account(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = accounts.Limit(3, accounts.OF_ADDRESS.longest_wait)
    monkeypatch.setattr(accounts, "OF_ADDRESS", limit)
    for person in (cast.karim, cast.bas, cast.fatma, cast.jaap):
        client, _status = sign_in(app, person, password="welkom in onze gemeente")
    data = answers(cast.els) | {"csrf_token": csrf(client, "/aanmelden")}
    assert "Te vaak geprobeerd" in client.post("/aanmelden", data=data).text
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.post("/aanmelden", data=data, environ_base=elsewhere).status_code == 302


def test_of_two_who_use_one_code_the_second_gets_no_session(
    app: Flask, cast: Cast, superuser: Engine
) -> None:
    answers: list[int] = []
    with superuser.connect() as first:
        first.execute(
            text("UPDATE user_account SET totp_last_step = 2000000000 WHERE id = :user"),
            {"user": cast.sanne.id},
        )
        with meanwhile(superuser, lambda: answers.append(sign_in(app, cast.sanne)[1])):
            first.commit()
    with superuser.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM user_session")).scalar_one()
    assert (answers, left) == ([422], 0)
