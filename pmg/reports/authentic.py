"""Whether a stored release is still what was approved: asked each time that it is opened."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from pmg.disclosure.checks import Line
from pmg.disclosure.outcomes import Outcome
from pmg.disclosure.sentences import say
from pmg.disclosure.verify import outcome, verify
from pmg.errors import Refused
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.reports.keys import key_for, own_keys
from pmg.reports.models import ReportRelease
from pmg.reports.rules import Period, stored_period
from pmg.security import access


class Stored(StrEnum):
    """As what the reader has a file that was altered: his page says what to do by it."""

    OWN = "own"
    DELIVERED = "delivered"
    TAKEN_IN = "taken_in"
    PUBLISHED = "published"


class Altered(Refused):
    """A stored file is not what was signed: nothing of it is shown or leaves.

    `lines` are the checks; `of` names the municipality, or is '' where no reader doubts which.
    """

    def __init__(
        self, item_id: UUID, stored: Stored, lines: Sequence[Line], *, period: Period, of: str = ""
    ) -> None:
        super().__init__(f"{stored} {item_id} is not what was signed")
        self.id = item_id
        self.stored = stored
        self.lines = tuple(lines)
        self.period = period
        self.of = of


def authentic(item: ReportRelease) -> dict[str, Any]:
    """Return the parsed file of a release that passes every check; raises Altered."""
    document = stored_file(item.document)
    lines = checks(item, document)
    if outcome(lines) is not Outcome.GOOD:
        is_own = item.municipality_id == access.reader().municipality_id
        raise Altered(
            item.id,
            Stored.OWN if is_own else Stored.DELIVERED,
            lines,
            period=stored_period(item.period_from, item.period_until),
            of="" if is_own else MUNICIPALITIES[item.municipality_id].name,
        )
    assert isinstance(document, dict)
    return document


def checks(item: ReportRelease, document: object) -> list[Line]:
    """Check a file by the keys of this house, and whether it is the file of this row."""
    lines = verify(document, key=key_for(document, own_keys()))
    if outcome(lines) is Outcome.GOOD and not _belongs(item, document):
        lines.append(of_another())
    return lines


def of_another() -> Line:
    """Say that a file is sound, and not the one that its row is about."""
    return Line(Outcome.PLACE, say("Dit is het bestand van een ander rapport."), Outcome.PLACE)


def name_of(item: ReportRelease) -> str:
    """Return what the hashed name of a release begins with: of whom, which kind, which days."""
    days = stored_period(item.period_from, item.period_until)
    kind = f"{item.municipality_id} {item.template_code} {item.template_version}"
    return f"{kind} {days.first} {days.last}"


def stored_file(text: str) -> Any:
    """Parse what is stored; None where it is no file, which no check finds good."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _belongs(item: ReportRelease, document: Any) -> bool:
    same_numbers = document["certificate"]["release_hash"] == item.release_hash
    return same_numbers and f"{document['release']['id']} ".startswith(f"{name_of(item)} ")
