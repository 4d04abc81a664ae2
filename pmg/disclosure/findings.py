"""What is found about a number: which one, and why, with the parts apart for a page to say it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pmg.disclosure.sentences import Sentence


@dataclass(frozen=True)
class Finding:
    """A cell that would not be protected, and why. Without codes it is the total, or a table."""

    unit: str
    codes: Mapping[str, str]
    reason: Sentence

    @property
    def text(self) -> str:
        """The sentence in Dutch, with codes: for who made the tables."""
        where = ", ".join(f"{name} {code}" for name, code in self.codes.items()) or "totaal"
        return f"{self.unit}, {where}: {self.reason.text}"

    def as_json(self) -> dict[str, Any]:
        """Write it, for `read_finding`."""
        return {
            "unit": self.unit,
            "codes": dict(self.codes),
            "template": self.reason.template,
            "values": dict(self.reason.values),
        }


def read_finding(data: Mapping[str, Any]) -> Finding:
    """Read what `as_json` wrote."""
    return Finding(data["unit"], data["codes"], Sentence(data["template"], data["values"]))


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each finding once, in the order given."""
    return tuple({finding.text: finding for finding in findings}.values())
