"""The case that a row asks for, and how a youth who stands in a list twice is found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pmg.cases import rules as cases
from pmg.imports.cells import Problem
from pmg.imports.columns import FIELDS


@dataclass(frozen=True, slots=True)
class NewCase:
    """A sound row: all that is needed to open a case."""

    row: int
    given_name: str
    family_name: str
    birth_date: date
    gender: cases.Gender
    bsn: str | None
    area: str | None
    focus_area_code: str | None
    reason: str
    nature: cases.Nature
    referrer: cases.ReferrerKind
    referrer_name: str
    referred_on: date
    legal_basis: str
    purpose: str
    told: bool
    told_on: date | None
    not_told_reason: str | None
    triaged_on: date | None

    @property
    def named(self) -> cases.Named:
        """The name and birth date, as they are compared."""
        return cases.Named(cases.name_key(f"{self.given_name} {self.family_name}"), self.birth_date)


class Seen:
    """Remembers the rows so far, to find a youth who stands in the list twice."""

    def __init__(self, known: Callable[[NewCase], bool]) -> None:
        self._known = known
        self._rows: dict[str | cases.Named, int] = {}

    def problem(self, case: NewCase) -> Problem | None:
        """Return why this case is a duplicate, or None and remember it."""
        for code, key in (("bsn", case.bsn), ("birth_date", case.named)):
            first = self._rows.get(key) if key else None
            if first is not None:
                return self._twice(case, code, first)
        if self._known(case):
            return Problem(
                case.row,
                FIELDS["birth_date"].label,
                "Deze jongere is misschien al bekend. Zoek eerst op naam en geboortedatum, "
                "en haal de rij weg als het dezelfde is.",
            )
        self._rows[case.named] = case.row
        if case.bsn:
            self._rows[case.bsn] = case.row
        return None

    def _twice(self, case: NewCase, code: str, first: int) -> Problem:
        same = "hetzelfde BSN" if code == "bsn" else "dezelfde naam en geboortedatum"
        return Problem(
            case.row,
            FIELDS[code].label,
            f"Rij {first} heeft {same}. Laat één van de twee rijen staan.",
        )
