"""Pages between a worker and a provider: what it said by telephone, and the first conversation."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import queries as cases
from pmg.clock import today
from pmg.errors import Conflict, Gone
from pmg.interventions import presenting as words
from pmg.interventions import queries, services
from pmg.interventions.models import Trajectory
from pmg.providers import referring
from pmg.providers.forms import ConversationForm, NotedAnswerForm
from pmg.providers.models import ProviderReferral
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("arranging", __name__)


@bp.page(
    "/inzet/<uuid:id>/antwoord",
    action=Action.INTERVENTION_MOVE,
    of=Trajectory,
    methods=("GET", "POST"),
)
def answer(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker note what a provider said who has nobody to answer here."""
    referral = _referral(trajectory)
    if referring.answers_here(referral.organisation_id):
        raise Gone
    form = NotedAnswerForm(version=referral.version)
    return _step(
        trajectory,
        form,
        lambda: referring.answer_for_provider(referral, form.said(), today=today()),
        done=_("Het antwoord van de aanbieder is vastgelegd."),
    )


@bp.page(
    "/inzet/<uuid:id>/gesprek",
    action=Action.INTERVENTION_MOVE,
    of=Trajectory,
    methods=("GET", "POST"),
)
def converse(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker note when the first conversation was."""
    referral = _referral(trajectory)
    form = ConversationForm(version=referral.version)
    return _step(
        trajectory,
        form,
        lambda: referring.note_conversation(
            referral,
            form.day(),
            action=Action.INTERVENTION_MOVE,
            version=form.seen_version,
            today=today(),
        ),
        done=_("Het eerste gesprek is vastgelegd."),
    )


def _referral(trajectory: Trajectory) -> ProviderReferral:
    referral = referring.of_trajectory(trajectory.id)
    if referral is None:
        raise Gone
    return referral


def _step(
    trajectory: Trajectory, form: Form, act: Callable[[], object], *, done: str
) -> ResponseReturnValue:
    back_url = url_for("interventions.show", id=trajectory.id)
    try:
        if form.submits(act):
            flash(done, "ok")
            return redirect(back_url)
    except Conflict as conflict:
        told = conflict.theirs["told"]
        page = render_template("providers/first.html", told=told, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    case, agreed = queries.case_of(trajectory), queries.trajectory(trajectory)
    step = (request.endpoint or "").partition(".")[2]
    no_work = services.why_no_work(case, today=today())
    return render_template(
        f"interventions/{step}.html",
        header=cases.header(case, today=today()),
        form=form,
        line=agreed.line,
        why_not=words.why_not(step, agreed, no_work=no_work),
        back_url=back_url,
    ), form.status
