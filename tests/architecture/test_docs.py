"""The documentation says what the code does: links, settings, words, tables, labels, commands."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from config import KNOWN
from pmg.commands import main
from pmg.extensions import Model
from pmg.security.policy import TABLE, Action, Category, Role

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
_COMMAND = re.compile(r"\.venv/bin/pmg ([a-z -]+)")
_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_TEXT = re.compile(r"gettext\('([^']*)', '([^']*)'|_\('([^']*)'")
_FILLED_IN = re.compile(r"%\(\w+\)[sd]")
_LONG = 20  # a quotation may be a sentence of several; a shorter one is a label, and whole


def rows(page: Path) -> Iterator[list[str]]:
    """The cells of every table row of a page, heads left out."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("|") and "|--" not in {line[:3], following[:3]}:
            yield [cell.strip() for cell in line.strip("|").split("|")]


def section(page: Path, title: str) -> str:
    """The text under one heading of the second level."""
    _before, _title, after = page.read_text(encoding="utf-8").partition(f"\n## {title}\n")
    assert after, f"{page.name} heeft geen kop {title}"
    return after.partition("\n## ")[0]


def cells(page: Path, title: str) -> list[list[str]]:
    """The table rows under one heading, without its head."""
    lines = [line for line in section(page, title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.fixture(scope="module")
def code() -> str:
    """Every word of the product's own code and reference data, in lower case."""
    files = [file for kind in ("py", "html", "csv") for file in (ROOT / "pmg").rglob(f"*.{kind}")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files).lower()


def texts(file: Path) -> Iterator[str]:
    """What a module or a template can say on a page, with … where something is filled in."""
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        found = [text for each in _TEXT.findall(source) for text in each]
    else:
        nodes = list(ast.walk(ast.parse(source)))
        found = [str(n.value) for n in nodes if isinstance(n, ast.Constant)]
        found += [_formatted(n) for n in nodes if isinstance(n, ast.JoinedStr)]
    yield from (_FILLED_IN.sub("…", text) for text in found)


def _formatted(text: ast.JoinedStr) -> str:
    parts = text.values
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)


@pytest.fixture(scope="module")
def shown() -> set[str]:
    """Everything that a page can say."""
    files = [file for kind in ("py", "html") for file in (ROOT / "pmg").rglob(f"*.{kind}")]
    return {text for file in files for text in texts(file)}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    lost = [link for link in links if not (page.parent / link).exists()]
    assert not lost, "verbeter de link of maak het bestand"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_that_is_named_exists(page: Path) -> None:
    for words in _COMMAND.findall(page.read_text(encoding="utf-8")):
        command: click.Command = main
        for word in words.split():
            if not isinstance(command, click.Group) or word.startswith("-"):
                break
            assert word in command.commands, f"pmg {words}"
            command = command.commands[word]


def test_operations_names_every_setting_and_no_other() -> None:
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bPMG_[A-Z_]*[A-Z]\b", text))
    assert named == KNOWN, "houd docs/operations.md en config.py gelijk"


def test_every_decision_stands_under_its_own_number() -> None:
    numbers = [int(page.name[:4]) for page in sorted((DOCS / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("row", list(rows(DOCS / "words.md")), ids=lambda row: row[0])
def test_a_listed_word_is_used_in_the_code(row: list[str], code: str) -> None:
    words = _CODE.findall(row[1])
    assert words, "zet het woord uit de code tussen `…`"
    for word in words:
        whole = rf"(?<![a-z]){re.escape(word.lower())}(?![a-z])"
        assert re.search(whole, code), f"{word} staat nergens in pmg/"


@pytest.mark.parametrize("row", list(rows(DOCS / "words.md")), ids=lambda row: row[0])
def test_a_listed_dutch_word_is_used_on_a_page(row: list[str], code: str) -> None:
    for word in row[0].lower().split(", "):
        assert word in code, f"{word} staat nergens in pmg/"


def test_the_record_of_processing_lists_every_table(app: Flask) -> None:
    keystore = (ROOT / "migrations" / "keystore" / "0001_keys.py").read_text(encoding="utf-8")
    keys = set(re.findall(r"CREATE TABLE (\w+)", keystore))
    listed = [name for row in cells(DOCS / "data.md", "Tabellen") for name in _CODE.findall(row[0])]
    assert sorted(listed) == sorted({*Model.metadata.tables, *keys}), "vul docs/data.md aan"


def test_the_record_of_processing_names_all_that_is_encrypted(app: Flask) -> None:
    tables = {_CODE.findall(row[0])[0]: row[3] for row in cells(DOCS / "data.md", "Tabellen")}
    for name, table in Model.metadata.tables.items():
        sealed = {c.name.removesuffix("_sealed") for c in table.columns if "_sealed" in c.name}
        assert set(_CODE.findall(tables[name])) == sealed, f"versleuteld in {name}"


def test_the_record_of_processing_says_who_may_read_what_as_the_policy_does() -> None:
    told = {_CODE.findall(row[0])[0]: row[1] for row in cells(DOCS / "data.md", "Wie leest wat")}
    granted: dict[str, set[str]] = {}
    for rule in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()):
        if rule["action"] == Action.DATA_READ:
            for category in rule["categories"].split():
                labels = {Role(role).label for role in rule["roles"].split()}
                granted.setdefault(category, set()).update(labels)
    assert {name: set(who.split(", ")) for name, who in told.items()} == granted
    assert set(granted) <= {category.value for category in Category}


@pytest.mark.parametrize(
    "label", sorted(set(_BOLD.findall((DOCS / "handleiding.md").read_text(encoding="utf-8"))))
)
def test_what_the_guide_quotes_stands_on_a_page(label: str, shown: set[str]) -> None:
    wanted = " ".join(label.split())
    is_said = wanted in shown or any(len(wanted) > _LONG and wanted in text for text in shown)
    assert is_said, "neem de tekst van de pagina over"
