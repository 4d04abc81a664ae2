"""A site of a million cases: a loaded one, many times over, with names that still open.

Loading a million by the demo takes most of half an hour. Copies are rows like their originals
under ids of their own; only what a search opens, the name and the birth date, is sealed anew,
under a new key for each youth. The readers of the benchmark keep the cases that they have.
"""

import hashlib
import os
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import sql

from pmg.demo.stores import Stores
from pmg.security.encryption import Place, seal, unseal
from pmg.security.keystore import KEY_BYTES, RootKey

Connection = psycopg.Connection[tuple[Any, ...]]

_TABLES = (
    "youth", "case_file", "case_member", "referral", "triage_decision", "closure",
    "factor_observation", "trajectory", "audit_event", "audit_subject",
)  # fmt: skip
_IDS = frozenset({"id", "youth_id", "case_id", "event_id", "corrects_id"})
_NAMES = {"given_name_sealed": 32, "family_name_sealed": 32, "birth_date_sealed": 16}
_LEFT_OUT = {"youth": frozenset({"bsn_sealed", "bsn_digest", "area_sealed"})}
_FRESH = ("turn", "youth_id", "id", *_NAMES)
_ONLY = {
    "youth": "JOIN fresh f ON f.youth_id = t.id AND f.turn = turns.turn",
    "case_member": "WHERE t.user_id <> ALL (%(but)s)",
}


def multiply(
    stores: Stores, connection: Connection, *, place: str, times: int, but: list[UUID]
) -> None:
    """Make `times` of every case of a municipality; `but` are readers whose seats stay single.

    `connection` is that of a superuser: what the copies point at is there, and not looked up.
    """
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "CREATE TEMPORARY TABLE fresh (turn int, youth_id uuid, id uuid, given_name_sealed bytea,"
        " family_name_sealed bytea, birth_date_sealed bytea)"
    )
    print("  names of the copies", flush=True)
    _name_anew(stores, connection, place, times)
    connection.execute("ANALYZE fresh")
    for table in _TABLES:
        print(f"  {table}", flush=True)
        connection.execute(_copying(connection, table, times), {"but": but})
    connection.execute("SET session_replication_role = origin")


def _name_anew(stores: Stores, connection: Connection, place: str, times: int) -> None:
    """Put the sealed names of the copies in `fresh`, and their keys in the keystore."""
    wrapper = RootKey(stores.municipality_key(place))
    with stores.keystore() as keystore:
        wrapped = dict(keystore.execute("SELECT id, wrapped FROM data_key").fetchall())
        found = connection.execute(
            "SELECT id, given_name_sealed, family_name_sealed, birth_date_sealed FROM youth"
        ).fetchall()
        into_fresh = sql.SQL("COPY fresh ({}) FROM STDIN").format(
            sql.SQL(", ").join(map(sql.Identifier, _FRESH))
        )
        into_keys = "COPY data_key (municipality_id, id, wrapped) FROM STDIN"
        with (
            connection.cursor().copy(into_fresh) as names,
            keystore.cursor().copy(into_keys) as keys,
        ):
            for youth_id, *sealed in found:
                old = AESGCM(wrapper.unwrap(bytes(wrapped[youth_id]), youth_id.bytes))
                plain = [
                    unseal(old, Place(place, "youth", column, youth_id), bytes(blob))
                    for column, blob in zip(_NAMES, sealed, strict=True)
                ]
                for turn in range(1, times):
                    new_id, key = _copied(youth_id, turn), os.urandom(KEY_BYTES)
                    keys.write_row((place, new_id, wrapper.wrap(key, new_id.bytes)))
                    names.write_row((turn, youth_id, new_id, *_sealed(key, place, new_id, plain)))


def _sealed(key: bytes, place: str, youth_id: UUID, plain: list[bytes]) -> Iterator[bytes]:
    cipher = AESGCM(key)
    for (column, pad), text in zip(_NAMES.items(), plain, strict=True):
        yield seal(cipher, Place(place, "youth", column, youth_id), text, pad=pad)


def _copied(original: UUID, turn: int) -> UUID:
    """Return the id of a copy, as `_value` has the database make it."""
    return UUID(hashlib.md5(f"{original}#{turn}".encode(), usedforsecurity=False).hexdigest())


def _copying(connection: Connection, table: str, times: int) -> sql.Composed:
    """Return the statement that copies every row of a table: it sees the originals only."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
        (table,),
    )
    names = [name for (name,) in found if name not in _LEFT_OUT.get(table, ())]
    return sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {values} FROM {table} t"
        " CROSS JOIN generate_series(1, {last}) AS turns (turn) {only}"
    ).format(
        table=sql.Identifier(table),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(_value(name) for name in names),
        last=times - 1,
        only=sql.SQL(_ONLY.get(table, "")),
    )


def _value(name: str) -> sql.Composed:
    column = sql.Identifier(name)
    if name in _NAMES:
        return sql.SQL("f.{}").format(column)
    if name in _IDS:
        return sql.SQL("md5(t.{} || '#' || turns.turn)::uuid").format(column)
    if name == "number":
        return sql.SQL("t.{} || '-' || turns.turn").format(column)
    return sql.SQL("t.{}").format(column)
