"""Whether a stored release is still what was approved: asked each time that it is opened."""

import json
from collections.abc import Sequence
from typing import Any

from pmg.disclosure.checks import Line
from pmg.disclosure.outcomes import Outcome
from pmg.disclosure.sentences import say
from pmg.disclosure.verify import outcome, verify
from pmg.errors import Refused
from pmg.reports.keys import own_signer
from pmg.reports.models import ReportRelease
from pmg.reports.rules import Period, stored_period
from pmg.security import access


class Altered(Refused):
    """A stored release is not what was signed: nothing of it is shown or leaves.

    `lines` are the checks, `is_own` tells whether the reader's municipality made it.
    """

    def __init__(self, item: ReportRelease, lines: Sequence[Line]) -> None:
        super().__init__(f"release {item.id} is not what was signed")
        self.id = item.id
        self.lines = tuple(lines)
        self.period: Period = stored_period(item.period_from, item.period_until)
        self.is_own = item.municipality_id == access.reader().municipality_id


def authentic(item: ReportRelease) -> dict[str, Any]:
    """Return the parsed file of a release that passes every check; raises Altered."""
    document = _parsed(item.document)
    lines = checks(item, document)
    if outcome(lines) is not Outcome.GOOD:
        raise Altered(item, lines)
    assert isinstance(document, dict)
    return document


def checks(item: ReportRelease, document: object) -> list[Line]:
    """Check a file by the key of this house, and whether it is the file of this row."""
    lines = verify(document, key=own_signer().public_key)
    if outcome(lines) is Outcome.GOOD and not _belongs(item, document):
        said = say("Dit is het bestand van een ander rapport.")
        lines.append(Line(Outcome.PLACE, said, Outcome.PLACE))
    return lines


def name_of(item: ReportRelease) -> str:
    """Return what the hashed name of a release begins with: of whom, which kind, which days."""
    days = stored_period(item.period_from, item.period_until)
    kind = f"{item.municipality_id} {item.template_code} {item.template_version}"
    return f"{kind} {days.first} {days.last}"


def _belongs(item: ReportRelease, document: Any) -> bool:
    same_numbers = document["certificate"]["release_hash"] == item.release_hash
    return same_numbers and f"{document['release']['id']} ".startswith(f"{name_of(item)} ")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
