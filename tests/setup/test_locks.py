import json
import re
import tomllib

import pytest

from scaffold.steps import ROOT

LOCKS = ["requirements.lock", "requirements-bench.lock", "requirements-node.lock"]


def names(lines: str) -> set[str]:
    return set(re.findall(r"(?m)^([a-z0-9._-]+)==", lines))


def asked(requirements: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {re.sub(r"[._-]+", "-", name.group().lower()) for name in found if name}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"(?m)^(?=[a-z])", text)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index-url" not in text


def test_the_lock_holds_every_package_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = asked([*project["project"]["dependencies"], *groups["test"]])
    assert wanted <= names((ROOT / "requirements.lock").read_text())
    assert wanted | asked(groups["bench"]) <= names((ROOT / "requirements-bench.lock").read_text())


def test_the_product_is_measured_with_the_packages_it_is_tested_with() -> None:
    pinned = {
        lock: set(re.findall(r"(?m)^[a-z0-9._-]+==[^ ]+", (ROOT / lock).read_text()))
        for lock in LOCKS
    }
    assert pinned["requirements.lock"] <= pinned["requirements-bench.lock"]


def test_the_peer_of_the_benchmark_is_in_no_other_lock() -> None:
    assert "django" not in names((ROOT / "requirements.lock").read_text())


def test_the_lock_of_the_styles_holds_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = [entry for path, entry in lock["packages"].items() if path]
    assert packages
    assert all("integrity" in entry and "resolved" not in entry for entry in packages)
