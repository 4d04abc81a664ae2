"""What the pages of one case and of one task show, and what rooms above ask of their tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from pmg.accounts.queries import names as names_of
from pmg.cases.models import Case
from pmg.clock import today
from pmg.extensions import db
from pmg.security import access
from pmg.security.policy import Action
from pmg.tasks import lines, rules, who
from pmg.tasks.lines import Line
from pmg.tasks.models import Task, TaskEvent
from pmg.tasks.rules import Origin, Series, State, Step


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history of a task."""

    step: Step
    by: str
    at: datetime
    words: str
    owner_before: str
    owner_after: str
    due_before: date | None
    due_after: date


@dataclass(frozen=True, slots=True)
class Detail:
    """One task with its days, its history, and what the reader can do with it now."""

    line: Line
    series: Series
    number: int
    origin: Origin
    history: tuple[Happened, ...]
    steps: frozenset[Step]


@dataclass(frozen=True, slots=True)
class Given:
    """How far a task is that came from a row of another room; nothing sealed is opened."""

    id: UUID
    owner_id: UUID
    due_on: date
    state: State
    ended_on: date | None
    version: int


def of_case(case: Case) -> list[Line]:
    """Return the tasks of a case: what is open first, then what ended last.

    One statement.
    """
    access.require(Action.TASK_SHOW, case)
    rows = db.session.execute(
        lines.statement().where(
            Task.municipality_id == case.municipality_id, Task.case_id == case.id
        )
    )
    names = lines.Names()
    found = [lines.line(row, names, today=today()) for row in rows]
    return sorted(found, key=_open_first)


def _open_first(line: Line) -> tuple[bool, int, UUID]:
    if line.ended_on is None:
        return False, line.due_on.toordinal(), line.id
    return True, -line.ended_on.toordinal(), line.id


def detail(task: Task) -> Detail:
    """Return one task; opens what is to be done and what was said of it. Three statements."""
    access.require(Action.TASK_SHOW, task)
    row = db.session.execute(
        lines.statement().where(Task.municipality_id == task.municipality_id, Task.id == task.id)
    ).one()
    return Detail(
        line=lines.line(row, lines.Names(), today=today()),
        series=task.series,
        number=task.series_number,
        origin=Origin(task.origin),
        history=_history(task),
        steps=steps(task),
    )


def steps(task: Task) -> frozenset[Step]:
    """Return what the reader can do with a task now."""
    state = State(task.state)
    return frozenset(step for step in Step if rules.can(step, state) and who.is_for_me(step, task))


def is_for_reader(task: Task, step: Step) -> bool:
    """Tell whether the reader is someone who can take this step, be it now or not."""
    access.require(Action.TASK_SHOW, task)
    return who.is_for_me(step, task)


def case_of(task: Task) -> Case:
    """Return the case that a task belongs to."""
    access.require(Action.TASK_SHOW, task)
    return db.session.get_one(Case, (task.municipality_id, task.case_id))


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


def _history(task: Task) -> tuple[Happened, ...]:
    events = db.session.scalars(
        select(TaskEvent)
        .where(
            TaskEvent.municipality_id == task.municipality_id,
            TaskEvent.case_id == task.case_id,
            TaskEvent.task_id == task.id,
        )
        .order_by(TaskEvent.at)
    ).all()
    people = {event.by_id for event in events} | {event.owner_after for event in events}
    people |= {event.owner_before for event in events if event.owner_before}
    names = names_of(people)
    return tuple(
        Happened(
            step=Step(event.step),
            by=names[event.by_id],
            at=event.at,
            words=event.words or "",
            owner_before=names[event.owner_before] if event.owner_before else "",
            owner_after=names[event.owner_after],
            due_before=event.due_before,
            due_after=event.due_after,
        )
        for event in events
    )
