"""The check of a report file that someone gives: bounded, in memory, and never a fault of ours."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Any

from pmg.disclosure.errors import DisclosureError
from pmg.disclosure.sentences import say
from pmg.disclosure.specs import by_dimension, read_hierarchy, read_table
from pmg.disclosure.verify import Line, Outcome, outcome, verify

LARGEST_FILE = 5 * 1024 * 1024
_MOST_CELLS = 100_000
"""More than the largest report there is, and little enough to lay out while someone waits."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, and what the file says of itself."""

    lines: tuple[Line, ...]
    about: tuple[tuple[str, str], ...]
    hash: str

    @property
    def good(self) -> bool:
        """Whether every check held."""
        return outcome(self.lines) is Outcome.GOOD


def check_file(content: bytes, *, key: bytes) -> Finding:
    """Check a file against the public key of its maker; whatever it holds, it is only read."""
    try:
        document = json.loads(content)
        _bounded(document)
    except (DisclosureError, RecursionError, ValueError, LookupError, TypeError) as fault:
        return _unreadable(fault)
    lines = tuple(verify(document, key=key))
    if lines[0].outcome is Outcome.UNREADABLE:
        return Finding(lines, (), "")
    return Finding(lines, tuple(_about(document)), str(document["certificate"].get("release_hash")))


def _unreadable(fault: Exception) -> Finding:
    said = say("Het bestand is niet te lezen: %(fault)s", fault=fault)
    return Finding((Line(Outcome.UNREADABLE, said),), (), "")


def _bounded(document: Any) -> None:
    """Refuse a file whose tables would be larger than any report, before they are laid out."""
    release = document["release"]
    known = by_dimension(read_hierarchy(each) for each in release["hierarchies"])
    cells = 0
    for spec in map(read_table, release["tables"]):
        cells += prod(
            1 + sum(len(known[axis.dimension].members(level)) for level in axis.levels)
            for axis in spec.axes
        )
        if cells > _MOST_CELLS:
            raise ValueError("de tabellen zijn groter dan die van een rapport")


def _about(document: Any) -> Iterable[tuple[str, str]]:
    """Return the short facts that the file gives of itself: its title, place and days."""
    about = document["certificate"].get("about")
    if isinstance(about, dict):
        for name in ("rapport", "gemeente", "eerste_dag", "laatste_dag"):
            if isinstance(about.get(name), str):
                yield name, about[name]
