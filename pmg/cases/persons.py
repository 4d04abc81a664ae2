"""One person, several files: which rows of `youth` are the same, and correcting them together.

Every file keeps a row of its own under a key of its own. What names the youth is the same in each,
so whoever corrects one corrects all, also those in which he has no seat: it is one person.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from pmg.cases import rules
from pmg.cases.intake import Details
from pmg.cases.models import Youth
from pmg.extensions import db
from pmg.security import access, encryption

_SAME = text("SELECT * FROM pmg_same_youths(CAST(:ids AS uuid[]))")
_LOCK = text("SELECT pmg_lock_same(:id)")
_WRITE = text(
    "SELECT pmg_write_same(:mine, :other, :given, :family, :born, :number, :digest, :area,"
    " :called, CAST(:cases AS uuid[]), CAST(:ages AS integer[]))"
)


@dataclass(frozen=True, slots=True)
class Same:
    """One row of a person; of the reader's own youths also its cases and their days."""

    asked: UUID
    youth_id: UUID
    person_id: UUID
    version: int
    cases: dict[UUID, date]


def same_as(youth_ids: Collection[UUID]) -> list[Same]:
    """Return for each of these youths every row of the same person, its own among them."""
    if not youth_ids:
        return []
    found: dict[tuple[UUID, UUID], Same] = {}
    for row in db.session.execute(_SAME, {"ids": list(youth_ids)}):
        key = (row.asked, row.youth_id)
        same = found.setdefault(key, Same(row.asked, row.youth_id, row.person_id, row.version, {}))
        if row.case_id is not None:
            same.cases[row.case_id] = row.referred_on
    return list(found.values())


def lock(youth_id: UUID) -> None:
    """Let nobody else correct any row of this person meanwhile."""
    db.session.execute(_LOCK, {"id": youth_id})


def write_others(youth: Youth, details: Details) -> None:
    """Put who somebody is into the other rows of this person; the lock is held."""
    others = [same for same in same_as([youth.id]) if same.youth_id != youth.id]
    if not others:
        return
    db.session.flush()
    encryption.prefetch(same.youth_id for same in others)
    for same in others:
        row = sealed_for(same.youth_id, details)
        db.session.execute(
            _WRITE,
            {
                "mine": youth.id,
                "other": same.youth_id,
                "given": row.given_name_sealed,
                "family": row.family_name_sealed,
                "born": row.birth_date_sealed,
                "number": row.bsn_sealed,
                "digest": youth.bsn_digest if row.bsn_sealed else None,
                "area": row.area_sealed,
                "called": row.gender,
                "cases": list(same.cases),
                "ages": [rules.age_on(details.birth_date, day) for day in same.cases.values()],
            },
        )
        access.work().subjects.setdefault(same.youth_id, set())


def sealed_for(youth_id: UUID, details: Details) -> Youth:
    """Return these details sealed for one row of `youth`; it is bound to no session."""
    row = Youth()
    row.municipality_id, row.id = access.reader().municipality_id, youth_id
    row.given_name, row.family_name = details.given_name, details.family_name
    row.birth_date, row.area, row.bsn = details.birth_date, details.area, details.bsn
    row.gender = details.gender
    return row
