"""Verbs of interventions: set one to work for a youth, start it, complete it or stop it."""

from datetime import date
from uuid import uuid4

from sqlalchemy import func, or_, select, update

from pmg.action_plans import queries as plans
from pmg.cases.models import Case
from pmg.cases.rules import Status, status
from pmg.cases.signals import case_closed
from pmg.catalogue import shelf as catalogue
from pmg.clock import now
from pmg.entry import check_text
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.factors.ages import age_of
from pmg.interventions import answers, progress, rules
from pmg.interventions.answers import Assignment, Completion, OtherFunding, Start, Stop
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import StopReason, TrajectoryState
from pmg.providers import referring
from pmg.providers.referring import Letter
from pmg.providers.rules import Answer
from pmg.security import access, audit
from pmg.security.identity import Organisation
from pmg.security.policy import Action
from pmg.texts import to_translate, translated

_WORKING = frozenset({Status.PLANNING, Status.ACTIVE})
_WHY_NOT = {
    Status.REFERRED: to_translate(
        "Deze aanmelding wacht nog op triage. Inzet kan pas na het besluit."
    ),
    Status.DECLINED: to_translate("Deze aanmelding is niet opgenomen. Er kan geen inzet bij."),
    Status.PASSED_ON: to_translate("Deze jongere is doorverwezen. Er kan geen inzet bij."),
    Status.AFTERCARE: to_translate("Deze zaak is afgesloten. Er kan geen inzet meer bij."),
    Status.CLOSED: to_translate("Deze zaak is afgesloten. Er kan geen inzet meer bij."),
}


def why_no_work(case: Case, *, today: date) -> str:
    """Return why nothing can be assigned or started on this case now; '' when it can."""
    access.require(Action.CASE_SHOW, case)
    return translated(_WHY_NOT.get(status(case.facts, today), ""))


def write_letter(case: Case, chosen: Assignment, *, today: date) -> Letter:
    """Return all that the provider will be told of the youth, to check before it is sent.

    Raises NotPermitted, or Invalid when the case takes no work, the intervention is set to work no
    more, the same one is there in that time, the provider has no contract for it, the goal of the
    plan is unknown, the days are not in order, or its ages do not fit and nobody confirmed that.
    """
    access.require(Action.INTERVENTION_ASSIGN, case)
    _lock(case)
    triaged_on = _check_takes_work(case, today=today)
    _check_offered(chosen, today=today)
    goal = answers.check_assignment(
        chosen, age=age_of(case, chosen.planned_start), not_before=triaged_on, today=today
    )
    message = check_text("message", chosen.message)
    _check_provider(chosen)
    _check_plan_goal(case, chosen)
    _check_not_there(case, chosen, today=today)
    code, start = chosen.intervention.code, chosen.planned_start
    referring.find_offer(case, chosen.provider_id, code, start=start)
    return Letter(
        provider_id=chosen.provider_id,
        intervention_code=code,
        catalogue_version=chosen.intervention.version,
        name=f"{case.youth.given_name} {case.youth.family_name}",
        age=age_of(case, today),
        goal=goal,
        message=message,
        target_factors=chosen.target_factors,
        planned_start=start,
        planned_end=chosen.planned_end,
    )


def assign_intervention(case: Case, chosen: Assignment, *, today: date) -> Trajectory:
    """Propose an intervention for a youth, and refer him to the provider, who answers.

    Raises as `write_letter`.
    """
    letter = write_letter(case, chosen, today=today)
    _touch(case)
    trajectory = Trajectory(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        intervention_code=chosen.intervention.code,
        catalogue_version=chosen.intervention.version,
        provider_id=chosen.provider_id,
        goal=letter.goal,
        goal_id=chosen.plan_goal_id,
        target_factors=list(chosen.target_factors),
        planned_start=chosen.planned_start,
        planned_end=chosen.planned_end,
        assigned_by=access.reader().user_id,
        funding=chosen.funding.value,
    )
    db.session.add(trajectory)
    db.session.flush()
    referring.send(case, trajectory.id, letter)
    audit.wrote(
        Action.INTERVENTION_ASSIGN,
        trajectory,
        trajectory.id,
        state=("", TrajectoryState.PROPOSED.value),
    )
    return trajectory


def start_trajectory(trajectory: Trajectory, begun: Start, *, today: date) -> None:
    """Note the first day; the first start of any intervention is the start of the case's work.

    Raises NotPermitted, Conflict when someone changed it since, Invalid when it cannot have begun:
    also before the provider gave a place, and before the first conversation.
    """
    access.require(Action.INTERVENTION_MOVE, trajectory)
    _meet(trajectory, begun.version, mine=progress.texts(TrajectoryState.STARTED.label, begun.on))
    case = _case_of(trajectory)
    triaged_on = _check_takes_work(case, today=today)
    rules.check_start(progress.course(trajectory), begun.on, not_before=triaged_on, today=today)
    _check_has_place(trajectory, begun.on)
    before = progress.state(trajectory)
    trajectory.started_on = begun.on
    _touch(case, started_on=begun.on)
    _wrote_state(trajectory, before)


def complete_trajectory(trajectory: Trajectory, ending: Completion, *, today: date) -> None:
    """Complete a trajectory with what it brought.

    Raises NotPermitted, Conflict when someone changed it since, Invalid when it has not started,
    has ended, or the day or the words are not right.
    """
    access.require(Action.INTERVENTION_MOVE, trajectory)
    told = f"{TrajectoryState.COMPLETED.label}: {ending.result.label}"
    _meet(trajectory, ending.version, mine=progress.texts(told, ending.on, ending.words))
    rules.check_completion(progress.course(trajectory), ending.on, today=today)
    words = answers.check_words(ending.words, is_needed=True)
    _end(trajectory, ending.on, TrajectoryState.COMPLETED, ending.result.value, words)


def stop_trajectory(trajectory: Trajectory, ending: Stop, *, today: date) -> None:
    """Stop a trajectory before its end, or revoke the referral before it began, with the reason.

    Raises NotPermitted, Conflict when someone changed it since, Invalid when it has ended, the
    day is not right, or another reason is not told in words.
    """
    access.require(Action.INTERVENTION_MOVE, trajectory)
    told = f"{TrajectoryState.STOPPED.label}: {ending.reason.label}"
    _meet(trajectory, ending.version, mine=progress.texts(told, ending.on, ending.words))
    rules.check_reason(ending.reason)
    rules.check_stop(progress.course(trajectory), ending.on, today=today)
    words = answers.check_words(ending.words, is_needed=ending.reason is StopReason.OTHER)
    _end(trajectory, ending.on, TrajectoryState.STOPPED, ending.reason.value, words)


def change_funding(trajectory: Trajectory, wanted: OtherFunding, *, today: date) -> None:
    """Say afterwards what pays for the place; the log keeps what stood there, and the reason.

    Reports that were released stay as they are. Raises NotPermitted, Conflict when someone changed
    it since, Invalid when the case takes no work any more or nothing would change.
    """
    access.require(Action.INTERVENTION_MOVE, trajectory)
    _meet(trajectory, wanted.version, mine=progress.texts(wanted.funding.label, None))
    _check_takes_work(_case_of(trajectory), today=today)
    before, after = trajectory.funding or "", wanted.funding.value
    if before == after:
        raise Invalid("funding", "Dit staat er al. Kies een andere geldstroom, of ga terug.")
    trajectory.funding = after
    _touch(_case_of(trajectory))
    why = ("", wanted.reason.value)
    audit.wrote(
        Action.INTERVENTION_MOVE, trajectory, trajectory.id, funding=(before, after), reason=why
    )


def listen() -> None:
    """Follow what happens to a case: when it closes, what still runs under it stops with it."""
    case_closed.connect(_stop_with_case, weak=False)


def _check_has_place(trajectory: Trajectory, on: date) -> None:
    """Raise Invalid unless the provider gave a place and the first conversation was by this day."""
    referral = referring.of_trajectory(trajectory.id)
    if referral is None:
        return  # from before there were referrals
    db.session.refresh(referral)
    if referral.answer != Answer.ACCEPTED:
        raise Invalid(
            "started_on", "De aanbieder heeft nog geen plek gegeven. Wacht op het antwoord."
        )
    if referral.conversation_on is None:
        raise Invalid("started_on", "Leg eerst het eerste gesprek vast. Daarna kan het beginnen.")
    if on < referral.conversation_on:
        raise Invalid("started_on", "De start ligt voor het eerste gesprek. Kies een latere dag.")


def _check_takes_work(case: Case, *, today: date) -> date:
    """Return the day the youth was taken in; raise Invalid when the case takes no work."""
    if status(case.facts, today) not in _WORKING or case.triaged_on is None:
        raise Invalid("case", _WHY_NOT.get(status(case.facts, today), ""))
    return case.triaged_on


def _check_offered(chosen: Assignment, *, today: date) -> None:
    """Raise Invalid when the catalogue says by now that it is set to work no more."""
    catalogue.read_again()  # somebody may have said so while the form was open
    entry = catalogue.entry(chosen.intervention.code)
    if entry.is_retired(today):
        raise Invalid(
            "intervention",
            "Deze interventie wordt niet meer ingezet: %(why)s. Kies een andere; kopieer wat u "
            "schreef.",
            why=entry.retired_why.rstrip("."),
        )


def _check_provider(chosen: Assignment) -> None:
    found = db.session.get(Organisation, (access.reader().municipality_id, chosen.provider_id))
    if found is None:
        raise Invalid("provider", "Kies een aanbieder uit de lijst.")


def _check_plan_goal(case: Case, chosen: Assignment) -> None:
    """Raise Invalid unless it is for no goal, or for one that is open in the plan of this case."""
    if chosen.plan_goal_id is None:
        return
    if chosen.plan_goal_id not in {goal.id for goal in plans.open_goals(case)}:
        raise Invalid("plan_goal", "Kies een doel uit het plan dat nog loopt.")


def _check_not_there(case: Case, chosen: Assignment, *, today: date) -> None:
    """Raise Invalid when the same intervention is planned or runs in that time.

    What has not ended runs until today at least; a proposal that never began is in nobody's way.
    """
    begins = func.coalesce(Trajectory.started_on, Trajectory.planned_start)
    ends = func.coalesce(Trajectory.ended_on, func.greatest(Trajectory.planned_end, today))
    there = db.session.scalars(
        select(Trajectory).where(
            Trajectory.municipality_id == case.municipality_id,
            Trajectory.case_id == case.id,
            Trajectory.intervention_code == chosen.intervention.code,
            or_(Trajectory.ended_on.is_(None), Trajectory.started_on.is_not(None)),
            begins <= chosen.planned_end,
            ends >= chosen.planned_start,
        )
    ).first()
    if there is not None:
        begin, end = there.started_on or there.planned_start, there.ended_on or there.planned_end
        raise Invalid(
            "planned_start",
            "Deze inzet is er al van %(first)s tot en met %(last)s. Gebruik die, of kies een "
            "begin daarna.",
            first=f"{begin:%d-%m-%Y}",
            last=f"{end:%d-%m-%Y}",
        )


def _case_of(trajectory: Trajectory) -> Case:
    return db.session.get_one(Case, (trajectory.municipality_id, trajectory.case_id))


def _lock(case: Case) -> None:
    """Read the case as it is now, and let no one close it, or assign the same, until we are done.

    Whoever changes a case and its trajectories takes the case first: else two wait for each other.
    """
    db.session.refresh(case, with_for_update=True)


def _meet(trajectory: Trajectory, version: int, *, mine: dict[str, str]) -> None:
    """Lock the row; raise Conflict with both texts when it is no longer what the reader saw."""
    _lock(_case_of(trajectory))
    db.session.refresh(trajectory, with_for_update=True)
    if trajectory.version != version:
        raise Conflict(theirs=progress.present_texts(trajectory), mine=mine)


def _end(
    trajectory: Trajectory, on: date, ending: TrajectoryState, reason: str, words: str
) -> None:
    before = progress.state(trajectory)
    trajectory.ended_on, trajectory.ending = on, ending.value
    trajectory.end_reason, trajectory.end_note = reason, words or None
    _touch(_case_of(trajectory))
    _wrote_state(trajectory, before)
    referring.tell_it_is_over(trajectory.id)


def _stop_with_case(case: Case, *, on: date) -> None:
    """Stop what still runs when a case closes; raise Invalid when something began after that."""
    running = db.session.scalars(
        select(Trajectory)
        .where(
            Trajectory.municipality_id == case.municipality_id,
            Trajectory.case_id == case.id,
            Trajectory.ended_on.is_(None),
        )
        .with_for_update()
    )
    for trajectory in running:
        if trajectory.started_on and trajectory.started_on > on:
            version = trajectory.catalogue_version
            name = catalogue.as_of(trajectory.intervention_code, version).name_nl
            raise Invalid(
                "closed_on",
                "De inzet ‘%(name)s’ begon op %(day)s. Kies die dag of een latere.",
                name=name,
                day=f"{trajectory.started_on:%d-%m-%Y}",
            )
        before = progress.state(trajectory)
        trajectory.ended_on, trajectory.ending = on, TrajectoryState.STOPPED.value
        trajectory.end_reason = StopReason.CASE_CLOSED.value
        _wrote_state(trajectory, before)
        referring.tell_it_is_over(trajectory.id)


def _wrote_state(trajectory: Trajectory, before: TrajectoryState) -> None:
    after = progress.state(trajectory)
    changes = {"state": (before.value, after.value)}
    audit.wrote(Action.INTERVENTION_MOVE, trajectory, trajectory.id, **changes)


def _touch(case: Case, *, started_on: date | None = None) -> None:
    """Move the case up in the caseload and keep its first start, without a claim on its version.

    LEAST skips what is not there.
    """
    values: dict[str, object] = {"updated_at": now()}
    if started_on is not None:
        values["started_on"] = func.least(Case.started_on, started_on)
    db.session.execute(
        update(Case)
        .where(Case.municipality_id == case.municipality_id, Case.id == case.id)
        .values(values),
        execution_options={"synchronize_session": False},
    )
    db.session.expire(case, ["updated_at", "started_on"])
