"""What came of an intervention, counted: never of one youth, never ordered, never a cause. Pure.

Each factor is counted by itself. Directions of several factors are never added up, not of a youth
and not of an intervention.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from pmg.delivery.rules import Reached
from pmg.factors.rules import Direction, Presence, direction
from pmg.interventions.rules import CompletionResult, StopReason
from pmg.reference.factors import FactorKind

BEFORE, AFTER = timedelta(days=365), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a professional said of one factor on one day."""

    on: date
    presence: Presence


@dataclass(frozen=True, slots=True)
class Followed:
    """One trajectory, as far as it is counted."""

    youth_id: UUID
    started_on: date | None
    ended_on: date | None = None
    result: CompletionResult | None = None
    stopped: StopReason | None = None
    goals: tuple[Reached, ...] = ()
    factors: Mapping[str, Direction] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What came of the trajectories of one intervention that began."""

    not_begun: int = 0
    youths: int = 0
    trajectories: int = 0
    running: int = 0
    completed: int = 0
    stopped: int = 0
    results: Counter[CompletionResult] = field(default_factory=Counter)
    reasons: Counter[StopReason] = field(default_factory=Counter)
    goals: Counter[Reached] = field(default_factory=Counter)
    reported: int = 0
    factors: dict[str, Counter[Direction]] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        """How many ended, in whatever way: over these factors are compared."""
        return self.completed + self.stopped


def count(followed: Iterable[Followed]) -> Outcome:
    """Count what came of these trajectories, in whatever order they are given.

    Who stopped early counts: in the factors as well, or they would tell of those who stayed alone.
    """
    found, youths = Outcome(), set()
    for one in followed:
        if one.started_on is None:
            found.not_begun += 1
            continue
        youths.add(one.youth_id)
        found.trajectories += 1
        if one.ended_on is None:
            found.running += 1
            continue
        _count_end(found, one)
    found.youths = len(youths)
    return found


def _count_end(found: Outcome, one: Followed) -> None:
    if one.result is not None:
        found.completed += 1
        found.results[one.result] += 1
    else:
        found.stopped += 1
        found.reasons[one.stopped or StopReason.OTHER] += 1
    found.goals.update(one.goals)
    found.reported += bool(one.goals)
    for code, went in one.factors.items():
        found.factors.setdefault(code, Counter())[went] += 1


def way(
    sightings: Iterable[Sighting], kind: FactorKind, *, started_on: date, ended_on: date
) -> Direction:
    """Say which way one factor went: the last said before the start, the last by the end.

    Before is at most a year before the start, or on its day; after is later than the start, and at
    most ninety days after the end. Where one of both was not said, nothing is said.
    """
    said = sorted(sightings, key=lambda one: one.on)
    before = [one for one in said if started_on - BEFORE <= one.on <= started_on]
    after = [one for one in said if started_on < one.on <= ended_on + AFTER]
    if not before or not after:
        return Direction.UNCLEAR
    return direction(before[-1].presence, after[-1].presence, kind)
