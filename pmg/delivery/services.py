"""Verbs of the planned dosage: write it per goal, lay it before the referrer, approve, amend."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from pmg.action_plans import queries as plans
from pmg.delivery import people, rules, writing
from pmg.delivery.answers import Said
from pmg.delivery.models import DosageGoal, DosagePlan
from pmg.delivery.rules import Dosage, PlanState, Step
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.interventions.models import Trajectory
from pmg.security import access, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind
from pmg.texts import to_translate

_MOST_GOALS = 8
NOT_WAITING = to_translate("Deze versie wacht niet op goedkeuring. Ververs de pagina.")
NOBODY = to_translate(
    "Niemand anders op deze zaak kan dit goedkeuren. Draag de zaak voor een tijd over aan een "
    "collega, die het trajectplan dan goedkeurt, of laat een ander de dosering opschrijven."
)


def write_goal(trajectory: Trajectory, wanted: Dosage, *, today: date) -> DosageGoal:
    """Plan the dosage for one goal, in the version that is being written; the first one begins it.

    Raises NotPermitted, or Invalid when the trajectory has ended, an approved plan must first be
    amended with a reason, a version waits for approval, or the numbers or days are not right.
    """
    access.require(Action.DELIVERY_KEEP, trajectory)
    writing.lock(trajectory, today=today)
    plan = _draft(trajectory)
    clean = _check(trajectory, wanted)
    if len(writing.goals_of(plan)) >= _MOST_GOALS:
        raise Invalid("aim", "Een trajectplan heeft hoogstens %(most)d doelen.", most=_MOST_GOALS)
    goal = DosageGoal(
        **writing.beside(plan),
        plan_id=plan.id,
        goal_key=uuid4(),
        place=writing.next_place(plan),
        written_by=access.reader().user_id,
    )
    goal.take(clean)
    db.session.add(goal)
    _wrote(trajectory, plan, Step.WRITTEN)
    return goal


def change_goal(goal: DosageGoal, wanted: Dosage, version: int, *, today: date) -> None:
    """Write the dosage for a goal anew. Raises as `write_goal` does, and Conflict."""
    access.require(Action.DELIVERY_KEEP, goal)
    trajectory, plan = _draft_of(goal, today=today)
    writing.read_again(goal)
    writing.meet(goal, version, mine=_text(wanted), theirs=_text(goal.dosage))
    goal.take(_check(trajectory, wanted, kept=goal.plan_goal_id))
    goal.written_by = access.reader().user_id
    _wrote(trajectory, plan, Step.WRITTEN)


def drop_goal(goal: DosageGoal, *, today: date) -> None:
    """Take a goal out of the version that is being written. Raises as `write_goal` does.

    What was already delivered for it stays, with the versions that held it.
    """
    access.require(Action.DELIVERY_KEEP, goal)
    trajectory, plan = _draft_of(goal, today=today)
    db.session.delete(goal)
    _wrote(trajectory, plan, Step.DROPPED)


def begin_amending(trajectory: Trajectory, words: str, *, today: date) -> DosagePlan:
    """Begin the next version from the approved one, with the reason.

    Raises NotPermitted, or Invalid when there is nothing to amend, a version is under way, or the
    reason says too little.
    """
    access.require(Action.DELIVERY_KEEP, trajectory)
    writing.lock(trajectory, today=today)
    approved = writing.approved_plan(trajectory)
    if approved is None:
        raise Invalid("words", writing.NO_PLAN)
    if writing.open_plan(trajectory) is not None:
        raise Invalid("words", "Er is al een aanpassing bezig. Werk daarin verder.")
    reason = rules.check_reason(words)
    plan = _begin(trajectory, approved.number + 1, reason)
    for place, goal in enumerate(writing.goals_of(approved), start=1):
        copied = DosageGoal(
            **writing.beside(plan),
            plan_id=plan.id,
            goal_key=goal.goal_key,
            place=place,
            written_by=access.reader().user_id,
        )
        copied.take(goal.dosage)
        db.session.add(copied)
    writing.note(trajectory, Step.AMENDING, reason, plan_number=plan.number)
    return plan


def submit_plan(plan: DosagePlan, version: int, *, today: date) -> None:
    """Lay a version before the referrer.

    Raises NotPermitted, Conflict, or Invalid when it plans nothing or nobody else can approve it.
    """
    access.require(Action.DELIVERY_KEEP, plan)
    trajectory = _meet(plan, version, PlanState.WAITING, today=today)
    if plan.state != PlanState.DRAFT:
        raise Invalid("plan", "Deze versie is al voorgelegd of goedgekeurd.")
    if not writing.goals_of(plan):
        raise Invalid("plan", "Er staat nog geen doel in. Schrijf eerst een doel op.")
    may_approve = writing.others(plan)
    if not may_approve:
        raise Invalid("plan", NOBODY)
    plan.state, plan.made_by = PlanState.WAITING.value, access.reader().user_id
    _wrote(trajectory, plan, Step.SUBMITTED)
    telling.tell(Kind.DOSAGE_WAITS, plan, may_approve, item_id=trajectory.id)


def ask_approval(plan: DosagePlan, *, today: date) -> None:
    """Ask once more who can approve a version that waits; at most once a day.

    Raises NotPermitted, or Invalid when it does not wait, or nobody can approve it now.
    """
    access.require(Action.DELIVERY_KEEP, plan)
    trajectory = writing.trajectory_of(plan)
    writing.lock(trajectory, today=today)
    writing.read_again(plan)
    if plan.state != PlanState.WAITING:
        raise Invalid("plan", NOT_WAITING)
    if writing.was_asked(plan, today):
        raise Invalid("plan", "Vandaag is er al om gevraagd. Bel anders even.")
    may_approve = writing.others(plan)
    if not may_approve:
        raise Invalid("plan", NOBODY)
    writing.note(trajectory, Step.ASKED_AGAIN, plan_number=plan.number)
    telling.tell(Kind.DOSAGE_WAITS, plan, may_approve, item_id=trajectory.id)


def approve_plan(plan: DosagePlan, version: int, *, today: date) -> None:
    """Approve a version: from now on it is the plan, and it never changes again.

    Raises NotPermitted unless the reader is one who can approve it and wrote nothing of it,
    Conflict, or Invalid when it does not wait for approval.
    """
    trajectory = _judge(plan, version, PlanState.APPROVED, today=today)
    plan.state = PlanState.APPROVED.value
    plan.approved_by, plan.approved_on = access.reader().user_id, today
    db.session.flush()
    writing.note(trajectory, Step.APPROVED, plan_number=plan.number)
    telling.tell(Kind.DOSAGE_JUDGED, plan, writing.writers(plan), item_id=trajectory.id)


def send_back_plan(plan: DosagePlan, said: Said, *, today: date) -> None:
    """Give a version back to who writes it, with what has to change. Raises as `approve_plan`."""
    trajectory = _judge(plan, said.version, PlanState.DRAFT, today=today)
    words = rules.check_reason(said.words)
    plan.state = PlanState.DRAFT.value
    writing.touch(plan)
    writing.note(trajectory, Step.SENT_BACK, words, plan_number=plan.number)
    telling.tell(Kind.DOSAGE_JUDGED, plan, writing.writers(plan), item_id=trajectory.id)


def _judge(plan: DosagePlan, version: int, to: PlanState, *, today: date) -> Trajectory:
    access.require(Action.DELIVERY_APPROVE, plan)
    if not writing.may_judge(plan):
        raise NotPermitted("not_referrer")
    trajectory = _meet(plan, version, to, today=today)
    if plan.state != PlanState.WAITING:
        raise Invalid("plan", NOT_WAITING)
    return trajectory


def _meet(plan: DosagePlan, version: int, to: PlanState, *, today: date) -> Trajectory:
    trajectory = writing.trajectory_of(plan)
    writing.lock(trajectory, today=today)
    writing.read_again(plan)
    mine, theirs = {"outcome": to.label}, {"outcome": PlanState(plan.state).label}
    writing.meet(plan, version, mine=mine, theirs=theirs)
    return trajectory


def _draft(trajectory: Trajectory) -> DosagePlan:
    plan = writing.open_plan(trajectory)
    if plan is None:
        if writing.approved_plan(trajectory) is not None:
            raise Invalid(
                "aim",
                "Dit trajectplan is goedgekeurd. Kies eerst ‘Trajectplan aanpassen’ en geef een "
                "reden.",
            )
        return _begin(trajectory, 1, "")
    _check_draft(plan)
    return plan


def _draft_of(goal: DosageGoal, *, today: date) -> tuple[Trajectory, DosagePlan]:
    plan = db.session.get_one(DosagePlan, (goal.municipality_id, goal.plan_id))
    trajectory = writing.trajectory_of(plan)
    writing.lock(trajectory, today=today)
    writing.read_again(plan)
    _check_draft(plan)
    return trajectory, plan


def _check_draft(plan: DosagePlan) -> None:
    if plan.state == PlanState.WAITING:
        raise Invalid(
            "aim",
            "Deze versie wacht op goedkeuring. Vraag om haar terug te sturen als ze anders moet.",
        )
    if plan.state == PlanState.APPROVED:
        raise Invalid(
            "aim",
            "Dit trajectplan is goedgekeurd. Kies eerst ‘Trajectplan aanpassen’ en geef een reden.",
        )


def _begin(trajectory: Trajectory, number: int, reason: str) -> DosagePlan:
    plan = DosagePlan(
        **writing.under(trajectory),
        number=number,
        state=PlanState.DRAFT.value,
        reason=reason or None,
        made_by=access.reader().user_id,
    )
    db.session.add(plan)
    db.session.flush()  # before what refers to it
    return plan


def _check(trajectory: Trajectory, wanted: Dosage, *, kept: UUID | None = None) -> Dosage:
    """Return it clean. Who carries it out knows no plan of the youth: what it is for is kept."""
    clean = rules.check_dosage(wanted)
    since = trajectory.started_on or trajectory.planned_start
    if clean.from_on < since:
        raise Invalid(
            "from_on",
            "De inzet begint op %(start)s. Kies die dag of een latere.",
            start=f"{since:%d-%m-%Y}",
        )
    if not people.takes_part(trajectory):
        return replace(clean, plan_goal_id=kept)
    if clean.plan_goal_id is not None:
        _check_plan_goal(trajectory, clean.plan_goal_id)
    return clean


def _check_plan_goal(trajectory: Trajectory, goal_id: UUID) -> None:
    known = {goal.id for goal in plans.open_goals(people.case_of(trajectory))}
    if goal_id not in known:
        raise Invalid("plan_goal", "Kies een doel uit het plan dat nog loopt.")


def _wrote(trajectory: Trajectory, plan: DosagePlan, step: Step) -> None:
    writing.touch(plan)
    writing.note(trajectory, step, plan_number=plan.number)


def _text(dosage: Dosage) -> dict[str, str]:
    times = f"{dosage.sessions} × {dosage.minutes}, {dosage.from_on:%d-%m-%Y} - "
    return {
        "outcome": times + f"{dosage.until_on:%d-%m-%Y}",
        "words": "\n".join((dosage.aim, *dosage.elements)),
    }
