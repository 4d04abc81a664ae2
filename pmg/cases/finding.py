"""Finding own cases by name, birth date or number: no question stands in an address.

The names of the reader's own youths are compared in memory, and only of those he may read; who is
shown is opened as on every list, with a line in the log of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, text

from pmg.cases import caseload, rules, search
from pmg.extensions import db
from pmg.security import access
from pmg.security.access import Membership
from pmg.security.policy import Action, Category, Role

_OWN = text(
    """
SELECT c.id AS case_id, c.number, m.function, y.id, y.changed_at, y.given_name_sealed,
       y.family_name_sealed, y.birth_date_sealed
FROM case_member m
JOIN case_file c ON c.municipality_id = m.municipality_id AND c.id = m.case_id
JOIN youth y ON y.municipality_id = c.municipality_id AND y.id = c.youth_id
WHERE m.municipality_id = :municipality_id AND m.user_id = :user_id
  AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
"""
)


@dataclass(frozen=True, slots=True)
class Found:
    """The cases that fit, a page at most, and how many there are."""

    lines: list[caseload.Line]
    total: int


@dataclass(frozen=True, slots=True)
class _OfCase:
    municipality_id: str
    access_case_id: UUID
    access_youth_id: UUID
    access_source_id: UUID | None = None


def find(question: rules.Question, *, today: date) -> Found:
    """Return the reader's own cases that fit all that is asked, last changed on top.

    A youth whose name he may not read is found by the number of the case alone.
    """
    access.require(Action.CASE_LIST, access.workplace())
    reader = access.reader()
    given = {"municipality_id": reader.municipality_id, "user_id": reader.user_id}
    rows = [
        row
        for row in db.session.execute(_OWN, given).mappings()
        if question.fits_number(row["number"])
    ]
    if question.asks_who:
        named = [row for row in rows if _may_read(row)]
        who = search.find_own(question, named)
        rows = [row for row in named if row["id"] in who]
    return Found(caseload.lines_of(_ids(rows), today=today), len(rows))


def _ids(rows: Sequence[RowMapping]) -> list[UUID]:
    return [row["case_id"] for row in rows]


def _may_read(row: RowMapping) -> bool:
    access.remember(Membership(row["case_id"], row["id"], Role(row["function"])))
    case = _OfCase(access.reader().municipality_id, row["case_id"], row["id"])
    return access.may(Action.DATA_READ, case, category=Category.IDENTITY)
