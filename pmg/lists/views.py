"""Pages of kept lists."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.errors import Invalid
from pmg.lists import queries, services
from pmg.lists.forms import SaveForm
from pmg.lists.models import SavedList
from pmg.lists.rules import Filters
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("lists", __name__)


@bp.page("/lijsten", action=Action.LIST_KEEP, of=Workplace)
def saved(_desk: Workplace) -> ResponseReturnValue:
    """Show the kept lists; each leads to *Mijn caseload* by its filters."""
    return render_template("lists/saved.html", lists=queries.kept())


@bp.page("/lijsten/nieuw", action=Action.LIST_KEEP, of=Workplace, methods=("GET", "POST"))
def save(_desk: Workplace) -> ResponseReturnValue:
    """Keep the filters that stand in the address."""
    form, filters = SaveForm(), Filters.read(request.args)
    if form.submits(lambda: services.save(form.name.data or "", filters, shared=form.shared.data)):
        flash(_("De lijst is bewaard."), "ok")
        return redirect(url_for("lists.saved"))
    return render_template(
        "lists/save.html", form=form, back_url=url_for("cases.caseload", **filters.address())
    ), form.status


@bp.page("/lijsten/<uuid:id>/verwijderen", action=Action.LIST_KEEP, of=SavedList, methods=("POST",))
def remove(item: SavedList) -> ResponseReturnValue:
    """Throw away a list of one's own."""
    try:
        services.remove(item)
    except Invalid as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("De lijst is verwijderd."), "ok")
    return redirect(url_for("lists.saved"))
