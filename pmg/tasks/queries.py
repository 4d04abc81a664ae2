"""What the pages of tasks show, and what rooms above ask of the tasks that come from them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from pmg.cases.models import Case
from pmg.extensions import db
from pmg.security import access
from pmg.security.policy import Action
from pmg.tasks.models import Task
from pmg.tasks.rules import Origin, State


@dataclass(frozen=True, slots=True)
class Given:
    """How far a task is that came from a row of another room; nothing sealed is opened."""

    id: UUID
    owner_id: UUID
    due_on: date
    state: State
    ended_on: date | None
    version: int


def of_sources(case: Case, origin: Origin, kind: str) -> dict[UUID, Given]:
    """Return the tasks of a case that come from rows of this kind, by the id of that row.

    Of a task that comes back the newest. One statement.
    """
    access.require(Action.TASK_SHOW, case)
    rows = db.session.scalars(
        select(Task)
        .where(
            Task.municipality_id == case.municipality_id,
            Task.case_id == case.id,
            Task.origin == origin.value,
            Task.origin_kind == kind,
        )
        .order_by(Task.created_at, Task.series_number)
    )
    return {row.origin_id: _given(row) for row in rows if row.origin_id is not None}


def _given(row: Task) -> Given:
    return Given(row.id, row.owner_id, row.due_on, State(row.state), row.ended_on, row.version)
