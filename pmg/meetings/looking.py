"""What the pages of one item show: only what exists for the reader, opened as he may open it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from pmg.accounts.queries import names
from pmg.cases.models import Case
from pmg.extensions import db
from pmg.meetings import closing, holding, queries, reaching, running
from pmg.meetings.item_models import (
    AgendaItem,
    ItemConfirmation,
    ItemContribution,
    ItemIntro,
    ItemInvitee,
    ItemMinutes,
    ItemOpinion,
    ItemQuestion,
    ItemRecord,
    ItemRefusal,
    ItemRemark,
    ItemWithdrawal,
)
from pmg.meetings.models import Meeting
from pmg.meetings.rules import ItemState, Known, Outcome, Refusal, Scope
from pmg.meetings.shown import (
    Act,
    Brought,
    Intro,
    Invitable,
    Item,
    ItemLine,
    Minutes,
    Opinion,
    Party,
    Readership,
    Record,
    Remark,
    Withdrawn,
)
from pmg.reference.legal_bases import LEGAL_BASES
from pmg.security import access
from pmg.security.identity import Organisation
from pmg.security.policy import Action, Category
from pmg.tasks.rules import State


def item(row: AgendaItem, line: ItemLine | None = None) -> Item:
    """Return one item with all that the reader may see of it; `line` when it was read before."""
    access.require(Action.MEETING_SHOW, row)
    meeting = holding.meeting_of(row)
    if line is None:
        line = next(one for one in queries.agenda(meeting, asked=False) if one.id == row.id)
    with queries.in_its_case(row):
        return _item(row, replace(line, question=row.question), leads=holding.leads(meeting))


def invitables(row: AgendaItem) -> list[Invitable]:
    """Return who takes part in the case, with who is invited at the item."""
    access.require(Action.MEETING_SHOW, row)
    invited = {each.user_id for each in holding.invitees_of(row)}
    return [
        Invitable(
            one.user_id,
            one.name,
            one.organisation_id,
            one.organisation,
            one.function,
            is_invited=one.user_id in invited,
        )
        for one in holding.members_of(holding.case_of(row))
    ]


def seen_by(shown: Item, organisation_id: UUID) -> tuple[Brought, ...]:
    """Return which of the contributions that the reader sees an invited organisation sees too.

    By whom it is for alone: what its own law closes to it, the policy leaves out for it besides.
    """
    return tuple(
        each
        for each in shown.brought
        if organisation_id in {each.organisation_id, *each.reader_ids}
    )


def agreed(case: Case) -> list[tuple[Meeting, Minutes]]:
    """Return what was agreed on a case and fixed, newest first, as far as it exists for the reader.

    For the youth to read.
    """
    access.require(Action.CASE_SHOW, case)
    found = []
    for row, meeting in queries.of_case(case.id):
        minutes = holding.one_of(ItemMinutes, row) if holding.is_fixed(row) else None
        if minutes is not None and access.may(Action.MEETING_SHOW, row):
            found.append((meeting, _minutes(minutes)))
    return found


@dataclass(frozen=True, slots=True)
class _Names:
    people: Mapping[UUID, str]
    organisations: Mapping[UUID, str]


def _item(row: AgendaItem, line: ItemLine, *, leads: bool) -> Item:
    me = access.reader().user_id
    invitees = holding.invitees_of(row)
    brought = _readable(holding.all_of(ItemContribution, row, ItemContribution.at))
    us = access.reader().organisation_id
    ours = [each for each in brought if each.organisation_id == us and not each.withdrawn_at]
    told = reaching.readerships(row, ours)
    opinions = holding.all_of(ItemOpinion, row, ItemOpinion.id)
    confirmed = holding.all_of(ItemConfirmation, row, ItemConfirmation.at)
    remarks = holding.all_of(ItemRemark, row, ItemRemark.at)
    intro, minutes = holding.one_of(ItemIntro, row), holding.one_of(ItemMinutes, row)
    record, tasks = holding.one_of(ItemRecord, row), running.actions_of(row)
    withdrawn = holding.one_of(ItemWithdrawal, row) if row.state == ItemState.WITHDRAWN else None
    conflicts = holding.conflicted(row) if leads else set()
    people = {each.user_id for each in (*invitees, *opinions, *confirmed)} | conflicts
    people |= {each.by_id for each in (*brought, *remarks)} | {row.proposed_by}
    people |= {each.owner_id for each in tasks}
    people |= {each.by_id for each in (intro,) if each} | {r.approved_by for r in (record,) if r}
    known = _Names(names(people), _organisations())
    version = minutes.version if minutes else 0
    valid = [each for each in confirmed if each.seen_version == version]
    return Item(
        line=line,
        meeting_id=row.meeting_id,
        proposed_by=known.people[row.proposed_by],
        declined=(row.declined or "") if leads or row.proposed_by == me else "",
        withdrawn=Withdrawn(known.people[withdrawn.by_id], withdrawn.words, withdrawn.at)
        if withdrawn
        else None,
        leads=leads,
        is_invited=me in {each.user_id for each in invitees},
        intro=_intro(intro, known) if intro else None,
        parties=tuple(_parties(row, invitees, known)),
        brought=tuple(_brought(each, told.get(each.id), known) for each in brought),
        minutes=_minutes(minutes) if minutes else None,
        opinions=tuple(
            Opinion(known.people[o.user_id], o.agrees, o.words or "", o.user_id == me, o.version)
            for o in opinions
        ),
        acts=tuple(
            Act(t.id, t.what, known.people[t.owner_id], t.due_on, State(t.state),
                t.owner_id == me, t.version)
            for t in tasks
        ),
        confirmed=tuple(known.people[each.user_id] for each in valid),
        has_confirmed=me in {each.user_id for each in valid},
        remarks=tuple(Remark(known.people[r.by_id], r.words, r.at) for r in remarks),
        conflicts=tuple(sorted(known.people[one] for one in conflicts)),
        record=_record(record, known) if record else None,
    )  # fmt: skip


def _readable(rows: Iterable[ItemContribution]) -> list[ItemContribution]:
    return [
        row for row in rows if access.may(Action.DATA_READ, row, category=Category(row.category))
    ]


def _organisations() -> dict[UUID, str]:
    rows = db.session.execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.municipality_id == access.reader().municipality_id
        )
    )
    return {id_: name for id_, name in rows}  # noqa: C416  (rows are no pairs to a type checker)


def _intro(row: ItemIntro, known: _Names) -> Intro:
    return Intro(row.situation, row.tried, row.wish, known.people[row.by_id], row.version)


def _parties(row: AgendaItem, invitees: Iterable[ItemInvitee], known: _Names) -> Iterable[Party]:
    people: dict[UUID, list[str]] = {}
    for each in invitees:
        people.setdefault(each.organisation_id, []).append(known.people[each.user_id])
    refusals = {each.organisation_id: each for each in holding.all_of(ItemRefusal, row)}
    questions = {each.organisation_id: each for each in holding.all_of(ItemQuestion, row)}
    for organisation_id in sorted(people, key=lambda one: known.organisations[one].casefold()):
        asked, refused = questions.get(organisation_id), refusals.get(organisation_id)
        yield Party(
            organisation_id=organisation_id,
            organisation=known.organisations[organisation_id],
            people=tuple(sorted(people[organisation_id])),
            question=(asked.question or "") if asked else "",
            known=Known(asked.known) if asked and asked.known else None,
            refusal=Refusal(refused.reason) if refused else None,
            is_mine=organisation_id == access.reader().organisation_id,
            version=asked.version if asked else 0,
        )


def _brought(row: ItemContribution, told: Readership | None, known: _Names) -> Brought:
    return Brought(
        id=row.id,
        organisation_id=row.organisation_id,
        organisation=known.organisations[row.organisation_id],
        by=known.people[row.by_id],
        words=row.words or "",
        category=Category(row.category),
        scope=Scope(row.scope),
        readers=tuple(sorted(known.organisations[one] for one in row.reader_ids))
        if row.scope == Scope.PARTNERS
        else (),
        reader_ids=frozenset(row.reader_ids),
        basis=LEGAL_BASES[row.basis].name,
        at=row.at,
        is_withdrawn=row.withdrawn_at is not None,
        is_mine=row.organisation_id == access.reader().organisation_id,
        version=row.version,
        readership=told,
    )


def _minutes(row: ItemMinutes) -> Minutes:
    return Minutes(
        necessity=row.necessity or "",
        proportionality=row.proportionality or "",
        subsidiarity=row.subsidiarity or "",
        outcome=Outcome(row.outcome) if row.outcome else None,
        words=row.words or "",
        review_on=row.review_on,
        version=row.version,
    )


def _record(row: ItemRecord, known: _Names) -> Record:
    return Record(row.digest, known.people[row.approved_by], row.approved_at, closing.is_sound(row))
