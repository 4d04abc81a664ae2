"""What was shared of a case for an item: the decision to share says who reads it, not the item."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from pmg.cases.models import Case
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.meetings import holding
from pmg.meetings.item_models import AgendaItem, ItemShare
from pmg.meetings.models import Meeting
from pmg.meetings.shown import SharedFor
from pmg.security import access, audit
from pmg.security.policy import Action
from pmg.sharing import presenting as sharing_words
from pmg.sharing import queries as sharing


def may_mark(item: AgendaItem) -> bool:
    """Tell whether the reader can say what his organisation shared for an item."""
    return (
        access.may(Action.MEETING_CONTRIBUTE, item)
        and access.may(Action.SHARE_SHOW, holding.case_of(item))
        and not holding.is_fixed(item)
    )


def choices(item: AgendaItem) -> list[SharedFor]:
    """Return what the reader's organisation shares in the case now, by act of sharing."""
    access.require(Action.MEETING_CONTRIBUTE, item)
    lines = [
        line for line in sharing.lines(holding.case_of(item)) if line.is_ours and line.is_running
    ]
    return _by_act(lines, {line.act_id for line in lines})


def for_item(item: AgendaItem) -> list[SharedFor]:
    """Return what was shared for an item, of what the reader may know that it is shared."""
    access.require(Action.MEETING_SHOW, item)
    acts = {row.act_id for row in holding.all_of(ItemShare, item)}
    case = holding.case_of(item)
    if not acts or not access.may(Action.SHARE_SHOW, case):
        return []
    return _by_act(sharing.lines(case), acts)


def mark_shared(item: AgendaItem, acts: Collection[UUID]) -> None:
    """Say what of that which the reader's organisation shares was shared for an item.

    Raises NotPermitted, or Invalid when it is not shared by it now.
    """
    access.require(Action.MEETING_CONTRIBUTE, item)
    holding.lock(item)
    own = {each.act_id for each in choices(item)}
    if not set(acts) <= own:
        raise Invalid("acts", "Kies iets dat uw organisatie nu deelt.")
    known = {row.act_id: row for row in holding.all_of(ItemShare, item)}
    for act_id in own & known.keys() - set(acts):
        db.session.delete(known[act_id])
    for act_id in sorted(set(acts) - known.keys()):
        db.session.add(
            ItemShare(**holding.under(item), act_id=act_id, by_id=access.reader().user_id)
        )
    audit.wrote(Action.MEETING_CONTRIBUTE, item, item.id)


def items_of(case: Case) -> list[tuple[UUID, AgendaItem, Meeting]]:
    """Return for each act of sharing the items that it was for, which exist for the reader."""
    access.require(Action.SHARE_SHOW, case)
    rows = db.session.execute(
        select(ItemShare.act_id, AgendaItem, Meeting)
        .join(
            AgendaItem,
            (AgendaItem.municipality_id == ItemShare.municipality_id)
            & (AgendaItem.id == ItemShare.item_id),
        )
        .join(
            Meeting,
            (Meeting.municipality_id == AgendaItem.municipality_id)
            & (Meeting.id == AgendaItem.meeting_id),
        )
        .where(ItemShare.municipality_id == case.municipality_id, ItemShare.case_id == case.id)
        .order_by(Meeting.on_day, AgendaItem.id)
    )
    return [(act_id, item, meeting) for act_id, item, meeting in rows]


def _by_act(lines: Collection[sharing.Line], acts: set[UUID]) -> list[SharedFor]:
    """Return the acts as one line each: a correction has the same act as what it corrects."""
    found: dict[UUID, SharedFor] = {}
    for line in lines:
        if line.act_id not in acts:
            continue
        before = found.get(line.act_id)
        receivers = {line.receiver, *(before.receivers if before else ())}
        found[line.act_id] = SharedFor(
            act_id=line.act_id,
            share_id=line.id,
            title=sharing_words.named(line.name),
            source=line.source,
            receivers=tuple(sorted(receivers)),
        )
    return list(found.values())
