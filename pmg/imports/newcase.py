"""The case that a row asks for, and how a youth who stands in a list twice is found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pmg.cases import rules as cases
from pmg.imports.cells import Problem
from pmg.imports.columns import FIELDS
from pmg.texts import to_translate

_MAYBE_KNOWN = to_translate(
    "Deze jongere is misschien al bekend. Zoek eerst op naam en geboortedatum, en haal de rij weg "
    "als het dezelfde is."
)
_SAME_NUMBER = to_translate("Rij %(row)d heeft hetzelfde BSN. Laat één van de twee rijen staan.")
_SAME_PERSON = to_translate(
    "Rij %(row)d heeft dezelfde naam en geboortedatum. Laat één van de twee rijen staan."
)


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
    outcome: cases.Outcome | None
    triaged_on: date | None
    motivation: str | None

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
                _MAYBE_KNOWN,
            )
        self._rows[case.named] = case.row
        if case.bsn:
            self._rows[case.bsn] = case.row
        return None

    def _twice(self, case: NewCase, code: str, first: int) -> Problem:
        same = _SAME_NUMBER if code == "bsn" else _SAME_PERSON
        return Problem(case.row, FIELDS[code].label, same, {"row": first})
