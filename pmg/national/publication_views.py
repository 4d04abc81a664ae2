"""Pages of national figures: making them, the second look, and what was published."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.errors import Invalid
from pmg.national import deriving, files, publishing, queries
from pmg.national.forms import MakeForm, SendBackForm, StepForm
from pmg.national.models import NationalDraft, NationalRelease
from pmg.national.rules import Choice
from pmg.national.views import choice_form
from pmg.reports.export import File
from pmg.reports.handing_over import hand_over
from pmg.reports.keys import ministry_signer_here
from pmg.reports.listing import name_of
from pmg.reports.queries import changes, sheets
from pmg.reports.rules import stored_period
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("publications", __name__)


@bp.page("/landelijk/cijfers", action=Action.NATIONAL_SHOW, of=Workplace)
def published(_desk: Workplace) -> ResponseReturnValue:
    """Show what was published, and what waits for a second look."""
    return render_template(
        "national/published.html", rows=queries.publications(), waiting=queries.drafts()
    )


@bp.page(
    "/landelijk/cijfers/nieuw",
    action=Action.NATIONAL_MAKE,
    of=Workplace,
    methods=("GET", "POST"),
)
def make(_desk: Workplace) -> ResponseReturnValue:
    """Show what would be added and what not, and make a draft of it."""
    _choices, choice = choice_form()
    form = MakeForm()
    made: list[NationalDraft] = []
    if form.submits(lambda: made.append(publishing.make_draft(choice, form.reason.data or ""))):
        return redirect(url_for("publications.draft", id=made[0].id))
    page = render_template(
        "national/make.html",
        form=form,
        found=queries.overview(choice),
        title=queries.title_of(choice.template_code),
        before=publishing.latest(choice),
        **_what_differs(choice),
    )
    return page, form.status


def _what_differs(choice: Choice) -> dict[str, Any]:
    """Say in what municipalities differ, and why nothing can be added, if so."""
    try:
        found = deriving.compared(choice)
    except Invalid as refusal:
        return {"differs": [], "obstacle": refusal.message}
    return {"differs": queries.differences(found), "obstacle": ""}


@bp.page("/landelijk/cijfers/concept/<uuid:id>", action=Action.NATIONAL_SHOW, of=NationalDraft)
def draft(item: NationalDraft) -> ResponseReturnValue:
    """Show a draft, or what was decided about it."""
    return _page(item, StepForm(), SendBackForm())


def _page(item: NationalDraft, step: Form, back: SendBackForm) -> ResponseReturnValue:
    report = queries.opened(item) if item.document else None
    before = queries.predecessor(item)
    page = render_template(
        "national/draft.html",
        draft=item,
        report=report,
        sheets=sheets(report) if report else [],
        title=queries.title_of(item.template_code),
        period=stored_period(item.period_from, item.period_until),
        before=before,
        changes=changes(queries.opened(before), report) if before and report else [],
        **(_about(report) if report else {}),
        maker=name_of(item.municipality_id, item.made_by),
        decider=name_of(item.municipality_id, item.decided_by),
        is_own=item.made_by == access.reader().user_id,
        form=step,
        back=back,
    )
    return page, max(step.status, back.status)


def _about(report: Any) -> dict[str, Any]:
    """Return what every page of figures says of what went in."""
    figures = queries.figures_of(report)
    return {
        "figures": figures,
        "missing": queries.missing_of(report),
        "differs": queries.differences(figures.left_out),
        "changed": queries.changed(report),
        "replaces_areas": queries.replaces_areas(report),
        "origins": [(queries.place_name(one.place), one) for one in figures.origins],
    }


@bp.page(
    "/landelijk/cijfers/concept/<uuid:id>/goedkeuren",
    action=Action.NATIONAL_APPROVE,
    of=NationalDraft,
    methods=("POST",),
)
def approve(item: NationalDraft) -> ResponseReturnValue:
    """Publish a draft."""
    return _decide(
        item,
        lambda: publishing.approve(item, signer=ministry_signer_here()),
        _("De cijfers zijn gepubliceerd en ondertekend. Ze kunnen niet meer veranderen."),
        "publications.show",
    )


@bp.page(
    "/landelijk/cijfers/concept/<uuid:id>/intrekken",
    action=Action.NATIONAL_MAKE,
    of=NationalDraft,
    methods=("POST",),
)
def withdraw(item: NationalDraft) -> ResponseReturnValue:
    """Take one's own draft back."""
    done = _("Het concept is ingetrokken.")
    return _decide(item, lambda: publishing.withdraw(item), done, "publications.draft")


@bp.page(
    "/landelijk/cijfers/concept/<uuid:id>/terugsturen",
    action=Action.NATIONAL_APPROVE,
    of=NationalDraft,
    methods=("POST",),
)
def send_back(item: NationalDraft) -> ResponseReturnValue:
    """Send a draft back to its maker, with the reason."""
    form = SendBackForm()
    if form.submits(lambda: publishing.send_back(item, form.reason.data or "")):
        flash(_("Het concept is teruggestuurd. De maker ziet uw reden."), "ok")
        return redirect(url_for("publications.draft", id=item.id))
    return _page(item, StepForm(formdata=None), form)


def _decide(
    item: NationalDraft, act: Callable[[], object], done: str, onward: str
) -> ResponseReturnValue:
    form = StepForm()
    if form.submits(act):
        flash(done, "ok")
        return redirect(url_for(onward, id=item.id))
    return _page(item, form, SendBackForm(formdata=None))


@bp.page("/landelijk/cijfers/<uuid:id>", action=Action.NATIONAL_SHOW, of=NationalRelease)
def show(item: NationalRelease) -> ResponseReturnValue:
    """Show published figures with charts and tables."""
    report = queries.opened(item)
    before = queries.predecessor(item)
    return render_template(
        "national/show.html",
        item=item,
        report=report,
        sheets=sheets(report),
        before=before,
        after=queries.successor(item),
        changes=changes(queries.opened(before), report) if before else [],
        **_about(report),
        maker=name_of(item.municipality_id, item.made_by),
        approver=name_of(item.municipality_id, item.approved_by),
        may_take_out=access.may(Action.NATIONAL_EXPORT, item),
    )


@bp.page("/landelijk/cijfers/<uuid:id>/csv", action=Action.NATIONAL_SHOW, of=NationalRelease)
def csv(item: NationalRelease) -> ResponseReturnValue:
    """Hand over the numbers as CSV; `?vorm=excel` as Dutch Excel opens it."""
    for_excel = request.args.get("vorm") == "excel"
    return _hand_over(item, lambda: files.numbers(item, for_excel=for_excel))


@bp.page("/landelijk/cijfers/<uuid:id>/ods", action=Action.NATIONAL_SHOW, of=NationalRelease)
def ods(item: NationalRelease) -> ResponseReturnValue:
    """Hand over the numbers as a spreadsheet."""
    return _hand_over(item, lambda: files.spreadsheet(item))


@bp.page("/landelijk/cijfers/<uuid:id>/pdf", action=Action.NATIONAL_SHOW, of=NationalRelease)
def pdf(item: NationalRelease) -> ResponseReturnValue:
    """Hand over the figures as a tagged PDF."""
    return _hand_over(item, lambda: files.document(item))


@bp.page("/landelijk/cijfers/<uuid:id>/html", action=Action.NATIONAL_SHOW, of=NationalRelease)
def html(item: NationalRelease) -> ResponseReturnValue:
    """Hand over the figures as one stand-alone page."""
    return _hand_over(item, lambda: files.page(item))


@bp.page("/landelijk/cijfers/<uuid:id>/bestand", action=Action.NATIONAL_SHOW, of=NationalRelease)
def whole(item: NationalRelease) -> ResponseReturnValue:
    """Hand over the signed file that anyone can check."""
    return _hand_over(item, lambda: files.whole(item))


@bp.page("/landelijk/cijfers/<uuid:id>/rapporten", action=Action.NATIONAL_SHOW, of=NationalRelease)
def releases(item: NationalRelease) -> ResponseReturnValue:
    """Hand over the releases that the figures were made of."""
    return _hand_over(item, lambda: files.releases(item))


def _hand_over(item: NationalRelease, make_file: Callable[[], File]) -> ResponseReturnValue:
    back = url_for("publications.show", id=item.id, _anchor="downloaden")
    return hand_over(
        item,
        Action.NATIONAL_EXPORT,
        back=back,
        note=lambda: publishing.take_out(item),
        make=make_file,
    )
