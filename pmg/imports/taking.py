"""Opens the cases of rows, many at once; when that fails in halves, so that none loses another."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError

from pmg.cases import known, services
from pmg.cases.files import insert_rows
from pmg.cases.intake import Terms
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.imports.cells import Problem
from pmg.imports.judging import as_intake, problem_of
from pmg.imports.models import ImportedCase
from pmg.imports.newcase import NewCase
from pmg.security import access, encryption
from pmg.texts import to_translate

_CANNOT_BE_KEPT = to_translate("Deze rij kan zo niet worden bewaard. Kijk alle cellen na.")


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
        [as_intake(row, on=terms.today, director_id=target.director_id) for row in rows],
        today=terms.today,
        ages=terms.ages,
    )
    try:
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
