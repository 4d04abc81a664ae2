"""What is found about a number: which one, and why, with the parts apart for a page to say it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pmg.disclosure.sentences import Sentence


def place(unit: str, codes: Mapping[str, str]) -> str:
    """Name a cell by its codes, in Dutch."""
    where = ", ".join(f"{name} {code}" for name, code in codes.items()) or "totaal"
    return f"{unit}, {where}"


@dataclass(frozen=True)
class Finding:
    """A cell that would not be protected, and why. Without codes it is the total, or a table.

    `is_of_all` where it is about no cell at all, but about everything that would be published.
    """

    unit: str
    codes: Mapping[str, str]
    reason: Sentence
    is_of_all: bool = False

    @property
    def text(self) -> str:
        """The sentence in Dutch, with codes: for who made the tables."""
        return f"{place(self.unit, self.codes)}: {self.reason.text}"

    def as_json(self) -> dict[str, Any]:
        """Write it, for `read_finding`."""
        return {
            "unit": self.unit,
            "codes": dict(self.codes),
            "template": self.reason.template,
            "values": dict(self.reason.values),
            "is_of_all": self.is_of_all,
        }


def read_finding(data: Mapping[str, Any]) -> Finding:
    """Read what `as_json` wrote."""
    reason = Sentence(data["template"], data["values"])
    return Finding(data["unit"], data["codes"], reason, data.get("is_of_all", False))


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each finding once, in the order given."""
    return tuple({finding.text: finding for finding in findings}.values())
