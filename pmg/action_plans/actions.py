"""The actions of a plan: tasks that were given for a goal."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import load_only

from pmg.action_plans.models import PlanGoal
from pmg.cases.models import Case
from pmg.extensions import db
from pmg.security import access
from pmg.security.identity import User
from pmg.security.policy import Action
from pmg.tasks.models import Task
from pmg.tasks.rules import Origin, Source, State

_HIDDEN = frozenset({State.REFUSED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class GoalAction:
    """One thing that somebody does for a goal, before the end of a day."""

    id: UUID
    what: str
    who: str
    due_on: date
    state: State

    @property
    def is_done(self) -> bool:
        """Whether it was reported as done."""
        return self.state is State.DONE


def source(goal: PlanGoal) -> Source:
    """Return what a task says of a goal that it was given for."""
    return Source(Origin.PLAN, PlanGoal.__tablename__, goal.id)


def of_case(case: Case) -> dict[UUID, list[GoalAction]]:
    """Return the actions of each goal of a case, by day; opens them. One statement.

    What was refused or withdrawn is no action any more; its own page still tells of it.
    """
    access.require(Action.ACTION_PLAN_SHOW, case)
    given = {"municipality_id": case.municipality_id, "case_id": case.id}
    found: dict[UUID, list[GoalAction]] = {}
    names: dict[UUID, str] = {}
    for task, user in db.session.execute(_rows(), given):
        state = State(task.state)
        if state in _HIDDEN or task.origin_id is None:
            continue
        if user.id not in names:
            names[user.id] = user.name
        action = GoalAction(task.id, task.what, names[user.id], task.due_on, state)
        found.setdefault(task.origin_id, []).append(action)
    return found


@cache
def _rows() -> Select[Task, User]:
    return (
        select(Task, User)
        .join(User, (User.municipality_id == Task.municipality_id) & (User.id == Task.owner_id))
        .options(load_only(User.name_sealed))
        .where(
            Task.municipality_id == bindparam("municipality_id"),
            Task.case_id == bindparam("case_id"),
            Task.origin_kind == PlanGoal.__tablename__,
        )
        .order_by(Task.due_on, Task.created_at)
    )
