"""What the pages of interventions show of one case, and who can provide what."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import load_only

from pmg.action_plans.helping import Help
from pmg.action_plans.models import PlanGoal
from pmg.cases.models import Case
from pmg.catalogue import shelf as catalogue
from pmg.clock import AMSTERDAM
from pmg.extensions import db
from pmg.interventions import progress
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import Funding, TrajectoryState
from pmg.providers import queries as providers
from pmg.providers import referring
from pmg.providers.models import ProviderReferral
from pmg.providers.queries import Standing
from pmg.providers.rules import Answer
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import Intervention
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
    # What the provider answered; None for what was agreed before there were referrals.
    answer: Answer | None
    answered_on: date | None
    is_met: bool

    @property
    def standing(self) -> str:
        """Where it is, in words: until it starts, what the provider answered."""
        is_waiting = self.state is TrajectoryState.PROPOSED and self.answer is not None
        return self.answer.label if is_waiting and self.answer else self.state.label


@dataclass(frozen=True, slots=True)
class Progress:
    """One trajectory with what was agreed and how it ended."""

    line: Line
    goal: str
    targets: tuple[str, ...]
    target_codes: tuple[str, ...]
    assigned_by: str
    end_note: str
    version: int
    plan_goal: str
    referral: Standing | None


def trajectories(case: Case) -> list[Line]:
    """Return the trajectories of a case: what is open first, then the newest. One statement."""
    access.require(Action.CASE_SHOW, case)
    given = {"municipality_id": case.municipality_id, "case_id": case.id}
    rows = db.session.execute(_of_case(), given)
    lines = [_line(*row) for row in rows]
    return sorted(lines, key=lambda line: (not line.state.is_open, -line.planned_start.toordinal()))


@cache
def _of_case() -> Select[Trajectory, str, str | None, date | None, datetime | None]:
    return (
        select(
            Trajectory,
            Organisation.name,
            ProviderReferral.answer,
            ProviderReferral.conversation_on,
            ProviderReferral.answered_at,
        )
        .join(
            Organisation,
            (Organisation.municipality_id == Trajectory.municipality_id)
            & (Organisation.id == Trajectory.provider_id),
        )
        .outerjoin(
            ProviderReferral,
            (ProviderReferral.municipality_id == Trajectory.municipality_id)
            & (ProviderReferral.trajectory_id == Trajectory.id),
        )
        .where(
            Trajectory.municipality_id == bindparam("municipality_id"),
            Trajectory.case_id == bindparam("case_id"),
        )
    )


def trajectory(row: Trajectory) -> Progress:
    """Return one trajectory; opens its goal and the words of its end.

    One statement, one for the goal of the plan that it is for, and some for its referral.
    """
    access.require(Action.CASE_SHOW, row)
    referral = referring.of_trajectory(row.id)
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
        line=_line(
            row,
            provider,
            referral.answer if referral else None,
            referral.conversation_on if referral else None,
            referral.answered_at if referral else None,
        ),
        goal=row.goal,
        target_codes=tuple(row.target_factors),
        targets=tuple(FACTORS[code].name for code in row.target_factors),
        assigned_by=user.name,
        end_note=row.end_note or "",
        version=row.version,
        plan_goal=_plan_goal(row),
        referral=providers.standing(referral) if referral else None,
    )


def intervention_of(row: Trajectory) -> Intervention:
    """Return the intervention as the catalogue told of it when it was assigned."""
    return catalogue.as_of(row.intervention_code, row.catalogue_version)


def earlier(case: Case, trajectory_id: UUID) -> Progress | None:
    """Return an earlier trajectory of this case, whose answers can be used again."""
    access.require(Action.INTERVENTION_ASSIGN, case)
    row = db.session.get(Trajectory, (case.municipality_id, trajectory_id))
    return trajectory(row) if row is not None and row.case_id == case.id else None


def case_of(row: Trajectory) -> Case:
    """Return the case that a trajectory belongs to."""
    access.require(Action.CASE_SHOW, row)
    return db.session.get_one(Case, (row.municipality_id, row.case_id))


def _plan_goal(row: Trajectory) -> str:
    """Return the goal of the plan that it is set to work for, '' for none."""
    if row.goal_id is None:
        return ""
    return db.session.get_one(PlanGoal, (row.municipality_id, row.goal_id)).aim


def told_to_providers(case: Case) -> dict[UUID, str]:
    """Return the message that went along with each referral, by trajectory; '' for none."""
    access.require(Action.CASE_SHOW, case)
    rows = db.session.scalars(
        select(ProviderReferral).where(
            ProviderReferral.municipality_id == case.municipality_id,
            ProviderReferral.case_id == case.id,
        )
    )
    return {row.trajectory_id: row.message or "" for row in rows}


def helps(case: Case) -> list[Help]:
    """Return what is set to work for the goals of the plan of a case."""
    return [
        Help(line.goal_id, line.id, line.intervention.name_nl, line.state.label)
        for line in trajectories(case)
        if line.goal_id is not None
    ]


def _line(
    row: Trajectory,
    provider: str,
    answer: str | None,
    met_on: date | None,
    answered_at: datetime | None,
) -> Line:
    return Line(
        id=row.id,
        intervention=intervention_of(row),
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
        answer=Answer(answer) if answer else None,
        answered_on=answered_at.astimezone(AMSTERDAM).date() if answered_at else None,
        is_met=answer is None or met_on is not None,
    )
