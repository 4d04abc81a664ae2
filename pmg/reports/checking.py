"""The check of a report file that someone gives: bounded, in memory, and never a fault of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Any

from pmg.disclosure.canonical import parse
from pmg.disclosure.checks import in_words, must_be_file
from pmg.disclosure.errors import BadText, DisclosureError
from pmg.disclosure.national_checks import Given, is_national
from pmg.disclosure.sentences import say
from pmg.disclosure.specs import by_dimension, read_hierarchy, read_table
from pmg.disclosure.verify import Line, Outcome, outcome, unreadable_ledger, verify
from pmg.reports.keys import key_for

LARGEST_FILE = 5 * 1024 * 1024
_MOST_CELLS = 100_000
"""More than the largest report there is, and little enough to lay out while someone waits."""
MOST_CELLS_OF_A_LEDGER = 400_000
"""All reports of a municipality for more than ten years."""


_UNREADABLE = (DisclosureError, RecursionError, ValueError, LookupError, TypeError)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, and what the file says of itself."""

    lines: tuple[Line, ...]
    about: tuple[tuple[str, str | date], ...]
    hash: str
    is_national: bool = False
    signed_by: str = ""
    """The public key that stands in the file, where its signature holds by it."""
    is_right_in_itself: bool = False
    """Whether nothing is wrong but that nobody known here signed, and no key was given."""

    @property
    def good(self) -> bool:
        """Whether every check held."""
        return outcome(self.lines) is Outcome.GOOD

    @property
    def beside_ledger(self) -> bool:
        """Whether the other releases of the maker were looked at too."""
        return any(line.check is Outcome.TOGETHER for line in self.lines)

    @property
    def computed_anew(self) -> bool:
        """Whether every national number was computed again from the releases."""
        return any(line.check is Outcome.ADDED_UP for line in self.lines)


@dataclass(frozen=True, slots=True)
class Keys:
    """The public keys that a file may be checked by: of a municipality's report, and a national.

    Each in the order in which they were used, the key of now last. They are `given` where whoever
    checks had one from the maker; else those of this installation.
    """

    municipal: Sequence[bytes]
    national: Sequence[bytes]
    given: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What is given beside a file: the ledger of its maker, or the releases it was made of."""

    ledger: bytes | None = None
    releases: Sequence[tuple[str, bytes]] = ()


def check_file(content: bytes, *, keys: Keys, beside: Beside | None = None) -> Finding:
    """Check a file against the public key of its maker, and beside what else was given.

    Whatever they hold, they are only read.
    """
    try:
        document = parse(content)
        national = is_national(document)
        if not national:
            must_be_file(document)
        bounded([document["national" if national else "release"]])
    except _UNREADABLE as fault:
        return _unreadable(fault)
    key = key_for(document, keys.national if national else keys.municipal)
    lines = tuple(_lines(document, key, beside or Beside()))
    if lines[0].outcome is Outcome.UNREADABLE:
        return Finding(lines, (), "", is_national=national)
    kind = "national_hash" if national else "release_hash"
    hashed = str(document["certificate"].get(kind))
    wrong = {line.outcome for line in lines} - {Outcome.GOOD}
    only_unknown = (
        wrong == {Outcome.SIGNATURE}
        and not keys.given
        and outcome(verify(document)) is Outcome.GOOD
    )
    return Finding(
        lines,
        tuple(_about(document)),
        hashed,
        is_national=national,
        signed_by=_signed_by(document) if only_unknown or not wrong else "",
        is_right_in_itself=only_unknown,
    )


def _signed_by(document: Any) -> str:
    signature = document["signature"]
    return "" if signature is None else bytes.fromhex(signature["public_key"]).hex()


def _unreadable(fault: Exception) -> Finding:
    said = say("Het bestand is niet te lezen: %(fault)s", fault=in_words(fault))
    return Finding((Line(Outcome.UNREADABLE, said),), (), "")


def _lines(document: Any, key: bytes, beside: Beside) -> list[Line]:
    releases = [_given(*each) for each in beside.releases] or None
    if beside.ledger is None:
        return verify(document, key=key, releases=releases)
    try:
        entries = parse(beside.ledger)
        bounded([each["release"] for each in entries], most=MOST_CELLS_OF_A_LEDGER)
    except _UNREADABLE as fault:
        return [*verify(document, key=key), unreadable_ledger(fault)]
    return verify(document, key=key, ledger=entries, releases=releases)


def _given(name: str, content: bytes) -> Given:
    """Read a release that was given beside a national file; what is none is given as a fault."""
    try:
        document = parse(content)
        bounded([document["release"]])
    except _UNREADABLE:
        return Given(name, None)
    return Given(name, document)


def bounded(releases: Iterable[Any], *, most: int = _MOST_CELLS) -> None:
    """Refuse releases whose tables would be larger than any report, before they are laid out."""
    cells = 0
    for release in releases:
        known = by_dimension(read_hierarchy(each) for each in release["hierarchies"])
        for spec in map(read_table, release["tables"]):
            cells += prod(
                1 + sum(len(known[axis.dimension].members(level)) for level in axis.levels)
                for axis in spec.axes
            )
            if cells > most:
                raise BadText("de tabellen zijn groter dan die van een rapport.")


def _about(document: Any) -> Iterable[tuple[str, str | date]]:
    """Return the short facts that the file gives of itself: its title, place and days."""
    about = document["certificate"].get("about")
    if isinstance(about, dict):
        for name in ("rapport", "gemeente", "gemeenten", "eerste_dag", "laatste_dag"):
            if isinstance(about.get(name), str):
                yield name, _day(about[name]) if name.endswith("_dag") else about[name]


def _day(text: str) -> str | date:
    """Read a day, for a page to write it as its reader does; what is none stays as it is."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
