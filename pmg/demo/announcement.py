"""What is printed of the demo accounts: who there is, and the one-time codes of this moment."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import pyotp
from psycopg.errors import UndefinedTable

from pmg.accounts.services import login_digest
from pmg.demo.people import PASSWORD, Account, cast, totp_secret
from pmg.demo.stores import Stores
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.security.second_factor import STEP


def accounts(stores: Stores, *, moment: datetime) -> list[str]:
    """Return the lines that tell how to sign in as each of the cast."""
    stores.open_vault()
    known = _known(stores)
    shown = [one for one in cast(len(MUNICIPALITIES)) if one.id in known]
    lines = [
        "",
        "Every name and every case in it is invented. Sign in with a login, the password",
        f"    {PASSWORD}",
        "and a code of six figures. Put a secret from the last column in an authenticator app,",
        "or ask for the code of the moment (each works once):",
        "    .venv/bin/pmg code LOGIN",
    ]
    for place, people in groupby(shown, key=lambda one: one.municipality_id):
        name = MUNICIPALITIES[place].name if place in MUNICIPALITIES else "Ministerie"
        lines += ["", name, *_table(list(people), moment)]
    return lines


def code(stores: Stores, login: str, *, moment: datetime) -> str | None:
    """Return a code that works now, or None when there is no such account."""
    stores.open_vault()
    try:
        with stores.data() as connection:
            found = connection.execute(
                "SELECT totp_last_step FROM user_account WHERE login_digest = %s AND active",
                (login_digest(login),),
            ).fetchone()
    except UndefinedTable:  # nothing was ever started here
        return None
    if found is None:
        return None
    present = int(moment.timestamp()) // STEP
    # A used code is dead, so offer the first that still works; the next one is taken as well.
    step = max(present, int(found[0]) + 1)
    return _code(totp_secret(login), step)


def _code(secret: str, step: int) -> str:
    return str(pyotp.TOTP(secret).at(step * STEP))


def _known(stores: Stores) -> set[UUID]:
    with stores.data() as connection:
        rows: Sequence[Any] = connection.execute("SELECT id FROM user_account").fetchall()
    return {row[0] for row in rows}


def _table(people: Sequence[Account], moment: datetime) -> list[str]:
    step = int(moment.timestamp()) // STEP
    rows = [
        (
            one.role.label if one.role != "partner_professional" else one.organisation.name,
            one.name,
            one.login,
            _code(one.totp_secret, step),
            one.totp_secret,
        )
        for one in people
    ]
    heads = ("role", "name", "login", "code now", "secret")
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    return [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (heads, *rows)
    ]
