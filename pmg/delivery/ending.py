"""Verbs of a concern and the end: tell of it, close with a report per goal, or stop early."""

from datetime import date

from pmg.delivery import carrying, people, rules, writing
from pmg.delivery.answers import Closing
from pmg.delivery.models import GoalReport
from pmg.delivery.rules import Step
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.interventions import progress
from pmg.interventions import services as interventions
from pmg.interventions.answers import Completion, Stop
from pmg.interventions.models import Trajectory
from pmg.security import access, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind


def tell_concern(trajectory: Trajectory, words: str, *, today: date) -> None:
    """Tell the referrer of a concern: he is told that there is one, and reads it here.

    Who wrote it, who assigned the trajectory and who directs the case can read it, nobody else:
    row security says so.
    Raises NotPermitted, or Invalid when the trajectory has ended or the words say too little.
    """
    access.require(Action.DELIVERY_KEEP, trajectory)
    writing.lock(trajectory, today=today)
    said = rules.check_reason(words)
    writing.note(trajectory, Step.CONCERN, said)
    telling.tell(Kind.CONCERN, trajectory, people.referrers(trajectory), item_id=trajectory.id)


def close_trajectory(trajectory: Trajectory, closing: Closing, *, today: date) -> None:
    """Complete a trajectory with what became of each goal of its plan; then it is read only.

    Its result follows from the goals. Raises NotPermitted, Conflict when somebody changed it since
    the reader saw it, Invalid when there is no plan, a goal is left out, words are missing, or it
    cannot have ended on that day.
    """
    access.require(Action.DELIVERY_END, trajectory)
    is_carried = not access.may(Action.INTERVENTION_MOVE, trajectory)
    result = rules.result_of(each.outcome for each in closing.goals)
    completion = Completion(result, closing.on, closing.words, closing.version)
    plan = writing.approved_plan(trajectory)
    if plan is None:
        raise Invalid("words", writing.NO_PLAN)
    if {each.goal_key for each in closing.goals} != {
        goal.goal_key for goal in writing.goals_of(plan)
    }:
        raise Invalid(
            "words", "Het trajectplan is intussen gewijzigd. Open het eindverslag opnieuw."
        )
    if is_carried:
        told = carrying.check_completion(trajectory, completion, today=today)
    else:
        interventions.complete_trajectory(trajectory, completion, today=today)
    _check_none_after(trajectory, closing.on)
    for each in closing.goals:
        words = rules.check_reason(each.words, f"words-{each.goal_key.hex}")
        db.session.add(
            GoalReport(
                **writing.under(trajectory),
                goal_key=each.goal_key,
                outcome=each.outcome.value,
                words=words,
                by_id=access.reader().user_id,
            )
        )
    writing.note(trajectory, Step.CLOSED, day_after=closing.on)
    if is_carried:
        carrying.end(trajectory, completion, told)


def stop_trajectory(trajectory: Trajectory, ending: Stop, *, today: date) -> None:
    """Stop a trajectory before its end, with the reason; what was delivered stays.

    Raises as `interventions.stop_trajectory` does, and Invalid when a meeting took place after it.
    """
    access.require(Action.DELIVERY_END, trajectory)
    is_carried = not access.may(Action.INTERVENTION_MOVE, trajectory)
    if is_carried:
        words = carrying.check_stop(trajectory, ending, today=today)
    else:
        interventions.stop_trajectory(trajectory, ending, today=today)
    _check_none_after(trajectory, ending.on)
    writing.note(trajectory, Step.STOPPED, day_after=ending.on)
    if is_carried:
        carrying.end(trajectory, ending, words)


def asks_report(trajectory: Trajectory) -> bool:
    """Tell whether this trajectory ends with a report per goal: it has an approved plan."""
    access.require(Action.CASE_SHOW, trajectory)
    return progress.state(trajectory).is_open and writing.approved_plan(trajectory) is not None


def _check_none_after(trajectory: Trajectory, ended_on: date) -> None:
    for gathering in writing.gatherings_of(trajectory):
        record = writing.last_record(gathering)
        if gathering.on_day > ended_on and record is not None and record.happened:
            raise Invalid(
                "ended_on",
                "Op %(day)s was er nog een bijeenkomst. Kies die dag of een latere.",
                day=f"{gathering.on_day:%d-%m-%Y}",
            )
