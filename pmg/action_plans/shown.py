"""The frozen rows that the pages of a plan show."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from pmg.action_plans.actions import GoalAction
from pmg.action_plans.helping import Help
from pmg.action_plans.models import PlanState
from pmg.action_plans.rules import (
    FactorThen,
    GoalEnding,
    GoalFound,
    Means,
    Outcome,
    Party,
    Verdict,
)
from pmg.factors.queries import Sighting
from pmg.reference.factors import Factor


@dataclass(frozen=True, slots=True)
class FactorNow:
    """A factor that a goal belongs to, with how it was seen last; None when it never was."""

    factor: Factor
    latest: Sighting | None


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as the pages show it, with all that belongs to it."""

    id: UUID
    text: str
    words: str
    own_steps: str
    factors: tuple[FactorNow, ...]
    actions: tuple[GoalAction, ...]
    help: tuple[Help, ...]
    begun_on: date
    ending: GoalEnding | None
    ended_on: date | None
    end_words: str
    version: int

    @property
    def is_open(self) -> bool:
        """Whether it is being worked on."""
        return self.ending is None


@dataclass(frozen=True, slots=True)
class OpenGoal:
    """A goal that something can be set to work for."""

    id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the plan: a draft, or what was agreed on a day."""

    number: int
    state: PlanState
    on: date
    by: str
    mark: str

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.state is PlanState.DRAFT


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What one of them answered; `counts` when it is about the text as it is."""

    number: int
    party: Party
    verdict: Verdict
    means: Means
    on: date
    words: str
    by: str
    counts: bool


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A day to look back, or what came of it."""

    id: UUID
    planned_on: date
    held_on: date | None
    outcome: Outcome | None
    words: str
    by: str
    version: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one case; without versions there is none yet."""

    goals: tuple[Goal, ...]
    versions: tuple[Version, ...]
    answers: tuple[AnswerLine, ...]
    planned: ReviewLine | None
    held: tuple[ReviewLine, ...]
    missing: tuple[Party, ...]

    @property
    def open_goals(self) -> tuple[Goal, ...]:
        """The goals that are being worked on."""
        return tuple(goal for goal in self.goals if goal.is_open)

    @property
    def ended_goals(self) -> tuple[Goal, ...]:
        """The goals that ended, last first."""
        ended = (goal for goal in self.goals if goal.ended_on is not None)
        return tuple(sorted(ended, key=lambda goal: goal.ended_on or date.min, reverse=True))

    @property
    def newest(self) -> Version | None:
        """The draft, or else what was agreed last."""
        return self.versions[-1] if self.versions else None

    @property
    def draft(self) -> Version | None:
        """The version that is being worked on."""
        return next((each for each in self.versions if each.is_draft), None)

    @property
    def agreed(self) -> Version | None:
        """The version that was agreed last."""
        return next((each for each in reversed(self.versions) if not each.is_draft), None)

    @property
    def standing(self) -> tuple[AnswerLine, ...]:
        """The last answer of each to the newest version, as far as it counts."""
        number = self.newest.number if self.newest else 0
        last = {each.party: each for each in self.answers if each.counts and each.number == number}
        return tuple(last.values())


class What(StrEnum):
    """What can happen to a plan."""

    GOAL = "goal"
    GOAL_ENDED = "goal_ended"
    ANSWER = "answer"
    AGREED = "agreed"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a plan, with a word about it, and the look back it was."""

    what: What
    on: date
    by: str
    said: str = ""
    review_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """What the page of a case says of a plan; of each goal only its text is opened."""

    goals: tuple[str, ...]
    newest: Version | None
    planned: ReviewLine | None
    happened: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A goal at a look back: as it was agreed, as it is, and how its own parts went."""

    goal: Goal
    agreed_text: str
    factors: tuple[FactorThen, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """A look back that was held, as it was written down."""

    line: ReviewLine
    goals: tuple[GoalFound, ...]


@dataclass(frozen=True, slots=True)
class DueReview:
    """A look back that is late or comes soon, on a case of the reader."""

    review_id: UUID
    case_id: UUID
    number: str
    name: str
    planned_on: date
