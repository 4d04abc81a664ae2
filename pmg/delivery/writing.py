"""What the verbs of delivery share: the lock, whether it can still change, the log of changes."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, text
from sqlalchemy.exc import InvalidRequestError

from pmg.cases.rules import Status, status
from pmg.clock import AMSTERDAM, now
from pmg.delivery import people, rules
from pmg.delivery.models import (
    DeliveryEvent,
    DeliveryPause,
    DosageGoal,
    DosagePlan,
    Gathering,
    GatheringRecord,
)
from pmg.delivery.rules import PlanState, Step
from pmg.errors import Conflict, Gone, Invalid
from pmg.extensions import db
from pmg.interventions import progress
from pmg.interventions.models import Trajectory
from pmg.security import access, audit
from pmg.security.policy import Action
from pmg.texts import to_translate, translated

_HOLD = text("SELECT pmg_hold_delivery(:id)")
_WORKING = frozenset({Status.PLANNING, Status.ACTIVE})
ENDED = to_translate("Deze inzet is beëindigd. Wat er staat, kunt u lezen en niet meer wijzigen.")
CASE_OVER = to_translate("In deze zaak kan nu geen inzet lopen. U kunt alleen lezen.")
NOT_STARTED = to_translate(
    "Deze inzet is nog niet gestart. Leg eerst de start vast, bij de inzet zelf."
)
NO_PLAN = to_translate(
    "Er is nog geen goedgekeurd trajectplan. Schrijf eerst de dosering per doel op en laat die "
    "goedkeuren."
)


def why_fixed(trajectory: Trajectory, *, today: date) -> str:
    """Return why nothing of this trajectory can change any more; '' when it can."""
    return translated(_why_fixed(trajectory, today=today))


def _why_fixed(trajectory: Trajectory, *, today: date) -> str:
    if not progress.state(trajectory).is_open:
        return ENDED
    if not people.takes_part(trajectory):
        return ""  # row security shows him none of a case that takes no work
    if status(people.case_of(trajectory).facts, today) not in _WORKING:
        return CASE_OVER
    return ""


def trajectory_of(row: Any) -> Trajectory:
    """Return the trajectory that a row belongs to."""
    return db.session.get_one(Trajectory, (row.municipality_id, row.trajectory_id))


def lock(trajectory: Trajectory, *, today: date) -> None:
    """Read the case and the trajectory as they are now, and let no one change them meanwhile.

    Whoever changes a case and what is under it takes the case first: else two wait for each other.
    Raises Invalid when the trajectory can no longer change, Gone when it is no longer carried out.
    """
    if people.takes_part(trajectory):
        db.session.refresh(people.case_of(trajectory), with_for_update=True)
        db.session.refresh(trajectory, with_for_update=True)
    elif db.session.scalar(_HOLD, {"id": trajectory.id}):
        read_again(trajectory)
    else:
        raise Gone("trajectory is no longer carried out here")
    reason = _why_fixed(trajectory, today=today)
    if reason:
        raise Invalid("trajectory", reason)


def read_again(row: Any) -> None:
    """Read a row as it is now, under the lock of its case; raise Gone when it was taken away."""
    try:
        db.session.refresh(row)
    except InvalidRequestError as fault:
        raise Gone(f"{row.__tablename__} was taken away") from fault


def meet(row: Any, version: int, *, mine: dict[str, str], theirs: dict[str, str]) -> None:
    """Raise Conflict with both texts when a row is no longer what the reader saw."""
    if row.version != version:
        raise Conflict(theirs=theirs, mine=mine)


def under(trajectory: Trajectory) -> dict[str, Any]:
    """Return what every row of a trajectory begins with."""
    return {
        "municipality_id": trajectory.municipality_id,
        "id": uuid4(),
        "case_id": trajectory.case_id,
        "youth_id": trajectory.youth_id,
        "trajectory_id": trajectory.id,
    }


def beside(row: Any) -> dict[str, Any]:
    """Return what every row begins with that stands under a plan or a meeting."""
    return {
        "municipality_id": row.municipality_id,
        "id": uuid4(),
        "case_id": row.case_id,
        "youth_id": row.youth_id,
    }


def note(trajectory: Trajectory, step: Step, words: str = "", **more: Any) -> None:
    """Write one line in the log of changes, and in the log of who did what."""
    event = DeliveryEvent(
        **under(trajectory),
        step=step.value,
        by_id=access.reader().user_id,
        words=words or None,
        **more,
    )
    db.session.add(event)
    audit.wrote(Action.DELIVERY_KEEP, event, event.id, delivery=("", step.value))


def touch(row: Any) -> None:
    """Claim a new version of a row, also when no other column of it changed."""
    row.changed_at = now()


def open_plan(trajectory: Trajectory) -> DosagePlan | None:
    """Return the version that is being written or waits for approval."""
    return db.session.scalars(
        _plans(trajectory).where(DosagePlan.state != PlanState.APPROVED.value)
    ).one_or_none()


def approved_plan(trajectory: Trajectory) -> DosagePlan | None:
    """Return the version that counts: the last one that was approved."""
    return db.session.scalars(
        _plans(trajectory)
        .where(DosagePlan.state == PlanState.APPROVED.value)
        .order_by(DosagePlan.number.desc())
        .limit(1)
    ).one_or_none()


def _plans(trajectory: Trajectory) -> Any:
    return select(DosagePlan).where(
        DosagePlan.municipality_id == trajectory.municipality_id,
        DosagePlan.trajectory_id == trajectory.id,
    )


def goals_of(plan: DosagePlan) -> list[DosageGoal]:
    """Return what a version plans, in the order in which it was written."""
    return list(
        db.session.scalars(
            select(DosageGoal)
            .where(
                DosageGoal.municipality_id == plan.municipality_id, DosageGoal.plan_id == plan.id
            )
            .order_by(DosageGoal.place)
        )
    )


def goal_of(trajectory: Trajectory, goal_key: UUID) -> DosageGoal:
    """Return the goal of the approved plan that a meeting is for; Invalid when there is none."""
    plan = approved_plan(trajectory)
    if plan is None:
        raise Invalid("goal", NO_PLAN)
    for goal in goals_of(plan):
        if goal.goal_key == goal_key:
            return goal
    raise Invalid(
        "goal", "Dit doel staat niet meer in het trajectplan. Kies een doel uit de lijst."
    )


def writers(plan: DosagePlan) -> set[UUID]:
    """Return who wrote something of this version: none of them approves it."""
    return wrote(plan, events_of(trajectory_of(plan)))


def wrote(plan: DosagePlan, events: Iterable[DeliveryEvent]) -> set[UUID]:
    """Return of what happened to a trajectory who wrote something of this version."""
    steps = (Step.WRITTEN, Step.DROPPED, Step.AMENDING, Step.SUBMITTED)
    found = (each for each in events if each.plan_number == plan.number and each.step in steps)
    return {plan.made_by, *(each.by_id for each in found)}


def was_asked(plan: DosagePlan, day: date) -> bool:
    """Tell whether somebody asked on this day to approve this version."""
    asked = (Step.SUBMITTED, Step.ASKED_AGAIN)
    return any(
        each.step in asked
        and each.plan_number == plan.number
        and each.at.astimezone(AMSTERDAM).date() == day
        for each in events_of(trajectory_of(plan))
    )


def approvers(plan: DosagePlan) -> set[UUID]:
    """Return who can approve this version now: nobody who wrote some of it."""
    return people.approvers(trajectory_of(plan), writers(plan))


def others(plan: DosagePlan) -> set[UUID]:
    """Return who can approve this version when the reader lays it before them himself."""
    return people.approvers(trajectory_of(plan), writers(plan) | {access.reader().user_id})


def may_judge(plan: DosagePlan) -> bool:
    """Tell whether the reader is one who may approve this version."""
    if not access.may(Action.DELIVERY_APPROVE, plan):
        return False
    return access.reader().user_id in approvers(plan)


def events_of(trajectory: Trajectory) -> list[DeliveryEvent]:
    """Return what happened, newest first; row security leaves out what was told to others."""
    return list(
        db.session.scalars(
            select(DeliveryEvent)
            .where(
                DeliveryEvent.municipality_id == trajectory.municipality_id,
                DeliveryEvent.trajectory_id == trajectory.id,
            )
            .order_by(DeliveryEvent.at.desc(), DeliveryEvent.id)
        )
    )


def gatherings_of(trajectory: Trajectory, goal_key: UUID | None = None) -> list[Gathering]:
    """Return the meetings of a trajectory by day, or those for one goal."""
    wanted = select(Gathering).where(
        Gathering.municipality_id == trajectory.municipality_id,
        Gathering.trajectory_id == trajectory.id,
    )
    if goal_key is not None:
        wanted = wanted.where(Gathering.goal_key == goal_key)
    return list(
        db.session.scalars(wanted.order_by(Gathering.on_day, Gathering.clock, Gathering.id))
    )


def records_of(gatherings: Iterable[Gathering]) -> list[GatheringRecord]:
    """Return all that was told of these meetings, oldest first."""
    ids = [one.id for one in gatherings]
    if not ids:
        return []
    return list(
        db.session.scalars(
            select(GatheringRecord)
            .where(
                GatheringRecord.municipality_id == access.reader().municipality_id,
                GatheringRecord.gathering_id.in_(ids),
            )
            .order_by(GatheringRecord.at, GatheringRecord.number)
        )
    )


def last_record(gathering: Gathering) -> GatheringRecord | None:
    """Return what was told last of a meeting."""
    return db.session.scalars(
        select(GatheringRecord)
        .where(
            GatheringRecord.municipality_id == gathering.municipality_id,
            GatheringRecord.gathering_id == gathering.id,
        )
        .order_by(GatheringRecord.number.desc())
        .limit(1)
    ).one_or_none()


def group_of(gathering: Gathering) -> list[Gathering]:
    """Return the meetings of a group that the reader may see; row security leaves out the rest."""
    if gathering.group_id is None:
        return [gathering]
    return list(
        db.session.scalars(
            select(Gathering)
            .where(
                Gathering.municipality_id == gathering.municipality_id,
                Gathering.group_id == gathering.group_id,
            )
            .order_by(Gathering.id)
        )
    )


def pauses_of(trajectory: Trajectory) -> list[DeliveryPause]:
    """Return the days on which a trajectory rests, first to last."""
    return list(
        db.session.scalars(
            select(DeliveryPause)
            .where(
                DeliveryPause.municipality_id == trajectory.municipality_id,
                DeliveryPause.trajectory_id == trajectory.id,
            )
            .order_by(DeliveryPause.from_on)
        )
    )


def check_day(trajectory: Trajectory, day: date, *, today: date) -> None:
    """Raise Invalid unless a meeting can be on this day: after the start, and not in a pause."""
    if trajectory.started_on is None:
        raise Invalid("on_day", NOT_STARTED)
    if day < trajectory.started_on:
        raise Invalid(
            "on_day",
            "De inzet begon op %(start)s. Kies die dag of een latere.",
            start=f"{trajectory.started_on:%d-%m-%Y}",
        )
    if abs((day - today).days) > 366 * rules.LONGEST_YEARS:
        raise Invalid("on_day", "Deze dag ligt te ver weg. Kijk het jaar na.")
    if rules.rests((each.span for each in pauses_of(trajectory)), day):
        raise Invalid(
            "on_day", "Op die dag rust het traject. Kies een andere dag, of hervat eerst."
        )


def room_left(trajectory: Trajectory, goal: DosageGoal) -> int:
    """Return how many meetings the plan still has room for.

    What was planned and not yet told counts, and what was delivered; what did not happen, or
    happened without the youth, can be planned again.
    """
    gatherings = gatherings_of(trajectory, goal.goal_key)
    told = rules.latest(record.told for record in records_of(gatherings))
    waiting = sum(1 for one in gatherings if one.id not in told)
    there = rules.delivered(record.told for record in records_of(gatherings)).sessions
    return goal.sessions - waiting - there


def unfinished(trajectory: Trajectory) -> int:
    """Return how many meetings were never told of."""
    gatherings = gatherings_of(trajectory)
    return len(gatherings) - len({record.gathering_id for record in records_of(gatherings)})


def next_place(plan: DosagePlan) -> int:
    """Return the place of the next goal of a version."""
    last = db.session.scalar(
        select(func.max(DosageGoal.place)).where(
            DosageGoal.municipality_id == plan.municipality_id, DosageGoal.plan_id == plan.id
        )
    )
    return (last or 0) + 1
