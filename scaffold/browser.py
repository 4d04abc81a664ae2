"""A browser for the tests: found, else installed, else a reason to stop; never skipped."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from scaffold.steps import VENV, Stop, answers, run

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
LIGHT = "chromium-headless-shell"
INSTALL = ("install", "-y", "--no-install-recommends")
# What each package manager is asked, in order.
PACKAGE_MANAGERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "apt-get": (("update",), (*INSTALL, "chromium")),
    "dnf": (("install", "-y", "chromium"),),
    "zypper": (("--non-interactive", "install", "chromium"),),
    "apk": (("add", "--no-cache", "chromium"),),
}
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)


def browser() -> Path:
    """Return a browser that starts.

    Tried in order: PMG_CHROMIUM, the PATH, an earlier download, the package manager of the
    system (as root, or with sudo that asks no password), Playwright's own download.
    Raises Stop when none can be had.
    """
    named = os.environ.get("PMG_CHROMIUM")
    if named:
        if starts(named):
            return Path(named)
        raise Stop(f"PMG_CHROMIUM names {named}, which does not start. Correct or unset it.")
    for find in (on_the_path, downloaded, from_the_system, from_playwright):
        found = find()
        if found is not None:
            print(f"  ok    browser: {found}")
            return found
    raise Stop(
        "there is no browser for the tests and none could be installed. Install Chromium or "
        "Google Chrome, or set PMG_CHROMIUM to the path of one."
    )


def light(whole: Path) -> Path:
    """Return the browser without windows that belongs to this one: the same build for less work.

    Debian packs it apart, and it is installed beside its own `chromium` alone, in that very
    version, so that nothing of the system changes. Without it the browser itself will do.
    """
    if os.environ.get("PMG_CHROMIUM") or not is_of_debian(whole):
        return whole
    if shutil.which(LIGHT) is None:
        version = answers(["dpkg-query", "-W", "-f", "${Version}", "chromium"])
        from_the_system({"apt-get": (("update",), (*INSTALL, f"{LIGHT}={version}"))})
    found = shutil.which(LIGHT)
    return Path(found) if found is not None and starts(found) else whole


def is_of_debian(program: Path) -> bool:
    """Tell whether a browser is of the package `chromium`, and not a snap or a download."""
    return answers(["dpkg-query", "-S", str(program)]) == f"chromium: {program}"


def starts(program: str | Path) -> bool:
    """Tell whether a browser runs: Ubuntu's `chromium-browser` may be no more than a hint."""
    return answers([program, "--version"]) is not None


def on_the_path() -> Path | None:
    """Find a browser that the system has."""
    for name in NAMES:
        found = shutil.which(name)
        if found is not None and starts(found):
            return Path(found)
    return None


def downloaded() -> Path | None:
    """Find the browser that Playwright downloaded earlier."""
    if not (VENV / "browsers").exists():
        return None
    path = answers([VENV / "bin" / "python", "-c", ASK_PLAYWRIGHT])
    return Path(path) if path and starts(path) else None


def from_the_system(
    managers: dict[str, tuple[tuple[str, ...], ...]] = PACKAGE_MANAGERS,
) -> Path | None:
    """Install a browser by the system's package manager, where nobody has to type a password."""
    prefix = as_root()
    manager = next((name for name in managers if shutil.which(name)), None)
    if prefix is None or manager is None:
        return None
    print(f"  ...   browser, by {manager}", flush=True)
    try:
        for words in managers[manager]:
            run([*prefix, manager, *words])
    except Stop as problem:
        print(f"        {problem}", file=sys.stderr)
        return None
    return on_the_path()


def as_root() -> list[str] | None:
    """Give the words that make a command run as root; None when that takes a password."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if answers(["sudo", "-n", "true"]) is not None else None


def from_playwright() -> Path | None:
    """Download the browser that Playwright brings, into this checkout's environment."""
    print("  ...   browser, by Playwright", flush=True)
    try:
        run([VENV / "bin" / "python", "-m", "playwright", "install", "chromium"])
    except Stop as problem:
        print(f"        {problem}", file=sys.stderr)
        return None
    return downloaded()
