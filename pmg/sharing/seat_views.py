"""Pages of taking part: ask a partner, and let him go."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.clock import today
from pmg.security.policy import Action
from pmg.sharing import seating, services
from pmg.sharing.forms import LetGoForm, SeatForm
from pmg.web.door import Feature

bp = Feature("seats", __name__)
_USUAL = timedelta(days=180)


@bp.page("/zaken/<uuid:id>/deelnemer", action=Action.CASE_INVITE, of=Case, methods=("GET", "POST"))
def add(case: Case) -> ResponseReturnValue:
    """Ask a partner to take part in the case until a day."""
    form, people = SeatForm(data={"until": today() + _USUAL}), seating.candidates(case)
    form.offer(people)
    back_url = url_for("sharing.overview", id=case.id)
    if form.submits(lambda: seating.seat(case, form.chosen(), form.day(), today=today())):
        flash(_("Deze persoon neemt nu deel en heeft bericht."), "ok")
        return redirect(back_url)
    return render_template(
        "sharing/seat.html",
        header=cases.header(case, today=today()),
        form=form,
        people=people,
        is_open=services.takes_sharing(case, today=today()),
        back_url=back_url,
    ), form.status


@bp.page(
    "/zaken/<uuid:id>/deelnemer/stoppen",
    action=Action.CASE_INVITE,
    of=Case,
    methods=("GET", "POST"),
)
def let_go(case: Case) -> ResponseReturnValue:
    """Let a partner, or a chair who was let in, take part no longer."""
    form, people = LetGoForm(), seating.guests(case)
    form.offer(people)
    back_url = url_for("sharing.overview", id=case.id)
    if form.submits(lambda: seating.let_go(case, form.chosen())):
        flash(_("Deze persoon neemt niet meer deel."), "ok")
        return redirect(back_url)
    return render_template(
        "sharing/let_go.html",
        header=cases.header(case, today=today()),
        form=form,
        people=people,
        back_url=back_url,
    ), form.status
