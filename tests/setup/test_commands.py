import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bootstrap
from scaffold.steps import ROOT, Stop


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_free_port_is_kept(taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    free = bootstrap.free_port("127.0.0.1", str(taken))
    capsys.readouterr()
    assert bootstrap.free_port("127.0.0.1", str(free)) == free
    assert capsys.readouterr().out == ""


def test_a_taken_port_gives_the_next_and_says_so(
    taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    port = bootstrap.free_port("127.0.0.1", str(taken))
    assert port > taken
    assert f"Port {taken} is taken; using {port}." in capsys.readouterr().out


@pytest.mark.parametrize("port", ["", "no", "0", "65536", "-1", "8000 ", "٨٠٠٠"])
def test_what_is_no_port_is_named(port: str) -> None:
    with pytest.raises(Stop, match="PMG_PORT is"):
        bootstrap.free_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(Stop, match=r"nothing can listen on|which is no address"):
        bootstrap.free_port(host, "8000")


@pytest.mark.parametrize("words", [[], ["fly"], ["--help"]])
def test_an_unknown_command_shows_what_there_is(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(words) == 2
    assert "run|test|check|bench|drill|setup" in capsys.readouterr().err


def test_every_check_runs_also_after_one_that_failed(capfd: pytest.CaptureFixture[str]) -> None:
    tools = {"first": ("-c", "raise SystemExit(1)"), "second": ("-c", "print('second ran')")}
    assert bootstrap.run_all(tools, {}) == 1
    told = capfd.readouterr().out
    assert "second ran" in told
    assert told.endswith("Failed: first\n")


def test_checks_that_pass_give_a_good_end(capfd: pytest.CaptureFixture[str]) -> None:
    tools = {"only": ("-c", "import os; print(os.environ['PMG_CHROMIUM'])")}
    assert bootstrap.run_all(tools, {"PMG_CHROMIUM": "/the/browser"}) == 0
    assert "/the/browser" in capfd.readouterr().out


def test_an_old_python_is_refused_when_there_is_no_newer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Stop, match=r"this needs Python 3\.11 or newer"):
        bootstrap.use_a_newer_python()


def test_two_set_ups_do_not_mix(tmp_path: Path) -> None:
    attempt = (
        "import fcntl, os, sys\n"
        "folder = os.open(sys.argv[1], os.O_RDONLY)\n"
        "fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
    )
    words = [sys.executable, "-c", attempt, str(ROOT)]
    with bootstrap.alone():
        second = subprocess.run(words, check=False, capture_output=True, text=True)
    assert "BlockingIOError" in second.stderr


def test_bootstrap_needs_no_package_at_all() -> None:
    words = [sys.executable, "-I", "-S", "-c"]
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import bootstrap"
    assert subprocess.run([*words, program], check=False).returncode == 0


def test_make_and_continuous_integration_know_the_same_commands() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert f".PHONY: {' '.join(bootstrap.COMMANDS)}\n" in makefile
    assert (ROOT / ".ci" / "run").stat().st_mode & stat.S_IXUSR
