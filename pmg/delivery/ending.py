"""Verbs of the rest and the end: pause, resume, tell of a concern, close with a report per goal."""

from datetime import date, timedelta

from pmg.delivery import rules, writing
from pmg.delivery.answers import Closing, Rest
from pmg.delivery.models import DeliveryPause, GoalReport
from pmg.delivery.rules import Step
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.interventions import progress
from pmg.interventions import services as interventions
from pmg.interventions.answers import Completion, check_words
from pmg.interventions.models import Trajectory
from pmg.security import access, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind

_LONGEST_AHEAD = timedelta(days=90)


def pause_trajectory(trajectory: Trajectory, wanted: Rest, *, today: date) -> DeliveryPause:
    """Let a trajectory rest from a day on, with the reason; these days do not count against it.

    Raises NotPermitted, or Invalid when it has not started or has ended, it rests already, the day
    is not right, or meetings took place or are planned from that day on.
    """
    access.require(Action.DELIVERY_KEEP, trajectory)
    writing.lock(trajectory, today=today)
    if trajectory.started_on is None:
        raise Invalid("from_on", writing.NOT_STARTED)
    if wanted.from_on < trajectory.started_on:
        raise Invalid("from_on", "De pauze ligt voor de start. Kies een latere dag.")
    if wanted.from_on > today + _LONGEST_AHEAD:
        raise Invalid("from_on", "De pauze ligt meer dan drie maanden vooruit. Kijk de dag na.")
    for pause in writing.pauses_of(trajectory):
        if pause.resumed_on is None or wanted.from_on < pause.resumed_on:
            raise Invalid("from_on", "Er is al een pauze in die tijd. Kies een latere dag.")
    _check_no_meetings(trajectory, wanted.from_on)
    is_other = wanted.reason is rules.PauseReason.OTHER
    words = check_words(wanted.words, is_needed=is_other)
    pause = DeliveryPause(
        **writing.under(trajectory),
        from_on=wanted.from_on,
        reason=wanted.reason.value,
        words=words or None,
        made_by=access.reader().user_id,
    )
    db.session.add(pause)
    writing.note(trajectory, Step.PAUSED, words, day_after=wanted.from_on)
    return pause


def resume_trajectory(trajectory: Trajectory, on: date, *, today: date) -> None:
    """Let a trajectory go on from a day. Raises NotPermitted, or Invalid when it does not rest."""
    access.require(Action.DELIVERY_KEEP, trajectory)
    writing.lock(trajectory, today=today)
    resting = [each for each in writing.pauses_of(trajectory) if each.resumed_on is None]
    if not resting:
        raise Invalid("resumed_on", "Dit traject rust niet. Ververs de pagina.")
    if on <= resting[0].from_on:
        raise Invalid("resumed_on", "Het traject gaat verder na de eerste dag van de pauze.")
    if on > today + _LONGEST_AHEAD:
        raise Invalid("resumed_on", "Deze dag ligt meer dan drie maanden vooruit. Kijk de dag na.")
    resting[0].resumed_on = on
    writing.note(trajectory, Step.RESUMED, day_before=resting[0].from_on, day_after=on)


def tell_concern(trajectory: Trajectory, words: str, *, today: date) -> None:
    """Tell the referrer of a concern: he is told that there is one, and reads it here.

    Who wrote it, who assigned the trajectory and who directs the case can read it, nobody else.
    Raises NotPermitted, or Invalid when the trajectory has ended or the words say too little.
    """
    access.require(Action.DELIVERY_KEEP, trajectory)
    writing.lock(trajectory, today=today)
    said = rules.check_reason(words)
    writing.note(trajectory, Step.CONCERN, said)
    telling.tell(Kind.CONCERN, trajectory, writing.referrers(trajectory), item_id=trajectory.id)


def reads_concerns(trajectory: Trajectory, writer_id: object) -> bool:
    """Tell whether the reader is one of those to whom a concern was told, or who told it."""
    reader_id = access.reader().user_id
    return reader_id == writer_id or reader_id in writing.referrers(trajectory)


def close_trajectory(trajectory: Trajectory, closing: Closing, *, today: date) -> None:
    """Complete a trajectory with what became of each goal of its plan; then it is read only.

    Its result follows from the goals. Raises NotPermitted, Conflict when somebody changed it since
    the reader saw it, Invalid when there is no plan, a goal is left out, words are missing, or it
    cannot have ended on that day.
    """
    access.require(Action.DELIVERY_KEEP, trajectory)
    access.require(Action.INTERVENTION_MOVE, trajectory)
    result = rules.result_of(each.outcome for each in closing.goals)
    completion = Completion(result, closing.on, closing.words, closing.version)
    plan = writing.approved_plan(trajectory)
    if plan is None:
        raise Invalid("words", writing.NO_PLAN)
    if {each.goal_key for each in closing.goals} != {
        goal.goal_key for goal in writing.goals_of(plan)
    }:
        raise Invalid("words", "Het plan is intussen gewijzigd. Open het eindverslag opnieuw.")
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


def asks_report(trajectory: Trajectory) -> bool:
    """Tell whether this trajectory ends with a report per goal: it has an approved plan."""
    access.require(Action.CASE_SHOW, trajectory)
    return progress.state(trajectory).is_open and writing.approved_plan(trajectory) is not None


def _check_no_meetings(trajectory: Trajectory, since: date) -> None:
    gatherings = [one for one in writing.gatherings_of(trajectory) if one.on_day >= since]
    told = rules.latest(record.told for record in writing.records_of(gatherings))
    if any(told.get(one.id) is None or told[one.id].happened for one in gatherings):
        raise Invalid(
            "from_on",
            "Vanaf die dag staan er bijeenkomsten. Verzet ze eerst, leg vast dat ze niet "
            "doorgingen, of kies een latere dag.",
        )


def _check_none_after(trajectory: Trajectory, ended_on: date) -> None:
    for gathering in writing.gatherings_of(trajectory):
        record = writing.last_record(gathering)
        if gathering.on_day > ended_on and record is not None and record.happened:
            raise Invalid(
                "ended_on",
                "Op %(day)s was er nog een bijeenkomst. Kies die dag of een latere.",
                day=f"{gathering.on_day:%d-%m-%Y}",
            )
