"""What the verbs of a plan share: the lock, the draft, the meeting of two who write at once."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from pmg.action_plans import rules
from pmg.action_plans.models import ActionPlan, PlanGoal, PlanReview, PlanState
from pmg.action_plans.parts import Parts
from pmg.action_plans.rules import GoalEnding, GoalState, GoalText, Outcome, Review, reviews
from pmg.cases.models import Case
from pmg.cases.rules import Status, status
from pmg.clock import now
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.reference.factors import FACTORS
from pmg.security import access, audit
from pmg.security.policy import Action
from pmg.texts import to_translate, translated

_WHY_NOT = {
    Status.REFERRED: to_translate(
        "Deze aanmelding wacht nog op triage. Een plan kan pas na het besluit."
    ),
    Status.DECLINED: to_translate("Deze aanmelding is niet opgenomen. Er komt geen plan."),
    Status.PASSED_ON: to_translate("Deze jongere is doorverwezen. Er komt geen plan."),
    Status.AFTERCARE: to_translate("Deze zaak is afgesloten. Het plan ligt vast."),
    Status.CLOSED: to_translate("Deze zaak is afgesloten. Het plan ligt vast."),
}


def why_not(case: Case, *, today: date) -> str:
    """Return why the plan of a case cannot be changed now; '' when it can."""
    return translated(_WHY_NOT.get(status(case.facts, today), ""))


def lock(case: Case, *, today: date) -> None:
    """Read the case as it is now, and let no one close it or change its plan until we are done.

    Whoever changes a case and its plan takes the case first: else two wait for each other.
    Raises Invalid when the case takes no plan.
    """
    db.session.refresh(case, with_for_update=True)
    if why_not(case, today=today):
        raise Invalid("case", _WHY_NOT[status(case.facts, today)])


def case_of(row: PlanGoal | PlanReview) -> Case:
    """Return the case that something of a plan belongs to."""
    return db.session.get_one(Case, (row.municipality_id, row.case_id))


def under(case: Case) -> dict[str, Any]:
    """Return what every row of a plan begins with."""
    return {
        "municipality_id": case.municipality_id,
        "id": uuid4(),
        "case_id": case.id,
        "youth_id": case.youth_id,
        "made_by": access.reader().user_id,
    }


def change(case: Case, found: Parts) -> ActionPlan:
    """Note that the plan holds something else: answers lapse; after an agreement a draft begins."""
    plan = found.draft
    if plan is None:
        last = found.newest
        number = last.number + 1 if last else 1
        plan = ActionPlan(**under(case), number=number, state=PlanState.DRAFT.value)
        db.session.add(plan)
        audit.wrote(Action.ACTION_PLAN_EDIT, plan, plan.id, state=("", plan.state))
    plan.changed_at = now()
    touch(case)
    return plan


def mark(plan: ActionPlan) -> str:
    """Return which text of which version this is."""
    return f"{plan.number}.{plan.version}"


def goals_mark(goals: Iterable[PlanGoal]) -> str:
    """Return which goals these are, and which text each of them has."""
    return ",".join(f"{goal.id}.{goal.version}" for goal in goals)


def meet(goal: PlanGoal, version: int, *, mine: dict[str, str]) -> None:
    """Raise Conflict with both texts when a goal is no longer what the reader saw."""
    db.session.refresh(goal, with_for_update=True)
    if goal.version != version:
        theirs = present(goal) | _ending(goal)
        raise Conflict(theirs={name: theirs.get(name, "") for name in mine}, mine=mine)


def texts(goal: GoalText) -> dict[str, str]:
    """Return what somebody wrote of a goal, to be put beside what somebody else wrote."""
    names = (FACTORS[code].name for code in goal.factors if code in FACTORS)
    return {
        "text": goal.text,
        "words": goal.words,
        "own_steps": goal.own_steps,
        "factors": "\n".join(names),
    }


def present(goal: PlanGoal) -> dict[str, str]:
    """Return what is written of a goal now."""
    factors = tuple(goal.factor_codes)
    return texts(GoalText(goal.aim, goal.youth_words or "", goal.own_steps or "", factors))


def _ending(goal: PlanGoal) -> dict[str, str]:
    return {
        "ending": GoalEnding(goal.ending).label if goal.ending else "",
        "on": f"{goal.ended_on:%d-%m-%Y}" if goal.ended_on else "",
        "end_words": goal.aim_end or "",
    }


def told(review: Review) -> dict[str, str]:
    """Return what somebody wrote of a look back, to be put beside what is there."""
    goals = [f"{each.state.label}. {each.words}".strip() for each in review.judged]
    return {
        "outcome": review.outcome.label,
        "held_on": f"{review.on:%d-%m-%Y}",
        "review_words": review.words,
        "goals": "\n".join(goals),
    }


def outcome_of(review: PlanReview) -> dict[str, str]:
    """Return what is written of a look back now."""
    goals = reviews.from_json(review.review_document) if review.held_on else ()
    return {
        "outcome": Outcome(review.outcome).label if review.outcome else "",
        "held_on": f"{review.held_on or review.planned_on:%d-%m-%Y}",
        "review_words": review.review_words or "",
        "goals": "\n".join(f"{GoalState(g.state).label}. {g.words}".strip() for g in goals),
    }


def end(goal: PlanGoal, ending: GoalEnding, *, on: date, words: str) -> None:
    """Write down how a goal ended."""
    goal.ending, goal.ended_on, goal.aim_end = ending.value, on, words
    audit.wrote(Action.ACTION_PLAN_EDIT, goal, goal.id, ending=("", ending.value))


def plan_review(case: Case, on: date | None, *, today: date, field: str = "review_on") -> None:
    """Plan the day to look back; raise Invalid about `field` when it is none that can be."""
    if on is None:
        raise Invalid(field, "Spreek af wanneer jullie terugkijken.")
    rules.check_planned(field, on, today=today)
    row = PlanReview(**under(case), planned_on=on)
    db.session.add(row)
    audit.wrote(Action.ACTION_PLAN_EDIT, row, row.id, planned_on=("", f"{on:%Y-%m-%d}"))


def touch(case: Case) -> None:
    """Move the case up in the caseload, without a claim to be the only one writing in it."""
    db.session.execute(
        update(Case)
        .where(Case.municipality_id == case.municipality_id, Case.id == case.id)
        .values(updated_at=now()),
        execution_options={"synchronize_session": False},
    )
