"""Set up this checkout and run it: what `make` calls, with Python's standard library alone.

Usage: python3 bootstrap.py run|test|check|bench|drill|setup [arguments for the tool]
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from scaffold.browser import browser, light
from scaffold.python import command_step, packages_step, translations_step, venv_step
from scaffold.steps import ROOT, VENV, Stop, answers, environment
from scaffold.styles import node_step, styles_step

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
PYTHON = VENV / "bin" / "python"
BENCH = ROOT / ".venv-bench"  # an environment of its own: Django is in no other
PORTS_TRIED = 50
NO_TESTS = 5  # pytest's exit code when nothing was selected
# On every core; what costs much less than another test is moved to who is done first.
PYTEST = ("-m", "pytest", "-n", "logical", "--maxprocesses", "4", "--dist", "worksteal")
CHECKS = {
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "ruff check": ("-m", "ruff", "check", "."),
    "mypy": ("-m", "mypy"),
    "lint-imports": ("-c", "from importlinter.cli import lint_imports_command as run; run()"),
}


def set_up() -> None:
    """Bring the environment, the styles and the translations up to date; quick when they are."""
    print(f"Setting up {ROOT}", flush=True)
    with alone():
        for make in (venv_step, packages_step, command_step, node_step, styles_step):
            make().run()
        translations = translations_step()
        if translations is not None:
            translations.run()


def serve(arguments: Sequence[str]) -> int:
    """Set up, then become the application with demo data."""
    set_up()
    host = os.environ.get("PMG_HOST") or "127.0.0.1"
    port = free_port(host, os.environ.get("PMG_PORT") or "8000")
    extra = {"PMG_HOST": host, "PMG_PORT": str(port)}
    program = str(VENV / "bin" / "pmg")
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(program, [program, "serve", "--demo", *arguments], environment() | extra)


def test(arguments: Sequence[str]) -> int:
    """Set up, find a browser, then run every check and every test; arguments are pytest's."""
    set_up()
    with alone():
        whole = browser()
        extra = {"PMG_CHROMIUM": str(whole), "PMG_CHROMIUM_LIGHT": str(light(whole))}
    return run_all(CHECKS | {"pytest": (*PYTEST, *arguments)}, extra)


def check(arguments: Sequence[str]) -> int:
    """Set up, then run what reads the code without running it."""
    if arguments:
        raise Stop("`check` takes no arguments.")
    set_up()
    return run_all(CHECKS, {})


def bench(arguments: Sequence[str]) -> int:
    """Set up an environment with the peers, then measure beside them."""
    set_up()
    with alone():
        venv_step(BENCH).run()
        packages_step("requirements-bench.lock", folder=BENCH).run()
    return tool([BENCH / "bin" / "python", "benchmarks/run.py", *arguments], {})


def drill(arguments: Sequence[str]) -> int:
    """Set up, then rehearse the accidents: the tests marked `drill`, one line each."""
    set_up()
    outcome = tool([PYTHON, "-m", "pytest", "-m", "drill", "-v", *arguments], {})
    if outcome == NO_TESTS:
        print("No test is marked `drill`.")
    return outcome


def setup(arguments: Sequence[str]) -> int:
    """Only set up."""
    if arguments:
        raise Stop("`setup` takes no arguments.")
    set_up()
    return 0


def run_all(tools: dict[str, tuple[str, ...]], extra: dict[str, str]) -> int:
    """Run tools one after another, all of them; returns 1 if any failed."""
    failed = []
    for name, words in tools.items():
        print(f"\n=== {name}", flush=True)
        if tool([PYTHON, *words], extra) != 0:
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll is well.", flush=True)
    return 1 if failed else 0


def tool(words: Sequence[object], extra: dict[str, str]) -> int:
    """Run one program in the checkout, with its output on the screen; returns its exit code."""
    outcome = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        env=environment() | extra,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return outcome.returncode


def free_port(host: str, wanted: str) -> int:
    """Return the wanted port, or the next one that nobody listens on, and say so."""
    if not (wanted.isascii() and wanted.isdigit() and 0 < int(wanted) < 2**16):
        raise Stop(f"PMG_PORT is {wanted!r}; it has to be a number from 1 to 65535.")
    first = int(wanted)
    for port in range(first, min(first + PORTS_TRIED, 2**16)):
        if is_free(host, port):
            if port != first:
                print(f"Port {first} is taken; using {port}.")
            return port
    raise Stop(f"ports {first} to {port} on {host} are taken; set PMG_PORT to a free one.")


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen there. Raises Stop when the host is not this machine."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as problem:
        raise Stop(f"PMG_HOST is {host!r}, which is no address: {problem}.") from None
    with socket.socket(family, kind, protocol) as probe:
        # As the server does: a port that only just was in use is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise Stop(f"port {port} is not for ordinary users; set PMG_PORT above 1023.") from None
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise Stop(f"nothing can listen on {host}: {problem}.") from None
            return False
    return True


@contextmanager
def alone() -> Iterator[None]:
    """Let only one set-up at a time work in this checkout; the lock leaves no file behind."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def use_a_newer_python() -> None:
    """Start again under a Python that is new enough, if this one is not."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        path = shutil.which(name)
        if path is not None and answers([path, "-c", "import venv, ensurepip"]) is not None:
            os.execv(path, [path, *sys.argv])
    found = ".".join(map(str, sys.version_info[:2]))
    raise Stop(f"this needs Python 3.11 or newer; {sys.executable} is {found}.")


COMMANDS = {
    "run": serve,
    "test": test,
    "check": check,
    "bench": bench,
    "drill": drill,
    "setup": setup,
}


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument names; returns the exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        use_a_newer_python()
        return COMMANDS[arguments[0]](arguments[1:])
    except Stop as problem:
        print(f"\nStopped: {problem}", file=sys.stderr)
    except PermissionError as problem:
        print(
            f"\nStopped: {problem.filename} belongs to another account. Remove it as that account "
            "(an earlier start as root, perhaps), or give this checkout to yourself.",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print("\nStopped by you.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
