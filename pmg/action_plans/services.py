"""Verbs of a plan: add, change and end goals, and note who agrees."""

from dataclasses import replace
from datetime import date

from pmg.action_plans import actions, looking, parts, rules, writing
from pmg.action_plans.answers import (
    ActionWanted,
    Answered,
    ChangedGoal,
    EndedGoal,
    Held,
    NewGoal,
    Planned,
)
from pmg.action_plans.contents import contents
from pmg.action_plans.models import ActionPlan, PlanAnswer, PlanGoal, PlanReview, PlanState
from pmg.action_plans.parts import Parts, as_answer
from pmg.action_plans.rules import Answer, GoalFound, Review, reviews
from pmg.cases.models import Case
from pmg.clock import now
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.factors import queries as factors
from pmg.factors.ages import age_of
from pmg.security import access, audit
from pmg.security.policy import Action
from pmg.tasks import services as tasks
from pmg.tasks.models import Task
from pmg.tasks.rules import Wanted


def add_goal(case: Case, wanted: NewGoal, *, today: date) -> PlanGoal:
    """Put a goal in the plan, with its first action; begin a version when none is a draft.

    Raises NotPermitted, or Invalid when the case takes no plan, the plan is full, the goal says
    too little or belongs to no factor, or the action cannot be given.
    """
    access.require(Action.ACTION_PLAN_EDIT, case)
    writing.lock(case, today=today)
    found = parts.read(case)
    rules.check_room(len(found.open_goals))
    text = rules.check_goal(wanted.goal, possible=_possible(case, today=today))
    goal = PlanGoal(
        **writing.under(case),
        aim=text.text,
        youth_words=text.words or None,
        own_steps=text.own_steps or None,
        factor_codes=list(text.factors),
    )
    db.session.add(goal)
    writing.change(case, found)
    db.session.flush()
    if wanted.first is not None:
        _give(case, goal, wanted.first, today=today)
    audit.wrote(Action.ACTION_PLAN_EDIT, goal, goal.id)
    return goal


def change_goal(goal: PlanGoal, wanted: ChangedGoal, *, today: date) -> None:
    """Write a goal anew; what was agreed stays as it was, and a draft begins.

    Raises NotPermitted, Conflict with both texts when somebody changed the goal since, Invalid
    when it has ended, nothing would change, or it cannot stand in a plan.
    """
    access.require(Action.ACTION_PLAN_EDIT, goal)
    case = writing.case_of(goal)
    writing.lock(case, today=today)
    writing.meet(goal, wanted.version, mine=writing.texts(wanted.goal))
    _check_open(goal)
    # What it belongs to already may stay, whatever the age of the youth has become.
    possible = _possible(case, today=today) | frozenset(goal.factor_codes)
    text = rules.check_goal(wanted.goal, possible=possible)
    if writing.texts(text) == writing.present(goal):
        raise Invalid("text", "Er is niets veranderd. Wijzig wat anders moet, of ga terug.")
    goal.aim, goal.youth_words = text.text, text.words or None
    goal.own_steps, goal.factor_codes = text.own_steps or None, list(text.factors)
    writing.change(case, parts.read(case))
    audit.wrote(Action.ACTION_PLAN_EDIT, goal, goal.id)


def end_goal(goal: PlanGoal, wanted: EndedGoal, *, today: date) -> None:
    """Say how a goal ended. Only what drops it makes another plan of it, to be agreed again.

    Raises NotPermitted, Conflict when somebody changed it since, Invalid when it has ended, or the
    day or the words are not right.
    """
    access.require(Action.ACTION_PLAN_EDIT, goal)
    case, end = writing.case_of(goal), wanted.end
    writing.lock(case, today=today)
    mine = {"ending": end.ending.label, "on": f"{end.on:%d-%m-%Y}", "end_words": end.words}
    writing.meet(goal, wanted.version, mine=mine)
    _check_open(goal)
    words = rules.check_end(end, begun_on=goal.begun_on, today=today)
    writing.end(goal, end.ending, on=end.on, words=words)
    found = parts.read(case)
    if found.draft is not None or end.ending.changes_what_was_agreed:
        writing.change(case, found)
    writing.touch(case)


def add_action(goal: PlanGoal, wanted: ActionWanted, *, today: date) -> Task:
    """Give somebody something to do for a goal; partners add their own. No agreement lapses.

    Raises NotPermitted, or Invalid when the goal has ended or the action cannot be given.
    """
    access.require(Action.TASK_GIVE, goal)
    case = writing.case_of(goal)
    writing.lock(case, today=today)
    db.session.refresh(goal)
    _check_open(goal)
    return _give(case, goal, wanted, today=today)


def answer_plan(case: Case, wanted: Answered, *, today: date) -> ActionPlan:
    """Note what the youth, a parent or a guardian answers; freeze the plan when all agree.

    Raises NotPermitted, Conflict with both texts when the plan was changed since it was on the
    page, Invalid when there is no draft, it has no goal, nothing was planned to look back, or the
    answer cannot have been given.
    """
    access.require(Action.ACTION_PLAN_EDIT, case)
    writing.lock(case, today=today)
    found, answer = parts.read(case), wanted.answer
    plan = _check_draft(found, wanted)
    words = rules.check_answer(answer, made_on=plan.begun_on, today=today)
    if found.planned is None:
        writing.plan_review(case, wanted.review_on, today=today)
    row = PlanAnswer(
        **writing.under(case),
        plan_id=plan.id,
        plan_version=plan.version,
        party=answer.party.value,
        verdict=answer.verdict.value,
        means=answer.means.value,
        answered_on=answer.on,
        answer_words=words or None,
    )
    db.session.add(row)
    audit.wrote(Action.ACTION_PLAN_EDIT, row, row.id, verdict=("", row.verdict))
    given = [*map(as_answer, found.answers_to(plan)), answer]
    if not rules.missing(given, age=age_of(case, answer.on)):
        _freeze(case, plan, found, given)
    writing.touch(case)
    return plan


def plan_look_back(case: Case, wanted: Planned, *, today: date) -> None:
    """Plan the day on which the plan is looked back on, or move it to another day.

    Raises NotPermitted, Conflict when somebody moved it since, Invalid when the case takes no plan,
    there is none yet, or the day is not within a year from today, or the same.
    """
    access.require(Action.ACTION_PLAN_EDIT, case)
    writing.lock(case, today=today)
    found = parts.read(case)
    review, mine = found.planned, f"{wanted.on:%d-%m-%Y}"
    if found.newest is None:
        raise Invalid("case", "Er is nog geen plan om op terug te kijken.")
    if wanted.version != (review.version if review else 0):
        there = f"{review.planned_on:%d-%m-%Y}" if review else ""
        raise Conflict(theirs={"planned_on": there}, mine={"planned_on": mine})
    if review is None:
        writing.plan_review(case, wanted.on, today=today, field="planned_on")
        return
    rules.check_planned("planned_on", wanted.on, today=today)
    if wanted.on == review.planned_on:
        raise Invalid("planned_on", "Deze dag staat er al. Kies een andere, of ga terug.")
    before, review.planned_on = review.planned_on, wanted.on
    moved = (f"{before:%Y-%m-%d}", f"{wanted.on:%Y-%m-%d}")
    audit.wrote(Action.ACTION_PLAN_EDIT, review, review.id, planned_on=moved)
    writing.touch(case)


def hold_review(review: PlanReview, wanted: Held, *, today: date) -> None:
    """Write down a look back: each goal, what comes of it, and the next day; then it stays.

    Raises NotPermitted, Conflict with both texts when it was held or moved since, Invalid when a
    goal is not judged, a reason is missing, or a day is not right.
    """
    access.require(Action.ACTION_PLAN_EDIT, review)
    case, told = writing.case_of(review), wanted.review
    writing.lock(case, today=today)
    db.session.refresh(review)
    found = parts.read(case)
    seen = (wanted.version, wanted.goals_mark)
    if seen != (review.version, writing.goals_mark(found.open_goals)) or review.held_on:
        raise Conflict(theirs=writing.outcome_of(review), mine=writing.told(told))
    goals = {str(goal.id): goal for goal in found.open_goals}
    begun_on = found.plans[0].begun_on
    words, of_goals = rules.check_review(
        told, goals=frozenset(goals), begun_on=begun_on, today=today
    )
    judged = [replace(each, words=of_goals[each.goal]) for each in told.judged]
    _write_review(review, replace(told, words=words), looking.found(case, goals, judged, found))
    for each in judged:
        if each.state.ending is not None:
            writing.end(goals[each.goal], each.state.ending, on=told.on, words=each.words)
    if found.draft is not None and any(each.state.ending for each in judged):
        writing.change(case, found)
    db.session.flush()  # one is planned at a time: this one is held before the next is planned
    if told.next_on is not None:
        writing.plan_review(case, told.next_on, today=today, field="next_on")
    writing.touch(case)


def _write_review(review: PlanReview, told: Review, goals: list[GoalFound]) -> None:
    review.review_document = reviews.to_json(goals)
    review.held_on, review.held_by = told.on, access.reader().user_id
    review.outcome, review.review_words = told.outcome.value, told.words or None
    audit.wrote(Action.ACTION_PLAN_EDIT, review, review.id, outcome=("", told.outcome.value))


def why_no_plan(case: Case, *, today: date) -> str:
    """Return why the plan of a case cannot be changed now; '' when it can."""
    access.require(Action.ACTION_PLAN_SHOW, case)
    return writing.why_not(case, today=today)


def _possible(case: Case, *, today: date) -> frozenset[str]:
    """Return what a goal may belong to: what fits the age, and what was seen of this youth."""
    codes = {factor.code for factor in rules.choices(age_of(case, today))}
    seen = {each.factor for each in factors.standing(case)}
    return frozenset(codes | {f.code for f in seen if rules.may_stand_with_goal(f)})


def _check_open(goal: PlanGoal) -> None:
    if goal.ending is not None:
        raise Invalid("case", "Dit doel is al beëindigd. Maak een nieuw doel als het weer speelt.")


def _give(case: Case, goal: PlanGoal, wanted: ActionWanted, *, today: date) -> Task:
    task = Wanted(wanted.what, wanted.owner_id, wanted.due_on, source=actions.source(goal))
    return tasks.give_task(case, task, today=today)


def _check_draft(found: Parts, wanted: Answered) -> ActionPlan:
    plan = found.draft
    if plan is None:
        raise Invalid("case", "Er is geen concept om akkoord op te geven. Ververs de pagina.")
    if not found.open_goals:
        raise Invalid("case", "Er staat nog geen doel in het plan. Maak eerst een doel.")
    if writing.mark(plan) != wanted.mark:
        raise Conflict(
            theirs={"goals": "\n".join(goal.aim for goal in found.open_goals), "verdict": ""},
            mine={"goals": "", **_told(wanted.answer)},
        )
    return plan


def _told(answer: Answer) -> dict[str, str]:
    said = f"{answer.party.label}: {answer.verdict.label}. {answer.words}"
    return {"verdict": said.strip()}


def _freeze(case: Case, plan: ActionPlan, found: Parts, given: list[Answer]) -> None:
    """Keep all that the plan holds, as it was agreed."""
    last = rules.standing(given)
    plan.plan_document = contents(case, found.goals).to_json()
    plan.agreed_on = max(answer.on for answer in last.values())
    plan.state, plan.changed_at = PlanState.AGREED.value, now()
    audit.wrote(
        Action.ACTION_PLAN_EDIT,
        plan,
        plan.id,
        state=(PlanState.DRAFT.value, PlanState.AGREED.value),
    )
