"""Pages of reports under way: asking for one, its progress, the second look, and delivery."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.clock import today
from pmg.definitions.store import latest
from pmg.errors import Invalid
from pmg.reports import agenda, judging, keys, listing, queries, services, wording, years
from pmg.reports.beside import beside as frozen_beside
from pmg.reports.forms import CorrectForm, MakeForm, SendBackForm, StepForm
from pmg.reports.inside import read_inside
from pmg.reports.models import ReportDelivery, ReportDraft, ReportRelease
from pmg.reports.overlapping import computed, release_beside
from pmg.reports.reading import read_findings
from pmg.reports.rules import (
    OPEN,
    Preset,
    State,
    Step,
    preset_period,
    split_years,
    stored_period,
)
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("drafts", __name__)
bp.record(lambda _state: agenda.plug_in())


@bp.page("/rapportage/nieuw", action=Action.REPORT_MAKE, of=Workplace, methods=("GET", "POST"))
def make(desk: Workplace) -> ResponseReturnValue:
    """Ask which report over which days, and have it computed."""
    templates = latest(desk.municipality_id).values()
    form = MakeForm(templates)
    asked: list[services.Asked] = []
    day = today()
    if form.submits(lambda: asked.append(services.ask_report(form.choice(day), today=day))):
        found = asked[0]
        if found.release is not None:
            flash(_("Over deze periode was al een rapport gemaakt. Dit is dat rapport."), "info")
            return redirect(url_for("reports.show", id=found.release.id))
        return _to(found)
    presets = {preset: preset_period(preset, day) for preset in Preset}
    page = render_template(
        "reports/make.html",
        form=form,
        about=form.about(templates),
        presets=presets,
        cut={preset for preset, period in presets.items() if period and split_years(period)},
        **_way_on(form, day),
    )
    return page, form.status


def _way_on(form: MakeForm, day: date) -> dict[str, Any]:
    """Find what stands in the way of what was asked and refused, and what there is instead."""
    try:
        choice = form.choice(day) if form.period.errors and form.period.data else None
    except (Invalid, ValueError):
        choice = None
    if choice is None:
        return {"waiting": [], "adds_up": None}
    newest = listing.newest_within(choice.period, choice.template_code)
    report = queries.opened(newest) if newest else None
    return {
        "waiting": [
            one
            for one in listing.waiting()
            if one.state in OPEN and one.template_code == choice.template_code
        ],
        "adds_up": report if newest and report and years.adds_up(newest, report) else None,
    }


def _to(found: services.Asked) -> ResponseReturnValue:
    assert found.draft is not None
    return redirect(url_for("drafts.show", id=found.draft.id))


@bp.page(
    "/rapportage/<uuid:id>/opnieuw",
    action=Action.REPORT_MAKE,
    of=ReportRelease,
    methods=("GET", "POST"),
)
def correct(item: ReportRelease) -> ResponseReturnValue:
    """Ask why a release is made again, and have its successor computed."""
    form = CorrectForm()
    asked: list[services.Asked] = []
    if form.submits(lambda: asked.append(services.ask_correction(item, form.reason.data or ""))):
        return _to(asked[0])
    attempt = listing.held_attempt(item)
    page = render_template(
        "reports/correct.html",
        form=form,
        item=item,
        report=queries.opened(item),
        attempt=attempt,
        held=_held(attempt) if attempt else [],
    )
    return page, form.status


@bp.page("/rapportage/concept/<uuid:id>", action=Action.REPORT_SHOW, of=ReportDraft)
def show(draft: ReportDraft) -> ResponseReturnValue:
    """Show how far a draft is, or what came of it."""
    if draft.state == State.READY:
        services.preview(draft)
    return _page(draft, StepForm(), SendBackForm())


def _page(draft: ReportDraft, step: Form, back: SendBackForm) -> ResponseReturnValue:
    report = queries.candidate(draft) if draft.state == State.READY else None
    beside = release_beside(computed(draft, report.document)) if report else None
    before = listing.predecessor(draft)
    inside = read_inside(draft.inside) if draft.inside_sealed else None
    page = render_template(
        f"reports/{'preview' if report else 'draft'}.html",
        draft=draft,
        report=report,
        title=listing.title_of(draft.template_code, draft.template_version, draft.municipality_id),
        period=stored_period(draft.period_from, draft.period_until),
        sheets=queries.sheets(report) if report else [],
        hides=listing.hides(draft),
        before=before,
        changes=queries.changes(queries.opened(before), report) if before and report else [],
        held=_held(draft),
        is_overtaken=report is not None
        and (beside is not None or listing.is_overtaken(draft, report.certificate)),
        beside=beside,
        frozen=frozen_beside(report.certificate) if report else None,
        has_earlier=bool(listing.hashes_about(draft)),
        stands_alone=listing.cannot_stand_beside(draft),
        years=listing.years_given_up(draft),
        inside=inside,
        gains=wording.gains(inside, draft.municipality_id) if inside else [],
        maker=listing.name_of(draft.municipality_id, draft.made_by),
        decider=listing.name_of(draft.municipality_id, draft.decided_by),
        is_own=draft.made_by == access.reader().user_id,
        steps=len(Step) - 1,
        open_states=OPEN,
        form=step,
        back=back,
    )
    return page, max(step.status, back.status)


def _held(draft: ReportDraft) -> list[wording.Remark]:
    if draft.state != State.HELD:
        return []
    return wording.remarks(read_findings(draft.held), draft.municipality_id)


@bp.page(
    "/rapportage/concept/<uuid:id>/goedkeuren",
    action=Action.REPORT_APPROVE,
    of=ReportDraft,
    methods=("POST",),
)
def approve(draft: ReportDraft) -> ResponseReturnValue:
    """Freeze a draft and enter it in the ledger."""
    if draft.state == State.APPROVED:
        flash(_("Een collega had dit rapport al goedgekeurd. Dit is het rapport."), "info")
        return redirect(url_for("reports.show", id=draft.id))
    return _decide(
        draft,
        lambda: judging.approve(draft, signer=keys.own_signer()),
        _("Het rapport is goedgekeurd en ondertekend. Het kan niet meer veranderen."),
        "reports.show",
    )


@bp.page(
    "/rapportage/concept/<uuid:id>/intrekken",
    action=Action.REPORT_MAKE,
    of=ReportDraft,
    methods=("POST",),
)
def withdraw(draft: ReportDraft) -> ResponseReturnValue:
    """Take one's own draft back."""
    done = _("Het rapport is ingetrokken. Er is niets van bewaard.")
    return _decide(draft, lambda: services.withdraw(draft), done, "drafts.show")


def _decide(
    draft: ReportDraft, act: Callable[[], object], done: str, onward: str
) -> ResponseReturnValue:
    form = StepForm()
    if form.submits(act):
        flash(done, "ok")
        return redirect(url_for(onward, id=draft.id))
    return _page(draft, form, SendBackForm(formdata=None))


@bp.page(
    "/rapportage/concept/<uuid:id>/terugsturen",
    action=Action.REPORT_APPROVE,
    of=ReportDraft,
    methods=("POST",),
)
def send_back(draft: ReportDraft) -> ResponseReturnValue:
    """Send a draft back to its maker, with the reason."""
    form = SendBackForm()
    if form.submits(lambda: judging.send_back(draft, form.reason.data or "")):
        flash(_("Het rapport is teruggestuurd. De maker ziet uw reden."), "ok")
        return redirect(url_for("drafts.show", id=draft.id))
    return _page(draft, StepForm(formdata=None), form)


@bp.page(
    "/rapportage/<uuid:id>/leveren",
    action=Action.REPORT_SHOW,
    of=ReportRelease,
    methods=("POST",),
)
def deliver(item: ReportRelease) -> ResponseReturnValue:
    """Hand a release to the ministry, after a fresh code."""
    if access.decide(Action.REPORT_DELIVER, item).code == "second_factor_stale":
        back = url_for("reports.show", id=item.id, _anchor="leveren")
        return redirect(url_for("accounts.step_up", next=back))
    if StepForm().submits(lambda: services.deliver(item)):
        flash(_("Het rapport is geleverd aan het ministerie."), "ok")
    return redirect(url_for("reports.show", id=item.id))


@bp.page("/ontvangen", action=Action.REPORT_RECEIVE, of=Workplace)
def received(_desk: Workplace) -> ResponseReturnValue:
    """Show the ministry what municipalities delivered."""
    return render_template("reports/received.html", rows=listing.received())


@bp.page("/ontvangen/<uuid:id>", action=Action.REPORT_RECEIVE, of=ReportDelivery)
def receive(item: ReportDelivery) -> ResponseReturnValue:
    """Show the ministry one report that was delivered."""
    release = listing.release_of(item)
    report = queries.opened(release)
    return render_template(
        "reports/received_one.html",
        report=report,
        release=release,
        delivery=item,
        municipality=report.certificate["about"]["gemeente"],
        sheets=queries.sheets(report),
    )
