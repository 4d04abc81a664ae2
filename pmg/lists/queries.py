"""What the page of kept lists shows: the reader's own, and what colleagues share."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from pmg.accounts.queries import names
from pmg.cases.rules.listing import Order
from pmg.extensions import db
from pmg.lists.models import SavedList
from pmg.lists.rules import Filters
from pmg.security import access
from pmg.security.policy import Action


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept list; `by` is the colleague who shares it, '' for one's own."""

    id: UUID
    name: str
    filters: Filters
    shared: bool
    by: str


def kept() -> list[Kept]:
    """Return the reader's own lists by name, then those of colleagues of his organisation."""
    access.require(Action.LIST_KEEP, access.workplace())
    reader = access.reader()
    rows = db.session.scalars(
        select(SavedList).where(
            SavedList.municipality_id == reader.municipality_id,
            or_(
                SavedList.user_id == reader.user_id,
                SavedList.shared & (SavedList.organisation_id == reader.organisation_id),
            ),
        )
    ).all()
    people = names({row.user_id for row in rows} - {reader.user_id})
    found = [
        Kept(
            row.id,
            row.name,
            Filters(row.phase, row.focus_area_code, Order(row.sorted)),
            row.shared,
            people.get(row.user_id, ""),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (bool(one.by), one.name.casefold()))
