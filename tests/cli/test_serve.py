"""The command as its users meet it: a process, an address, an account, a signal."""

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; sys.argv[0] = 'pmg'; from pmg.cli import main; main()"
PATIENCE = 60  # seconds, for a machine that is busy
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PMG_WORKERS": "1", "PYTHONUNBUFFERED": "1"}


def command(instance: Path, *words: str) -> list[str]:
    return [sys.executable, "-c", PROGRAM, "--instance", str(instance), *words]


def run(instance: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(instance, *words), cwd=ROOT, env=ENVIRONMENT | environment,
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


@dataclass
class Served:
    """A server under way: where it is, and what it printed before it opened."""

    url: str
    printed: str
    process: subprocess.Popen[str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(instance: Path) -> Iterator[Served]:
    port = free_port()
    process = subprocess.Popen(
        command(instance, "serve", "--demo", "--youths", "30"),
        cwd=ROOT, env=ENVIRONMENT | {"PMG_PORT": str(port)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Stop with"):
                break
        yield Served(f"http://127.0.0.1:{port}", "".join(lines), process)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def ready(url: str) -> int:
    """Ask until the worker has started; the socket is open before it is."""
    until = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status
        except OSError:
            if time.monotonic() > until:
                raise
        finally:
            connection.close()


def get(browser: OpenerDirector, url: str, data: dict[str, str] | None = None) -> str:
    with browser.open(url, urlencode(data).encode() if data else None, timeout=PATIENCE) as answer:
        text: str = answer.read().decode()
        return text


def sign_in(served: Served, login: str, code: str) -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"{served.url}/aanmelden?next=/sessies"
    form = get(browser, address)
    hidden = dict(re.findall(r'name="(csrf_token|submit_key)"[^>]*value="([^"]+)"', form))
    password = re.search(r"the password\n\s+(.+)\n", served.printed)
    assert password
    answers = {"login": login, "password": password[1], "code": code}
    assert "Mijn sessies" in get(browser, address, hidden | answers)
    return browser


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    instance = tmp_path_factory.mktemp("instance")
    assert run(instance, "demo", "--youths", "6").returncode == 0
    return instance


def test_serve_from_nothing_then_again_with_the_data_kept(tmp_path: Path) -> None:
    with served(tmp_path) as first:
        assert ready(first.url) == 200
        login = re.search(r"\S+@amsterdam\.example", first.printed)
        assert login
        code = run(tmp_path, "code", login[0]).stdout.strip()
        browser = sign_in(first, login[0], code)
        first.process.send_signal(signal.SIGTERM)
        assert first.process.wait(timeout=PATIENCE) == 0

    with served(tmp_path) as second:
        assert "Demo data" not in second.printed
        assert ready(second.url) == 200
        # The same session, kept by the database and signed with the same secret.
        assert "Mijn sessies" in get(browser, f"{second.url}/sessies")
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(timeout=PATIENCE) == 0


def test_a_demo_is_not_loaded_over_what_is_there(loaded: Path) -> None:
    again = run(loaded, "demo", "--youths", "10")
    assert again.returncode == 1
    assert "nothing was changed" in again.stderr


def test_a_code_is_for_accounts_that_exist(loaded: Path) -> None:
    assert re.fullmatch(r"\d{6}\n", run(loaded, "code", "Bas@Amsterdam.example").stdout)
    stranger = run(loaded, "code", "nobody@amsterdam.example")
    assert stranger.returncode == 1
    assert "no demo account" in stranger.stderr


def test_before_the_first_start_there_is_no_account(tmp_path: Path) -> None:
    early = run(tmp_path, "code", "sanne@amsterdam.example")
    assert early.returncode == 1
    assert "no demo account" in early.stderr
