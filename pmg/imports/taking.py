"""Opens the cases of rows, many at once; when that fails in halves, so that none loses another."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, text
from sqlalchemy.exc import DataError, IntegrityError

from pmg.cases import known, services
from pmg.cases.files import insert_rows
from pmg.cases.intake import Terms
from pmg.cases.models import Case, TriageDecision
from pmg.cases.rules import Outcome
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.imports.cells import Problem
from pmg.imports.judging import as_intake, problem_of
from pmg.imports.models import ImportedCase
from pmg.imports.newcase import NewCase
from pmg.imports.rules import TRIAGE_MOTIVATION
from pmg.security import access, audit, encryption
from pmg.security.identity import CaseMember
from pmg.security.policy import Action, Role
from pmg.texts import to_translate

_CANNOT_BE_KEPT = to_translate("Deze rij kan zo niet worden bewaard. Kijk alle cellen na.")
_DECIDE = text(
    "UPDATE case_file c SET triaged_on = given.decided_on, triage_outcome = :outcome,"
    " director_id = :director"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:days AS date[])) AS given (id, decided_on)"
    " WHERE c.municipality_id = :municipality AND c.id = given.id"
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go: the import they belong to, and who directs the cases that run already."""

    batch_id: UUID
    director_id: UUID | None
    terms: Terms


def take(rows: Sequence[NewCase], target: Target) -> list[Problem]:
    """Open a case for each row; return what is wrong with the rows that were not taken."""
    if not rows:
        return []
    try:
        with _attempt():
            _open(rows, target)
    except (Invalid, IntegrityError, DataError) as fault:
        half = len(rows) // 2
        if half:
            return take(rows[:half], target) + take(rows[half:], target)
        refusal = fault if isinstance(fault, Invalid) else Invalid("row", _CANNOT_BE_KEPT)
        return [problem_of(rows[0].row, refusal)]
    return []


@contextmanager
def _attempt() -> Iterator[None]:
    """Do it whole or not at all, also in what the log is going to say."""
    at = access.work()
    written, subjects = len(at.written), set(at.subjects)
    done = False
    try:
        with db.session.begin_nested():
            yield
        done = True
    finally:
        if not done:
            del at.written[written:]
            for youth_id in set(at.subjects) - subjects:
                if known.LOOK_UP not in at.subjects[youth_id]:  # what was told stays told
                    del at.subjects[youth_id]


def _open(rows: Sequence[NewCase], target: Target) -> None:
    terms = target.terms
    cases = services.refer_many(
        [as_intake(row) for row in rows], today=terms.today, ages=terms.ages
    )
    try:
        _decide([pair for pair in zip(rows, cases, strict=True) if pair[0].triaged_on], target)
        insert_rows(
            ImportedCase,
            [
                ImportedCase(
                    municipality_id=case.municipality_id,
                    batch_id=target.batch_id,
                    case_id=case.id,
                    row_number=row.row,
                )
                for row, case in zip(rows, cases, strict=True)
            ],
        )
    except (Invalid, IntegrityError, DataError):
        encryption.keystore().shred_all(terms.municipality_id, [case.youth_id for case in cases])
        raise


def _decide(pairs: Sequence[tuple[NewCase, Case]], target: Target) -> None:
    """Take over the decisions of before: no process director needs to decide on them again."""
    if not pairs:
        return
    if target.director_id is None:
        raise Invalid("status", "Kies eerst wie de casusregisseur is van de lopende zaken.")
    decisions = [_decision(row, case, target.director_id) for row, case in pairs]
    insert_rows(TriageDecision, decisions)
    db.session.execute(
        _DECIDE,
        {
            "outcome": Outcome.ACCEPT,
            "director": target.director_id,
            "ids": [case.id for _row, case in pairs],
            "days": [row.triaged_on for row, _case in pairs],
            "municipality": target.terms.municipality_id,
        },
    )
    _reseat([case for _row, case in pairs], target.director_id)
    for decision in decisions:
        audit.wrote(Action.CASE_IMPORT, decision, decision.id)


def _decision(row: NewCase, case: Case, director_id: UUID) -> TriageDecision:
    return TriageDecision(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        outcome=Outcome.ACCEPT,
        motivation=TRIAGE_MOTIVATION,
        decided_on=row.triaged_on,
        decided_by=access.reader().user_id,
        director_id=director_id,
    )


def _reseat(cases: Sequence[Case], director_id: UUID) -> None:
    """Give the director a seat, in place of those who would have decided."""
    reader = access.reader()
    db.session.execute(
        delete(CaseMember).where(
            CaseMember.municipality_id == reader.municipality_id,
            CaseMember.case_id.in_([case.id for case in cases]),
            CaseMember.user_id != reader.user_id,
        ),
        execution_options={"synchronize_session": False},
    )
    if director_id == reader.user_id:
        return
    insert_rows(
        CaseMember,
        [
            CaseMember(
                municipality_id=case.municipality_id,
                id=uuid4(),
                case_id=case.id,
                youth_id=case.youth_id,
                user_id=director_id,
                function=Role.CASE_DIRECTOR,
                purpose=case.purpose,
                granted_by=reader.user_id,
            )
            for case in cases
        ],
    )
