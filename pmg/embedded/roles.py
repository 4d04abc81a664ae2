"""The roles and databases of a cluster, and who may connect to which."""

import json
import os
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

SUPERUSER = "postgres"


class Family(StrEnum):
    """The two kinds of database; neither's roles can connect to the other."""

    DATA = "pmg"
    KEYSTORE = "pmg_keystore"


OWNER = {Family.DATA: "pmg_owner", Family.KEYSTORE: "pmg_keystore_owner"}
READERS = {Family.DATA: ("pmg_app", "pmg_report", "pmg_worker"), Family.KEYSTORE: ("pmg_keystore",)}
_SHORT = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
SETTINGS: dict[str, dict[str, str]] = {
    "pmg_owner": {"lock_timeout": "30s"},
    "pmg_app": _SHORT,
    "pmg_report": {**_SHORT, "statement_timeout": "5min", "default_transaction_read_only": "on"},
    "pmg_worker": _SHORT,
    "pmg_keystore_owner": {"lock_timeout": "30s"},
    "pmg_keystore": _SHORT,
}


@dataclass(frozen=True, slots=True)
class Urls:
    """Addresses of one pair of databases, as SQLAlchemy takes them; they hold passwords."""

    database: str = field(repr=False)
    owner: str = field(repr=False)
    report: str = field(repr=False)
    worker: str = field(repr=False)
    keystore: str = field(repr=False)
    keystore_owner: str = field(repr=False)


def passwords(file: Path) -> dict[str, str]:
    """Read the password of each role, made at the first call and kept readable by its owner only.

    A local process of another user that reaches the socket is thus still a stranger.
    """
    wanted = {SUPERUSER, *SETTINGS}
    known: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if wanted - known.keys():
        known |= {role: secrets.token_urlsafe(24) for role in sorted(wanted - known.keys())}
        fresh = file.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as text:
            json.dump(known, text)
        fresh.replace(file)
    return known


def url(role: str, password: str, database: str, socket: Path) -> str:
    """Write the address of `database` for `role`, through the socket in the folder `socket`."""
    return f"postgresql+psycopg://{role}:{quote(password)}@/{quote(database)}?host={quote(str(socket))}"


def ensure_roles(connection: psycopg.Connection, known: dict[str, str]) -> None:
    """Make the roles what this file says they are, whatever they were before."""
    there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role, settings in SETTINGS.items():
        verb = sql.SQL("ALTER" if role in there else "CREATE")
        connection.execute(
            sql.SQL(
                "{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
                " PASSWORD {}"
            ).format(verb, sql.Identifier(role), sql.Literal(known[role]))
        )
        for setting, value in settings.items():
            connection.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(role), sql.Identifier(setting), sql.Literal(value)
                )
            )
    for database in ("postgres", "template1"):
        close_to_the_public(connection, database)


def ensure_database(
    connection: psycopg.Connection, name: str, *, family: Family, template: str | None = None
) -> None:
    """Make a database unless it is there; only its family's roles may connect to it."""
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if found is None:
        make = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY {}").format(
            sql.Identifier(name),
            sql.Identifier(OWNER[family]),
            sql.Identifier(template or "template0"),
            sql.Identifier("file_copy" if template else "wal_log"),
        )
        connection.execute(make)
    close_to_the_public(connection, name)
    for role in READERS[family]:
        grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
        connection.execute(grant.format(sql.Identifier(name), sql.Identifier(role)))


def close_to_the_public(connection: psycopg.Connection, database: str) -> None:
    """Take from everyone the right to connect, which PostgreSQL gives by default."""
    revoke = sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC")
    connection.execute(revoke.format(sql.Identifier(database)))
