"""The two databases and their keys, as whoever loads demo data needs them."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import sql

from pmg.security.encryption import open_vault
from pmg.security.keystore import KEY_BYTES, Keystore, RootKey

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Stores:
    """Where to write as the owner of the tables, and under which root key."""

    owner_url: str = field(repr=False)
    keystore_owner_url: str = field(repr=False)
    root_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)

    def open_vault(self) -> None:
        """Plug the keys into `security.encryption`, as the application does at its start."""
        open_vault(Keystore(RootKey(self.root_key)), self.index_key)

    def data(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Connect to the data."""
        return psycopg.connect(_plain(self.owner_url))

    def keystore(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Connect to the wrapped keys."""
        return psycopg.connect(_plain(self.keystore_owner_url))

    def municipality_key(self, municipality_id: str) -> bytes:
        """Return the key of a municipality, made and committed at first use."""
        root, context = RootKey(self.root_key), f"municipality:{municipality_id}".encode()
        with self.keystore() as connection:
            connection.execute(
                "INSERT INTO municipality_key (municipality_id, wrapped) VALUES (%s, %s)"
                " ON CONFLICT DO NOTHING",
                (municipality_id, root.wrap(os.urandom(KEY_BYTES), context)),
            )
            row = connection.execute(
                "SELECT wrapped FROM municipality_key WHERE municipality_id = %s",
                (municipality_id,),
            ).fetchone()
        assert row is not None
        return root.unwrap(bytes(row[0]), context)

    def create_keys(self, municipality_id: str, ids: Sequence[UUID]) -> dict[UUID, AESGCM]:
        """Make and commit a data key for each youth; replaces keys that no row uses yet."""
        wrapper = RootKey(self.municipality_key(municipality_id))
        keys = {key_id: os.urandom(KEY_BYTES) for key_id in ids}
        with self.keystore() as connection:
            connection.execute(
                "DELETE FROM data_key WHERE municipality_id = %s AND id = ANY(%s)",
                (municipality_id, list(ids)),
            )
            copy(
                connection,
                "data_key",
                ("municipality_id", "id", "wrapped"),
                (
                    (municipality_id, key_id, wrapper.wrap(key, key_id.bytes))
                    for key_id, key in keys.items()
                ),
            )
        return {key_id: AESGCM(key) for key_id, key in keys.items()}


def copy(
    connection: "psycopg.Connection[tuple[Any, ...]]",
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
) -> None:
    """Write many rows at once, in the transaction of the connection."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor().copy(statement) as target:
        for row in rows:
            target.write_row(row)


def insert(
    connection: "psycopg.Connection[tuple[Any, ...]]",
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
) -> None:
    """Write many rows into a table with row security, where COPY is not allowed.

    They are copied beside it and inserted from there, so row security judges each of them.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    beside, target = sql.Identifier(f"new_{table}"), sql.Identifier(table)
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE IF NOT EXISTS {} (LIKE {} INCLUDING DEFAULTS)").format(
            beside, target
        )
    )
    copy(connection, f"new_{table}", columns, rows)
    connection.execute(
        sql.SQL("INSERT INTO {target} ({names}) SELECT {names} FROM {beside}").format(
            target=target, names=names, beside=beside
        )
    )
    connection.execute(sql.SQL("TRUNCATE {}").format(beside))


def _plain(url: str) -> str:
    """Return an address without the name of SQLAlchemy's driver."""
    return url.replace("postgresql+psycopg:", "postgresql:", 1)
