"""The reader's own lists of tasks: every number is the length of the list behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, tuple_
from sqlalchemy.orm import load_only

from pmg.cases import rules as case_rules
from pmg.cases.models import Case, Youth
from pmg.extensions import db
from pmg.security import access, encryption
from pmg.security.access import Membership
from pmg.security.identity import CaseMember
from pmg.security.policy import Action, Category, Role
from pmg.tasks import lines, seats
from pmg.tasks.lines import Line
from pmg.tasks.models import Task, TaskEvent
from pmg.tasks.rules import State, Step, When, Which

PAGE = 50
WEEK = timedelta(days=7)
_DAY = "%Y%m%d"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the row it is cut at, and on which side to go on."""

    day: date
    task_id: UUID
    backwards: bool = False

    def __str__(self) -> str:
        """Return it as it stands in an address: it tells nothing of a youth."""
        return f"{self.day:{_DAY}}-{self.task_id.hex}"

    @classmethod
    def read(cls, written: str, *, backwards: bool = False) -> "Cursor | None":
        """Return the place that an address names, or None when it names none."""
        day, _, task_id = written.partition("-")
        try:
            return cls(
                datetime.strptime(day, _DAY).date(),  # noqa: DTZ007  (a day has no zone)
                UUID(task_id),
                backwards,
            )
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list, which days of it, and from where."""

    which: Which = Which.OPEN
    when: When = When.ALL
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, how long it and every other list is, and where to go on."""

    lines: list[Line]
    total: int
    counts: dict[Which, int] = field(default_factory=dict)
    previous: Cursor | None = None
    following: Cursor | None = None


def page(asked: Asked, *, today: date) -> Page:
    """Return a page of one of the reader's lists.

    Never a task of a case in which he does not take part now: not in the rows, not in a number.
    """
    access.require(Action.TASK_LIST, access.workplace())
    counts, total = _counts(asked, today)
    cursor = asked.cursor
    backwards = cursor is not None and cursor.backwards
    found = db.session.execute(_cut(_in_list(asked, today), asked)).all()
    more = len(found) > PAGE
    rows = found[:PAGE][::-1] if backwards else found[:PAGE]
    shown = _lines(rows, today)
    return Page(
        lines=_with_words(shown) if asked.which in {Which.GIVEN, Which.DONE} else shown,
        total=total,
        counts=counts,
        previous=_cursor(asked, shown[:1], back=True) if (more if backwards else cursor) else None,
        following=_cursor(asked, shown[-1:], back=False) if (backwards or more) else None,
    )


def whole(asked: Asked, *, today: date) -> list[Line]:
    """Return a list of the reader's from its first row to its last. One statement."""
    access.require(Action.TASK_LIST, access.workplace())
    return _lines(db.session.execute(_in_list(asked, today)).all(), today)


def lists() -> tuple[Which, ...]:
    """Return the lists that the reader has: who directs also sees what nobody has any more."""
    directs = Role.CASE_DIRECTOR in access.reader().roles
    return tuple(which for which in Which if directs or which is not Which.OWNERLESS)


def _cursor(asked: Asked, shown: list[Line], *, back: bool) -> Cursor | None:
    if not shown:
        return None
    day = shown[0].ended_on if asked.which is Which.DONE else shown[0].due_on
    return Cursor(day or shown[0].due_on, shown[0].id, back)


def _of(which: Which) -> ColumnElement[bool]:
    """Tell, in the words of the database, which tasks are in a list."""
    me = access.reader().user_id
    is_mine, is_given = Task.owner_id == me, Task.given_by == me
    if which is Which.OWNERLESS:
        return and_(
            CaseMember.function == Role.CASE_DIRECTOR,
            Task.ended_on.is_(None),
            ~seats.is_taken(Task.case_id, Task.owner_id),
        )
    if which is Which.DONE:
        return and_(or_(is_mine, is_given), Task.state == State.DONE)
    if which is Which.GIVEN:
        unfinished = (State.OFFERED, State.ACCEPTED, State.REFUSED)
        return and_(is_given, ~is_mine, Task.state.in_(unfinished))
    state = State.OFFERED if which is Which.WAITING else State.ACCEPTED
    return and_(is_mine, Task.state == state)


def _on(when: When, today: date) -> ColumnElement[bool]:
    return {
        When.ALL: true(),
        When.LATE: Task.due_on < today,
        When.TODAY: Task.due_on <= today,
        When.WEEK: Task.due_on <= today + WEEK,
    }[when]


def _seat_of_reader() -> ColumnElement[bool]:
    return and_(
        CaseMember.municipality_id == Task.municipality_id,
        CaseMember.case_id == Task.case_id,
        CaseMember.user_id == access.reader().user_id,
        CaseMember.is_current(),
    )


def _counts(asked: Asked, today: date) -> tuple[dict[Which, int], int]:
    """Return how long every list is, and the one that is asked on these days. One statement."""
    mine = lists()
    wanted = _of(asked.which) if asked.which in mine else false()
    numbers = [func.count().filter(_of(which)) for which in mine]
    row = db.session.execute(
        select(*numbers, func.count().filter(wanted, _on(asked.when, today)))
        .select_from(Task)
        .join(CaseMember, _seat_of_reader())
        .where(Task.municipality_id == access.reader().municipality_id)
    ).one()
    return dict(zip(mine, row, strict=False)), row[-1]


def _in_list(asked: Asked, today: date) -> Select[Any]:
    wanted = _of(asked.which) if asked.which in lists() else false()
    by_end = asked.which is Which.DONE
    return (
        lines.statement()
        .add_columns(Youth, Case.number, CaseMember.function)
        .join(CaseMember, _seat_of_reader())
        .join(Case, and_(Case.municipality_id == Task.municipality_id, Case.id == Task.case_id))
        .join(Youth, and_(Youth.municipality_id == Task.municipality_id, Youth.id == Task.youth_id))
        .options(load_only(Youth.given_name_sealed, Youth.family_name_sealed))
        .where(
            Task.municipality_id == access.reader().municipality_id,
            wanted,
            _on(asked.when, today),
        )
        .order_by(*((Task.ended_on.desc(), Task.id.desc()) if by_end else (Task.due_on, Task.id)))
    )


def _cut(statement: Select[Any], asked: Asked) -> Select[Any]:
    """Return the part of a list from its cursor on; the other way round when going back."""
    column = Task.ended_on if asked.which is Which.DONE else Task.due_on
    falls = asked.which is Which.DONE
    cursor = asked.cursor
    if cursor is not None:
        place = tuple_(column, Task.id)
        mark = tuple_(cursor.day, cursor.task_id)
        falls = falls is not cursor.backwards
        statement = statement.where(place < mark if falls else place > mark)
        order = (column.desc(), Task.id.desc()) if falls else (column, Task.id)
        statement = statement.order_by(None).order_by(*order)
    return statement.limit(PAGE + 1)


def _lines(rows: Sequence[Any], today: date) -> list[Line]:
    for row in rows:
        access.remember(Membership(row.Task.case_id, row.Task.youth_id, Role(row.function)))
    encryption.prefetch(row.Task.youth_id for row in rows)
    names = lines.Names()
    return [lines.line(row, names, today=today).of(_who(row)) for row in rows]


def _who(row: Any) -> str:
    """Return the name of the youth, or the number of the case for who may not read names."""
    if not access.may(Action.DATA_READ, row.Task, category=Category.IDENTITY):
        return str(row.number)
    return case_rules.short_name(row.Youth.given_name, row.Youth.family_name)


def _with_words(shown: list[Line]) -> list[Line]:
    """Return the lines with what was said when they were refused or done. One statement."""
    said = {
        event.task_id: event.words
        for event in db.session.scalars(
            select(TaskEvent)
            .where(
                TaskEvent.municipality_id == access.reader().municipality_id,
                TaskEvent.task_id.in_([line.id for line in shown]),
                TaskEvent.step.in_([Step.REFUSED, Step.DONE]),
                TaskEvent.words_sealed.is_not(None),
            )
            .order_by(TaskEvent.at)
        )
    }
    ended = {State.REFUSED, State.DONE}
    return [line.saying(said.get(line.id) or "") if line.state in ended else line for line in shown]
