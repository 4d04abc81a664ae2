"""Pages of interventions: the catalogue, and the way of one with a youth."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.action_plans import queries as plans
from pmg.cases import panels, presenting
from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.catalogue import sheet
from pmg.catalogue import shelf as kept
from pmg.clock import today
from pmg.errors import Conflict
from pmg.factors import queries as factors
from pmg.factors.ages import age_of
from pmg.interventions import answers, on_case, onward, queries, rules, services
from pmg.interventions import catalogue as cards
from pmg.interventions import presenting as words
from pmg.interventions.forms import (
    AssignForm,
    CatalogueForm,
    CompleteForm,
    FundingForm,
    SearchForm,
    StartForm,
    StopForm,
)
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import Wish
from pmg.providers import queries as providers
from pmg.providers.queries import Choice
from pmg.providers.referring import Letter
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import Intervention
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("interventions", __name__)
bp.record(lambda _state: on_case.plug_in())
FEWEST_COMPARED, MOST_COMPARED = 2, 3


@bp.page("/interventies", action=Action.CATALOGUE_SHOW, of=Workplace)
def catalogue(desk: Workplace) -> ResponseReturnValue:
    """Show what there is, to anyone who works here; it is about no youth."""
    form = CatalogueForm(request.args)
    form.offer()
    status = HTTPStatus.OK if form.validate() else HTTPStatus.UNPROCESSABLE_ENTITY
    wish = form.wish()
    among = list(kept.entries().values()) if form.ook.data else kept.offered(today())
    form.offer(rules.facets(wish, among))
    found = rules.find(wish, among, today()) if status == HTTPStatus.OK else []
    return render_template(
        "interventions/catalogue.html",
        desk=desk,
        form=form,
        folds=cards.folds(wish.factors),
        found=[cards.card(match) for match in found],
        is_filtered=wish != Wish() or form.ook.data,
        kept=[(name, value) for name in CatalogueForm.KEPT for value in request.args.getlist(name)],
    ), status


@bp.page("/interventies/kaart", action=Action.CATALOGUE_SHOW, of=Workplace)
def entry(desk: Workplace) -> ResponseReturnValue:
    """Show all that is known of one intervention, now or as it was in a version."""
    present = _chosen()
    chosen = kept.version(present.code, request.args.get("versie", type=int)) if present else None
    if present is None or chosen is None:
        return redirect(url_for("interventions.catalogue"))
    (match,) = rules.find(Wish(), [chosen], today())
    return render_template(
        "interventions/entry.html",
        desk=desk,
        card=cards.card(match),
        present=present,
        search_url=_search_url(),
    )


@bp.page("/interventies/vergelijken", action=Action.CATALOGUE_SHOW, of=Workplace)
def compare(_desk: Workplace) -> ResponseReturnValue:
    """Show two or three interventions side by side, as they are known; none is called better."""
    asked = dict.fromkeys(code for code in request.args.getlist("code") if code in kept.entries())
    back = _catalogue_url()
    if not FEWEST_COMPARED <= len(asked) <= MOST_COMPARED:
        flash(_("Vink twee of drie interventies aan om ze naast elkaar te zien."), "warning")
        return redirect(back)
    matches = rules.find(Wish(), [kept.entry(code) for code in asked], today())
    return render_template(
        "interventions/compare.html",
        cards=[cards.card(match) for match in matches],
        back_url=back,
    )


@bp.page("/interventies/catalogus.csv", action=Action.CATALOGUE_SHOW, of=Workplace)
def export(_desk: Workplace) -> ResponseReturnValue:
    """Give the whole catalogue as a table that a spreadsheet opens; it is about no youth."""
    text = sheet.as_csv(kept.entries().values())
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="interventies.csv"'
    return response


@bp.page("/zaken/<uuid:id>/inzet/zoeken", action=Action.INTERVENTION_FIND, of=Case)
def find(case: Case) -> ResponseReturnValue:
    """Show what aims at the factors that the worker picks, with why, at the youth's age."""
    age = age_of(case, today())
    form = SearchForm(request.args)
    form.offer()
    status = HTTPStatus.OK if form.validate() else HTTPStatus.UNPROCESSABLE_ENTITY
    wish = form.wish(age=age)
    among = kept.offered(today())
    form.offer(rules.facets(wish, among))
    header = cases.header(case, today=today())
    lines = queries.trajectories(case)
    asked = bool(request.args) and status == HTTPStatus.OK
    return render_template(
        "interventions/find.html",
        case=case,
        header=header,
        bar=presenting.bar(header),
        tabs=panels.tabs(case, "interventions.find"),
        form=form,
        age=age,
        folds=cards.folds(wish.factors, factors.latest(case)),
        lines=lines,
        running=_running(lines),
        kinds=words.KINDS,
        asked=asked,
        wish=wish,
        found=[cards.card(match) for match in rules.find(wish, among, today())] if asked else [],
        near=[cards.card(match) for match in rules.near(wish, among, today())] if asked else [],
        offered=providers.choices(case, start=today()) if asked else {},
        why_not=services.why_no_work(case, today=today()),
    ), status


@bp.page(
    "/zaken/<uuid:id>/inzet/nieuw",
    action=Action.INTERVENTION_ASSIGN,
    of=Case,
    methods=("GET", "POST"),
)
def assign(case: Case) -> ResponseReturnValue:
    """Let a worker set an intervention to work for a youth."""
    chosen, age = _chosen(), age_of(case, today())
    asked = request.args.getlist("factor")
    if chosen is None:
        return redirect(url_for("interventions.find", id=case.id))
    form = AssignForm(data=_proposal(chosen, asked) | _again(case))
    targets = answers.targets(chosen)
    goals = [(goal.id, goal.text) for goal in plans.open_goals(case)]
    offered = providers.choices(case, start=today()).get(chosen.code, [])
    form.offer([(one.provider_id, words.choice(one)) for one in offered], targets, goals)
    answered = _refer(case, chosen, form, offered)
    if answered is not None:
        return answered
    (match,) = rules.find(Wish(), [chosen], today())
    return render_template(
        "interventions/assign.html",
        case=case,
        header=cases.header(case, today=today()),
        form=form,
        card=cards.card(match),
        targets=targets,
        goals=goals,
        offered=offered,
        age=age,
        fits_age=chosen.fits_age(age),
        is_retired=chosen.is_retired(today()),
        running=_running(queries.trajectories(case)).get(chosen.code),
        why_not=services.why_no_work(case, today=today()),
        back_url=url_for("interventions.find", id=case.id, factor=asked),
    ), form.status


def _refer(
    case: Case, chosen: Intervention, form: AssignForm, offered: list[Choice]
) -> ResponseReturnValue | None:
    """Show what the provider will read, and send it once that was checked; None for neither.

    The page to check is the same form with everything filled in: nothing is kept in between.
    """
    if request.form.get("terug"):
        return None
    made: list[Trajectory] = []
    letters: list[Letter] = []
    asked = form.assignment

    def act() -> None:
        if form.is_checked:
            made.append(services.assign_intervention(case, asked(chosen), today=today()))
        else:
            letters.append(services.write_letter(case, asked(chosen), today=today()))

    if not form.submits(act):
        return None
    if made:
        flash(_("De verwijzing is verstuurd. U krijgt bericht als de aanbieder antwoordt."), "ok")
        return redirect(url_for("interventions.show", id=made[0].id))
    return render_template(
        "interventions/check.html",
        header=cases.header(case, today=today()),
        carried=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in {"checked", "terug"}
        ],
        letter=letters[0],
        intervention=chosen,
        provider=next(one.name for one in offered if one.provider_id == letters[0].provider_id),
        targets=[FACTORS[code].name for code in letters[0].target_factors],
    )


@bp.page("/inzet/<uuid:id>", action=Action.CASE_SHOW, of=Trajectory)
def show(trajectory: Trajectory) -> ResponseReturnValue:
    """Show how far one intervention is with a youth."""
    case = queries.case_of(trajectory)
    agreed = queries.trajectory(trajectory)
    return render_template(
        "interventions/show.html",
        case=case,
        header=cases.header(case, today=today()),
        agreed=agreed,
        line=agreed.line,
        bar=words.bar(agreed.line),
        kinds=words.KINDS,
        warnings=agreed.line.intervention.warnings(today()),
        retired=cards.retired(kept.entry(trajectory.intervention_code)),
        why_not=services.why_no_work(case, today=today()),
        panels=onward.panels(trajectory),
    )


@bp.page(
    "/inzet/<uuid:id>/starten",
    action=Action.INTERVENTION_MOVE,
    of=Trajectory,
    methods=("GET", "POST"),
)
def start(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker note the first day."""
    form = StartForm(version=trajectory.version)
    return _move(
        trajectory,
        form,
        lambda: services.start_trajectory(trajectory, form.start(), today=today()),
        done=_("De start is vastgelegd."),
    )


@bp.page(
    "/inzet/<uuid:id>/afronden",
    action=Action.INTERVENTION_MOVE,
    of=Trajectory,
    methods=("GET", "POST"),
)
def complete(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker complete it, with what it brought; a plan with goals asks a report on each."""
    if url := onward.closing_url(trajectory):
        return redirect(url)
    form = CompleteForm(version=trajectory.version)
    return _move(
        trajectory,
        form,
        lambda: services.complete_trajectory(trajectory, form.completion(), today=today()),
        done=_("De inzet is afgerond."),
    )


@bp.page(
    "/inzet/<uuid:id>/stoppen",
    action=Action.INTERVENTION_MOVE,
    of=Trajectory,
    methods=("GET", "POST"),
)
def stop(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker stop it, with the reason."""
    form = StopForm(version=trajectory.version)
    return _move(
        trajectory,
        form,
        lambda: services.stop_trajectory(trajectory, form.stop(), today=today()),
        done=_("De inzet is gestopt."),
    )


@bp.page(
    "/inzet/<uuid:id>/geldstroom",
    action=Action.INTERVENTION_MOVE,
    of=Trajectory,
    methods=("GET", "POST"),
)
def fund(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker say afterwards what pays for the place, with the reason."""
    form = FundingForm(version=trajectory.version, funding=trajectory.funding)
    return _move(
        trajectory,
        form,
        lambda: services.change_funding(trajectory, form.wanted(), today=today()),
        done=_("De geldstroom is gewijzigd."),
    )


def _move(
    trajectory: Trajectory, form: Form, act: Callable[[], None], *, done: str
) -> ResponseReturnValue:
    back_url = url_for("interventions.show", id=trajectory.id)
    try:
        if form.submits(act):
            flash(done, "ok")
            return redirect(back_url)
    except Conflict as conflict:
        fields = words.both_texts(conflict)
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    case = queries.case_of(trajectory)
    agreed = queries.trajectory(trajectory)
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


def _again(case: Case) -> dict[str, object]:
    """Return the answers of an earlier referral of this case, to refer elsewhere with the same."""
    earlier_id = request.args.get("opnieuw", type=UUID)
    earlier = queries.earlier(case, earlier_id) if earlier_id else None
    return words.same_answers(earlier, today()) if earlier else {}


def _running(lines: Iterable[queries.Line]) -> dict[str, queries.Line]:
    """Return what is open on a case, by the code of the intervention."""
    return {line.intervention.code: line for line in lines if line.state.is_open}


def _catalogue_url() -> str:
    """Return the list of the catalogue as it was filtered before comparing."""
    kept = [(name, value) for name in CatalogueForm.KEPT for value in request.args.getlist(name)]
    return "?".join([url_for("interventions.catalogue"), urlencode(kept)]).rstrip("?")


def _search_url() -> str:
    """Return the search of a case that led to a card, '' for a reader of the catalogue."""
    case_id = request.args.get("zaak", type=UUID)
    if case_id is None:
        return ""
    return url_for("interventions.find", id=case_id, factor=request.args.getlist("factor"))


def _chosen() -> Intervention | None:
    return kept.entries().get(request.args.get("code", ""))


def _proposal(chosen: Intervention, asked: list[str]) -> dict[str, object]:
    return {
        "target_factors": [f.code for f in answers.targets(chosen) if f.code in asked],
        "planned_start": today(),
        "planned_end": answers.usual_end(chosen, today()),
    }
