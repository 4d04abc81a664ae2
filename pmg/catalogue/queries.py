"""The versions of an entry of the catalogue: who made each, when, why, and what it changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import load_only

from pmg.catalogue import rules
from pmg.catalogue.models import CatalogueEdit
from pmg.catalogue.rules import Difference
from pmg.catalogue.shelf import AS_SHIPPED
from pmg.extensions import db
from pmg.reference.interventions import INTERVENTIONS
from pmg.security import access
from pmg.security.identity import User
from pmg.security.policy import Action


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an entry: who made it, when, why, and what it changed."""

    number: int
    by: str
    at: datetime | None
    reason: str
    differences: tuple[Difference, ...]


def history(code: str) -> list[Revision]:
    """Return the versions of an entry, newest first; the last is how it was shipped."""
    desk = access.workplace()
    access.require(Action.CATALOGUE_SHOW, desk)
    rows = db.session.execute(
        select(CatalogueEdit, User)
        .join(
            User,
            (User.municipality_id == CatalogueEdit.municipality_id)
            & (User.id == CatalogueEdit.entered_by),
        )
        .options(load_only(User.name_sealed))
        .where(
            CatalogueEdit.municipality_id == desk.municipality_id,
            CatalogueEdit.code == code,
        )
        .order_by(CatalogueEdit.number)
    )
    before = rules.cells_of(INTERVENTIONS[code])
    found = [Revision(AS_SHIPPED, "", None, "", ())]
    for row, user in rows:
        changed = rules.differences(before, row.cells)
        found.append(Revision(row.number, user.name, row.entered_at, row.reason, changed))
        before = row.cells
    return found[::-1]
