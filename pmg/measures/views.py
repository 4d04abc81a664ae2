"""Pages of measures: the steps of a job guarantee, and hours around school."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import queries as cases
from pmg.cases.panels import Panel
from pmg.clock import today
from pmg.errors import Conflict
from pmg.interventions import onward
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import Funding
from pmg.measures import presenting, queries, rules, services, writing
from pmg.measures.forms import (
    StepAnewForm,
    StepForm,
    TakeBackForm,
    WeekAnewForm,
    WeekForm,
    as_typed,
)
from pmg.measures.models import GuaranteeRow, SchoolWeek
from pmg.measures.rules import GuaranteeStep
from pmg.reference.interventions import INTERVENTIONS
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("measures", __name__)
bp.record(lambda _state: onward.plug_in(_panel, lambda _trajectory: ""))
_BOTH = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says around its questions."""

    title: str
    button: str
    done: str
    consequence: str = ""


def _panel(trajectory: Trajectory) -> Panel | None:
    """Show on the page of a trajectory how far the guarantee is, or how many hours were used."""
    if not access.may(Action.MEASURE_SHOW, trajectory):
        return None
    shown = {"trajectory": trajectory, "may_keep": _may_keep(trajectory)}
    if trajectory.intervention_code == rules.GUARANTEE:
        found = queries.guarantee(trajectory)
        return Panel(
            "measures/_guarantee.html", {**shown, "found": found, "bar": presenting.bar(found)}
        )
    if trajectory.intervention_code == rules.AROUND_SCHOOL:
        hours = queries.around_school(trajectory)
        return Panel(
            "measures/_school.html", {**shown, "found": hours, "summary": presenting.summary(hours)}
        )
    return None


@bp.page("/inzet/<uuid:id>/baangarantie", action=Action.MEASURE_SHOW, of=Trajectory)
def guarantee(trajectory: Trajectory) -> ResponseReturnValue:
    """Show the steps of a job guarantee, with all that was told of each."""
    found = queries.guarantee(trajectory)
    return render_template(
        "measures/guarantee.html",
        **_around(trajectory),
        found=found,
        bar=presenting.bar(found),
        why_not=writing.why_fixed(trajectory, today=today()),
        may_keep=_may_keep(trajectory),
    )


@bp.page(
    "/inzet/<uuid:id>/baangarantie/volgende-stap",
    action=Action.MEASURE_KEEP,
    of=Trajectory,
    methods=_BOTH,
)
def take_step(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker tell of the next step of a guarantee."""
    following = queries.guarantee(trajectory).next_step
    if following is None and request.method == "GET":
        return redirect(url_for("measures.guarantee", id=trajectory.id))
    form = StepForm()
    step = form.ask(following or GuaranteeStep.JOB)
    return _asked(
        trajectory,
        form,
        lambda: services.take_step(trajectory, step, form.taken(), today=today()),
        Words(step.label, _("Stap vastleggen"), _("De stap staat vast.")),
        back="measures.guarantee",
    )


@bp.page("/garantiestap/<uuid:id>/verbeteren", action=Action.MEASURE_KEEP, of=GuaranteeRow,
         methods=_BOTH)  # fmt: skip
def correct_step(row: GuaranteeRow) -> ResponseReturnValue:
    """Let a worker tell a step anew."""
    step = GuaranteeStep(row.step)
    form = StepAnewForm(data={"on_day": row.on_day, "words": row.words or ""})
    form.ask(step)
    return _asked(
        writing.trajectory_of(row),
        form,
        lambda: services.correct_step(row, form.anew(), today=today()),
        Words(
            _("Verbeteren: %(step)s", step=step.label),
            _("Verbeteren"),
            _("De stap is verbeterd. Wat er stond, is bewaard."),
            _("Wat er nu staat, blijft te lezen onder de stap."),
        ),
        back="measures.guarantee",
    )


@bp.page("/garantiestap/<uuid:id>/terugnemen", action=Action.MEASURE_KEEP, of=GuaranteeRow,
         methods=_BOTH)  # fmt: skip
def take_back_step(row: GuaranteeRow) -> ResponseReturnValue:
    """Let a worker say that the last step was not taken."""
    form = TakeBackForm()
    return _asked(
        writing.trajectory_of(row),
        form,
        lambda: services.take_back_step(row, form.why.data or "", today=today()),
        Words(
            _("Terugnemen: %(step)s", step=GuaranteeStep(row.step).label),
            _("Terugnemen"),
            _("De stap telt niet meer. Wat er stond, is bewaard."),
            _("De stap telt daarna niet meer. Wat er staat, blijft te lezen."),
        ),
        back="measures.guarantee",
    )


@bp.page("/inzet/<uuid:id>/schooluren", action=Action.MEASURE_SHOW, of=Trajectory)
def school(trajectory: Trajectory) -> ResponseReturnValue:
    """Show the hours around school, a week at a time."""
    found = queries.around_school(trajectory)
    return render_template(
        "measures/school.html",
        **_around(trajectory),
        found=found,
        chart=presenting.chart(found),
        funding=Funding(trajectory.funding).label if trajectory.funding else _("Niet bekend"),
        words=presenting,
        why_not=_why_no_week(trajectory),
        may_keep=_may_keep(trajectory),
    )


@bp.page("/inzet/<uuid:id>/schooluren/week", action=Action.MEASURE_KEEP, of=Trajectory,
         methods=_BOTH)  # fmt: skip
def tell_week(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker tell of a week; it proposes the hours there were the week before."""
    weeks = queries.around_school(trajectory).weeks
    form = WeekForm(data={"offered": rules.show_hours(weeks[-1].offered)} if weeks else None)
    return _asked(
        trajectory,
        form,
        lambda: services.tell_week(trajectory, form.hours(), today=today()),
        Words(_("Uren van een week"), _("Week vastleggen"), _("De week staat vast.")),
        back="measures.school",
    )


@bp.page("/schoolweek/<uuid:id>/verbeteren", action=Action.MEASURE_KEEP, of=SchoolWeek,
         methods=_BOTH)  # fmt: skip
def correct_week(row: SchoolWeek) -> ResponseReturnValue:
    """Let a worker tell the hours of a week anew."""
    form = WeekAnewForm(data=as_typed(row.hours))
    return _asked(
        writing.trajectory_of(row),
        form,
        lambda: services.correct_week(row, form.anew(row.monday), today=today()),
        Words(
            _("Week van %(day)s verbeteren", day=f"{row.monday:%d-%m-%Y}"),
            _("Verbeteren"),
            _("De week is verbeterd. Wat er stond, is bewaard."),
            _("Wat er nu staat, blijft te lezen bij de week."),
        ),
        back="measures.school",
    )


@bp.page("/schoolweek/<uuid:id>/terugnemen", action=Action.MEASURE_KEEP, of=SchoolWeek,
         methods=_BOTH)  # fmt: skip
def take_back_week(row: SchoolWeek) -> ResponseReturnValue:
    """Let a worker say that a week should not stand there."""
    form = TakeBackForm()
    return _asked(
        writing.trajectory_of(row),
        form,
        lambda: services.take_back_week(row, form.why.data or "", today=today()),
        Words(
            _("Week van %(day)s terugnemen", day=f"{row.monday:%d-%m-%Y}"),
            _("Terugnemen"),
            _("De week telt niet meer. Wat er stond, is bewaard."),
            _("De week telt daarna niet meer mee. Wat er staat, blijft te lezen."),
        ),
        back="measures.school",
    )


def _asked(
    trajectory: Trajectory, form: Form, act: Callable[[], Any], words: Words, *, back: str
) -> ResponseReturnValue:
    """Ask, do it when it is right, and lead back; show both texts when somebody was first."""
    back_url = url_for(back, id=trajectory.id)
    why_not = writing.why_fixed(trajectory, today=today())
    if back == "measures.school":
        why_not = _why_no_week(trajectory)
    try:
        if not why_not and form.submits(act):
            flash(words.done, "ok")
            return redirect(back_url)
    except Conflict as conflict:
        fields = presenting.both_texts(conflict)
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    page = render_template(
        "measures/step.html",
        **_around(trajectory),
        form=form,
        words=words,
        why_not=why_not,
        back_url=back_url,
    )
    return page, form.status


def _why_no_week(trajectory: Trajectory) -> str:
    if trajectory.started_on is None:
        return str(_("Deze inzet is nog niet gestart. Leg eerst de start vast, bij de inzet zelf."))
    return writing.why_fixed(trajectory, today=today())


def _may_keep(trajectory: Trajectory) -> bool:
    is_fixed = bool(writing.why_fixed(trajectory, today=today()))
    return not is_fixed and access.may(Action.MEASURE_KEEP, trajectory)


def _around(trajectory: Trajectory) -> dict[str, Any]:
    return {
        "trajectory": trajectory,
        "header": cases.header(writing.case_of(trajectory), today=today()),
        "name": INTERVENTIONS[trajectory.intervention_code].name_nl,
    }
