"""Verbs of who is invited: bring in, correct, withdraw, refuse, say what is known, stand aside."""

from collections.abc import Iterable
from uuid import UUID

from pmg.clock import now
from pmg.entry import check_text
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings import holding, reaching, rules
from pmg.meetings.answers import Answer, Shared
from pmg.meetings.item_models import (
    SHARED,
    AgendaItem,
    ItemConflict,
    ItemContribution,
    ItemQuestion,
    ItemRefusal,
)
from pmg.meetings.rules import ItemState, Known, Refusal, Scope
from pmg.reference.legal_bases import LEGAL_BASES
from pmg.security import access, audit, telling
from pmg.security.policy import Action, Category
from pmg.security.telling import Kind


def may_contribute(item: AgendaItem) -> bool:
    """Tell whether the reader is invited, with his organisation, and so asked to bring in."""
    if not access.may(Action.MEETING_CONTRIBUTE, item) or item.state == ItemState.WITHDRAWN:
        return False
    return _own_question(item) is not None


def categories(item: AgendaItem) -> list[Category]:
    """Return which kinds of data the reader's organisation can bring in by the policy."""
    return [
        Category(each)
        for each in SHARED
        if access.may(Action.MEETING_CONTRIBUTE, item, category=Category(each))
    ]


def contribute(item: AgendaItem, wanted: Shared) -> ItemContribution:
    """Bring in what answers the question, for whom the reader chooses of those who are there now.

    Who comes later does not read it, unless `widen_contribution` says so. Raises NotPermitted for
    who is not invited, or Invalid when there is no ground, it is not said to be needed, nobody
    would read it, or the chosen organisations are not invited.
    """
    access.require(Action.MEETING_CONTRIBUTE, item)
    if not may_contribute(item):
        raise NotPermitted("not_invited")
    holding.lock(item)
    row = ItemContribution(
        **holding.under(item),
        organisation_id=access.reader().organisation_id,
        by_id=access.reader().user_id,
    )
    _take(item, row, wanted)
    db.session.add(row)
    _drop_refusal(item)
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)
    return row


def correct_contribution(row: ItemContribution, wanted: Shared) -> None:
    """Write a contribution anew; who could read it is told that it was changed.

    Its readers stay who they were, unless another scope is chosen. Raises as `contribute` does,
    and Conflict with both texts.
    """
    access.require(Action.MEETING_CONTRIBUTE, row)
    item = _own_row(row)
    holding.meet(
        row, wanted.version, mine={"words": wanted.words}, theirs={"words": row.words or ""}
    )
    if row.withdrawn_at is not None:
        raise Invalid("words", "Deze bijdrage is ingetrokken.")
    before = reaching.readers(item, row)
    _take(item, row, wanted)
    row.by_id, row.at = access.reader().user_id, now()
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)
    told = before | reaching.readers(item, row)
    telling.tell(Kind.ITEM_CONTRIBUTED, row, told, item_id=item.id)


def widen_contribution(row: ItemContribution, to: UUID | None, version: int) -> None:
    """Let one more read a contribution: an organisation that was invited later, or who leads now.

    Raises NotPermitted for another organisation than its source, Conflict, or Invalid.
    """
    access.require(Action.MEETING_CONTRIBUTE, row)
    item = _own_row(row)
    holding.meet(row, version, mine={"words": ""}, theirs={"words": row.words or ""})
    if row.withdrawn_at is not None:
        raise Invalid("words", "Deze bijdrage is ingetrokken.")
    if to is None or to not in {
        one.id for one in reaching.readerships(item, [row])[row.id].not_yet
    }:
        raise Invalid("readers", "Kies iemand die bij dit onderwerp is.")
    if to in reaching.audience(item).organisations:
        row.reader_ids = sorted({*row.reader_ids, to})
    else:
        row.chair_ids = sorted({*row.chair_ids, to})
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)


def withdraw_contribution(row: ItemContribution, version: int) -> None:
    """Take a contribution back: its words are gone, and who could read it is told.

    Also after the record is fixed, as no record holds it. Raises NotPermitted, Conflict, Invalid.
    """
    access.require(Action.MEETING_CONTRIBUTE, row)
    item = _own_row(row, fixed_too=True)
    holding.meet(row, version, mine={"words": ""}, theirs={"words": row.words or ""})
    if row.withdrawn_at is not None:
        raise Invalid("words", "Deze bijdrage is al ingetrokken.")
    row.words, row.withdrawn_at = None, now()
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)
    telling.tell(Kind.ITEM_CONTRIBUTED, row, reaching.readers(item, row), item_id=item.id)


def refuse_to_contribute(item: AgendaItem, reason: Refusal) -> None:
    """Say that the reader's organisation does not answer, and why: for who leads alone.

    Raises NotPermitted for who is not invited, or Invalid when it was said before.
    """
    access.require(Action.MEETING_CONTRIBUTE, item)
    if not may_contribute(item):
        raise NotPermitted("not_invited")
    holding.lock(item)
    _drop_refusal(item)
    row = ItemRefusal(
        **holding.under(item),
        organisation_id=access.reader().organisation_id,
        by_id=access.reader().user_id,
        reason=reason.value,
    )
    db.session.add(row)
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)


def answer_known(item: AgendaItem, said: Answer) -> None:
    """Say whether the reader's organisation knows the youth.

    Raises NotPermitted for who is not invited, or Conflict with both answers.
    """
    access.require(Action.MEETING_CONTRIBUTE, item)
    if _own_question(item) is None:
        raise NotPermitted("not_invited")
    holding.lock(item)
    row = holding.one_of(ItemQuestion, item, organisation_id=access.reader().organisation_id)
    theirs = Known(row.known).label if row.known else ""
    holding.meet(row, said.version, mine={"known": said.known.label}, theirs={"known": theirs})
    row.known, row.answered_by = said.known.value, access.reader().user_id
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)


def declare_interest(item: AgendaItem) -> None:
    """Say that the reader has an interest of his own: the item is closed to him from now on.

    Raises NotPermitted. Who leads the meeting is told; nobody can take it back.
    """
    access.require(Action.MEETING_SHOW, item)
    meeting = holding.meeting_of(item)
    row = ItemConflict(**holding.under(item), user_id=access.reader().user_id)
    telling.tell(Kind.ITEM_CONFLICT, item, [meeting.chair_id, meeting.deputy_id], item_id=item.id)
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)
    db.session.add(row)
    db.session.flush()


def _own_question(item: AgendaItem) -> ItemQuestion | None:
    reader = access.reader()
    if reader.user_id not in {row.user_id for row in holding.invitees_of(item)}:
        return None
    found: ItemQuestion | None = holding.one_of(
        ItemQuestion, item, organisation_id=reader.organisation_id
    )
    return found


def _own_row(row: ItemContribution, *, fixed_too: bool = False) -> AgendaItem:
    if row.organisation_id != access.reader().organisation_id:
        raise NotPermitted("not_source")
    item = holding.item_of(row)
    if fixed_too:
        db.session.refresh(holding.case_of(item), with_for_update=True)
    else:
        holding.lock_as_it_is(item)
        holding.check_stands(item)
    db.session.refresh(row)
    return item


def _take(item: AgendaItem, row: ItemContribution, wanted: Shared) -> None:
    basis = LEGAL_BASES.get(wanted.basis)
    if basis is None or not basis.is_open_to(access.reader().organisation_type):
        raise Invalid("basis", "Kies op welke grond u dit deelt.")
    if not wanted.is_needed:
        raise Invalid("is_needed", "Deel alleen wat nodig is voor deze vraag.")
    if wanted.category not in categories(item):
        raise Invalid("category", "Kies een soort gegevens uit de lijst.")
    if wanted.scope is Scope.PARTNERS or row.scope != wanted.scope:
        row.reader_ids, row.chair_ids = _written_for(item, wanted)
    row.category, row.scope, row.basis = wanted.category.value, wanted.scope.value, wanted.basis
    row.is_needed = True
    row.words = rules.check_words("words", check_text("words", wanted.words))


def _written_for(item: AgendaItem, wanted: Shared) -> tuple[list[UUID], list[UUID]]:
    """Return the organisations and the leaders that a contribution is for, of who is there now."""
    there = reaching.audience(item).named(wanted.named)
    if wanted.scope is Scope.PARTNERS:
        chosen = set(wanted.readers) - {access.reader().organisation_id}
        if not chosen or not chosen <= there.organisations:
            raise Invalid("readers", "Kies een of meer organisaties die zijn uitgenodigd.")
        return sorted(chosen), []
    organisations = there.organisations if wanted.scope is Scope.MEETING else frozenset()
    if not organisations and not there.chairs:
        raise Invalid("scope", "Dan leest niemand dit. Kijk opnieuw wie erbij is.")
    return sorted(organisations), sorted(there.chairs)


def _drop_refusal(item: AgendaItem) -> None:
    for row in _refusals(item):
        db.session.delete(row)
    db.session.flush()


def _refusals(item: AgendaItem) -> Iterable[ItemRefusal]:
    organisation_id = access.reader().organisation_id
    return [
        row for row in holding.all_of(ItemRefusal, item) if row.organisation_id == organisation_id
    ]
