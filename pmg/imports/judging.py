"""The dry run: what every row would become, by the rules of lists and those of a referral."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from pmg.cases.intake import (
    Decided,
    Decision,
    Details,
    Intake,
    Terms,
    Told,
    check_intake,
)
from pmg.cases.rules import Outcome
from pmg.errors import Invalid
from pmg.imports.cells import Problem
from pmg.imports.columns import FIELDS
from pmg.imports.listing import Listing, Row, by_field
from pmg.imports.newcase import NewCase
from pmg.imports.rules import Context, Judged, check_row, check_rows, motivation_of
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.texts import to_translate

# Where the referral and the list call the same thing differently.
_COLUMN_OF = {
    "focus_area_code": "focus_area",
    "reason_nature": "nature",
    "referrer_kind": "referrer",
    "not_yet_because": "not_told_reason",
    "decided_on": "triaged_on",
    "outcome": "decision",
}
_WHOLE_ROW = to_translate("Hele rij")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a list: problems, who may be known, what was chosen, and why it was undone.

    `refused` holds the rows to mend once the list itself is gone. `doubles` maps a row to the
    colleague to call about the youth, '' when there is none. `running` counts the cases that
    were taken in, `waiting` those without a decision.
    """

    problems: tuple[Problem, ...] = ()
    doubles: Mapping[int, str] = field(default_factory=dict)
    running: int = 0
    waiting: int = 0
    takes_known: bool = False
    director_id: UUID | None = None
    refused: Listing | None = None
    undone_because: str = ""

    @property
    def bad_rows(self) -> list[int]:
        """The numbers of the rows with a problem, each once, in their order."""
        return list(dict.fromkeys(problem.row for problem in self.problems))


def context_of(terms: Terms) -> Context:
    """Return what rows are judged against, for this municipality and organisation."""
    return Context(
        terms.today,
        MUNICIPALITIES[terms.municipality_id].focus_areas,
        terms.ages,
        partner_code=terms.organisation_type,
    )


def judge(rows: Iterable[Row], mapping: Mapping[int, str], terms: Terms) -> Iterator[Judged]:
    """Judge rows one by one, as a row of the list and as a referral; doubles in the list too."""
    for judged in check_rows(rows, mapping, context_of(terms)):
        problem = judged.case and referral_problem(judged.case, terms)
        yield replace(judged, case=None, problems=(problem,)) if problem else judged


def judge_one(row: Row, mapping: Mapping[int, str], context: Context) -> Judged:
    """Judge one row by itself."""
    number, values = row
    verdict = check_row(number, by_field(values, mapping), context)
    if isinstance(verdict, NewCase):
        return Judged(number, values, verdict, ())
    return Judged(number, values, None, verdict)


def referral_problem(case: NewCase, terms: Terms) -> Problem | None:
    """Return why the referral of a row would be refused, or None."""
    try:
        check_intake(as_intake(case, on=terms.today), terms)
    except Invalid as refusal:
        return problem_of(case.row, refusal)
    return None


def problem_of(row: int, refusal: Invalid) -> Problem:
    """Return a refusal as something to mend in a row."""
    known = FIELDS.get(_COLUMN_OF.get(refusal.field, refusal.field))
    return Problem(row, known.label if known else _WHOLE_ROW, refusal.template, refusal.values)


def as_intake(case: NewCase, *, on: date, director_id: UUID | None = None) -> Intake:
    """Return a row as the referral that it is, taken over on a day, and what was decided on it."""
    return Intake(
        details=Details(
            given_name=case.given_name,
            family_name=case.family_name,
            birth_date=case.birth_date,
            gender=case.gender,
            bsn=case.bsn,
            area=case.area,
            focus_area_code=case.focus_area_code,
            purpose=case.purpose,
            legal_basis=case.legal_basis,
        ),
        reason=case.reason,
        reason_nature=case.nature,
        referrer_kind=case.referrer,
        referrer_name=case.referrer_name,
        told=Told(on=case.told_on) if case.told else Told(not_yet_because=case.not_told_reason),
        referred_on=case.referred_on,
        decided=_decided(case, on, director_id),
    )


def _decided(case: NewCase, on: date, director_id: UUID | None) -> Decided | None:
    if case.outcome is None or case.triaged_on is None:
        return None
    director_id = director_id if case.outcome is Outcome.ACCEPT else None
    return Decided(Decision(case.outcome, motivation_of(case, on), director_id), case.triaged_on)
