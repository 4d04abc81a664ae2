"""Then and now: how the factors and actions of each goal went; each by itself, never added up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pmg.action_plans import actions
from pmg.action_plans.actions import GoalAction
from pmg.action_plans.models import PlanGoal
from pmg.action_plans.parts import Parts
from pmg.action_plans.rules import FactorThen, GoalFound, Judged
from pmg.cases.models import Case
from pmg.factors import queries as factors
from pmg.factors.queries import Sighting


@dataclass(frozen=True, slots=True)
class Course:
    """What goes with one goal since a day: its factors then and now, and its actions."""

    factors: tuple[FactorThen, ...]
    actions: tuple[GoalAction, ...]


def courses(case: Case, goals: Iterable[PlanGoal], since: date | None) -> list[Course]:
    """Return for each of these goals how its own factors and actions went since that day."""
    seen, doing = factors.standing(case), actions.of_case(case)
    return [
        Course(
            tuple(_then_and_now(seen, code, since) for code in goal.factor_codes),
            tuple(doing.get(goal.id, ())),
        )
        for goal in goals
    ]


def _then_and_now(seen: Sequence[Sighting], code: str, since: date | None) -> FactorThen:
    """Return how one factor was seen last on that day, and last of all; they come newest first."""
    mine = [each for each in seen if each.factor.code == code]
    then = next((each for each in mine if since is not None and each.on <= since), None)
    return FactorThen(
        code, then.presence.value if then else "", mine[0].presence.value if mine else ""
    )


def found(
    case: Case, goals: Mapping[str, PlanGoal], judged: Sequence[Judged], parts: Parts
) -> list[GoalFound]:
    """Return each judged goal as it is kept with the look back."""
    rows = [goals[each.goal] for each in judged]
    return [
        GoalFound(
            text=row.aim,
            state=each.state.value,
            words=each.words,
            factors=course.factors,
            done=tuple(action.what for action in course.actions if action.is_done),
            not_done=tuple(action.what for action in course.actions if not action.is_done),
        )
        for each, row, course in zip(judged, rows, courses(case, rows, parts.since), strict=True)
    ]
