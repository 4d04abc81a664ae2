"""What the pages of delivery show of one trajectory: planned, delivered, and what happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from pmg.action_plans import queries as plans
from pmg.action_plans.models import PlanGoal
from pmg.action_plans.shown import OpenGoal
from pmg.cases.models import Case
from pmg.delivery import people, resting, rules, writing
from pmg.delivery.models import (
    DeliveryEvent,
    DeliveryPause,
    DosageGoal,
    DosagePlan,
    Gathering,
    GatheringRecord,
    GoalReport,
    split_names,
)
from pmg.delivery.people import Head
from pmg.delivery.rules import (
    Attendance,
    Missed,
    Pause,
    PauseReason,
    PlanState,
    Reached,
    Step,
)
from pmg.delivery.shown import (
    AskedPause,
    Delivery,
    GoalLine,
    Happened,
    Meeting,
    Report,
    Rest,
    Telling,
    Version,
)
from pmg.extensions import db
from pmg.interventions import queries as interventions
from pmg.interventions.models import Trajectory
from pmg.security import access
from pmg.security.policy import Action


def delivery(trajectory: Trajectory, *, today: date) -> Delivery:
    """Return all of the delivery of one trajectory."""
    access.require(Action.DELIVERY_SHOW, trajectory)
    found = _plans(trajectory)
    gatherings = writing.gatherings_of(trajectory)
    records = writing.records_of(gatherings)
    events, pauses = writing.events_of(trajectory), writing.pauses_of(trajectory)
    reports = _reports(trajectory)
    names = people.names(
        {each.by_id for each in records}
        | {each.by_id for each in events}
        | {plan.approved_by for plan in found if plan.approved_by}
    )
    approved = next((p for p in reversed(found) if p.state == PlanState.APPROVED), None)
    underway = next((p for p in found if p.state != PlanState.APPROVED), None)
    held = _Held(trajectory, gatherings, records, [each.span for each in pauses], names, today)
    aims = _aims(found)
    lines = [_happened(each, names) for each in events]
    fixed = writing.why_fixed(trajectory, today=today)
    return Delivery(
        approved=_version(approved, held) if approved else None,
        underway=_version(underway, held) if underway else None,
        versions=len(found),
        meetings=tuple(_meetings(held, events, aims)),
        rests=tuple(Rest(each.span, PauseReason(each.reason), each.words or "") for each in pauses),
        happened=tuple(line for line in lines if line.step is not Step.CONCERN),
        concerns=tuple(line for line in lines if line.step is Step.CONCERN),
        reports=tuple(
            Report(aims.get(each.goal_key, ""), Reached(each.outcome), each.words)
            for each in reports
        ),
        may_judge=underway is not None
        and underway.state == PlanState.WAITING
        and writing.may_judge(underway),
        why_fixed=fixed,
        is_started=trajectory.started_on is not None,
        judges=judges(underway) if underway and not fixed else (),
        was_asked=underway is not None and writing.was_asked(underway, today),
        asked_pause=_asked(resting.asked_of(events), names) if not fixed else None,
    )


def written(case: Case, *, today: date) -> list[tuple[str, Delivery]]:
    """Return what is written of the delivery of each trajectory of a case, for the youth to read.

    As far as the reader may read it; trajectories of which nothing is written are left out.
    """
    rows = db.session.scalars(
        select(Trajectory)
        .where(
            Trajectory.municipality_id == case.municipality_id,
            Trajectory.case_id == case.id,
            exists().where(
                DeliveryEvent.municipality_id == Trajectory.municipality_id,
                DeliveryEvent.trajectory_id == Trajectory.id,
            ),
        )
        .order_by(Trajectory.planned_start)
    )
    return [
        (interventions.intervention_of(row).name_nl, delivery(row, today=today)) for row in rows
    ]


def versions(trajectory: Trajectory, *, today: date) -> dict[int, Version]:
    """Return every version by its number, to be put side by side."""
    access.require(Action.DELIVERY_SHOW, trajectory)
    found = _plans(trajectory)
    names = people.names({plan.approved_by for plan in found if plan.approved_by})
    held = _Held(trajectory, [], [], [], names, today)
    return {plan.number: _version(plan, held) for plan in found}


def meeting(gathering: Gathering) -> Meeting:
    """Return one meeting with all that was told of it."""
    access.require(Action.DELIVERY_SHOW, gathering)
    trajectory = writing.trajectory_of(gathering)
    records, events = writing.records_of([gathering]), writing.events_of(trajectory)
    names = people.names({each.by_id for each in records} | {each.by_id for each in events})
    held = _Held(trajectory, [gathering], records, [], names, gathering.on_day)
    return next(iter(_meetings(held, events, _aims(_plans(trajectory)))))


def trajectory_of(row: Gathering | DosagePlan | DosageGoal) -> Trajectory:
    """Return the trajectory that something of its delivery belongs to."""
    access.require(Action.DELIVERY_SHOW, row)
    if isinstance(row, DosageGoal):
        row = db.session.get_one(DosagePlan, (row.municipality_id, row.plan_id))
    return writing.trajectory_of(row)


def head(trajectory: Trajectory, *, today: date) -> Head:
    """Return how a page names the youth, for who takes part in the case and who carries it out."""
    access.require(Action.DELIVERY_SHOW, trajectory)
    return people.head(trajectory, today=today)


def hears_concern(trajectory: Trajectory) -> str:
    """Return the names of who is told of a concern that the reader writes down, '' for nobody."""
    access.require(Action.DELIVERY_SHOW, trajectory)
    others = people.referrers(trajectory) - {access.reader().user_id}
    return ", ".join(sorted(people.names(others).values()))


def plan_goals(trajectory: Trajectory) -> list[OpenGoal]:
    """Return the goals of the plan of the youth, for who takes part in the case; else none."""
    access.require(Action.DELIVERY_SHOW, trajectory)
    if not people.takes_part(trajectory):
        return []
    return plans.open_goals(people.case_of(trajectory))


def judges(plan: DosagePlan) -> tuple[str, ...]:
    """Return who can approve this version now, by name."""
    access.require(Action.DELIVERY_SHOW, plan)
    return _by_name(writing.approvers(plan))


def other_judges(plan: DosagePlan) -> tuple[str, ...]:
    """Return who can approve this version when the reader asks for it, by name."""
    access.require(Action.DELIVERY_SHOW, plan)
    return _by_name(writing.others(plan))


def _by_name(ids: Iterable[UUID]) -> tuple[str, ...]:
    return tuple(sorted(people.names(ids).values(), key=str.casefold))


def asked_pause(trajectory: Trajectory) -> AskedPause | None:
    """Return the pause that was asked and that nobody answered yet."""
    access.require(Action.DELIVERY_SHOW, trajectory)
    asked = resting.asked_of(writing.events_of(trajectory))
    return _asked(asked, people.names([asked.by_id]) if asked else {})


def pauses(case: Case) -> list[tuple[UUID, Pause]]:
    """Return when the trajectories of a case rested, with their ids. One statement."""
    access.require(Action.DELIVERY_SHOW, case)
    rows = db.session.execute(
        select(DeliveryPause.trajectory_id, DeliveryPause.from_on, DeliveryPause.resumed_on).where(
            DeliveryPause.municipality_id == case.municipality_id,
            DeliveryPause.case_id == case.id,
        )
    )
    return [(row.trajectory_id, Pause(row.from_on, row.resumed_on)) for row in rows]


def goals(trajectory: Trajectory) -> list[DosageGoal]:
    """Return the goals of the approved plan."""
    access.require(Action.DELIVERY_SHOW, trajectory)
    plan = writing.approved_plan(trajectory)
    return writing.goals_of(plan) if plan else []


@dataclass(frozen=True, slots=True)
class _Held:
    """What was read of one trajectory, to make its parts from."""

    trajectory: Trajectory
    gatherings: list[Gathering]
    records: list[GatheringRecord]
    pauses: list[Pause]
    names: Mapping[UUID, str]
    today: date


def _plans(trajectory: Trajectory) -> list[DosagePlan]:
    return list(
        db.session.scalars(
            select(DosagePlan)
            .where(
                DosagePlan.municipality_id == trajectory.municipality_id,
                DosagePlan.trajectory_id == trajectory.id,
            )
            .order_by(DosagePlan.number)
        )
    )


def _reports(trajectory: Trajectory) -> list[GoalReport]:
    return list(
        db.session.scalars(
            select(GoalReport)
            .where(
                GoalReport.municipality_id == trajectory.municipality_id,
                GoalReport.trajectory_id == trajectory.id,
            )
            .order_by(GoalReport.at, GoalReport.id)
        )
    )


def _aims(plans: Iterable[DosagePlan]) -> dict[UUID, str]:
    """Return the words of each goal, as the last version that holds it has them."""
    return {goal.goal_key: goal.aim for plan in plans for goal in writing.goals_of(plan)}


def _asked(event: DeliveryEvent | None, names: Mapping[UUID, str]) -> AskedPause | None:
    if event is None or event.day_after is None or event.pause_reason is None:
        return None
    return AskedPause(
        event.day_after,
        PauseReason(event.pause_reason),
        event.words or "",
        names.get(event.by_id, ""),
    )


def _version(plan: DosagePlan, held: _Held) -> Version:
    return Version(
        id=plan.id,
        number=plan.number,
        state=PlanState(plan.state),
        reason=plan.reason or "",
        approved_by=held.names.get(plan.approved_by, "") if plan.approved_by else "",
        approved_on=plan.approved_on,
        goals=tuple(_goal(goal, held) for goal in writing.goals_of(plan)),
        version=plan.version,
    )


def _goal(goal: DosageGoal, held: _Held) -> GoalLine:
    ids = {one.id for one in held.gatherings if one.goal_key == goal.goal_key}
    told = [record.told for record in held.records if record.gathering_id in ids]
    dosage = goal.dosage
    return GoalLine(
        id=goal.id,
        goal_key=goal.goal_key,
        dosage=dosage,
        plan_goal=_plan_goal(goal),
        version=goal.version,
        delivered=rules.delivered(told),
        waiting=len(ids - {each.gathering_id for each in told}),
        expected=rules.expected(dosage, held.pauses, today=held.today),
        last_day=rules.last_day(dosage, held.pauses, today=held.today),
    )


def _plan_goal(goal: DosageGoal) -> str:
    if goal.plan_goal_id is None or not people.takes_part(goal):
        return ""
    return db.session.get_one(PlanGoal, (goal.municipality_id, goal.plan_goal_id)).aim


def _meetings(
    held: _Held, events: Iterable[DeliveryEvent], aims: Mapping[UUID, str]
) -> Iterable[Meeting]:
    moves: dict[UUID, list[date]] = {}
    for event in events:
        if event.step == Step.MOVED and event.gathering_id and event.day_before:
            moves.setdefault(event.gathering_id, []).insert(0, event.day_before)
    for one in held.gatherings:
        mine = [record for record in held.records if record.gathering_id == one.id]
        yield Meeting(
            id=one.id,
            on_day=one.on_day,
            clock=one.clock,
            minutes=one.minutes,
            aim=aims.get(one.goal_key, ""),
            is_group=one.group_id is not None,
            tellings=tuple(_telling(record, held.names) for record in mine),
            moved=tuple(moves.get(one.id, ())),
            version=one.version,
        )


def _telling(record: GatheringRecord, names: Mapping[UUID, str]) -> Telling:
    return Telling(
        happened=record.happened,
        attendance=Attendance(record.attendance) if record.attendance else None,
        reason=Missed(record.reason) if record.reason else None,
        minutes=record.minutes,
        elements=split_names(record.element_lines),
        words=record.words or "",
        why=record.why or "",
        by=names.get(record.by_id, ""),
        at=record.at,
    )


def _happened(event: DeliveryEvent, names: Mapping[UUID, str]) -> Happened:
    return Happened(
        step=Step(event.step),
        at=event.at,
        by=names.get(event.by_id, ""),
        words=event.words or "",
        plan_number=event.plan_number,
        day_before=event.day_before,
        day_after=event.day_after,
    )
