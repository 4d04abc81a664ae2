"""Signing in over HTTP, and what a dead session still gives: nothing."""

import re
from collections.abc import Callable

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from tests.cast import PASSWORD, Cast, Person


def csrf(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    assert found
    return found[1]


def answers(person: Person, **changed: str) -> dict[str, str]:
    code = pyotp.TOTP(person.secret).now()
    return {"login": person.login, "password": PASSWORD, "code": code} | changed


def sign_in(app: Flask, person: Person, **changed: str) -> tuple[FlaskClient, int]:
    client = app.test_client()
    token = csrf(client, "/aanmelden")
    sent = client.post("/aanmelden", data=answers(person, **changed) | {"csrf_token": token})
    return client, sent.status_code


def test_password_and_code_open_the_door(app: Flask, cast: Cast) -> None:
    client, status = sign_in(app, cast.sanne)
    assert status == 302
    assert "Sanne" in client.get("/zaken").text


def test_a_wrong_password_and_a_wrong_name_get_the_same_answer(app: Flask, cast: Cast) -> None:
    pages = []
    for changed in ({"password": "een andere lange zin"}, {"login": "niemand@voorbeeld.test"}):
        client = app.test_client()
        data = answers(cast.sanne, **changed) | {"csrf_token": csrf(client, "/aanmelden")}
        pages.append(client.post("/aanmelden", data=data))
    assert [page.status_code for page in pages] == [422, 422]
    assert all("Deze gegevens kloppen niet" in page.text for page in pages)


def test_a_code_works_once(app: Flask, cast: Cast) -> None:
    assert [sign_in(app, cast.sanne)[1] for _ in range(2)] == [302, 422]


def test_after_signing_out_a_copied_cookie_is_dead(
    app: Flask, browse: Callable[[Person], FlaskClient], cast: Cast
) -> None:
    client = browse(cast.ad)
    copied = client.get_cookie("pmg")
    assert copied is not None
    client.post("/afmelden", data={"csrf_token": csrf(client, "/sessies")})
    thief = app.test_client()
    thief.set_cookie("pmg", copied.value)
    assert thief.get("/beheer/accounts").location.startswith("/aanmelden")


def test_a_session_that_idled_out_in_the_database_is_dead(
    browse: Callable[[Person], FlaskClient], cast: Cast, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET idle_until = now() - interval '1 s'"))
    assert client.get("/zaken").status_code == 302


def test_a_form_sent_too_late_says_so_and_leads_back_to_its_own_page(
    app: Flask, browse: Callable[[Person], FlaskClient], cast: Cast, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    token = csrf(client, "/zaken/bekend")
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET idle_until = now() - interval '1 s'"))
    late = client.post("/zaken/bekend", data={"csrf_token": token, "given_name": "Zeynep"})
    assert late.location == "/aanmelden?next=/zaken/bekend"
    page = client.get(late.location).text
    assert "is niet aangekomen" in page
    assert "Zeynep" not in page
    again = answers(cast.sanne) | {"csrf_token": csrf(client, late.location)}
    assert client.post(late.location, data=again).location == "/zaken/bekend"


def test_a_late_press_on_a_button_without_a_page_leads_to_the_start(
    browse: Callable[[Person], FlaskClient], cast: Cast, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    token = csrf(client, "/sessies")
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET idle_until = now() - interval '1 s'"))
    assert client.post("/afmelden", data={"csrf_token": token}).location == "/aanmelden"


def test_guessing_is_slowed_down(app: Flask, cast: Cast) -> None:
    for _ in range(6):
        client, _status = sign_in(app, cast.sanne, password="een andere lange zin")
    data = answers(cast.sanne) | {"csrf_token": csrf(client, "/aanmelden")}
    assert "Te vaak geprobeerd" in client.post("/aanmelden", data=data).text
