"""The shape of the house: which room knows which, and how large a room grows."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "pmg").rglob("*.py"))
BANNED = {"utils", "helpers", "common", "misc", "base", "core", "manager", "handler"}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50

# Which working room may know which other one; every other pair is a wall.
ARROWS = {
    ("action_plans", "accounts"),
    ("action_plans", "cases"),
    ("action_plans", "factors"),
    ("action_plans", "tasks"),
    ("activities", "interventions"),
    ("cases", "accounts"),
    ("delivery", "action_plans"),
    ("delivery", "cases"),
    ("delivery", "factors"),
    ("delivery", "interventions"),
    ("delivery", "providers"),
    ("documents", "accounts"),
    ("documents", "cases"),
    ("factors", "accounts"),
    ("factors", "cases"),
    ("groups", "accounts"),
    ("groups", "cases"),
    ("imports", "accounts"),
    ("imports", "cases"),
    ("interventions", "accounts"),
    ("interventions", "action_plans"),
    ("interventions", "cases"),
    ("interventions", "factors"),
    ("interventions", "providers"),
    ("journal", "accounts"),
    ("journal", "cases"),
    ("lists", "accounts"),
    ("lists", "cases"),
    ("measures", "cases"),
    ("measures", "interventions"),
    ("meetings", "accounts"),
    ("meetings", "cases"),
    ("meetings", "sharing"),
    ("meetings", "tasks"),
    ("providers", "accounts"),
    ("providers", "cases"),
    ("sharing", "cases"),
    ("sharing", "documents"),
    ("sharing", "factors"),
    ("sharing", "journal"),
    ("street", "accounts"),
    ("street", "cases"),
    ("street", "journal"),
    ("tasks", "accounts"),
    ("tasks", "cases"),
    ("teams", "accounts"),
    ("teams", "cases"),
    ("triage", "accounts"),
    ("triage", "cases"),
}
WORKING = {
    "accounts",
    "action_plans",
    "activities",
    "cases",
    "delivery",
    "documents",
    "factors",
    "groups",
    "imports",
    "interventions",
    "journal",
    "lists",
    "measures",
    "meetings",
    "providers",
    "sharing",
    "street",
    "tasks",
    "teams",
    "triage",
}

# A sentence that breaks a rule, and where it is planted: a contract counts only when it is seen
# to fail.
VIOLATIONS = {
    "lower knows higher": ("pmg/cases/queries.py", "import pmg.interventions.models"),
    "pure rules reach the tables": ("pmg/cases/rules.py", "import sqlalchemy"),
    "the policy reaches the tables": ("pmg/security/policy.py", "import pmg.extensions"),
    "a service knows HTTP": ("pmg/cases/services.py", "import flask"),
    "a service knows a page": ("pmg/cases/services.py", "import pmg.cases.views"),
    "a form knows a table": ("pmg/cases/forms.py", "import pmg.cases.models"),
    "hidden in a function": ("pmg/cases/rules.py", "def late() -> None:\n    import pmg.app"),
    "a room on no floor": ("pmg/attic.py", '"""A room on no floor."""'),
}


def test_working_rooms_know_only_whom_they_may() -> None:
    graph = grimp.build_graph("pmg")
    known = {
        (importer, imported)
        for importer in WORKING
        for imported in WORKING - {importer}
        if graph.find_shortest_chains(f"pmg.{importer}", f"pmg.{imported}", as_packages=True)
        and graph.direct_import_exists(
            importer=f"pmg.{importer}", imported=f"pmg.{imported}", as_packages=True
        )
    }
    assert known <= ARROWS, f"niet toegestaan: {sorted(known - ARROWS)}"


@pytest.mark.parametrize("path", CODE, ids=[str(path.relative_to(ROOT)) for path in CODE])
def test_a_module_is_one_concept(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert path.stem not in BANNED, "noem de module naar wat erin staat"
    assert len(source.splitlines()) <= LONGEST_MODULE, "twee begrippen: splits de module"
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "begin met één zin over wat dit is"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno
            assert lines <= LONGEST_FUNCTION, f"{node.name}: splits de functie"


@pytest.fixture(scope="session")
def copied_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "pmg", house / "pmg", ignore=shutil.ignore_patterns("static"))
    for name in ("pyproject.toml", "config.py"):
        shutil.copy(ROOT / name, house / name)
    return house


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "importlinter.cli", "lint-imports", "--no-cache"]
    script = Path(sys.executable).with_name("lint-imports")
    command = [str(script), "--no-cache"] if script.exists() else command
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_planted_violation_breaks_the_build(copied_house: Path, name: str) -> None:
    file, sentence = VIOLATIONS[name]
    target = copied_house / file
    before = target.read_text(encoding="utf-8") if target.exists() else None
    target.write_text(f"{before or ''}\n{sentence}\n", encoding="utf-8")
    try:
        assert lint(copied_house).returncode != 0
    finally:
        target.write_text(before, encoding="utf-8") if before is not None else target.unlink()


def test_the_house_as_it_stands_breaks_nothing(copied_house: Path) -> None:
    answer = lint(copied_house)
    assert answer.returncode == 0, answer.stdout
