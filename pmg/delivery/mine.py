"""What the reader's own trajectories have in common: his meetings, groups, and sums.

Only of cases in which he takes part now, or that his organisation carries out: row security leaves
out the rest, in rows and in sums.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import load_only

from pmg.cases.models import Case, Youth
from pmg.cases.rules import short_name
from pmg.catalogue import shelf as catalogue
from pmg.delivery import people, rules, writing
from pmg.delivery.models import DosageGoal, DosagePlan, Gathering, GatheringRecord, split_names
from pmg.delivery.rules import Missed, PlanState, Told
from pmg.extensions import db
from pmg.interventions.models import Trajectory
from pmg.security import access, encryption
from pmg.security.access import Membership
from pmg.security.identity import CaseMember, Organisation
from pmg.security.policy import Action, Category, Role

_BACK = timedelta(days=30)
_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Coming:
    """One meeting of a youth or of a group, to be held or to be told of."""

    id: UUID
    on_day: date
    clock: time | None
    intervention: str
    who: tuple[str, ...]
    is_group: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One youth who can be in a group, with one goal of his plan."""

    trajectory_id: UUID
    goal_key: UUID
    code: str
    provider_id: UUID
    provider: str
    who: str
    aim: str


@dataclass(slots=True)
class Sum:
    """What was planned and delivered of one intervention, over the reader's own cases."""

    intervention: str
    trajectories: int = 0
    sessions_planned: int = 0
    minutes_planned: int = 0
    sessions: int = 0
    minutes: int = 0
    elements: Counter[str] = field(default_factory=Counter)
    missed: Counter[Missed] = field(default_factory=Counter)


def coming(*, today: date) -> list[Coming]:
    """Return the reader's meetings that are to be held or told of; a group stands there once."""
    access.require(Action.DELIVERY_LIST, access.workplace())
    rows = _open_gatherings(today)
    youths = _youths({row.case_id for row, _code in rows})
    found: dict[UUID, list[tuple[Gathering, str]]] = defaultdict(list)
    for row, code in rows:
        if row.case_id in youths and access.may(Action.DELIVERY_KEEP, row):
            found[row.group_id or row.id].append((row, code))
    lines = [
        Coming(
            id=group[0][0].id,
            on_day=group[0][0].on_day,
            clock=group[0][0].clock,
            intervention=catalogue.entry(group[0][1]).name_nl,
            who=tuple(sorted(youths[row.case_id] for row, _code in group)),
            is_group=group[0][0].group_id is not None,
        )
        for group in found.values()
    ]
    return sorted(lines, key=lambda one: (one.on_day, one.clock or time.min, one.intervention))


def places(*, today: date) -> list[Place]:
    """Return the youths of the reader who can be in a group: started, with an approved plan."""
    access.require(Action.DELIVERY_LIST, access.workplace())
    rows = db.session.execute(
        select(Trajectory, Organisation.name)
        .join(
            Organisation,
            (Organisation.municipality_id == Trajectory.municipality_id)
            & (Organisation.id == Trajectory.provider_id),
        )
        .where(
            Trajectory.municipality_id == access.reader().municipality_id,
            Trajectory.started_on.is_not(None),
            Trajectory.ended_on.is_(None),
        )
    ).all()
    youths = _youths({row.case_id for row, _name in rows})
    chosen = [
        (row, name)
        for row, name in rows
        if row.case_id in youths and access.may(Action.DELIVERY_KEEP, row)
    ]
    goals = _goals_of([row.id for row, _name in chosen])
    found = [
        Place(
            trajectory_id=row.id,
            goal_key=goal.goal_key,
            code=row.intervention_code,
            provider_id=row.provider_id,
            provider=name,
            who=youths[row.case_id],
            aim=goal.aim,
        )
        for row, name in chosen
        if not writing.why_fixed(row, today=today)
        for goal in goals.get(row.id, ())
    ]
    return sorted(found, key=lambda one: (one.who.casefold(), one.aim))


def roll(gathering: Gathering) -> list[tuple[Gathering, str]]:
    """Return who is in a group, by name: only those whose file the reader may see."""
    access.require(Action.DELIVERY_SHOW, gathering)
    rows = [row for row in writing.group_of(gathering) if access.may(Action.DELIVERY_KEEP, row)]
    youths = _youths({row.case_id for row in rows})
    found = [(row, youths[row.case_id]) for row in rows if row.case_id in youths]
    return sorted(found, key=lambda pair: (pair[1].casefold(), pair[0].id))


def sums() -> list[Sum]:
    """Return per intervention what was planned and delivered over the reader's own cases.

    For the team alone: it is not protected and never leaves the municipality.
    """
    access.require(Action.DELIVERY_COUNT, access.workplace())
    rows = list(
        db.session.scalars(
            select(Trajectory).where(
                Trajectory.municipality_id == access.reader().municipality_id,
                Trajectory.started_on.is_not(None),
            )
        )
    )
    youths = _youths({row.case_id for row in rows})
    mine = [row for row in rows if row.case_id in youths]
    goals, told = _goals_of([row.id for row in mine]), _told_of([row.id for row in mine])
    found: dict[str, Sum] = {}
    for row in mine:
        if row.id in goals:
            _add(found, row, goals[row.id], told.get(row.id, []))
    return sorted(found.values(), key=lambda one: one.intervention.casefold())


def _add(
    found: dict[str, Sum], row: Trajectory, goals: Iterable[DosageGoal], told: Iterable[Told]
) -> None:
    name = catalogue.entry(row.intervention_code).name_nl
    one = found.setdefault(row.intervention_code, Sum(name))
    came = rules.delivered(told)
    one.trajectories += 1
    for goal in goals:
        one.sessions_planned += goal.sessions
        one.minutes_planned += goal.sessions * goal.minutes
        one.elements.update(dict.fromkeys(split_names(goal.element_lines), 0))
    one.sessions += came.sessions
    one.minutes += came.minutes
    one.elements.update(came.elements)
    one.missed.update(came.missed)


def _open_gatherings(today: date) -> list[Any]:
    told = select(GatheringRecord.id).where(
        GatheringRecord.municipality_id == Gathering.municipality_id,
        GatheringRecord.gathering_id == Gathering.id,
    )
    return list(
        db.session.execute(
            select(Gathering, Trajectory.intervention_code)
            .join(
                Trajectory,
                (Trajectory.municipality_id == Gathering.municipality_id)
                & (Trajectory.id == Gathering.trajectory_id),
            )
            .where(
                Gathering.municipality_id == access.reader().municipality_id,
                Trajectory.ended_on.is_(None),
                Gathering.on_day.between(today - _BACK, today + _AHEAD),
                ~told.exists(),
            )
            .order_by(Gathering.on_day, Gathering.id)
        )
    )


def _goals_of(trajectory_ids: list[UUID]) -> dict[UUID, list[DosageGoal]]:
    """Return the goals of the plan that counts for each of these trajectories."""
    rows = db.session.execute(
        select(DosagePlan.trajectory_id, DosageGoal)
        .join(
            DosageGoal,
            (DosageGoal.municipality_id == DosagePlan.municipality_id)
            & (DosageGoal.plan_id == DosagePlan.id),
        )
        .where(
            DosagePlan.municipality_id == access.reader().municipality_id,
            tuple_(DosagePlan.trajectory_id, DosagePlan.number).in_(_newest(trajectory_ids)),
        )
        .order_by(DosageGoal.place)
    )
    found: dict[UUID, list[DosageGoal]] = {}
    for trajectory_id, goal in rows:
        found.setdefault(trajectory_id, []).append(goal)
    return found


def _newest(trajectory_ids: list[UUID]) -> list[tuple[UUID, int]]:
    rows = db.session.execute(
        select(DosagePlan.trajectory_id, DosagePlan.number)
        .where(
            DosagePlan.municipality_id == access.reader().municipality_id,
            DosagePlan.trajectory_id.in_(trajectory_ids),
            DosagePlan.state == PlanState.APPROVED.value,
        )
        .order_by(DosagePlan.number)
    )
    return list({trajectory_id: (trajectory_id, number) for trajectory_id, number in rows}.values())


def _told_of(trajectory_ids: list[UUID]) -> dict[UUID, list[Told]]:
    rows = db.session.execute(
        select(Gathering.trajectory_id, GatheringRecord)
        .join(
            GatheringRecord,
            (GatheringRecord.municipality_id == Gathering.municipality_id)
            & (GatheringRecord.gathering_id == Gathering.id),
        )
        .where(
            Gathering.municipality_id == access.reader().municipality_id,
            Gathering.trajectory_id.in_(trajectory_ids),
        )
    )
    found: dict[UUID, list[Told]] = {}
    for trajectory_id, record in rows:
        found.setdefault(trajectory_id, []).append(record.told)
    return found


def _youths(case_ids: set[UUID]) -> dict[UUID, str]:
    """Return how to name the youth of each of these cases of the reader, with his seat in mind.

    Of whom his organisation carries out, it is the name that he was told.
    """
    if not case_ids:
        return {}
    rows = db.session.execute(
        select(Case.id, Case.number, CaseMember.function, Youth)
        .join(
            CaseMember,
            (CaseMember.municipality_id == Case.municipality_id)
            & (CaseMember.case_id == Case.id)
            & CaseMember.is_current(),
        )
        .join(Youth, (Youth.municipality_id == Case.municipality_id) & (Youth.id == Case.youth_id))
        .where(
            Case.municipality_id == access.reader().municipality_id,
            CaseMember.user_id == access.reader().user_id,
            Case.id.in_(case_ids),
        )
        .options(load_only(Youth.given_name_sealed, Youth.family_name_sealed))
    ).all()
    for case_id, _number, function, youth in rows:
        access.remember(Membership(case_id, youth.id, Role(function)))
    encryption.prefetch(row[3].id for row in rows)
    told = people.told_names(case_ids)
    return told | {
        case_id: short_name(youth.given_name, youth.family_name)
        if access.may(Action.DATA_READ, youth, category=Category.IDENTITY)
        else number
        for case_id, number, _function, youth in rows
    }
