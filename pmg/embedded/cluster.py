"""A running cluster with the project's roles and databases."""

import atexit
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import psycopg
from psycopg import sql

from pmg.embedded import place as places
from pmg.embedded import postmaster, roles
from pmg.embedded.place import CannotStart, Place
from pmg.embedded.roles import SUPERUSER, Family, Urls


@dataclass(slots=True)
class Cluster:
    """A server that answers. It stops when its last user, in any process, stops or ends."""

    place: Place
    socket: Path
    passwords: dict[str, str] = field(repr=False)
    _use: TextIO = field(repr=False)
    _owner_process: int = field(default_factory=os.getpid, repr=False)

    @property
    def urls(self) -> Urls:
        """Addresses of the two databases of the product."""
        return self.urls_of()

    def urls_of(self, *, data: str = Family.DATA, keystore: str = Family.KEYSTORE) -> Urls:
        """Addresses of another pair of databases, such as those of one test."""
        return Urls(
            database=self._url("pmg_app", data),
            owner=self._url("pmg_owner", data),
            report=self._url("pmg_report", data),
            worker=self._url("pmg_worker", data),
            keystore=self._url("pmg_keystore", keystore),
            keystore_owner=self._url("pmg_keystore_owner", keystore),
        )

    def superuser_url(self, database: str = "postgres") -> str:
        """Address for what no role of the product may do, such as looking at everything."""
        return self._url(SUPERUSER, database)

    def create_database(
        self, name: str, *, family: Family = Family.DATA, template: str | None = None
    ) -> None:
        """Make a database of a family, empty or as a copy of `template`; nothing if it is there.

        Nobody may be connected to the template meanwhile.
        """
        with self._superuser() as connection:
            roles.ensure_database(connection, name, family=family, template=template)

    def drop_database(self, name: str) -> None:
        """Remove a database and whoever is connected to it; nothing if it is not there."""
        with self._superuser() as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))

    def ensure_databases(self) -> None:
        """Bring the roles and the two databases up to date; part of every real start."""
        with self._superuser() as connection:
            roles.ensure_roles(connection, self.passwords)
            for family in Family:
                roles.ensure_database(connection, family.value, family=family)

    def stop(self) -> None:
        """Let go of the server; it ends if no other process uses it. Twice is once.

        A folder that was deleted meanwhile is no error: its server ends by itself.
        """
        if self._use.closed or os.getpid() != self._owner_process:
            return
        atexit.unregister(self.stop)
        # `_use` is let go before the next may start or stop: of two that stop, the last one does.
        with suppress(BlockingIOError, FileNotFoundError), _starting(self.place.folder), self._use:
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            postmaster.halt(self.place)
        self._use.close()

    def remove(self) -> None:
        """Stop the server and delete everything of this cluster, wherever it lies."""
        self.stop()
        if postmaster.running_socket(self.place, self.passwords[SUPERUSER]) is not None:
            raise CannotStart(f"{self.place.data} is still in use by another process.")
        for path in {self.socket, self.place.data.parent, self.place.folder}:
            shutil.rmtree(path, ignore_errors=True)

    def _url(self, role: str, database: str) -> str:
        return roles.url(role, self.passwords[role], database, self.socket)

    @contextmanager
    def _superuser(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(
            host=str(self.socket), user=SUPERUSER, password=self.passwords[SUPERUSER],
            dbname="postgres", autocommit=True,
        ) as connection:  # fmt: skip
            yield connection


def start(
    folder: Path, *, fast: bool = False, settings: Mapping[str, str] | None = None
) -> Cluster:
    """Start the cluster of `folder`, or join it when another process has; data is kept.

    `fast` gives up safety against power cuts, for tests. `settings` are further settings of
    postgresql.conf and count, like `fast`, for whoever really starts the server. It stops when
    the last process that uses it exits; after a `kill -9` the next start takes it over.
    Raises CannotStart, whose message says what to do.
    """
    place = places.find(folder)
    if place.data.parent != place.folder:
        _sweep()
    with _starting(place.folder):
        secrets = roles.passwords(place.folder / "passwords.json")
        use = (place.folder / "users").open("a", encoding="utf-8")
        fcntl.flock(use, fcntl.LOCK_SH)
        try:
            socket = postmaster.running_socket(place, secrets[SUPERUSER])
            joined = socket is not None
            if socket is None:
                postmaster.initialise(place, secrets[SUPERUSER])
                chosen = (postmaster.FAST if fast else {}) | dict(settings or {})
                socket = postmaster.launch(place, secrets[SUPERUSER], chosen)
            cluster = Cluster(place, socket, secrets, use)
            if not joined:
                cluster.ensure_databases()
        except BaseException:
            use.close()
            raise
    atexit.register(cluster.stop)
    return cluster


def _sweep() -> None:
    for left in places.abandoned():
        postmaster.halt(left)
        shutil.rmtree(left.data.parent, ignore_errors=True)


@contextmanager
def _starting(folder: Path) -> Iterator[None]:
    """One process at a time starts or stops a cluster; the kernel frees the lock of a dead one."""
    with (folder / "lock").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
