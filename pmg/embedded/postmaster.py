"""One server process: started, found again, stopped."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from pmg.embedded.place import CannotStart, Place, socket_folder
from pmg.embedded.roles import SUPERUSER

PATIENCE = 60  # seconds; recovery after a crash takes a while on a slow disk
SETTINGS = {
    "listen_addresses": "",
    "random_page_cost": "1.1",  # at 4 the planner scans 100,000 rows for one page of a list
    "jit": "off",  # compiling costs more than a short statement takes
    "timezone": "UTC",
    "max_connections": "100",
    # A failing statement or its row may hold personal data; the log keeps the bare message.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_timezone": "UTC",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Kept so that the interpreter does not warn about children that outlive the object.
_started: list[subprocess.Popen[bytes]] = []


def initialise(place: Place, password: str) -> None:
    """Make the data folder unless it is complete; a half-made one is made again."""
    if (place.data / "PG_VERSION").exists() and (place.data / "postgresql.auto.conf").exists():
        return
    shutil.rmtree(place.data, ignore_errors=True)
    place.data.mkdir(mode=0o700, parents=True)
    place.give(place.data)
    with tempfile.NamedTemporaryFile("w", prefix="pmg-") as file:
        file.write(password)
        file.flush()
        place.give(Path(file.name))
        _run(
            place, "initdb", f"--pgdata={place.data}", f"--username={SUPERUSER}",
            f"--pwfile={file.name}", "--auth-local=scram-sha-256", "--auth-host=reject",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--locale=C", "--no-instructions", "--no-sync",
        )  # fmt: skip


def running_socket(place: Place, password: str) -> Path | None:
    """Return the socket folder of the server that serves exactly this data, or None."""
    with suppress(OSError, IndexError):
        socket = Path((place.data / "postmaster.pid").read_text("utf-8").splitlines()[4])
        if socket.is_absolute() and _serves(socket, place, password):
            return socket
    return None


def launch(place: Place, password: str, settings: Mapping[str, str]) -> Path:
    """Start the server and wait until it answers; returns its socket folder.

    Call it only while no other process can start the same cluster.
    """
    _clear_stale_locks(place)
    socket = socket_folder(place)
    for stale in socket.glob(".s.PGSQL.*"):
        stale.unlink()
    chosen = SETTINGS | dict(settings) | {"unix_socket_directories": str(socket)}
    arguments = [f"--{name}={value}" for name, value in chosen.items()]
    limit = time.monotonic() + PATIENCE
    server = _spawn(place, arguments)
    while not _serves(socket, place, password):
        if server.poll() is not None and _children_of_a_killed_server(place, limit):
            server = _spawn(place, arguments)
        elif server.poll() is not None or time.monotonic() > limit:
            raise CannotStart(_why(place))
        time.sleep(0.02)
    return socket


def halt(place: Place) -> None:
    """Stop the server, ending open transactions; waits until its data is on disk."""
    pid = _pid(place)
    if pid is None or not _is_server(pid, place):
        return
    os.kill(pid, signal.SIGINT)
    limit = time.monotonic() + PATIENCE
    while (place.data / "postmaster.pid").exists() and time.monotonic() < limit:
        time.sleep(0.02)
    for server in _started:
        if server.pid == pid:
            server.wait(PATIENCE)


def _spawn(place: Place, arguments: list[str]) -> subprocess.Popen[bytes]:
    with (place.folder / "server.log").open("ab") as log:
        server = subprocess.Popen(  # noqa: S603
            [place.programs / "postgres", "-D", place.data, *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=place.environment(),
            # Away from the terminal: Ctrl-C must reach the web server first.
            start_new_session=True, **place.as_account,
        )  # fmt: skip
    _started.append(server)
    return server


def _children_of_a_killed_server(place: Place, limit: float) -> bool:
    """Tell whether the start only failed because a killed server's children are still ending."""
    time.sleep(0.2)
    return time.monotonic() < limit and "shared memory block" in _why(place)


def _serves(socket: Path, place: Place, password: str) -> bool:
    if not (socket / ".s.PGSQL.5432").exists():
        return False
    try:
        with psycopg.connect(
            host=str(socket), user=SUPERUSER, password=password, dbname="postgres",
            connect_timeout=5,
        ) as connection:  # fmt: skip
            row = connection.execute("SHOW data_directory").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and Path(row[0]) == place.data


def _clear_stale_locks(place: Place) -> None:
    """Remove the lock file that a killed server or a copied folder left behind.

    PostgreSQL believes it as long as any process has the number in it, which after the restart
    of a container, or for a copy, is somebody else's. Otherwise it judges better than we can.
    """
    pid = _pid(place)
    if pid is None or not psutil.pid_exists(pid):
        return
    if _stays(pid, place):
        raise CannotStart(
            f"A PostgreSQL server (process {pid}) holds {place.data} but does not answer. "
            f"Wait a moment, or stop it with: kill -INT {pid}"
        )
    (place.data / "postmaster.pid").unlink(missing_ok=True)


def _stays(pid: int, place: Place) -> bool:
    """Tell whether the server is still there after the time it may take to end."""
    limit = time.monotonic() + PATIENCE
    while _is_server(pid, place) and (place.data / "postmaster.pid").exists():
        if time.monotonic() > limit:
            return True
        time.sleep(0.1)
    return False


def _is_server(pid: int, place: Place) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(place.data) in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def _pid(place: Place) -> int | None:
    try:
        return int((place.data / "postmaster.pid").read_text("utf-8").splitlines()[0])
    except (OSError, IndexError, ValueError):
        return None


def _run(place: Place, program: str, *arguments: str) -> None:
    outcome = subprocess.run(  # noqa: S603
        [place.programs / program, *arguments], check=False, cwd="/", env=place.environment(),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, **place.as_account,
    )  # fmt: skip
    if outcome.returncode != 0:
        raise CannotStart(f"PostgreSQL's {program} failed:\n{outcome.stderr.strip()}")


def _why(place: Place) -> str:
    log = place.folder / "server.log"
    last = log.read_text("utf-8", errors="replace").splitlines()[-8:]
    return "\n".join([f"PostgreSQL did not start; the end of {log}:", *last])
