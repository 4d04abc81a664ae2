"""Attacks on accounts: hashes by injection, a role that was taken away, one code used twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.accounts import services as accounts
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
    assert sum("Te vaak geprobeerd" in page for page in pages) == 12 - tried


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
