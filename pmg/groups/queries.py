"""What the pages of group approaches show: the reader's own list, and one approach whole."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import load_only

from pmg.extensions import db
from pmg.groups import rules, seats
from pmg.groups.models import (
    GroupAgreement,
    GroupApproach,
    GroupObservation,
    GroupPicture,
    GroupSeat,
    GroupStep,
    GroupTransfer,
)
from pmg.groups.rules import Outcome, Removal, Result, Source, Stage
from pmg.reference.municipalities import FOCUS_AREAS
from pmg.reference.statements import Nature
from pmg.security import access
from pmg.security.encryption import prefetch
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action, Category, Role


@dataclass(frozen=True, slots=True)
class Line:
    """One group approach in the own list."""

    id: UUID
    name: str
    place: str
    stage: Stage | None
    review_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Stand:
    """One of the seven steps, and what came of it."""

    stage: Stage
    means: str
    words: str
    done_on: date | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation; without words when somebody took it away."""

    id: UUID
    on: date
    clock: time | None
    place: str
    words: str
    source: Source
    nature: Nature
    by: str
    organisation: str
    removed: str
    may_remove: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """How one organisation sees the group; the reader may read it."""

    organisation: str
    words: str
    is_shared: bool
    is_own: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """What somebody will do, or did."""

    id: UUID
    what: str
    owner: str
    due_on: date
    is_late: bool
    outcome: Outcome | None
    words: str
    answered_on: date | None
    may_answer: bool
    version: int


@dataclass(frozen=True, slots=True)
class Group:
    """One group approach as the reader may read it."""

    line: Line
    area: str
    opened_on: date
    ending: str
    result: str
    kept_until: date | None
    steps: tuple[Stand, ...]
    seen: tuple[Seen, ...]
    pictures: tuple[Picture, ...]
    agreements: tuple[Agreement, ...]
    seated: tuple[seats.Seated, ...]
    transfers: tuple[tuple[date, str], ...]
    version: int


def listing() -> list[Line]:
    """Return the group approaches in which the reader takes part, open ones first."""
    access.require(Action.GROUP_LIST, access.workplace())
    reader = access.reader()
    rows = db.session.scalars(
        select(GroupApproach)
        .join(
            GroupSeat,
            (GroupSeat.municipality_id == GroupApproach.municipality_id)
            & (GroupSeat.group_id == GroupApproach.id),
        )
        .where(
            GroupApproach.municipality_id == reader.municipality_id,
            GroupSeat.user_id == reader.user_id,
            GroupSeat.is_current(),
        )
    ).all()
    prefetch(row.id for row in rows)
    done = _done({row.id for row in rows})
    found = [
        _line(row, done.get(row.id, frozenset()))
        for row in rows
        if access.may(Action.GROUP_SHOW, row)
    ]
    return sorted(found, key=lambda one: (one.closed_on is not None, one.name.casefold()))


def group(approach: GroupApproach, *, today: date) -> Group:
    """Return one group approach whole. Raises NotPermitted."""
    access.require(Action.GROUP_SHOW, approach)
    observed, agreed = _rows(GroupObservation, approach), _rows(GroupAgreement, approach)
    begun = sorted(_rows(GroupTransfer, approach), key=lambda row: row.on_day)
    wrote = {row.by_id for row in (*observed, *begun)} | {row.owner_id for row in agreed}
    names, places = _people(approach.municipality_id, wrote)
    steps = {Stage(row.stage): row for row in _rows(GroupStep, approach)}
    done = frozenset(stage for stage, row in steps.items() if row.done_on)
    closed_on = approach.closed_on
    return Group(
        line=_line(approach, done),
        area=FOCUS_AREAS[approach.area_code].name if approach.area_code else "",
        opened_on=approach.opened_on,
        ending=approach.ending or "",
        result=Result(approach.result).label if approach.result else "",
        kept_until=rules.retention_until(closed_on) if closed_on else None,
        steps=tuple(_stand(stage, steps.get(stage), done) for stage in Stage),
        seen=_seen(observed, names, places),
        pictures=_pictures(approach, places),
        agreements=_agreements(agreed, names, today),
        seated=tuple(seats.seated(approach)),
        transfers=tuple((row.on_day, names[row.by_id]) for row in begun),
        version=approach.version,
    )


def step(approach: GroupApproach, stage: Stage) -> GroupStep | None:
    """Return what was written at one step, None when nothing was."""
    access.require(Action.GROUP_SHOW, approach)
    return next((row for row in _rows(GroupStep, approach) if row.stage == stage), None)


def agreement(row: GroupAgreement, *, today: date) -> Agreement:
    """Return one agreement. Raises NotPermitted."""
    access.require(Action.GROUP_SHOW, row)
    owner = db.session.get_one(User, (row.municipality_id, row.owner_id)).name
    return _agreement(row, owner, today)


def due(*, today: date, until: date) -> list[tuple[Agreement, Line]]:
    """Return the reader's own open agreements up to a day, with the approach of each."""
    desk, reader = access.workplace(), access.reader()
    if not access.may(Action.GROUP_LIST, desk):
        return []
    rows = db.session.scalars(
        select(GroupAgreement)
        .where(
            GroupAgreement.municipality_id == reader.municipality_id,
            GroupAgreement.owner_id == reader.user_id,
            GroupAgreement.outcome.is_(None),
            GroupAgreement.due_on <= until,
        )
        .order_by(GroupAgreement.due_on, GroupAgreement.id)
    ).all()
    if not rows:
        return []
    lines = {line.id: line for line in listing()}
    return [
        (_agreement(row, reader.name, today), lines[row.group_id])
        for row in rows
        if row.group_id in lines
    ]


def reviews(*, today: date) -> list[Line]:
    """Return the open approaches that the reader leads and that are to be looked back on."""
    desk, reader = access.workplace(), access.reader()
    if not access.may(Action.GROUP_START, desk):
        return []
    wanted = (
        select(GroupApproach.id)
        .join(
            GroupSeat,
            (GroupSeat.municipality_id == GroupApproach.municipality_id)
            & (GroupSeat.group_id == GroupApproach.id),
        )
        .where(
            GroupApproach.municipality_id == reader.municipality_id,
            GroupApproach.closed_on.is_(None),
            GroupApproach.review_on <= today,
            GroupSeat.user_id == reader.user_id,
            GroupSeat.function == Role.PROCESS_DIRECTOR,
            GroupSeat.is_current(),
        )
    )
    ids = set(db.session.scalars(wanted))
    return [line for line in listing() if line.id in ids] if ids else []


def _line(row: GroupApproach, done: frozenset[Stage]) -> Line:
    return Line(row.id, row.name, row.place, rules.stage_of(done), row.review_on, row.closed_on)


def _done(ids: set[UUID]) -> dict[UUID, frozenset[Stage]]:
    rows = db.session.execute(
        select(GroupStep.group_id, GroupStep.stage).where(
            GroupStep.municipality_id == access.reader().municipality_id,
            GroupStep.group_id.in_(ids),
            GroupStep.done_on.is_not(None),
        )
    ).all()
    return {
        id_: frozenset(Stage(stage) for group_id, stage in rows if group_id == id_) for id_ in ids
    }


def _rows(table: Any, approach: GroupApproach) -> list[Any]:
    return list(
        db.session.scalars(
            select(table).where(
                table.municipality_id == approach.municipality_id, table.group_id == approach.id
            )
        )
    )


def _people(municipality_id: str, ids: set[UUID]) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Return the names of these people, and of the organisations."""
    people = db.session.scalars(
        select(User)
        .options(load_only(User.name_sealed))
        .where(User.municipality_id == municipality_id, User.id.in_(ids))
    )
    places = db.session.execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.municipality_id == municipality_id
        )
    )
    return {user.id: user.name for user in people}, {row.id: row.name for row in places}


def _stand(stage: Stage, row: GroupStep | None, done: frozenset[Stage]) -> Stand:
    return Stand(
        stage=stage,
        means=rules.MEANS[stage],
        words=row.words if row else "",
        done_on=row.done_on if row else None,
        is_current=stage is rules.stage_of(done),
    )


def _seen(
    rows: list[GroupObservation], names: dict[UUID, str], places: dict[UUID, str]
) -> tuple[Seen, ...]:
    found = [
        Seen(
            id=row.id,
            on=row.on_day,
            clock=row.clock,
            place=row.place or "",
            words=row.words or "",
            source=Source(row.source),
            nature=Nature(row.nature),
            by=names[row.by_id],
            organisation=places.get(row.organisation_id, ""),
            removed=Removal(row.removed_because).label if row.removed_because else "",
            may_remove=seats.may_remove(row),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.clock or time.min), reverse=True))


def _pictures(approach: GroupApproach, places: dict[UUID, str]) -> tuple[Picture, ...]:
    """Return the pictures that the policy opens; of the others not even that they are there."""
    own = access.reader().organisation_id
    found = [
        Picture(
            places.get(row.organisation_id, ""),
            row.words,
            row.is_shared,
            row.organisation_id == own,
            row.changed_at,
        )
        for row in _rows(GroupPicture, approach)
        if access.may(Action.DATA_READ, row, category=Category.PICTURE)
    ]
    return tuple(sorted(found, key=lambda one: one.organisation.casefold()))


def _agreements(
    rows: list[GroupAgreement], names: dict[UUID, str], today: date
) -> tuple[Agreement, ...]:
    found = [_agreement(row, names[row.owner_id], today) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.outcome is not None, one.due_on, one.what)))


def _agreement(row: GroupAgreement, owner: str, today: date) -> Agreement:
    mine = row.owner_id == access.reader().user_id
    return Agreement(
        id=row.id,
        what=row.what,
        owner=owner,
        due_on=row.due_on,
        is_late=row.outcome is None and row.due_on < today,
        outcome=Outcome(row.outcome) if row.outcome else None,
        words=row.words or "",
        answered_on=row.answered_on,
        may_answer=row.outcome is None and (mine or access.may(Action.GROUP_LEAD, row)),
        version=row.version,
    )
