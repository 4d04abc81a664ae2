"""Pages of what arrives: who delivered, files of municipalities elsewhere, and their keys."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.clock import today
from pmg.definitions import shipped
from pmg.definitions.rules import version_name
from pmg.national import publishing, queries, services
from pmg.national.forms import ChoiceForm, StepForm, TakeInForm, TrustForm
from pmg.national.models import ImportedRelease, WaitingRelease
from pmg.national.rules import FEWEST, Choice
from pmg.reports.queries import sheets
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("national", __name__)
_UNPROCESSABLE = 422
_CAME = {services.Taken.IN, services.Taken.WAITS, services.Taken.KNOWN, services.Taken.RENEWED}


def choice_form() -> tuple[ChoiceForm, Choice]:
    """Read from the address which figures are meant; without any, the newest."""
    day = today()
    titles = {code: one.title for code, one in shipped.latest().items()}
    form = ChoiceForm(request.args, choices=queries.choices(day), titles=titles)
    return form, form.choice(queries.first_choice(day))


@bp.page("/landelijk", action=Action.NATIONAL_SHOW, of=Workplace)
def delivered(_desk: Workplace) -> ResponseReturnValue:
    """Show who delivered one report over one period, and who did not."""
    form, choice = choice_form()
    found = queries.overview(choice)
    return render_template(
        "national/delivered.html",
        form=form,
        found=found,
        title=queries.title_of(choice.template_code),
        keys=queries.unknown_keys(),
        version_name=version_name,
        can_add=len(found.arrived) >= FEWEST,
        published=publishing.latest(choice),
        draft=publishing.under_way(choice),
    )


@bp.page(
    "/landelijk/inlezen",
    action=Action.NATIONAL_IMPORT,
    of=Workplace,
    methods=("GET", "POST"),
    takes_file=True,
)
def take_in(_desk: Workplace) -> ResponseReturnValue:
    """Ask for files, take in what is right, and say of each what became of it."""
    form = TakeInForm()
    results: list[services.Result] = []
    form.submits(lambda: results.extend(services.take_in(form.uploads())))
    return _results(form, results)


def _results(form: TakeInForm, results: list[services.Result]) -> ResponseReturnValue:
    page = render_template(
        "national/take_in.html",
        form=form,
        results=results,
        taken=services.Taken,
        names={
            each.place: queries.place_name(each.place) if each.place else "" for each in results
        },
        keys=queries.unknown_keys(),
    )
    came = not results or any(one.what in _CAME for one in results)
    return page, form.status if came else _UNPROCESSABLE


@bp.page(
    "/landelijk/sleutels/<uuid:id>",
    action=Action.NATIONAL_IMPORT,
    of=WaitingRelease,
    methods=("GET", "POST"),
)
def trust(item: WaitingRelease) -> ResponseReturnValue:
    """Show a key that is new, and confirm it once it was compared."""
    form = TrustForm()
    place, waiting = queries.place_name(item.sender_id), queries.waiting_beside(item)
    key = item.public_key
    results: list[services.Result] = []
    if form.submits(lambda: results.extend(services.trust(item))):
        flash(_("De sleutel van %(name)s ligt vast.", name=place), "ok")
        return _results(TakeInForm(formdata=None), results)
    page = render_template(
        "national/trust.html",
        form=form,
        item_id=item.id,
        key=key,
        place=place,
        waiting=waiting,
        step=StepForm(formdata=None),
    )
    return page, form.status


@bp.page(
    "/landelijk/sleutels/<uuid:id>/weigeren",
    action=Action.NATIONAL_IMPORT,
    of=WaitingRelease,
    methods=("POST",),
)
def distrust(item: WaitingRelease) -> ResponseReturnValue:
    """Refuse a key: what it signed goes."""
    if StepForm().submits(lambda: services.distrust(item)):
        flash(_("De sleutel is geweigerd. De bestanden zijn weg."), "ok")
    return redirect(url_for("national.delivered"))


@bp.page("/landelijk/ingelezen/<uuid:id>", action=Action.NATIONAL_SHOW, of=ImportedRelease)
def imported(item: ImportedRelease) -> ResponseReturnValue:
    """Show one report that was taken in."""
    report = queries.imported(item)
    return render_template(
        "national/imported.html",
        item=item,
        report=report,
        place=queries.place_name(item.sender_id),
        title=queries.title_of(item.template_code),
        sheets=sheets(report) if report else [],
    )
