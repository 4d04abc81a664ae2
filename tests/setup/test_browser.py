import sys
from pathlib import Path

import pytest

from scaffold import browser as browsers
from scaffold.steps import Stop


class Machine:
    """A machine whose PATH holds nothing but what a test puts there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.environment = folder / "path", folder / "venv"
        self.path.mkdir()
        monkeypatch.setenv("PATH", str(self.path))
        monkeypatch.delenv("PMG_CHROMIUM", raising=False)
        monkeypatch.setattr(browsers, "VENV", self.environment)
        self.be_root = lambda: monkeypatch.setattr("os.geteuid", lambda: 0)
        monkeypatch.setattr("os.geteuid", lambda: 1000)

    def has(self, name: str, script: str, *, folder: Path | None = None) -> Path:
        program = (folder or self.path) / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    def asked(self) -> list[str]:
        log = self.path / "asked"
        return log.read_text().splitlines() if log.exists() else []


WORKS = "echo Chromium 140"
BROKEN = "echo 'install the snap' >&2; exit 1"
# A package manager that writes down what it is asked, and brings a browser.
BRINGS = """
echo "$@" >> "${0%/*}/asked"
case "$*" in *install*) printf '#!/bin/sh\\necho 140\\n' > "${0%/*}/chromium"
/bin/chmod +x "${0%/*}/chromium";; esac
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_a_browser_on_the_path_is_taken(machine: Machine) -> None:
    chrome = machine.has("google-chrome", WORKS)
    assert browsers.browser() == chrome


def test_a_browser_that_does_not_start_is_passed_over(machine: Machine) -> None:
    machine.has("chromium-browser", BROKEN)
    chrome = machine.has("google-chrome", WORKS)
    assert browsers.browser() == chrome


def test_the_browser_that_one_names_comes_first(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has("chromium", WORKS)
    mine = machine.has("mine", WORKS)
    monkeypatch.setenv("PMG_CHROMIUM", str(mine))
    assert browsers.browser() == mine


def test_a_named_browser_that_does_not_start_is_not_replaced_in_silence(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has("chromium", WORKS)
    monkeypatch.setenv("PMG_CHROMIUM", str(machine.path / "gone"))
    with pytest.raises(Stop, match=r"PMG_CHROMIUM names .*gone"):
        browsers.browser()


def test_root_installs_a_browser_by_the_system(machine: Machine) -> None:
    machine.be_root()
    machine.has("apt-get", BRINGS)
    assert browsers.browser() == machine.path / "chromium"
    assert machine.asked() == ["update", "install -y --no-install-recommends chromium"]


def test_an_ordinary_user_installs_by_sudo_that_asks_nothing(machine: Machine) -> None:
    machine.has("sudo", 'shift; [ "$1" = true ] || exec "$@"')
    machine.has("apt-get", BRINGS)
    assert browsers.browser() == machine.path / "chromium"


def test_without_the_right_to_install_playwright_brings_one(machine: Machine) -> None:
    machine.has("apt-get", BRINGS)
    machine.has("sudo", "exit 1")
    brought = machine.has("chrome", WORKS, folder=machine.environment / "browsers")
    machine.has("python", f'[ "$1" = -m ] || echo "{brought}"', folder=machine.environment / "bin")
    assert browsers.browser() == brought
    assert machine.asked() == []


# What Debian answers of its package: which file is its own, and which version it has.
DEBIAN = """case "$1" in -S) echo "chromium: $2";; *) printf 140-1;; esac"""
BRINGS_LIGHT = """
echo "$@" >> "${0%/*}/asked"
case "$*" in *install*) printf '#!/bin/sh\\necho 140\\n' > "${0%/*}/chromium-headless-shell"
/bin/chmod +x "${0%/*}/chromium-headless-shell";; esac
"""


def test_beside_chromium_of_debian_its_light_form_is_installed(machine: Machine) -> None:
    machine.be_root()
    whole = machine.has("chromium", WORKS)
    machine.has("dpkg-query", DEBIAN)
    machine.has("apt-get", BRINGS_LIGHT)
    assert browsers.light(whole) == machine.path / "chromium-headless-shell"
    wanted = "install -y --no-install-recommends chromium-headless-shell=140-1"
    assert machine.asked() == ["update", wanted]
    assert browsers.light(whole) == machine.path / "chromium-headless-shell"
    assert machine.asked() == ["update", wanted]


def test_where_the_light_form_cannot_be_had_chromium_does(machine: Machine) -> None:
    whole = machine.has("chromium", WORKS)
    machine.has("dpkg-query", DEBIAN)
    machine.has("apt-get", "echo no network; exit 100")
    assert browsers.light(whole) == whole
    machine.be_root()
    assert browsers.light(whole) == whole
    machine.has("chromium-headless-shell", BROKEN)
    assert browsers.light(whole) == whole


def test_a_browser_that_debian_does_not_know_has_no_light_form(machine: Machine) -> None:
    machine.be_root()
    machine.has("chromium-headless-shell", WORKS)
    machine.has("apt-get", BRINGS_LIGHT)
    whole = machine.has("google-chrome", WORKS)
    assert browsers.light(whole) == whole
    machine.has("dpkg-query", "exit 1")
    assert browsers.light(whole) == whole
    assert machine.asked() == []


def test_the_browser_that_one_names_drives_every_journey(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has("dpkg-query", DEBIAN)
    machine.has("chromium-headless-shell", WORKS)
    mine = machine.has("mine", WORKS)
    monkeypatch.setenv("PMG_CHROMIUM", str(mine))
    assert browsers.light(mine) == mine


def test_without_any_browser_one_is_told_what_to_do(machine: Machine) -> None:
    machine.be_root()
    machine.has("apt-get", "echo no network; exit 100")
    machine.has("python", "echo no network; exit 1", folder=machine.environment / "bin")
    with pytest.raises(Stop, match=r"Install Chromium or Google Chrome, or set PMG_CHROMIUM"):
        browsers.browser()


def test_this_python_is_no_browser_that_fails_to_start() -> None:
    assert browsers.starts(sys.executable)
