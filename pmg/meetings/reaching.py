"""Whom a contribution reaches: for whom it is written, who reads it now, and who does not yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from pmg.cases import taking_part
from pmg.cases.taking_part import Person
from pmg.extensions import db
from pmg.meetings import holding, rules
from pmg.meetings.item_models import AgendaItem, ItemContribution
from pmg.meetings.rules import ItemState, Place, Scope
from pmg.meetings.shown import Later, Readership
from pmg.security import access
from pmg.security.policy import Action, Category


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is there now, beside the reader's organisation: a contribution is for them."""

    organisations: frozenset[UUID]
    chairs: frozenset[UUID]
    names: tuple[str, ...]

    @property
    def mark(self) -> str:
        """Whom a page names, for the page to send along: who comes later was not named."""
        return " ".join(sorted(one.hex for one in self.organisations | self.chairs))

    def named(self, mark: str | None) -> "Audience":
        """Return whom of these a page named; all of them where no page did."""
        if mark is None:
            return self
        seen = frozenset(mark.split())
        return Audience(
            frozenset(one for one in self.organisations if one.hex in seen),
            frozenset(one for one in self.chairs if one.hex in seen),
            self.names,
        )


@dataclass(frozen=True, slots=True)
class _There:
    """Somebody at an item, as far as the reader may know: not who stands aside."""

    person: Person
    place: Place

    @property
    def label(self) -> str:
        return f"{self.person.name} ({self.person.organisation})"

    def may_open(self, row: ItemContribution) -> bool:
        """Tell whether the policy lets him open it, once it is for him."""
        own = self.person.organisation_id == row.organisation_id
        return self.person.reads(Category(row.category), own=own, shared=True)


def audience(item: AgendaItem) -> Audience:
    """Return who is invited and who leads now, of those who take part in the case."""
    access.require(Action.MEETING_SHOW, item)
    us = access.reader().organisation_id
    there = [one for one in _there(item) if one.place.is_invited or one.place.is_chair]
    return Audience(
        frozenset(
            one.place.organisation_id
            for one in there
            if one.place.is_invited and one.place.organisation_id != us
        ),
        frozenset(one.place.user_id for one in there if one.place.is_chair),
        tuple(one.label for one in there if one.place.organisation_id != us),
    )


def readers(item: AgendaItem, row: ItemContribution) -> set[UUID]:
    """Return who may read a contribution now: by whom it is for, and by the policy."""
    access.require(Action.MEETING_SHOW, item)
    return {
        one.person.id
        for one in _there(item)
        if rules.reads(one.place, ItemState(item.state), row.reach) and one.may_open(row)
    }


def readerships(item: AgendaItem, rows: Iterable[ItemContribution]) -> dict[UUID, Readership]:
    """Return for their writer who reads contributions, who does not yet, and whom law closes out.

    At a proposal also who will, once it is on the agenda. Of a case that is over: nobody any more.
    """
    access.require(Action.MEETING_SHOW, item)
    asked, me = list(rows), access.reader().user_id
    if asked and holding.case_of(item).closed_on is not None:
        return {row.id: Readership((), (), ()) for row in asked}
    there = [
        one
        for one in (_there(item) if asked else ())
        if one.person.id != me and (one.place.is_invited or one.place.is_chair)
    ]
    return {row.id: _readership(there, row, ItemState(item.state)) for row in asked}


def unread_by(item: AgendaItem, organisations: frozenset[UUID]) -> set[UUID]:
    """Return who brought in what these organisations, invited just now, do not read."""
    access.require(Action.MEETING_PREPARE, item)
    found = db.session.scalars(select(func.pmg_unread_by(item.id, list(organisations))))
    return set(found)


def _readership(there: list[_There], row: ItemContribution, state: ItemState) -> Readership:
    able = [one for one in there if one.may_open(row)]
    reached = [one for one in able if rules.reaches(one.place, row.reach)]
    return Readership(
        now=tuple(one.label for one in reached if rules.sees_item(one.place, state)),
        not_yet=tuple(dict.fromkeys(_later(one, row) for one in able if one not in reached)),
        closed=tuple(one.label for one in there if one not in able),
        soon=tuple(
            one.label
            for one in reached
            if state is ItemState.PROPOSED and not rules.sees_item(one.place, state)
        ),
    )


def _later(one: _There, row: ItemContribution) -> Later:
    """Return how somebody could be let in: as his organisation, as who leads, or by correcting."""
    scope = Scope(row.scope)
    if scope is Scope.MEETING and one.place.is_invited:
        return Later(one.person.organisation_id, one.person.organisation)
    if scope is not Scope.PARTNERS and one.place.is_chair:
        return Later(one.person.id, one.label)
    return Later(None, one.label)


def _there(item: AgendaItem) -> list[_There]:
    meeting = holding.meeting_of(item)
    invited = {(row.user_id, row.organisation_id) for row in holding.invitees_of(item)}
    found = [
        _There(
            person,
            Place(
                person.id,
                person.organisation_id,
                is_member=True,
                is_chair=person.id in {meeting.chair_id, meeting.deputy_id},
                is_proposer=person.id == item.proposed_by,
                is_invited=(person.id, person.organisation_id) in invited,
                has_conflict=False,  # told to who leads alone; the database keeps him out
            ),
        )
        for person in taking_part.people(holding.case_of(item))
    ]
    return [
        one for one in found if one.place.is_invited or one.place.is_chair or one.place.is_proposer
    ]
