"""Verbs after an item was discussed: confirm, remark, approve and fix, and lay a decision ready."""

import json
from collections.abc import Collection
from typing import Any

from pmg.accounts.queries import names
from pmg.cases import drafting
from pmg.cases.models import Case
from pmg.clock import now
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings import holding, rules, running
from pmg.meetings.item_models import (
    AgendaItem,
    ItemConfirmation,
    ItemMinutes,
    ItemOpinion,
    ItemRecord,
    ItemRemark,
)
from pmg.meetings.rules import MeetingState, Outcome
from pmg.security import access, audit, drafts, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind
from pmg.tasks.rules import State


def confirm_agreements(item: AgendaItem, version: int) -> None:
    """Confirm the agreements as the reader saw them; a change asks for a new tick.

    Raises NotPermitted for who is not invited, Conflict when they changed, or Invalid.
    """
    access.require(Action.MEETING_CONTRIBUTE, item)
    _require_invited(item)
    holding.lock_as_it_is(item)
    minutes = _decided(item)
    if minutes.version != version:
        raise Conflict(theirs={"words": minutes.words or ""}, mine={"words": ""})
    if holding.one_of(
        ItemConfirmation, item, user_id=access.reader().user_id, seen_version=version
    ):
        raise Invalid("item", "U hebt deze afspraken al bevestigd.")
    row = ItemConfirmation(
        **holding.under(item), user_id=access.reader().user_id, seen_version=version
    )
    db.session.add(row)
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)


def remark_on_record(item: AgendaItem, words: str) -> None:
    """Ask for a correction of the agreements; it stays beside them, whatever the chair does.

    Raises NotPermitted for who is not invited, or Invalid when it says too little.
    """
    access.require(Action.MEETING_CONTRIBUTE, item)
    _require_invited(item)
    holding.lock_as_it_is(item)
    _decided(item)
    row = ItemRemark(
        **holding.under(item),
        by_id=access.reader().user_id,
        words=rules.check_words("words", words),
    )
    db.session.add(row)
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)
    meeting = holding.meeting_of(item)
    telling.tell(Kind.ITEM_REMARKED, item, [meeting.chair_id, meeting.deputy_id], item_id=item.id)


def approve_record(item: AgendaItem, version: int) -> ItemRecord:
    """Fix the record of an item for good, with the SHA-256 of what it says.

    Raises NotPermitted for who does not lead the meeting, Conflict when the agreements changed, or
    Invalid when the meeting is not closed or nothing was decided.
    """
    access.require(Action.MEETING_CLOSE, item)
    meeting = holding.meeting_of(item)
    holding.require_lead(meeting)
    holding.lock_as_it_is(item)
    if meeting.state != MeetingState.CLOSED:
        raise Invalid("item", "Sluit eerst het overleg. Daarna zet u het verslag vast.")
    minutes = _decided(item)
    if minutes.version != version:
        raise Conflict(theirs={"words": minutes.words or ""}, mine={"words": ""})
    text = rules.canonical(content_of(item))
    row = ItemRecord(
        **holding.under(item),
        digest=rules.digest(text),
        approved_by=access.reader().user_id,
        approved_at=now(),
    )
    row.content = text
    db.session.add(row)
    audit.wrote(Action.MEETING_CLOSE, row, row.id)
    return row


def content_of(item: AgendaItem) -> dict[str, Any]:
    """Return what the record of an item says: agreements, and who was where. No transcript."""
    access.require(Action.MEETING_SHOW, item)
    meeting, minutes = holding.meeting_of(item), _decided(item)
    opinions = holding.all_of(ItemOpinion, item, ItemOpinion.id)
    confirmed = [
        row
        for row in holding.all_of(ItemConfirmation, item, ItemConfirmation.at)
        if row.seen_version == minutes.version
    ]
    remarks = holding.all_of(ItemRemark, item, ItemRemark.at)
    tasks = running.actions_of(item)
    there = {row.user_id for row in running.people_at(meeting)}
    who = names(
        {row.user_id for row in (*opinions, *confirmed, *holding.invitees_of(item))}
        | {row.by_id for row in remarks}
        | {task.owner_id for task in tasks}
    )
    return {
        "onderwerp": str(item.id),
        "versie": minutes.version,
        "overleg": f"{meeting.name}, {meeting.on_day:%d-%m-%Y}",
        "vraag": item.question,
        "genodigd": sorted(who[row.user_id] for row in holding.invitees_of(item)),
        "aanwezig": sorted(
            who[row.user_id] for row in holding.invitees_of(item) if row.user_id in there
        ),
        "noodzaak": minutes.necessity or "",
        "proportionaliteit": minutes.proportionality or "",
        "subsidiariteit": minutes.subsidiarity or "",
        "besluit": _outcome(minutes).dutch,
        "afspraken": minutes.words or "",
        "terugkomen_op": f"{minutes.review_on:%d-%m-%Y}" if minutes.review_on else "",
        "acties": [
            {"wat": task.what, "wie": who[task.owner_id], "uiterlijk": f"{task.due_on:%d-%m-%Y}",
             "stand": State(task.state).dutch}
            for task in tasks
        ],
        "niet_eens": [
            {"wie": who[row.user_id], "waarom": row.words or ""}
            for row in opinions
            if not row.agrees
        ],
        "bevestigd": sorted(who[row.user_id] for row in confirmed),
        "opmerkingen": [{"wie": who[row.by_id], "wat": row.words} for row in remarks],
    }  # fmt: skip


def is_sound(record: ItemRecord) -> bool:
    """Tell whether a record still has the digest with which it was fixed."""
    access.require(Action.MEETING_SHOW, record)
    return rules.digest(record.content) == record.digest


def draft_triage(item: AgendaItem) -> Case:
    """Lay the decision on a referral ready as a draft in the form of triage; nothing is decided.

    There it is said who directs the case and who tells the referrer. What stands in that form
    already is left as it is. Raises NotPermitted for who does not decide on the referral, or
    Invalid when the record is not fixed or the decision is of another kind.
    """
    return _draft(item, Action.CASE_TRIAGE, drafting.DECIDING, rules.TRIAGE)


def draft_closure(item: AgendaItem) -> Case:
    """Lay the decision ready as a draft in the form that closes the case; nothing is closed.

    What stands in that form already is left as it is. Raises NotPermitted for who may not close the
    case, or Invalid when nothing of the kind was decided.
    """
    return _draft(item, Action.CASE_CLOSE, drafting.CLOSING, {Outcome.CLOSE})


def _draft(item: AgendaItem, action: Action, form: str, outcomes: Collection[Outcome]) -> Case:
    access.require(Action.MEETING_SHOW, item)
    case = holding.case_of(item)
    access.require(action, case)
    minutes = _fixed_decision(item)
    outcome = _outcome(minutes)
    if outcome not in outcomes:
        raise Invalid("item", "In dit overleg is iets anders besloten.")
    if drafts.find(form, case) is None:
        typed = {"motivation": [minutes.words or ""]}
        if form == drafting.DECIDING:
            typed["outcome"] = [outcome.value]
        drafts.keep(form, case, json.dumps(typed))
    audit.wrote(Action.MEETING_SHOW, item, item.id)
    return case


def _fixed_decision(item: AgendaItem) -> ItemMinutes:
    if not holding.is_fixed(item):
        raise Invalid("item", "Zet eerst het verslag vast.")
    return _decided(item)


def _decided(item: AgendaItem) -> ItemMinutes:
    minutes: ItemMinutes | None = holding.one_of(ItemMinutes, item)
    if minutes is None or minutes.outcome is None:
        raise Invalid("item", "Er is nog niets besloten.")
    return minutes


def _require_invited(item: AgendaItem) -> None:
    if access.reader().user_id not in {row.user_id for row in holding.invitees_of(item)}:
        raise NotPermitted("not_invited")


def _outcome(minutes: ItemMinutes) -> Outcome:
    assert minutes.outcome is not None  # _decided
    return Outcome(minutes.outcome)
