"""Writes the organisations, the accounts and the roles of the demo."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pmg.accounts.services import login_digest
from pmg.demo.people import NAMESPACE, PASSWORD, Account, Organisation, ministry
from pmg.demo.stores import Stores
from pmg.security import passwords
from pmg.security.encryption import Place, seal
from pmg.security.policy import Role

_PAD = 32
_EMPLOYED = timedelta(days=1200)
# Whoever gave the first roles in a municipality has no account any more.
_FOUNDERS = (uuid5(NAMESPACE, "founder"), uuid5(NAMESPACE, "second founder"))

_ORGANISATION = """
INSERT INTO organisation (municipality_id, id, partner_code, name)
VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"""
_ACCOUNT = """
INSERT INTO user_account (
    municipality_id, id, organisation_id, login_digest, name_sealed, login_sealed, password_hash,
    totp_sealed, totp_last_step, active, created_at, version)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0, true, %s, 1) ON CONFLICT DO NOTHING"""
_GRANT = """
INSERT INTO role_grant (
    municipality_id, id, user_id, role, granted_by, approved_by, valid_from)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""


def hire(
    stores: Stores,
    connection: "psycopg.Connection[tuple[Any, ...]]",
    people: Iterable[Account],
    organisations: Iterable[Organisation],
    *,
    today: date,
) -> None:
    """Give everyone an account with the demo password, and the ministry its readers."""
    ministry_itself, readers = ministry()
    since = datetime.combine(today - _EMPLOYED, time(9), UTC)
    kept = passwords.make(PASSWORD)
    ciphers: dict[str, AESGCM] = {}
    everyone = [*people, *readers]
    for account in everyone:
        if account.municipality_id not in ciphers:
            key = stores.municipality_key(account.municipality_id)
            ciphers[account.municipality_id] = AESGCM(key)
    with connection.cursor() as cursor:
        cursor.executemany(
            _ORGANISATION,
            [
                (one.municipality_id, one.id, one.partner_code, one.name)
                for one in (*organisations, ministry_itself)
            ],
        )
        cursor.executemany(
            _ACCOUNT, [_row(one, ciphers[one.municipality_id], kept, since) for one in everyone]
        )
        cursor.executemany(_GRANT, [grant for one in everyone for grant in _grants(one, since)])


def _row(account: Account, cipher: AESGCM, kept: str, since: datetime) -> tuple[object, ...]:
    def sealed(column: str, text: str) -> bytes:
        place = Place(account.municipality_id, "user_account", column, account.id)
        return seal(cipher, place, text.encode(), pad=_PAD)

    return (
        account.municipality_id,
        account.id,
        account.organisation.id,
        login_digest(account.login),
        sealed("name_sealed", account.name),
        sealed("login_sealed", account.login),
        kept,
        sealed("totp_sealed", account.totp_secret),
        since,
    )


def _grants(account: Account, since: datetime) -> Iterable[tuple[object, ...]]:
    first, second = _FOUNDERS
    grant_id: UUID = uuid5(NAMESPACE, f"{account.id}/{account.role}")
    yield (
        account.municipality_id, grant_id, account.id, Role(account.role).value,
        first, second, since,
    )  # fmt: skip
