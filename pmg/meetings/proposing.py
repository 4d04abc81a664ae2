"""Verbs before a meeting: propose, take back, place or not, invite, and write three sentences."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from pmg.cases.models import Case
from pmg.cases.rules import status
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings import holding, reaching, rules, services
from pmg.meetings.answers import Introduction, Placement, Proposal
from pmg.meetings.item_models import (
    AgendaItem,
    ItemIntro,
    ItemInvitee,
    ItemQuestion,
    ItemWithdrawal,
)
from pmg.meetings.models import Meeting
from pmg.meetings.rules import ItemState, MeetingState
from pmg.security import access, audit, telling
from pmg.security.policy import Action, Role
from pmg.security.telling import Kind
from pmg.texts import to_translate

ELSEWHERE = to_translate("Opnieuw voorgesteld, voor een ander overleg.")
_BUSY = to_translate("Dit onderwerp is of wordt al besproken. U kunt het niet meer intrekken.")
_INTRODUCES = frozenset({Role.YOUTH_WORKER, Role.CASE_DIRECTOR})


def propose_item(case: Case, wanted: Proposal, *, today: date) -> AgendaItem:
    """Propose to talk about a case at a meeting; who leads it decides, and on his own at once.

    Raises NotPermitted, or Invalid when the case is over, the meeting cannot take it, nobody who
    leads it takes part in the case, or somebody who is asked for does not.
    """
    access.require(Action.MEETING_PROPOSE, case)
    if db.session.scalar(select(func.pmg_in_conflict(case.youth_id))):
        raise Invalid("question", "U meldde een eigen belang. U kunt hierover niets voorstellen.")
    db.session.refresh(case, with_for_update=True)
    if not status(case.facts, today).is_open:
        raise Invalid("question", "Deze zaak is voorbij. Er kan geen overleg meer over.")
    meeting = _meeting(case, wanted.meeting_id, today=today)
    rules.check_between("minutes", wanted.minutes, rules.MOST_ITEM_MINUTES)
    is_mine = holding.leads(meeting)
    if is_mine:
        holding.lock_meeting(meeting)
    item = AgendaItem(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        meeting_id=meeting.id,
        proposed_by=access.reader().user_id,
        state=(ItemState.PLACED if is_mine else ItemState.PROPOSED).value,
        position=services.next_position(meeting.id),
        planned_minutes=wanted.minutes,
        question=rules.check_words("question", wanted.question),
    )
    db.session.add(item)
    db.session.flush()
    _invite(item, wanted.invitees)
    audit.wrote(Action.MEETING_PROPOSE, item, item.id)
    if is_mine:
        _tell_invited(item, wanted.invitees)
    else:
        telling.tell(Kind.ITEM_PROPOSED, item, _chairs_of(case, meeting), item_id=item.id)
    return item


def may_withdraw(item: AgendaItem) -> bool:
    """Tell whether the reader proposed an item that is not discussed yet."""
    return (
        access.may(Action.MEETING_PROPOSE, item)
        and item.proposed_by == access.reader().user_id
        and item.state in {ItemState.PROPOSED, ItemState.PLACED}
        and not _is_treated(item)
    )


def _is_treated(item: AgendaItem) -> bool:
    """Tell whether it is talked about, or was in the meeting that is on."""
    meeting = holding.meeting_of(item)
    is_begun = meeting.state == MeetingState.RUNNING and item.spent_seconds > 0
    return is_begun or meeting.current_item_id == item.id


def withdraw_item(item: AgendaItem, words: str, version: int) -> None:
    """Take back what one proposed, with the reason; whoever knew of it sees that it is withdrawn.

    Raises NotPermitted for who did not propose it, Conflict when it changed meanwhile, or Invalid
    when it is being discussed or that is over.
    """
    access.require(Action.MEETING_PROPOSE, item)
    if item.proposed_by != access.reader().user_id:
        raise NotPermitted("not_proposer")
    holding.lock_as_it_is(item)
    holding.meet(item, version, mine={"words": words}, theirs={"words": item.declined or ""})
    if not may_withdraw(item):
        raise Invalid("words", _BUSY)
    row = ItemWithdrawal(**holding.under(item), by_id=access.reader().user_id)
    row.words = rules.check_words("words", words)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as begun:  # in the meantime
        raise Invalid("words", _BUSY) from begun
    db.session.refresh(item)
    audit.wrote(Action.MEETING_PROPOSE, row, row.id)


def is_stranded(item: AgendaItem) -> bool:
    """Tell whether an item is a proposal for a day that is over, or does not go on."""
    access.require(Action.MEETING_SHOW, item)
    over = {MeetingState.CLOSED, MeetingState.CANCELLED}
    return item.state == ItemState.PROPOSED and holding.meeting_of(item).state in over


def may_propose_again(item: AgendaItem) -> bool:
    """Tell whether the reader can propose for another day what he proposed before."""
    return (
        access.may(Action.MEETING_PROPOSE, item)
        and item.proposed_by == access.reader().user_id
        and (ItemState(item.state).is_closed or is_stranded(item))
    )


def propose_again(
    item: AgendaItem | None, case: Case, wanted: Proposal, *, today: date
) -> AgendaItem:
    """Propose for another day what was not taken or withdrawn, or what missed its own day.

    Without an item it is proposed for the first time. What was brought in stays where it is: it was
    brought in for that meeting and who leads it. Raises as `propose_item` does.
    """
    access.require(Action.MEETING_PROPOSE, case)
    if item is not None and not may_propose_again(item):
        raise NotPermitted("not_proposer")
    made = propose_item(case, wanted, today=today)
    if item is not None and is_stranded(item):
        withdraw_item(item, ELSEWHERE, item.version)
    return made


def place_item(item: AgendaItem, wanted: Placement) -> None:
    """Put a proposal on the agenda, or change whom it needs and how long it takes.

    Raises NotPermitted for who does not lead the meeting, Conflict, or Invalid when it was decided
    on, or somebody who is asked for does not take part in the case.
    """
    access.require(Action.MEETING_PREPARE, item)
    meeting = holding.meeting_of(item)
    holding.require_lead(meeting)
    holding.lock(item)
    if item.state == ItemState.DECLINED:
        raise Invalid("invitees", "Dit voorstel is niet op de agenda gezet.")
    if meeting.state == MeetingState.CANCELLED:
        raise Invalid("invitees", "Dit overleg gaat niet door.")
    holding.meet(
        item, wanted.version, mine=_minutes(wanted.minutes), theirs=_minutes(item.planned_minutes)
    )
    rules.check_between("minutes", wanted.minutes, rules.MOST_ITEM_MINUTES)
    is_new = item.state == ItemState.PROPOSED
    before = {row.user_id for row in holding.invitees_of(item)}
    parties = _parties(item)
    if is_new:
        item.state = ItemState.PLACED.value
        item.position = services.next_position(meeting.id)
    item.planned_minutes = wanted.minutes
    db.session.flush()
    _uninvite(item, before - set(wanted.invitees))
    _invite(item, [one for one in wanted.invitees if one not in before])
    audit.wrote(Action.MEETING_PREPARE, item, item.id)
    told = set(wanted.invitees) if is_new else set(wanted.invitees) - before
    _tell_invited(item, told)
    if is_new:
        telling.tell(Kind.ITEM_ANSWERED, item, {item.proposed_by} - told, item_id=item.id)
    if joined := _parties(item) - parties:
        telling.tell(Kind.ITEM_READERS, item, reaching.unread_by(item, joined), item_id=item.id)


def ask_organisations(item: AgendaItem, questions: dict[UUID, str], version: int) -> None:
    """Write what each organisation that is invited is asked.

    Raises NotPermitted for who does not lead the meeting, Conflict with both texts, or Invalid.
    """
    access.require(Action.MEETING_PREPARE, item)
    holding.require_lead(holding.meeting_of(item))
    holding.lock(item)
    rows = {row.organisation_id: row for row in holding.all_of(ItemQuestion, item)}
    mine = {id_.hex: words for id_, words in questions.items() if id_ in rows}
    theirs = {id_.hex: row.question or "" for id_, row in rows.items()}
    holding.meet(item, version, mine=mine, theirs=theirs)
    for id_, words in questions.items():
        if id_ in rows and words != (rows[id_].question or ""):
            rows[id_].question = rules.check_words(f"question-{id_.hex}", words)
            audit.wrote(Action.MEETING_PREPARE, rows[id_], rows[id_].id)
    flag_modified(item, "position")  # a new version, also when no column of its own changed


def decline_item(item: AgendaItem, words: str, version: int) -> None:
    """Leave a proposal off the agenda, with the reason. Raises as `place_item` does."""
    access.require(Action.MEETING_PREPARE, item)
    holding.require_lead(holding.meeting_of(item))
    holding.lock(item)
    holding.meet(item, version, mine={"words": words}, theirs={"words": item.declined or ""})
    if item.state != ItemState.PROPOSED:
        raise Invalid("words", "Over dit voorstel is al besloten.")
    item.declined = rules.check_words("words", words)
    item.state = ItemState.DECLINED.value
    audit.wrote(Action.MEETING_PREPARE, item, item.id)
    telling.tell(Kind.ITEM_ANSWERED, item, [item.proposed_by], item_id=item.id)


def may_introduce(item: AgendaItem) -> bool:
    """Tell whether the reader is someone who writes the three sentences."""
    if not access.may(Action.MEETING_CONTRIBUTE, item) or item.state == ItemState.WITHDRAWN:
        return False
    seats = {one.user_id: one.function for one in holding.members_of(holding.case_of(item))}
    return seats.get(access.reader().user_id) in _INTRODUCES


def introduce_item(item: AgendaItem, wanted: Introduction) -> None:
    """Write the three sentences with which an item begins.

    Raises NotPermitted for who does not work with the youth, Conflict with both texts, Invalid.
    """
    access.require(Action.MEETING_CONTRIBUTE, item)
    if not may_introduce(item):
        raise NotPermitted("not_introducing")
    holding.lock(item)
    row = holding.one_of(ItemIntro, item)
    mine = {"situation": wanted.situation, "tried": wanted.tried, "wish": wanted.wish}
    theirs = {name: getattr(row, name) for name in mine} if row else dict.fromkeys(mine, "")
    holding.meet(row, wanted.version, mine=mine, theirs=theirs)
    clean = {
        name: rules.check_words(name, words, limit=rules.SENTENCE_LIMIT)
        for name, words in mine.items()
    }
    if row is None:
        row = ItemIntro(**holding.under(item))
        db.session.add(row)
    for name, words in clean.items():
        setattr(row, name, words)
    row.by_id = access.reader().user_id
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)


def _meeting(case: Case, meeting_id: UUID, *, today: date) -> Meeting:
    meeting = db.session.get(Meeting, (case.municipality_id, meeting_id))
    can_take = meeting is not None and (
        (meeting.state == MeetingState.PLANNED and meeting.on_day >= today)
        or (meeting.state == MeetingState.RUNNING and holding.leads(meeting))
    )
    if meeting is None or not can_take:
        raise Invalid("meeting", "Kies een overleg uit de lijst.")
    if not _chairs_of(case, meeting):
        raise Invalid(
            "meeting",
            "De voorzitter van dit overleg neemt niet deel aan deze zaak. Kies een ander overleg, "
            "of vraag de casusregisseur om de voorzitter te laten deelnemen.",
        )
    return meeting


def _chairs_of(case: Case, meeting: Meeting) -> list[UUID]:
    seated = {one.user_id for one in holding.members_of(case)}
    return [one for one in (meeting.chair_id, meeting.deputy_id) if one in seated]


def _parties(item: AgendaItem) -> frozenset[UUID]:
    return frozenset(row.organisation_id for row in holding.invitees_of(item))


def _invite(item: AgendaItem, people: Iterable[UUID]) -> None:
    seats = {one.user_id: one for one in holding.members_of(holding.case_of(item))}
    asked = set()
    for user_id in dict.fromkeys(people):
        if user_id not in seats:
            raise Invalid("invitees", "Kies mensen die aan deze zaak deelnemen.")
        organisation_id = seats[user_id].organisation_id
        asked.add(organisation_id)
        db.session.add(
            ItemInvitee(**holding.under(item), user_id=user_id, organisation_id=organisation_id)
        )
    known = {row.organisation_id for row in holding.all_of(ItemQuestion, item)}
    for organisation_id in sorted(asked - known):
        db.session.add(ItemQuestion(**holding.under(item), organisation_id=organisation_id))
    db.session.flush()


def _uninvite(item: AgendaItem, people: Iterable[UUID]) -> None:
    for row in holding.invitees_of(item):
        if row.user_id in set(people):
            db.session.delete(row)


def _minutes(number: int) -> dict[str, str]:
    return {"minutes": str(number)}


def _tell_invited(item: AgendaItem, people: Iterable[UUID]) -> None:
    telling.tell(Kind.ITEM_INVITED, item, people, item_id=item.id)
