"""Each exit code of `pmg disclosure verify`, through the command, with nothing else installed."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pmg.disclosure import verify as checking
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.promises import limits
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params
from pmg.disclosure.verify import Outcome
from tests.disclosure import test_verify as one
from tests.disclosure import test_verify_ledger as chained
from tests.disclosure import test_verify_national as nation
from tests.disclosure.build import KEY, a_table

# Whatever is not of Python or of this program is not there.
ALONE = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "pmg"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
sys.argv[0] = "pmg"
from pmg.%s import main
sys.exit(main())
"""
ROOT = Path(__file__).parents[2]
Files = dict[str, Any]


def run(folder: Path, files: Files, words: list[str], module: str = "cli") -> Any:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    command = [sys.executable, "-c", ALONE % module]
    command += ["disclosure"] if module == "cli" else []
    return subprocess.run(
        [*command, "verify", *[str(folder / w) if w[-5:] == ".json" else w for w in words]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def changed(change: Callable[[Any], object], *, seal: bool = False) -> Files:
    document = one.document()
    change(document)
    return {"file.json": one.sealed(document) if seal else document}


def fewer(document: Any) -> None:
    part = document["release"]["parts"][0]
    part["values"] = [value // 5 for value in part["values"]]


def in_ledger(change: Callable[[Any], object]) -> Files:
    entries = chained.stored()
    change(entries)
    return {"file.json": chained.document(2), "ledger.json": entries}


def narrowing() -> Files:
    """Six releases of a ledger that someone put together without looking at them together."""
    ledger = Ledger()
    for number in range(6):
        done = publish(a_table(17), Params(f"r{number}"), KEY)
        before = {"ledger": ledger.head, "earlier": [each.hash for each in ledger.about("x")]}
        ledger = ledger.add("x", done.release)
    document = json.loads(done.as_bytes())
    document["certificate"] |= before
    document["certificate"]["limits"] = limits(done.release, before["earlier"])
    return {"file.json": document, "ledger.json": ledger.as_json()}


def of_nation(change: Callable[[Any, Files], object]) -> Files:
    document, files = nation.national(), nation.releases()
    change(document, files)
    beside = {f"releases/{name}.json": each for name, each in files.items()}
    return {"file.json": nation.sealed(document), **beside}


def other_words(document: Any) -> None:
    document["certificate"]["promises"] = ["Niemand is ooit te vinden."]


WITH_LEDGER = ["--ledger", "ledger.json"]
WITH_RELEASES = ["--releases", *(f"releases/{name}.json" for name in "ABC")]
CASES: dict[Outcome, tuple[Callable[[], Files], list[str]]] = {
    Outcome.GOOD: (lambda: changed(lambda _: None), []),
    Outcome.UNREADABLE: (lambda: {"file.json": "{"}, []),
    Outcome.RELEASE_HASH: (lambda: changed(one.add_to_a_number), []),
    Outcome.STRUCTURE_HASH: (lambda: changed(one.change_the_hierarchies_hash), []),
    Outcome.WORLD_HASH: (lambda: changed(one.add_to_a_row), []),
    Outcome.SIGNATURE: (lambda: changed(one.change_the_signature), []),
    Outcome.SUMS: (lambda: changed(one.add_to_a_number, seal=True), []),
    Outcome.MULTIPLES: (lambda: changed(fewer, seal=True), []),
    Outcome.WORLD: (lambda: changed(one.add_to_a_row, seal=True), []),
    Outcome.CERTIFICATE: (lambda: changed(other_words, seal=True), []),
    Outcome.LEDGER: (lambda: in_ledger(lambda entries: entries.pop(0)), WITH_LEDGER),
    Outcome.PLACE: (lambda: in_ledger(lambda entries: entries.pop()), WITH_LEDGER),
    Outcome.TOGETHER: (narrowing, WITH_LEDGER),
    Outcome.ORIGINS: (lambda: of_nation(lambda _, files: files.pop("B")), WITH_RELEASES),
    Outcome.ORIGIN: (
        lambda: of_nation(lambda _, files: files["C"]["worlds"][0]["rows"].pop()),
        WITH_RELEASES,
    ),
    Outcome.ADDED_UP: (
        lambda: of_nation(lambda document, _: nation.add_everywhere(document)),
        WITH_RELEASES,
    ),
    Outcome.UNSIGNED: (lambda: changed(lambda document: document.update(signature=None)), []),
}


def test_there_is_a_file_for_each_code_and_the_documentation_names_each() -> None:
    assert set(CASES) == set(Outcome)
    text = (ROOT / "docs" / "disclosure.md").read_text(encoding="utf-8")
    table = text.split("## Exit codes of `verify`")[1].split("##")[0]
    named = {int(line.split("|")[1]) for line in table.splitlines() if line[2:3].isdigit()}
    assert named == {*map(int, Outcome), checking.NOT_UNDERSTOOD}


@pytest.mark.parametrize("code", CASES, ids=lambda code: code.name)
def test_the_command_ends_with_the_code_of_what_is_wrong(code: Outcome, tmp_path: Path) -> None:
    files, words = CASES[code]

    done = run(tmp_path, files(), ["file.json", *words])

    assert done.returncode == code, done.stdout + done.stderr
    assert ("klopt niet" in done.stdout) == (code not in {Outcome.GOOD, Outcome.UNSIGNED})
    assert "Alles klopt" not in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("module", ["cli", "disclosure.__main__"])
def test_checking_needs_the_standard_library_alone(module: str, tmp_path: Path) -> None:
    words = ["file.json", "--key", one.PUBLIC.hex()]
    done = run(tmp_path, {"file.json": one.document()}, words, module)

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("Alles klopt. Het is ondertekend met de sleutel die u opgaf.\n")


def test_the_other_commands_do_load_more(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE % "cli", "disclosure", "audit", "x"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ModuleNotFoundError" in done.stderr


@pytest.mark.parametrize(
    "words", [[], ["a.json", "b.json"], ["a.json", "--key", "x"], ["a.json", "--key", "00"]]
)
def test_a_command_that_is_not_understood_has_a_code_of_its_own(
    words: list[str], tmp_path: Path
) -> None:
    done = run(tmp_path, {}, words)

    assert done.returncode == checking.NOT_UNDERSTOOD
    assert "usage" in done.stderr


def test_without_a_key_the_end_says_whose_key_it_is(tmp_path: Path) -> None:
    last = run(tmp_path, {"file.json": one.document()}, ["file.json"]).stdout.splitlines()[-1]

    assert "Wie het maakte, is niet bewezen." in last
    assert one.PUBLIC.hex() in last


def test_a_file_of_a_forger_who_leaves_the_signature_out_is_not_said_to_be_right(
    tmp_path: Path,
) -> None:
    forged = json.loads(one.a_publication(23).as_bytes())

    done = run(tmp_path, {"file.json": forged}, ["file.json"])

    assert done.returncode == Outcome.UNSIGNED
    assert "Er staat geen handtekening onder" in done.stdout.splitlines()[-1]
