"""Takes back everything an import brought, unless somebody has worked on from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Table, or_, select, text
from sqlalchemy.exc import IntegrityError

from pmg.cases.models import Case, Youth
from pmg.errors import Invalid
from pmg.extensions import Model, db
from pmg.imports.models import ImportBatch, ImportedCase
from pmg.security import access, encryption
from pmg.texts import to_translate

# What an import itself writes under a case; the log is no part of the file.
# A draft is no work yet: it goes along.
_OURS = frozenset(
    {"case_member", "referral", "triage_decision", "imported_case", "audit_event", "draft"}
)
_SHOWN = 10
_WORKED_ON = to_translate(
    "Er is al verder gewerkt. Daarom kan dit niet meer ongedaan worden gemaakt."
)
_THESE = to_translate(
    "Er is al verder gewerkt. Daarom kan dit niet meer ongedaan worden gemaakt. Het gaat om: "
    "%(named)s."
)
_THESE_AND_MORE = to_translate(
    "Er is al verder gewerkt. Daarom kan dit niet meer ongedaan worden gemaakt. Het gaat om: "
    "%(named)s en nog %(more)d."
)
# One statement: a case is only visible through the seat that goes with it. Every part sees what
# there was before it, and foreign keys are looked at when all of it is done.
_DELETE = text(
    "WITH cases AS (SELECT unnest(CAST(:cases AS uuid[])) AS id),"
    " a AS (DELETE FROM triage_decision USING cases"
    "   WHERE municipality_id = :municipality AND case_id = cases.id),"
    " b AS (DELETE FROM referral USING cases"
    "   WHERE municipality_id = :municipality AND case_id = cases.id),"
    " c AS (DELETE FROM imported_case USING cases"
    "   WHERE municipality_id = :municipality AND case_id = cases.id),"
    " d AS (DELETE FROM case_member USING cases"
    "   WHERE municipality_id = :municipality AND case_id = cases.id),"
    " e AS (DELETE FROM case_file USING cases"
    "   WHERE municipality_id = :municipality AND case_file.id = cases.id)"
    " DELETE FROM youth USING unnest(CAST(:youths AS uuid[])) AS gone (id)"
    " WHERE municipality_id = :municipality AND youth.id = gone.id"
)


@dataclass(frozen=True, slots=True)
class Brought:
    """A case that came from an import, as far as undoing needs it."""

    case_id: UUID
    youth_id: UUID
    number: str


def take_back(batch: ImportBatch) -> list[Brought]:
    """Delete every case of an import and destroy the keys of its youths; return what they were.

    Raises Invalid that names the cases on which somebody worked on: then nothing is undone.
    """
    brought = _brought(batch)
    _refuse_if_worked_on(batch, brought)
    if not brought:
        return []
    youths = [each.youth_id for each in brought]
    try:
        db.session.execute(
            _DELETE,
            {
                "municipality": batch.municipality_id,
                "cases": [each.case_id for each in brought],
                "youths": youths,
            },
        )
    except IntegrityError as fault:
        raise Invalid("reason", _WORKED_ON) from fault
    access.forget()
    encryption.keystore().shred_all(batch.municipality_id, youths)
    return brought


def _brought(batch: ImportBatch) -> list[Brought]:
    rows = db.session.execute(
        select(Case.id, Case.youth_id, Case.number)
        .join(ImportedCase, _is_of(Case.__table__.c.id, Case.__table__.c.municipality_id))
        .where(*_of(batch))
        .order_by(ImportedCase.row_number)
        .with_for_update(of=Case)  # who is just working on one of them finishes first
    )
    return [Brought(*row) for row in rows]


def _is_of(
    case_id: ColumnElement[UUID], municipality_id: ColumnElement[str]
) -> ColumnElement[bool]:
    return (ImportedCase.municipality_id == municipality_id) & (ImportedCase.case_id == case_id)


def _of(batch: ImportBatch) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        ImportedCase.municipality_id == batch.municipality_id,
        ImportedCase.batch_id == batch.id,
    )


def _refuse_if_worked_on(batch: ImportBatch, brought: Sequence[Brought]) -> None:
    hidden = batch.rows_taken - len(brought)
    if hidden:
        raise Invalid(
            "reason",
            "Er is al verder gewerkt. Daarom kan dit niet meer ongedaan worden gemaakt. Aan "
            "%(number)d van deze zaken doet u niet meer mee.",
            number=hidden,
        )
    changed = _changed(batch)
    for table in _tables_of_a_case():
        changed |= _mentioned(table, batch)
    numbers = [each.number for each in brought if each.case_id in changed]
    if numbers:
        named, more = ", ".join(numbers[:_SHOWN]), len(numbers) - _SHOWN
        raise Invalid("reason", _THESE_AND_MORE if more > 0 else _THESE, named=named, more=more)


def _changed(batch: ImportBatch) -> set[UUID]:
    """Return whose case or youth has another version than the one it was made with."""
    return set(
        db.session.scalars(
            select(Case.id)
            .join(ImportedCase, _is_of(Case.__table__.c.id, Case.__table__.c.municipality_id))
            .join(
                Youth,
                (Youth.municipality_id == Case.municipality_id) & (Youth.id == Case.youth_id),
            )
            .where(*_of(batch), or_(Case.version > 1, Youth.version > 1))
        )
    )


def _tables_of_a_case() -> list[Table]:
    """Return the tables of whatever room that hold something under a case."""
    return [
        table
        for table in Model.metadata.tables.values()
        if "case_id" in table.columns and table.name not in _OURS
    ]


def _mentioned(table: Table, batch: ImportBatch) -> set[UUID]:
    return set(
        db.session.scalars(
            select(table.c.case_id)
            .join(ImportedCase, _is_of(table.c.case_id, table.c.municipality_id))
            .where(*_of(batch))
        )
    )
