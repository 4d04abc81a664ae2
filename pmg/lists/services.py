"""What is done with kept lists: keep one, and throw it away."""

from uuid import uuid4

from sqlalchemy import func, select

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.lists.models import SavedList
from pmg.lists.rules import Filters
from pmg.security import access, audit
from pmg.security.policy import Action

MOST = 30
NAME_LIMIT = 60


def save(name: str, filters: Filters, *, shared: bool) -> SavedList:
    """Keep filters under a name; colleagues of the own organisation may use them when shared.

    Raises NotPermitted, and Invalid without a name or with too many lists.
    """
    access.require(Action.LIST_KEEP, access.workplace())
    reader = access.reader()
    kept = db.session.scalar(
        select(func.count())
        .select_from(SavedList)
        .where(
            SavedList.municipality_id == reader.municipality_id,
            SavedList.user_id == reader.user_id,
        )
    )
    if kept is not None and kept >= MOST:
        raise Invalid("name", "U hebt al dertig lijsten. Verwijder er eerst een.")
    row = SavedList(
        municipality_id=reader.municipality_id,
        id=uuid4(),
        user_id=reader.user_id,
        organisation_id=reader.organisation_id,
        phase=filters.phase,
        focus_area_code=filters.focus_area_code,
        sorted=filters.order.value,
        shared=shared,
    )
    row.name = check_text("name", name, limit=NAME_LIMIT)
    db.session.add(row)
    db.session.flush()
    audit.wrote(Action.LIST_KEEP, row, row.id)
    return row


def remove(saved: SavedList) -> None:
    """Throw away a list of one's own. Raises NotPermitted, and Invalid for that of a colleague."""
    access.require(Action.LIST_KEEP, saved)
    if saved.user_id != access.reader().user_id:
        raise Invalid("", "Alleen wie de lijst bewaarde, kan haar verwijderen.")
    db.session.delete(saved)
    audit.wrote(Action.LIST_KEEP, saved, saved.id)
