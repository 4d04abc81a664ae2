"""Pages of a plan: made with the youth, agreed, printed, looked back on."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.action_plans import on_case, presenting, queries, services
from pmg.action_plans.forms import (
    ActionForm,
    AnswerForm,
    ChangeGoalForm,
    EndGoalForm,
    GoalForm,
    LookBackForm,
    marked,
    review_form,
)
from pmg.action_plans.models import PlanGoal, PlanReview
from pmg.action_plans.rules import Contents, Outcome
from pmg.action_plans.shown import Goal, Plan
from pmg.cases import panels
from pmg.cases import presenting as cases_words
from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.clock import today
from pmg.errors import Conflict
from pmg.security import access
from pmg.security.policy import Action, Role
from pmg.tasks import seats
from pmg.web.door import Feature
from pmg.web.drafts import Drafting
from pmg.web.forms import Form

bp = Feature("action_plans", __name__)
bp.record(lambda _state: on_case.plug_in())

_GUIDES = frozenset({Role.CASE_DIRECTOR, Role.YOUTH_WORKER})


@bp.page("/zaken/<uuid:id>/plan", action=Action.ACTION_PLAN_SHOW, of=Case)
def show(case: Case) -> ResponseReturnValue:
    """Show the plan: goals with all that belongs to them, who agreed, and looking back."""
    plan = queries.plan(case, today=today())
    header = cases.header(case, today=today())
    return render_template(
        "action_plans/show.html",
        case=case,
        header=header,
        bar=cases_words.bar(header),
        tabs=panels.tabs(case, "action_plans.show"),
        why_not=services.why_no_plan(case, today=today()),
        find_url=lambda goal: _find_url(case, goal),
        **_shown(plan),
    )


@bp.page(
    "/zaken/<uuid:id>/plan/maken",
    action=Action.ACTION_PLAN_EDIT,
    of=Case,
    methods=("GET", "POST"),
)
def make(case: Case) -> ResponseReturnValue:
    """Make the plan with the youth on one screen: the goals so far, and the next one."""
    form = GoalForm()
    form.offer_factors(queries.choices(case, today=today()))
    form.offer_people(_people(case), first=access.reader().user_id)
    draft = Drafting(form, "doel", case)
    if kept := draft.answer():
        return kept
    made: list[PlanGoal] = []
    if form.submits(lambda: made.append(services.add_goal(case, form.new_goal(), today=today()))):
        draft.drop()
        flash(_("Het doel staat in het plan."), "ok")
        return redirect(url_for("action_plans.make", id=case.id, _anchor=f"doel-{made[0].id}"))
    draft.restore()
    plan = queries.plan(case, today=today())
    return render_template(
        "action_plans/make.html",
        case=case,
        header=cases.header(case, today=today()),
        form=form,
        draft=draft,
        folds=presenting.folds(form.factors, queries.standing_factors(case)),
        why_not=services.why_no_plan(case, today=today()),
        **_shown(plan),
    ), form.status


@bp.page(
    "/doel/<uuid:id>/wijzigen",
    action=Action.ACTION_PLAN_EDIT,
    of=PlanGoal,
    methods=("GET", "POST"),
)
def change_goal(row: PlanGoal) -> ResponseReturnValue:
    """Let a worker write a goal anew with the youth."""
    goal, case = queries.goal(row), queries.case_of(row)
    factors = [each.factor for each in goal.factors]
    form = ChangeGoalForm(
        version=row.version,
        text=goal.text,
        words=goal.words,
        own_steps=goal.own_steps,
        factors=[factor.code for factor in factors],
    )
    others = (f for f in queries.choices(case, today=today()) if f not in factors)
    form.offer_factors([*factors, *others])
    draft = Drafting(form, "doel-wijzigen", row)
    if kept := draft.answer():
        return kept
    return _step(
        case,
        form,
        lambda: services.change_goal(row, form.changed_goal(), today=today()),
        done=_("Het doel is gewijzigd."),
        draft=draft,
        goal=goal,
        folds=lambda: presenting.folds(form.factors, queries.standing_factors(case)),
    )


@bp.page(
    "/doel/<uuid:id>/beeindigen",
    action=Action.ACTION_PLAN_EDIT,
    of=PlanGoal,
    methods=("GET", "POST"),
)
def end_goal(row: PlanGoal) -> ResponseReturnValue:
    """Let a worker say how a goal ended."""
    form = EndGoalForm(version=row.version)
    return _step(
        queries.case_of(row),
        form,
        lambda: services.end_goal(row, form.ended_goal(), today=today()),
        done=_("Het doel is beëindigd."),
        goal=queries.goal(row),
    )


@bp.page("/doel/<uuid:id>/actie", action=Action.TASK_GIVE, of=PlanGoal, methods=("GET", "POST"))
def add_action(row: PlanGoal) -> ResponseReturnValue:
    """Let anyone who takes part add what he, or somebody else, does for a goal."""
    case, form = queries.case_of(row), ActionForm()
    form.offer_people(_people(case), first=access.reader().user_id)
    return _step(
        case,
        form,
        lambda: services.add_action(row, form.action(), today=today()),
        done=_("De actie staat bij het doel."),
        goal=queries.goal(row),
    )


@bp.page(
    "/zaken/<uuid:id>/plan/akkoord",
    action=Action.ACTION_PLAN_EDIT,
    of=Case,
    methods=("GET", "POST"),
)
def answer(case: Case) -> ResponseReturnValue:
    """Note what the youth, a parent or a guardian answers to the draft."""
    plan = queries.plan(case, today=today())
    form = AnswerForm(mark=plan.draft.mark if plan.draft else "")
    if plan.planned is not None:
        form.without_review()
    return _step(
        case,
        form,
        lambda: services.answer_plan(case, form.answered(), today=today()),
        done=_("Het antwoord is vastgelegd."),
        **_shown(plan),
    )


@bp.page(
    "/zaken/<uuid:id>/plan/terugkijken",
    action=Action.ACTION_PLAN_EDIT,
    of=Case,
    methods=("GET", "POST"),
)
def look_back(case: Case) -> ResponseReturnValue:
    """Plan the day to look back, or move it."""
    plan = queries.plan(case, today=today())
    form = LookBackForm(version=0)
    if plan.planned is not None:
        form = LookBackForm(version=plan.planned.version, planned_on=plan.planned.planned_on)
    return _step(
        case,
        form,
        lambda: services.plan_look_back(case, form.planned(), today=today()),
        done=_("De dag om terug te kijken staat vast."),
        **_shown(plan),
    )


@bp.page("/zaken/<uuid:id>/plan/versies", action=Action.ACTION_PLAN_SHOW, of=Case)
def versions(case: Case) -> ResponseReturnValue:
    """Show two versions beside each other, with in words what changed."""
    plan, texts = queries.plan(case, today=today()), queries.version_texts(case)
    old, new = _chosen(sorted(texts))
    labels = {each.number: presenting.version_label(each) for each in plan.versions}
    return render_template(
        "action_plans/versions.html",
        case=case,
        header=cases.header(case, today=today()),
        labels=labels,
        old=old,
        new=new,
        rows=presenting.beside(texts.get(old, Contents()), texts.get(new, Contents())),
        answers=plan.answers,
    )


@bp.page("/zaken/<uuid:id>/plan/afdrukken", action=Action.ACTION_PLAN_SHOW, of=Case)
def paper(case: Case) -> ResponseReturnValue:
    """Show the plan as the youth takes it along: one page, in plain words."""
    plan = queries.plan(case, today=today())
    return render_template(
        "action_plans/paper.html",
        case=case,
        header=cases.header(case, today=today()),
        guides=[seat for seat in seats.seats(case) if seat.function in _GUIDES],
        lives=presenting.lives,
        signs=presenting.SIGNS,
        **_shown(plan),
    )


@bp.page("/evaluatie/<uuid:id>", action=Action.ACTION_PLAN_SHOW, of=PlanReview)
def review(row: PlanReview) -> ResponseReturnValue:
    """Show then and now before a look back, and afterwards what was written down."""
    case, looked = queries.case_of(row), queries.review(row)
    is_held = looked.line.held_on is not None
    return render_template(
        "action_plans/review.html",
        case=case,
        header=cases.header(case, today=today()),
        looked=looked,
        compared=[] if is_held else queries.compared(case),
        since=queries.since(case),
        went=presenting.went,
        states=presenting.STATES,
        why_not=services.why_no_plan(case, today=today()),
        today=today(),
    )


@bp.page(
    "/evaluatie/<uuid:id>/houden",
    action=Action.ACTION_PLAN_EDIT,
    of=PlanReview,
    methods=("GET", "POST"),
)
def hold(row: PlanReview) -> ResponseReturnValue:
    """Let a worker look back with the youth: each goal then and now, and how to go on."""
    case = queries.case_of(row)
    looked, compared = queries.review(row), queries.compared(case)
    mark = queries.goals_mark(case)
    seen = request.form.get("goals_mark", "") if request.method == "POST" else mark
    form = review_form(marked(seen))(version=row.version, goals_mark=mark)
    if seen != mark or looked.line.held_on is not None:
        return _both(Conflict(theirs=queries.goals_now(case), mine=form.typed()))
    return _step(
        case,
        form,
        lambda: services.hold_review(row, form.held(), today=today()),
        done=_("Het terugkijken is vastgelegd."),
        then=lambda: _after(case, form.held().review.outcome),
        compared=compared,
        since=queries.since(case),
        went=presenting.went,
        line=looked.line,
    )


def _after(case: Case, outcome: Outcome) -> str:
    """Return where a look back leads: who adjusts a plan goes on with its goals."""
    page = "make" if outcome is Outcome.ADJUST else "show"
    return url_for(f"action_plans.{page}", id=case.id)


def _step(
    case: Case,
    form: Form,
    act: Callable[[], object],
    *,
    done: str,
    then: Callable[[], str] | None = None,
    **context: Any,
) -> ResponseReturnValue:
    """Do one step of a plan, or ask for it, or show both texts when somebody was first."""
    draft: Drafting | None = context.setdefault("draft", None)
    back_url = url_for("action_plans.show", id=case.id)
    try:
        if form.submits(act):
            if draft is not None:
                draft.drop()
            flash(done, "ok")
            return redirect(then() if then else back_url)
    except Conflict as conflict:
        return _both(conflict)
    if draft is not None:
        draft.restore()
    step = (request.endpoint or "").partition(".")[2]
    if callable(context.get("folds")):
        context["folds"] = context["folds"]()
    return render_template(
        f"action_plans/{step}.html",
        case=case,
        header=cases.header(case, today=today()),
        form=form,
        why_not=services.why_no_plan(case, today=today()),
        back_url=back_url,
        **context,
    ), form.status


def _both(conflict: Conflict) -> ResponseReturnValue:
    fields = presenting.both_texts(conflict)
    page = render_template("errors/conflict.html", fields=fields, return_url=request.path)
    return page, HTTPStatus.CONFLICT


def _shown(plan: Plan) -> dict[str, Any]:
    """Return what every page with the whole plan on it asks for."""
    return {
        "plan": plan,
        "newest_label": presenting.version_label(plan.newest) if plan.newest else "",
        "refusals": presenting.refusals(plan.standing),
        "kinds": presenting.ACTION_KINDS,
        "today": today(),
    }


def _find_url(case: Case, goal: Goal) -> str:
    """Return where there is help for the factors of a goal; '' when the reader finds none."""
    page = "interventions.find"
    if not panels.has_page(page) or not access.may(Action.INTERVENTION_FIND, case):
        return ""
    return url_for(page, id=case.id, factor=[each.factor.code for each in goal.factors])


def _people(case: Case) -> list[tuple[Any, str]]:
    return [(seat.user_id, f"{seat.name} ({seat.organisation})") for seat in seats.seats(case)]


def _chosen(numbers: list[int]) -> tuple[int, int]:
    """Return which two versions are looked at: those asked for, or else the last two."""
    last = numbers[-1] if numbers else 0
    new = request.args.get("nieuw", last, type=int)
    new = new if new in numbers else last
    before = max((n for n in numbers if n < new), default=new)
    old = request.args.get("oud", before, type=int)
    return (old if old in numbers else before), new
