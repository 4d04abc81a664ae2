"""Who takes which step: its owner answers, its giver takes back, and the director divides."""

from typing import Protocol
from uuid import UUID

from pmg.security import access
from pmg.security.policy import Action
from pmg.tasks.rules import Step

ANSWERS = frozenset({Step.ACCEPTED, Step.REFUSED, Step.DONE})


class Owned(access.Resource, Protocol):
    """A task, on whatever row it was read."""

    @property
    def owner_id(self) -> UUID:
        """Who has it."""

    @property
    def given_by(self) -> UUID:
        """Who gave it."""


def is_for_me(step: Step, task: Owned) -> bool:
    """Tell whether the reader is someone who can take this step; not whether it can be taken."""
    me = access.reader().user_id
    if step in ANSWERS:
        return me == task.owner_id and access.may(Action.TASK_ANSWER, task)
    people = {task.given_by} if step is Step.WITHDRAWN else {task.given_by, task.owner_id}
    if me in people:
        return access.may(Action.TASK_CHANGE, task)
    return access.may(Action.TASK_MANAGE, task)
