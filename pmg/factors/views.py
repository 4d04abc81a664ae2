"""Pages of factors: what was seen of a youth, through time."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import panels, presenting
from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.cases.shares import SHAREABLE
from pmg.clock import today
from pmg.errors import NotPermitted
from pmg.extensions import db
from pmg.factors import course as drawing
from pmg.factors import on_case, queries, services
from pmg.factors.ages import age_of
from pmg.factors.forms import ObservationForm
from pmg.factors.models import FactorObservation
from pmg.factors.queries import Offer, Sighting
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("factors", __name__)
bp.record(lambda _state: on_case.plug_in())


@bp.page("/zaken/<uuid:id>/factoren", action=Action.FACTOR_SHOW, of=Case)
def course(case: Case) -> ResponseReturnValue:
    """Show every factor that the reader may read through time, each by itself."""
    threads = drawing.threads(queries.course(case))
    header = cases.header(case, today=today())
    return render_template(
        "factors/course.html",
        case=case,
        header=header,
        bar=presenting.bar(header),
        tabs=panels.tabs(case, "factors.course"),
        is_open=services.takes_observations(case, today=today()),
        chart=drawing.chart(threads) if threads else None,
        domains=drawing.by_domain(threads),
        shareable=SHAREABLE if panels.has_page("sharing.factor") else (),
    )


@bp.page(
    "/zaken/<uuid:id>/factoren/nieuw",
    action=Action.FACTOR_OBSERVE,
    of=Case,
    methods=("GET", "POST"),
)
def observe(case: Case) -> ResponseReturnValue:
    """Let a professional say what he saw."""
    form, offer = ObservationForm(), _offer(case)
    form.offer(offer.factors)
    if form.submits(lambda: services.observe_factor(case, form.observation(), today=today())):
        flash(_("De waarneming is vastgelegd."), "ok")
        return redirect(url_for("factors.course", id=case.id))
    header = cases.header(case, today=today())
    return render_template(
        "factors/observe.html", case=case, header=header, form=form, offer=offer
    ), form.status


@bp.page(
    "/waarneming/<uuid:id>/verbeteren",
    action=Action.FACTOR_OBSERVE,
    of=FactorObservation,
    methods=("GET", "POST"),
)
def correct(observation: FactorObservation) -> ResponseReturnValue:
    """Put an observation of one's own organisation right; the old one stays to be seen."""
    wrong = queries.sighting(observation)
    if not wrong.is_own:
        raise NotPermitted("not_own")
    case = db.session.get_one(Case, (observation.municipality_id, observation.case_id))
    form = ObservationForm(data=_answers(wrong))
    form.offer(f for f in _offer(case).factors if f.category == wrong.factor.category)
    if form.submits(
        lambda: services.correct_observation(observation, form.observation(), today=today())
    ):
        flash(_("De waarneming is verbeterd. De oude blijft te zien."), "ok")
        return redirect(url_for("factors.course", id=case.id))
    header = cases.header(case, today=today())
    return render_template(
        "factors/correct.html", case=case, header=header, form=form, wrong=wrong
    ), form.status


def _offer(case: Case) -> Offer:
    return queries.offer(case, ages=(case.age_at_referral, age_of(case, today())))


def _answers(wrong: Sighting) -> dict[str, object]:
    return {
        "factor": wrong.factor.code,
        "presence": wrong.presence.value,
        "nature": wrong.nature.value,
        "source": wrong.source.value,
        "on": wrong.on,
        "note": wrong.note,
    }
