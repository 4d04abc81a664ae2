"""What people answer on the pages of measures: pure."""

from dataclasses import dataclass

from pmg.measures.rules import Hours, Taken


@dataclass(frozen=True, slots=True)
class StepAnew:
    """Another day or other words for a step, with why, by who saw this row."""

    taken: Taken
    why: str


@dataclass(frozen=True, slots=True)
class WeekAnew:
    """Other hours for a week, with why, by who saw this row."""

    hours: Hours
    why: str
