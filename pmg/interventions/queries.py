"""What the pages of interventions show of one case, and who can provide what."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import load_only

from pmg.action_plans.helping import Help
from pmg.action_plans.models import PlanGoal
from pmg.cases.models import Case
from pmg.clock import AMSTERDAM
from pmg.extensions import db
from pmg.interventions import progress
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import Funding, TrajectoryState
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import INTERVENTIONS, Intervention
from pmg.security import access
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action


@dataclass(frozen=True, slots=True)
class Line:
    """One trajectory in a list; nothing sealed is opened."""

    id: UUID
    intervention: Intervention
    provider: str
    state: TrajectoryState
    assigned_on: date
    planned_start: date
    planned_end: date
    started_on: date | None
    ended_on: date | None
    ending: str
    funding: str
    goal_id: UUID | None


@dataclass(frozen=True, slots=True)
class Progress:
    """One trajectory with what was agreed and how it ended."""

    line: Line
    goal: str
    targets: tuple[str, ...]
    assigned_by: str
    end_note: str
    version: int
    plan_goal: str


def trajectories(case: Case) -> list[Line]:
    """Return the trajectories of a case: what is open first, then the newest. One statement."""
    access.require(Action.CASE_SHOW, case)
    given = {"municipality_id": case.municipality_id, "case_id": case.id}
    rows = db.session.execute(_of_case(), given)
    lines = [_line(trajectory, provider) for trajectory, provider in rows]
    return sorted(lines, key=lambda line: (not line.state.is_open, -line.planned_start.toordinal()))


@cache
def _of_case() -> Select[Trajectory, str]:
    return (
        select(Trajectory, Organisation.name)
        .join(
            Organisation,
            (Organisation.municipality_id == Trajectory.municipality_id)
            & (Organisation.id == Trajectory.provider_id),
        )
        .where(
            Trajectory.municipality_id == bindparam("municipality_id"),
            Trajectory.case_id == bindparam("case_id"),
        )
    )


def trajectory(row: Trajectory) -> Progress:
    """Return one trajectory; opens its goal and the words of its end.

    One statement, and one for the goal of the plan that it is for.
    """
    access.require(Action.CASE_SHOW, row)
    provider, user = db.session.execute(
        select(Organisation.name, User)
        .join(
            User,
            (User.municipality_id == Organisation.municipality_id) & (User.id == row.assigned_by),
        )
        .options(load_only(User.name_sealed))
        .where(
            Organisation.municipality_id == row.municipality_id,
            Organisation.id == row.provider_id,
        )
    ).one()
    return Progress(
        line=_line(row, provider),
        goal=row.goal,
        targets=tuple(FACTORS[code].name for code in row.target_factors),
        assigned_by=user.name,
        end_note=row.end_note or "",
        version=row.version,
        plan_goal=_plan_goal(row),
    )


def case_of(row: Trajectory) -> Case:
    """Return the case that a trajectory belongs to."""
    access.require(Action.CASE_SHOW, row)
    return db.session.get_one(Case, (row.municipality_id, row.case_id))


def _plan_goal(row: Trajectory) -> str:
    """Return the goal of the plan that it is set to work for, '' for none."""
    if row.goal_id is None:
        return ""
    return db.session.get_one(PlanGoal, (row.municipality_id, row.goal_id)).aim


def helps(case: Case) -> list[Help]:
    """Return what is set to work for the goals of the plan of a case."""
    return [
        Help(line.goal_id, line.id, line.intervention.name_nl, line.state.label)
        for line in trajectories(case)
        if line.goal_id is not None
    ]


def _line(row: Trajectory, provider: str) -> Line:
    return Line(
        id=row.id,
        intervention=INTERVENTIONS[row.intervention_code],
        provider=provider,
        state=progress.state(row),
        assigned_on=row.created_at.astimezone(AMSTERDAM).date(),
        planned_start=row.planned_start,
        planned_end=row.planned_end,
        started_on=row.started_on,
        ended_on=row.ended_on,
        ending=progress.ending_label(row),
        funding=Funding(row.funding).label if row.funding else "",
        goal_id=row.goal_id,
    )
