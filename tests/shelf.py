"""What tests begin with, made once and put back for each: to make it anew is most of their time."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Engine, text

Value = TypeVar("Value")


class Shelf:
    """Beginnings by name: the rows of every table, kept in a schema of that name."""

    def __init__(
        self, data: Engine, keys: Engine, tables: Iterable[str], *, forget: Callable[[], object]
    ) -> None:
        """`forget` lets go of what the process remembers of rows: those put back are older."""
        self._data, self._keys, self._tables = data, keys, tuple(tables)
        self._forget = forget
        # Much quicker than TRUNCATE where tables hold few rows; a replica minds no foreign key.
        self._emptying = "SET LOCAL session_replication_role = replica;" + "".join(
            f"DELETE FROM {table};" for table in self._tables
        )
        self._made: dict[str, Any] = {}
        self._putting: dict[str, str] = {}
        self._keyed: set[str] = set()

    def empty(self) -> None:
        """Take every row away but the municipalities."""
        self._run(self._emptying)

    def begin(self, name: str, make: Callable[[], Value]) -> Value:
        """Let the tables hold what `make` leaves in them, and nothing else; return what it gave.

        `make` is called the first time only, upon the tables as they are.
        """
        if name in self._made:
            self._run(self._emptying + self._putting[name])
            if name in self._keyed:
                self._renew_keys(name)
        else:
            self._made[name] = self._keep(name, make)
        made: Value = self._made[name]
        return made

    def _keep(self, name: str, make: Callable[[], Value]) -> Value:
        with self._keys.begin() as connection:
            before = connection.execute(text("SELECT now()")).scalar_one()
            connection.execute(text(f"CREATE SCHEMA {name}"))
        made = make()
        with self._data.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
            filled = [
                table
                for table in self._tables
                if connection.execute(text(f"SELECT EXISTS (SELECT FROM {table})")).scalar()
            ]
            for table in filled:
                connection.execute(text(f"CREATE TABLE {name}.{table} AS TABLE {table}"))
        self._putting[name] = "".join(f"INSERT INTO {t} TABLE {name}.{t};" for t in filled)
        with self._keys.begin() as connection:
            kept = f"CREATE TABLE {name}.data_key AS SELECT * FROM data_key WHERE created_at >= :at"
            if connection.execute(text(kept), {"at": before}).rowcount:
                self._keyed.add(name)
        return made

    def _renew_keys(self, name: str) -> None:
        """Put back the keys that a test destroyed."""
        with self._keys.begin() as connection:
            connection.execute(
                text(f"INSERT INTO data_key TABLE {name}.data_key ON CONFLICT DO NOTHING")
            )

    def _run(self, statements: str) -> None:
        self._forget()
        with self._data.begin() as connection:
            connection.execute(text(f"DO $$ BEGIN {statements} END $$"))
