"""What a plan holds at this moment, as it is frozen when it is agreed."""

from collections.abc import Iterable

from pmg.action_plans import actions, helping
from pmg.action_plans.models import PlanGoal
from pmg.action_plans.rules import ActionThen, Contents, GoalThen
from pmg.cases.models import Case


def contents(case: Case, goals: Iterable[PlanGoal]) -> Contents:
    """Return these goals with their actions and what is set to work for them; opens them all."""
    doing, helps = actions.of_case(case), helping.of_case(case)
    return Contents(
        tuple(
            goal_then(
                goal,
                actions=tuple(
                    ActionThen(each.what, each.who, f"{each.due_on:%Y-%m-%d}", each.state.value)
                    for each in doing.get(goal.id, ())
                ),
                helps=tuple(f"{each.name} ({each.state})" for each in helps.get(goal.id, ())),
            )
            for goal in goals
        )
    )


def goal_then(
    goal: PlanGoal, *, actions: tuple[ActionThen, ...] = (), helps: tuple[str, ...] = ()
) -> GoalThen:
    """Return one goal as it stands."""
    return GoalThen(
        id=str(goal.id),
        text=goal.aim,
        words=goal.youth_words or "",
        own_steps=goal.own_steps or "",
        factors=tuple(goal.factor_codes),
        ending=goal.ending or "",
        ended_on=f"{goal.ended_on:%Y-%m-%d}" if goal.ended_on else "",
        end_words=goal.aim_end or "",
        actions=actions,
        help=helps,
    )
