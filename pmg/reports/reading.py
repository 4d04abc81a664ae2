"""What stands in a stored text: a file of a release, or counts that wait under a seal."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pmg.disclosure.errors import LedgerBroken
from pmg.disclosure.findings import Finding, read_finding
from pmg.disclosure.insider import Own
from pmg.disclosure.release import ROUNDING
from pmg.disclosure.specs import read_hierarchy, read_table
from pmg.disclosure.tables import Table, structure


@dataclass(frozen=True, slots=True)
class Order:
    """What the worker is handed: true counts, and what the report says of itself. Secret."""

    name: str
    about: dict[str, str]
    table: Table
    base: int = 5
    # Of each provider what it knows itself: by unit, finest codes with their number.
    providers: tuple[Mapping[str, Own], ...] = ()
    method: str = ROUNDING
    # What is drawn by: reports of one name draw alike.
    chances: str = ""
    # The tables that are asked for; others come along because an earlier report showed them.
    own: tuple[str, ...] = ()

    def as_text(self) -> str:
        """Write it, for under a seal."""
        return json.dumps(
            {
                "name": self.name,
                "about": self.about,
                "base": self.base,
                "method": self.method,
                "chances": self.chances,
                "tables": [spec.as_json() for spec in self.table.specs],
                "hierarchies": [one.as_json() for one in self.table.hierarchies],
                "counts": [list(counts) for counts in self.table.counts],
                "providers": self.providers,
                "own": self.own,
            }
        )


def read_order(text: str) -> Order:
    """Read what `as_text` wrote."""
    data = json.loads(text)
    specs = tuple(read_table(one) for one in data["tables"])
    hierarchies = tuple(read_hierarchy(one) for one in data["hierarchies"])
    counts = tuple(tuple(values) for values in data["counts"])
    table = Table(structure(specs, hierarchies), counts, specs, hierarchies)
    return Order(
        data["name"],
        data["about"],
        table,
        data["base"],
        tuple(data["providers"]),
        data.get("method", ROUNDING),
        data.get("chances", ""),
        tuple(data.get("own") or (spec.name for spec in specs)),
    )


def findings_text(findings: Iterable[Finding]) -> str:
    """Write what was found about numbers, for under a seal."""
    return json.dumps([finding.as_json() for finding in findings])


def read_findings(text: str) -> list[Finding]:
    """Read what `findings_text` wrote."""
    return [read_finding(each) for each in json.loads(text)]


def parsed(text: str) -> dict[str, Any]:
    """Read the text of a release file; raises LedgerBroken where it is no such text."""
    try:
        document = json.loads(text)
    except ValueError as fault:
        raise LedgerBroken("Een publicatie is niet te lezen.") from fault
    if not isinstance(document, dict):
        raise LedgerBroken("Een publicatie is niet te lezen.")
    return document
