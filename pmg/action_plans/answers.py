"""What people answer on the pages of a plan, each by who saw which version."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pmg.action_plans.rules import Answer, GoalEnd, GoalText, Review


@dataclass(frozen=True, slots=True)
class ActionWanted:
    """What is to be done for a goal, by whom, before the end of which day."""

    what: str
    owner_id: UUID
    due_on: date


@dataclass(frozen=True, slots=True)
class NewGoal:
    """A goal for the plan, and what is done for it first, if that is known."""

    goal: GoalText
    first: ActionWanted | None = None


@dataclass(frozen=True, slots=True)
class ChangedGoal:
    """Another text of a goal, by who saw this version of it."""

    goal: GoalText
    version: int


@dataclass(frozen=True, slots=True)
class EndedGoal:
    """The end of a goal, by who saw this version of it."""

    end: GoalEnd
    version: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to the plan as it was on the page, and when it is looked back on.

    `mark` says which text was on the page: the number of the version and of its last change.
    """

    answer: Answer
    mark: str
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A day to look back, by who saw this version of the review; 0 when none was planned."""

    on: date
    version: int


@dataclass(frozen=True, slots=True)
class Held:
    """What was found and decided, by who saw these goals and this version of the review."""

    review: Review
    goals_mark: str
    version: int
