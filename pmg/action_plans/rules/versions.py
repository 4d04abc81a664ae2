"""What a version of a plan holds when it is agreed, and what changed between two of them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pmg.reference.labelled import Labelled


@dataclass(frozen=True, slots=True)
class ActionThen:
    """An action as it stood: what, who does it, before which day, and how far it was."""

    what: str
    who: str
    due: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class GoalThen:
    """A goal as it stood; `id` is that of the goal, which lives on from version to version."""

    id: str
    text: str
    words: str = ""
    own_steps: str = ""
    factors: tuple[str, ...] = ()
    ending: str = ""
    ended_on: str = ""
    end_words: str = ""
    actions: tuple[ActionThen, ...] = ()
    help: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a version of a plan holds."""

    goals: tuple[GoalThen, ...] = ()

    def to_json(self) -> str:
        """Return it as the text that is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)


def from_json(text: str) -> Contents:
    """Return what `to_json` wrote."""
    return Contents(tuple(_goal(goal) for goal in json.loads(text)["goals"]))


def _goal(kept: dict[str, Any]) -> GoalThen:
    return GoalThen(
        **{
            **kept,
            "factors": tuple(kept["factors"]),
            "help": tuple(kept["help"]),
            "actions": tuple(ActionThen(**each) for each in kept["actions"]),
        }
    )


class Change(Labelled):
    """What became of a goal between two versions."""

    NEW = "nieuw", "Nieuw"
    CHANGED = "gewijzigd", "Gewijzigd"
    GONE = "weg", "Staat er niet meer in"
    SAME = "gelijk", "Niet gewijzigd"


class Part(Labelled):
    """A part of a goal that can differ."""

    TEXT = "text", "Het doel"
    WORDS = "words", "Wat de jongere zegt"
    OWN_STEPS = "own_steps", "Wat de jongere zelf doet"
    FACTORS = "factors", "Waar het bij hoort"
    ACTIONS = "actions", "De acties"
    HELP = "help", "De inzet"
    ENDING = "ending", "Hoe het ging"


@dataclass(frozen=True, slots=True)
class Difference:
    """One goal in two versions, with which parts differ."""

    change: Change
    old: GoalThen | None
    new: GoalThen | None
    parts: tuple[Part, ...] = ()


def compare(old: Contents, new: Contents) -> tuple[Difference, ...]:
    """Return every goal of both, in the order of the new one; what is gone comes last."""
    before = {goal.id: goal for goal in old.goals}
    kept = {goal.id for goal in new.goals}
    found = [_difference(before, goal) for goal in new.goals]
    gone = [Difference(Change.GONE, goal, None) for goal in old.goals if goal.id not in kept]
    return (*found, *gone)


def _difference(before: Mapping[str, GoalThen], goal: GoalThen) -> Difference:
    old = before.get(goal.id)
    if old is None:
        return Difference(Change.NEW, None, goal)
    parts = tuple(part for part in Part if _part(old, part) != _part(goal, part))
    return Difference(Change.CHANGED if parts else Change.SAME, old, goal, parts)


def _part(goal: GoalThen, part: Part) -> object:
    if part is Part.ENDING:
        return goal.ending, goal.ended_on, goal.end_words
    return getattr(goal, part.value)
