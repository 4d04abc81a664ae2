"""Verbs of tasks: give, accept, refuse, do, withdraw, move to another day, hand over."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select, update

from pmg.cases.models import Case
from pmg.cases.rules import status
from pmg.cases.signals import case_closed
from pmg.clock import now
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.security import access, audit, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind
from pmg.tasks import rules, seats, who
from pmg.tasks.answers import NewDay, NewOwner, Said
from pmg.tasks.models import Task, TaskEvent
from pmg.tasks.rules import Origin, State, Step, Wanted


def takes_tasks(case: Case, *, today: date) -> bool:
    """Tell whether the case is at a step at which there is still something to do."""
    access.require(Action.TASK_SHOW, case)
    return status(case.facts, today).is_open


def give_task(case: Case, wanted: Wanted, *, today: date) -> Task:
    """Give someone who takes part in the case a task; one's own is accepted at once.

    Raises NotPermitted, or Invalid when the case is over, the owner does not take part in it,
    the sentence says too little, or the days are not right.
    """
    access.require(Action.TASK_GIVE, case)
    _lock(case)
    _check_open(case, today=today)
    what = rules.check_wanted(wanted, today=today)
    _check_owner(case, wanted.owner_id)
    reader_id = access.reader().user_id
    source = wanted.source
    task = Task(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        what=what,
        owner_id=wanted.owner_id,
        given_by=reader_id,
        due_on=wanted.due_on,
        state=_state_for(wanted.owner_id),
        rhythm=wanted.rhythm.value,
        series_id=uuid4(),
        series_number=1,
        series_first=wanted.due_on,
        series_until=wanted.until,
        series_times=wanted.times,
        origin=source.origin.value if source else Origin.OWN.value,
        origin_kind=source.kind if source else None,
        origin_id=source.id if source else None,
    )
    db.session.add(task)
    db.session.flush()  # before what refers to it
    _touch(case)
    _note(task, Step.GIVEN, None)
    audit.wrote(Action.TASK_GIVE, task, task.id, state=("", task.state))
    _tell(Kind.TASK_GIVEN, task, task.owner_id)
    return task


def accept_task(task: Task, version: int) -> None:
    """Take a task that was offered to the reader.

    Raises NotPermitted for anyone else, Conflict when somebody changed it since the reader saw it,
    Invalid when it is not waiting for an answer.
    """
    access.require(Action.TASK_ANSWER, task)
    was = _meet(task, Step.ACCEPTED, Said("", version))
    task.state = State.ACCEPTED.value
    _took(task, Step.ACCEPTED, was)
    _tell(Kind.TASK_ANSWERED, task, task.given_by)


def refuse_task(task: Task, said: Said, *, today: date) -> None:
    """Refuse a task, or give back one that was accepted; who gave it reads the reason.

    A task that comes back ends with it. Raises as `accept_task` does, and Invalid without a reason.
    """
    access.require(Action.TASK_ANSWER, task)
    was = _meet(task, Step.REFUSED, said)
    words = rules.check_reason(said.words)
    _end(task, State.REFUSED, today)
    _took(task, Step.REFUSED, was, words)
    _tell(Kind.TASK_ANSWERED, task, task.given_by)


def finish_task(task: Task, said: Said, *, today: date) -> Task | None:
    """Report a task as done; return the next one when it comes back.

    Raises as `accept_task` does, and Invalid when it was not accepted.
    """
    access.require(Action.TASK_ANSWER, task)
    was = _meet(task, Step.DONE, said)
    words = rules.check_remark(said.words)
    _end(task, State.DONE, today)
    _took(task, Step.DONE, was, words)
    _tell(Kind.TASK_DONE, task, task.given_by)
    return _come_back(task, today=today)


def withdraw_task(task: Task, said: Said, *, today: date) -> None:
    """Take back a task that is no longer needed; one that comes back ends with it.

    Raises NotPermitted unless the reader gave it or directs the case, Conflict, or Invalid when it
    has ended or there is no reason.
    """
    access.require(Action.TASK_CHANGE, task)
    was = _meet(task, Step.WITHDRAWN, said)
    words = rules.check_reason(said.words)
    _end(task, State.WITHDRAWN, today)
    _took(task, Step.WITHDRAWN, was, words)


def move_task(task: Task, wanted: NewDay, *, today: date) -> None:
    """Give a task another day, with the reason; the days of one that comes back stay as they are.

    Raises NotPermitted unless the reader has it, gave it or directs the case, Conflict, or Invalid
    when it has ended, the day is not right or the same, or there is no reason.
    """
    access.require(Action.TASK_CHANGE, task)
    was = _meet(task, Step.MOVED, wanted)
    rules.check_due(wanted.due_on, today=today)
    if wanted.due_on == task.due_on:
        raise Invalid("due_on", "Deze dag staat er al. Kies een andere, of ga terug.")
    words = rules.check_reason(wanted.words)
    task.due_on = wanted.due_on
    _took(task, Step.MOVED, was, words)


def hand_over_task(task: Task, wanted: NewOwner, *, today: date) -> None:
    """Give a task to somebody else, who answers anew; also one that was refused or has no owner.

    Raises NotPermitted unless the reader has it, gave it or directs the case, Conflict, or Invalid
    when it has ended, the other does not take part or has it already, or there is no reason.
    """
    access.require(Action.TASK_CHANGE, task)
    was = _meet(task, Step.HANDED_OVER, wanted)
    _check_open(_case_of(task), today=today)  # what was refused outlives its case
    if wanted.owner_id == task.owner_id:
        raise Invalid("owner", "Deze persoon heeft de taak al. Kies iemand anders.")
    _check_owner(_case_of(task), wanted.owner_id)
    words = rules.check_reason(wanted.words)
    task.owner_id, task.ended_on = wanted.owner_id, None
    task.state = _state_for(wanted.owner_id)
    _took(task, Step.HANDED_OVER, was, words)
    _tell(Kind.TASK_GIVEN, task, task.owner_id)


def listen() -> None:
    """Follow what happens to a case: when it closes, what is still to be done ends with it."""
    case_closed.connect(_lapse_with_case, weak=False)


def _state_for(owner_id: UUID) -> str:
    """Return how a task begins: nobody has to answer himself."""
    own = owner_id == access.reader().user_id
    return State.ACCEPTED.value if own else State.OFFERED.value


def _check_open(case: Case, *, today: date) -> None:
    if not takes_tasks(case, today=today):
        raise Invalid("case", "Deze zaak is voorbij. Er kan geen taak meer bij.")


def _check_owner(case: Case, owner_id: UUID) -> None:
    if owner_id not in {seat.user_id for seat in seats.seats(case)}:
        raise Invalid("owner", "Kies iemand die aan deze zaak deelneemt.")


def _case_of(task: Task) -> Case:
    return db.session.get_one(Case, (task.municipality_id, task.case_id))


def _lock(case: Case) -> None:
    """Read the case as it is now, and let no one close it until we are done.

    Whoever changes a case and its tasks takes the case first: else two wait for each other.
    """
    db.session.refresh(case, with_for_update=True)


@dataclass(frozen=True, slots=True)
class _Was:
    """How a task was before a step."""

    state: str
    owner_id: UUID
    due_on: date


def _meet(task: Task, step: Step, said: Said | NewDay | NewOwner) -> _Was:
    """Lock the row, as the reader saw it, for a step that he can take.

    Raises Conflict with both texts when it is no longer that: also when it was his task until then.
    """
    _lock(_case_of(task))
    db.session.refresh(task, with_for_update=True)
    if task.version != said.version:
        mine = {"state": step.label, "words": said.words}
        raise Conflict(theirs={"state": State(task.state).label, "words": ""}, mine=mine)
    if not who.is_for_me(step, task):
        raise NotPermitted("not_owner")
    rules.check_step(step, State(task.state))
    return _Was(task.state, task.owner_id, task.due_on)


def _end(task: Task, state: State, on: date) -> None:
    task.state, task.ended_on = state.value, on


def _took(task: Task, step: Step, was: _Was, words: str = "") -> None:
    """Write down what happened: in the history of the task, on its case and in the log."""
    event = _note(task, step, words or None)
    event.owner_before = was.owner_id if was.owner_id != task.owner_id else None
    event.due_before = was.due_on if was.due_on != task.due_on else None
    _touch(_case_of(task))
    action = Action.TASK_ANSWER if step in who.ANSWERS else Action.TASK_CHANGE
    audit.wrote(action, task, task.id, state=(was.state, task.state))


def _note(task: Task, step: Step, words: str | None) -> TaskEvent:
    event = TaskEvent(
        municipality_id=task.municipality_id,
        id=uuid4(),
        case_id=task.case_id,
        youth_id=task.youth_id,
        task_id=task.id,
        step=step.value,
        by_id=access.reader().user_id,
        owner_after=task.owner_id,
        due_after=task.due_on,
        words=words,
    )
    db.session.add(event)
    return event


def _tell(kind: Kind, task: Task, for_id: UUID) -> None:
    telling.tell(kind, task, [for_id], item_id=task.id)


def _come_back(task: Task, *, today: date) -> Task | None:
    """Make the next task of one that comes back; its owner accepted them all with the first."""
    number = rules.next_number(task.series, task.series_number, done_on=today)
    due_on = rules.day_of(task.series, number) if number else None
    if number is None or due_on is None:
        return None
    following = Task(
        municipality_id=task.municipality_id,
        id=uuid4(),
        case_id=task.case_id,
        youth_id=task.youth_id,
        what=task.what,
        owner_id=task.owner_id,
        given_by=task.given_by,
        due_on=due_on,
        state=State.ACCEPTED.value,
        series_number=number,
        **{name: getattr(task, name) for name in _KEPT},
    )
    db.session.add(following)
    db.session.flush()
    _note(following, Step.GIVEN, None)
    audit.wrote(Action.TASK_GIVE, following, following.id, state=("", following.state))
    return following


_KEPT = (
    "rhythm",
    "series_id",
    "series_first",
    "series_until",
    "series_times",
    "origin",
    "origin_kind",
    "origin_id",
)


def _lapse_with_case(case: Case, *, on: date) -> None:
    """End what is still to be done when a case closes."""
    open_tasks = db.session.scalars(
        select(Task)
        .where(
            Task.municipality_id == case.municipality_id,
            Task.case_id == case.id,
            Task.ended_on.is_(None),
        )
        .order_by(Task.id)
        .with_for_update()
    )
    for task in open_tasks:
        before = task.state
        task.state, task.ended_on = State.LAPSED.value, on
        _note(task, Step.LAPSED, None)
        audit.wrote(Action.TASK_CHANGE, task, task.id, state=(before, task.state))


def _touch(case: Case) -> None:
    """Move the case up in the caseload, without a claim to be the only one writing in it."""
    db.session.execute(
        update(Case)
        .where(Case.municipality_id == case.municipality_id, Case.id == case.id)
        .values(updated_at=now()),
        execution_options={"synchronize_session": False},
    )
