"""Pages of cooperation agreements: all of them, one, and keeping them."""

from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import members
from pmg.clock import today
from pmg.errors import Conflict
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.sharing import agreements
from pmg.sharing.agreements import Terms
from pmg.sharing.forms import AgreementForm
from pmg.sharing.models import Agreement
from pmg.web.door import Feature

bp = Feature("agreements", __name__)


@bp.page("/convenanten", action=Action.AGREEMENT_SHOW, of=Workplace)
def overview(desk: Workplace) -> ResponseReturnValue:
    """Show every agreement of the municipality."""
    return render_template(
        "sharing/agreements.html",
        agreements=agreements.overview(today=today()),
        may_keep=access.may(Action.AGREEMENT_KEEP, desk),
        back=_way_back(desk),
    )


def _way_back(desk: Workplace) -> tuple[str, str] | None:
    """Return where the reader came from; None for who has the page in his menu."""
    if case_id := request.args.get("zaak", type=UUID):
        return url_for("sharing.overview", id=case_id), _("Terug naar delen")
    if access.may(Action.LOG_SEARCH, desk):
        return url_for("oversight.log_search"), _("Terug naar het logboek")
    if access.may(Action.CASE_LIST, desk):
        return url_for("cases.caseload"), _("Terug naar mijn caseload")
    return None


@bp.page("/convenanten/nieuw", action=Action.AGREEMENT_KEEP, of=Workplace, methods=("GET", "POST"))
def make(_desk: Workplace) -> ResponseReturnValue:
    """Let the administrator write down an agreement."""
    form = AgreementForm()
    form.offer((one.id, one.name) for one in members.organisations())
    if form.submits(lambda: agreements.keep(_terms(form))):
        flash(_("Het convenant staat erin. Wie deelt, kan het kiezen."), "ok")
        return redirect(url_for("agreements.overview"))
    page = render_template("sharing/agreement.html", form=form, kept=None)
    return page, form.status


@bp.page(
    "/convenanten/<uuid:id>", action=Action.AGREEMENT_KEEP, of=Agreement, methods=("GET", "POST")
)
def change(agreement: Agreement) -> ResponseReturnValue:
    """Let the administrator change an agreement."""
    form = AgreementForm(data=_present(agreement))
    form.offer((one.id, one.name) for one in members.organisations())
    try:
        if form.submits(
            lambda: agreements.change(agreement, _terms(form), version=form.seen_version)
        ):
            flash(_("Het convenant is gewijzigd."), "ok")
            return redirect(url_for("agreements.overview"))
    except Conflict as conflict:
        fields = [
            {
                "label": str(form.title.label.text),
                "mine": conflict.mine["title"],
                "theirs": conflict.theirs["title"],
            }
        ]
        back_url = url_for("agreements.change", id=agreement.id)
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    kept = agreements.one(agreement, today=today())
    return render_template("sharing/agreement.html", form=form, kept=kept), form.status


def _terms(form: AgreementForm) -> Terms:
    begins = form.valid_from.data
    assert begins is not None
    return Terms(
        title=form.title.data or "",
        purpose=form.purpose.data or "",
        legal_bases=tuple(form.legal_bases.data or ()),
        partner_codes=tuple(form.partner_codes.data or ()),
        organisation_ids=form.parties,
        valid_from=begins,
        valid_until=form.valid_until.data,
        reference=form.reference.data or "",
    )


def _present(agreement: Agreement) -> dict[str, object]:
    return {
        "version": str(agreement.version),
        "title": agreement.title,
        "purpose": agreement.purpose,
        "legal_bases": list(agreement.legal_bases),
        "partner_codes": list(agreement.partner_codes),
        "organisation_ids": [str(one) for one in agreement.organisation_ids],
        "valid_from": agreement.valid_from,
        "valid_until": agreement.valid_until,
        "reference": agreement.reference,
    }
