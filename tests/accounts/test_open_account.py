"""Opening accounts on the command line: the first by the installer, later ones with four eyes."""

from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from sqlalchemy import Engine, text

from config import Settings
from pmg.accounts.opening import NewAccount, open_account
from pmg.errors import Invalid
from pmg.security.policy import Role
from tests.cast import Cast
from tests.security.test_sessions import csrf

NEW = NewAccount(
    municipality_id="GM0014",
    login="nieuw@voorbeeld.test",
    name="Nynke Nieuw",
    partner_code="GEM-JEUGD",
    organisation="Jeugdteam",
    role=Role.CASE_DIRECTOR,
)


@pytest.fixture
def groningen(superuser: Engine, empty: None) -> None:
    with superuser.begin() as connection:
        connection.execute(
            text("INSERT INTO municipality VALUES ('GM0014', 'Groningen') ON CONFLICT DO NOTHING")
        )


def test_the_first_account_of_a_municipality_can_sign_in(
    app: Flask, groningen: None, settings: Settings
) -> None:
    with app.app_context():
        opened = open_account(settings.owner_database_url, NEW)
    client = app.test_client()
    answers = {
        "csrf_token": csrf(client, "/aanmelden"),
        "login": NEW.login,
        "password": opened.password,
        "code": pyotp.TOTP(opened.totp_secret).now(),
    }
    assert client.post("/aanmelden", data=answers).status_code == 302
    assert "Nynke Nieuw" in client.get("/zaken").text


@pytest.mark.parametrize(
    "colleagues",
    [
        {},
        {"granted_by": "ad@voorbeeld.test"},
        {"granted_by": "ad@voorbeeld.test", "approved_by": "ad@voorbeeld.test"},
        {"granted_by": "ad@voorbeeld.test", "approved_by": "other@voorbeeld.test"},
    ],
)
def test_a_later_account_needs_two_colleagues(
    app: Flask, cast: Cast, settings: Settings, colleagues: dict[str, str]
) -> None:
    new = replace(NEW, municipality_id="GM0363", **colleagues)
    with app.app_context(), pytest.raises(Invalid, match="twee collega"):
        open_account(settings.owner_database_url, new)


def test_two_colleagues_open_one_and_its_name_is_sealed(
    app: Flask, cast: Cast, settings: Settings, superuser: Engine
) -> None:
    new = replace(
        NEW, municipality_id="GM0363", granted_by=cast.ad.login, approved_by=cast.ans.login
    )
    with app.app_context():
        open_account(settings.owner_database_url, new)
    with superuser.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM user_account")).all())
    assert "Nynke" not in rows


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"municipality_id": "GM9999"}, "municipality"),
        ({"partner_code": "ONBEKEND"}, "partner"),
        ({"login": "ad@voorbeeld.test"}, "login"),
    ],
)
def test_what_cannot_be_right_is_named(
    app: Flask, cast: Cast, settings: Settings, change: dict[str, str], field: str
) -> None:
    new = replace(NEW, **{"municipality_id": "GM0363", "login": "x@voorbeeld.test"} | change)
    with app.app_context(), pytest.raises(Invalid) as refusal:
        open_account(settings.owner_database_url, new)
    assert refusal.value.field == field
