"""One task as a list shows it: the statement that reads it, and the row that comes of it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased, load_only

from pmg.security import access
from pmg.security.identity import Organisation, User
from pmg.tasks import rules, seats
from pmg.tasks.models import Task
from pmg.tasks.rules import Rhythm, State

Owner = aliased(User)
Giver = aliased(User)


@dataclass(frozen=True, slots=True)
class Line:
    """One task in a list; `who` is the youth, '' on a page of his own case."""

    id: UUID
    case_id: UUID
    what: str
    owner: str
    organisation: str
    giver: str
    due_on: date
    state: State
    rhythm: Rhythm
    ended_on: date | None
    is_late: bool
    is_mine: bool
    is_given_by_me: bool
    has_owner: bool
    version: int
    who: str = ""
    words: str = ""  # why it was refused, or what was said when it was done

    def of(self, who: str) -> "Line":
        """Return it with whom it is about."""
        return replace(self, who=who)

    def saying(self, words: str) -> "Line":
        """Return it with what was said at its end."""
        return replace(self, words=words)


def statement() -> Select[Task, User, str, User, bool]:
    """Return the question for tasks with the people around them; where and order are asked for."""
    return (
        select(
            Task,
            Owner,
            Organisation.name.label("organisation"),
            Giver,
            seats.is_taken(Task.case_id, Task.owner_id).label("has_owner"),
        )
        .join(Owner, and_(Owner.municipality_id == Task.municipality_id, Owner.id == Task.owner_id))
        .join(Giver, and_(Giver.municipality_id == Task.municipality_id, Giver.id == Task.given_by))
        .join(
            Organisation,
            and_(
                Organisation.municipality_id == Owner.municipality_id,
                Organisation.id == Owner.organisation_id,
            ),
        )
        .options(load_only(Owner.name_sealed), load_only(Giver.name_sealed))
    )


class Names:
    """Names of colleagues, each opened once however many rows he stands on."""

    def __init__(self) -> None:
        self._known: dict[UUID, str] = {}

    def of(self, user: User) -> str:
        """Return the name of this colleague."""
        if user.id not in self._known:
            self._known[user.id] = user.name
        return self._known[user.id]


def line(row: Any, names: Names, *, today: date) -> Line:
    """Return one row of the statement; opens what is to be done."""
    task, owner, organisation, giver, has_owner = row[:5]
    me, state = access.reader().user_id, State(task.state)
    return Line(
        id=task.id,
        case_id=task.case_id,
        what=task.what,
        owner=names.of(owner),
        organisation=organisation,
        giver=names.of(giver),
        due_on=task.due_on,
        state=state,
        rhythm=Rhythm(task.rhythm),
        ended_on=task.ended_on,
        is_late=rules.is_late(state, task.due_on, today=today),
        is_mine=task.owner_id == me,
        is_given_by_me=task.given_by == me,
        has_owner=has_owner or not state.is_open,
        version=task.version,
    )
