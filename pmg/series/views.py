"""Pages of figures from outside: what there is, one of them, its file, and taking one over."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.clock import today
from pmg.errors import Invalid
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.series import queries, services
from pmg.series.forms import SeriesForm
from pmg.series.models import ContextSeries
from pmg.series.rules import Fault
from pmg.web.door import Feature

bp = Feature("series", __name__)


@bp.page("/rapportage/omgeving", action=Action.SERIES_SHOW, of=Workplace)
def beside(_desk: Workplace) -> ResponseReturnValue:
    """Show the newest figures of each series, and what was taken over before."""
    return render_template("series/beside.html", newest=queries.newest(), imports=queries.imports())


@bp.page("/rapportage/omgeving/<uuid:id>", action=Action.SERIES_SHOW, of=ContextSeries)
def show(series: ContextSeries) -> ResponseReturnValue:
    """Show one import, also when a newer one took its place."""
    return render_template("series/show.html", one=queries.opened(series))


@bp.page("/rapportage/omgeving/<uuid:id>/csv", action=Action.SERIES_EXPORT, of=ContextSeries)
def csv(series: ContextSeries) -> ResponseReturnValue:
    """Hand over one import as a file of its own."""
    response = Response(queries.as_csv(series), content_type="text/csv; charset=utf-8")
    name = f"{series.kind}-{series.municipality_id}-{series.reference_date}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.page(
    "/rapportage/omgeving/nieuw",
    action=Action.SERIES_IMPORT,
    of=Workplace,
    methods=("GET", "POST"),
    takes_file=True,
)
def take_over(_desk: Workplace) -> ResponseReturnValue:
    """Take over a file; what is wrong in it is told row by row."""
    form = SeriesForm()
    made: list[ContextSeries] = []
    if form.submits(
        lambda: made.append(services.take_over(form.content(), form.origin(), today=today()))
    ):
        flash(_("De cijfers zijn overgenomen."), "ok")
        return redirect(url_for("series.show", id=made[0].id))
    return render_template("series/take_over.html", form=form, faults=_faults(form)), form.status


def _faults(form: SeriesForm) -> tuple[Fault, ...]:
    """Return what is wrong in the rows of the file that was sent, if it could be read."""
    if not form.file.data:
        return ()
    try:
        return services.look(form.content()).faults
    except Invalid:
        return ()
