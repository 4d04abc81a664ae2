"""What the pages of delivery show of one trajectory, as frozen rows."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from pmg.delivery.rules import (
    Attendance,
    Delivered,
    Dosage,
    Missed,
    Pause,
    PauseReason,
    PlanState,
    Reached,
    Step,
)


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One goal of a version: what is planned, and what came of it so far."""

    id: UUID
    goal_key: UUID
    dosage: Dosage
    plan_goal: str
    version: int
    delivered: Delivered
    waiting: int
    expected: int
    last_day: date


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the planned dosage."""

    id: UUID
    number: int
    state: PlanState
    reason: str
    approved_by: str
    approved_on: date | None
    goals: tuple[GoalLine, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Telling:
    """How a meeting went, as somebody told it."""

    happened: bool
    attendance: Attendance | None
    reason: Missed | None
    minutes: int | None
    elements: tuple[str, ...]
    words: str
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting with all that was told of it; the last telling counts."""

    id: UUID
    on_day: date
    clock: time | None
    minutes: int
    aim: str
    is_group: bool
    tellings: tuple[Telling, ...]
    moved: tuple[date, ...]
    version: int

    @property
    def last(self) -> Telling | None:
        """What counts."""
        return self.tellings[-1] if self.tellings else None


@dataclass(frozen=True, slots=True)
class Rest:
    """Days on which it rested."""

    span: Pause
    reason: PauseReason
    words: str


@dataclass(frozen=True, slots=True)
class AskedPause:
    """A pause that somebody asked for."""

    from_on: date
    reason: PauseReason
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the log of changes."""

    step: Step
    at: datetime
    by: str
    words: str
    plan_number: int | None
    day_before: date | None
    day_after: date | None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one goal."""

    aim: str
    outcome: Reached
    words: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """All of the delivery of one trajectory, and what the reader can do about it."""

    approved: Version | None
    underway: Version | None
    versions: int
    meetings: tuple[Meeting, ...]
    rests: tuple[Rest, ...]
    happened: tuple[Happened, ...]
    concerns: tuple[Happened, ...]
    reports: tuple[Report, ...]
    may_judge: bool
    why_fixed: str
    is_started: bool
    judges: tuple[str, ...]  # who can approve the version under way
    was_asked: bool  # today, to approve it
    asked_pause: AskedPause | None

    @property
    def resting(self) -> Rest | None:
        """The pause that goes on."""
        return next((each for each in self.rests if each.span.resumed_on is None), None)
