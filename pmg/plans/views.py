"""Pages of the plan: a year with what came of it, and a line that goes out."""

from datetime import timedelta

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.clock import today
from pmg.errors import Gone, Invalid
from pmg.plans import queries, services
from pmg.plans.forms import LineForm, WithdrawForm
from pmg.plans.models import PlanLine
from pmg.plans.rules import areas, check_year
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("plans", __name__)


@bp.page("/rapportage/plan", action=Action.PLAN_KEEP, of=Workplace, methods=("GET", "POST"))
def plan(desk: Workplace) -> ResponseReturnValue:
    """Show the plan of a year beside what was reached, and take a new line."""
    year = _year()
    form = LineForm(municipality_id=desk.municipality_id)
    if form.submits(lambda: services.enter_line(form.entry(year), today=today())):
        flash(_("De regel staat in het plan."), "ok")
        return redirect(url_for("plans.plan", jaar=year))
    found = queries.plan_of(year)
    page = render_template(
        "plans/plan.html",
        form=form,
        out=WithdrawForm(),
        plan=found,
        last_day=found.until - timedelta(days=1) if found.until else None,
        has_areas=bool(areas(desk.municipality_id)),
    )
    return page, form.status


@bp.page("/rapportage/plan/csv", action=Action.PLAN_KEEP, of=Workplace)
def csv(_desk: Workplace) -> ResponseReturnValue:
    """Hand over the plan of a year as a file."""
    year = _year()
    text = queries.as_csv(queries.plan_of(year))
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"plan-{year}.csv")
    return response


@bp.page("/rapportage/plan/<uuid:id>/weg", action=Action.PLAN_KEEP, of=PlanLine, methods=("POST",))
def withdraw(line: PlanLine) -> ResponseReturnValue:
    """Take a line out of the plan."""
    form = WithdrawForm()
    if form.submits(lambda: services.withdraw_line(line)):
        flash(_("De regel staat niet meer in het plan."), "ok")
    return redirect(url_for("plans.plan", jaar=line.year))


def _year() -> int:
    """Return the year that is asked; raises Gone for what is no year of a plan."""
    typed = request.args.get("jaar", str(today().year))
    if not (typed.isascii() and typed.isdecimal() and len(typed) == len("2026")):
        raise Gone
    try:
        check_year(int(typed), today())
    except Invalid as refusal:
        raise Gone from refusal
    return int(typed)
