"""What people answer on the pages of delivery: pure."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from pmg.delivery.rules import PauseReason, Reached, Went


@dataclass(frozen=True, slots=True)
class Said:
    """Words with a step, by who saw this version."""

    words: str
    version: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """When somebody meets a youth, how long, and for which goal of the plan."""

    goal_key: UUID
    on_day: date
    clock: time | None
    minutes: int


@dataclass(frozen=True, slots=True)
class GroupMeeting:
    """When a group meets: for each youth a trajectory and a goal of its plan."""

    youths: tuple[tuple[UUID, UUID], ...]
    on_day: date
    clock: time | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Move:
    """Another day for a meeting, with why, by who saw this version."""

    on_day: date
    clock: time | None
    words: str
    version: int


@dataclass(frozen=True, slots=True)
class Telling:
    """How a meeting went, by who saw this version; `why` when it corrects what was told."""

    went: Went
    version: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """From when, and why, a trajectory rests."""

    from_on: date
    reason: PauseReason
    words: str


@dataclass(frozen=True, slots=True)
class GoalEnd:
    """What became of one goal."""

    goal_key: UUID
    outcome: Reached
    words: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing report: each goal, the day, how it went, by who saw this version."""

    goals: tuple[GoalEnd, ...]
    on: date
    words: str
    version: int
