"""Gets the databases ready, and serves the application from this process until it is told to stop.

Gunicorn runs in this process and no other, since the embedded PostgreSQL lives as long as the
process that started it. The worker that computes reports runs beside it and stops with it. Each
worker of Gunicorn builds its own application after the fork: connections and keys are never shared
between processes.
"""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import NullPool, create_engine
from sqlalchemy.dialects.postgresql import insert

from config import Settings
from pmg.app import create_app
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.schema import DATA, KEYSTORE, migrate
from pmg.security.identity import MINISTRY, Municipality
from pmg.worker import Supervisor

_THREADS = 4  # as many as the pool of connections of one worker holds
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  (heartbeats of workers; a slow disk kills them)
_MINISTRY_NAME = "Ministerie van Justitie en Veiligheid"


def get_ready(settings: Settings) -> None:
    """Bring both databases to this version and fill in the reference rows; safe to repeat."""
    migrate(settings.keystore_owner_url, KEYSTORE)
    migrate(settings.owner_database_url, DATA)
    name_municipalities(settings.owner_database_url)


def name_municipalities(owner_url: str) -> None:
    """Write the municipalities of the reference data, and the ministry beside them."""
    rows = [{"id": place.code, "name": place.name} for place in MUNICIPALITIES.values()]
    rows.append({"id": MINISTRY, "name": _MINISTRY_NAME})
    statement = insert(Municipality).values(rows)
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[Municipality.id], set_={"name": statement.excluded.name}
            )
        )


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told everything by the settings: it reads no file and no arguments of its own."""

    def __init__(self, settings: Settings, announce: Callable[[], None]) -> None:
        self._settings = settings
        self._announce = announce
        self._beside = Supervisor(settings)
        super().__init__(prog="pmg")

    def load_config(self) -> None:
        """Hand Gunicorn its options."""
        host = self._settings.host
        shown = f"[{host}]" if ":" in host else host
        options = {
            "bind": f"{shown}:{self._settings.port}",
            "workers": self._settings.workers,
            "worker_class": "gthread",
            "threads": _THREADS,
            "worker_tmp_dir": str(_SHARED_MEMORY) if _SHARED_MEMORY.is_dir() else None,
            "graceful_timeout": 30,
            # No list of who came from where: our own log line holds no address (pmg.web.logs).
            "accesslog": None,
            "loglevel": "warning",
            # The proxies we trust are counted by the application (PMG_TRUSTED_PROXIES).
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: self._open(),
            "on_exit": lambda _arbiter: self._beside.stop(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def _open(self) -> None:
        self._beside.start()
        self._announce()

    def load(self) -> Flask:
        """Build the application, in each worker for itself."""
        return create_app(self._settings)


def serve(settings: Settings, announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, and let requests under way finish; ends the process.

    `announce` is called once, when the address is open.
    """
    Server(settings, announce).run()
