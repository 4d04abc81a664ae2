"""Pages of imports: give a list, look at the dry run, take it over, see what came of it."""

from http import HTTPStatus
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases.intake import Terms
from pmg.cases.members import colleagues
from pmg.cases.rules import AgeBounds
from pmg.clock import today
from pmg.imports import queries, services
from pmg.imports.columns import FIELDS
from pmg.imports.forms import BeginForm, StepForm, UndoForm, UploadForm, mapping_form
from pmg.imports.models import ImportBatch
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action, Role
from pmg.web.door import Feature

bp = Feature("imports", __name__)

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_DIGITS = 6


def _terms() -> Terms:
    settings, reader = current_app.config["SETTINGS"], access.reader()
    ages = AgeBounds(settings.minimum_age, settings.maximum_age)
    return Terms(reader.municipality_id, reader.organisation_type, today(), ages)


@bp.page(
    "/overnemen",
    action=Action.CASE_IMPORT,
    of=Workplace,
    methods=("GET", "POST"),
    takes_file=True,
)
def start(_desk: Workplace) -> ResponseReturnValue:
    """Take a list, and show what became of earlier ones."""
    services.forget_old_lists()
    form = UploadForm()
    kept: list[ImportBatch] = []

    def keep() -> None:
        upload = services.Upload(form.content(), form.kind())
        kept.append(services.keep_list(upload, terms=_terms()))

    if form.submits(keep):
        return redirect(url_for("imports.show", id=kept[0].id))
    return render_template(
        "imports/start.html", form=form, fields=FIELDS.values(), rows=queries.own_lists()
    ), form.status


@bp.page("/overnemen/<uuid:id>", action=Action.CASE_IMPORT, of=ImportBatch, methods=("GET", "POST"))
def show(batch: ImportBatch) -> ResponseReturnValue:
    """Show where a list stands: the dry run, how far it is, or what came of it."""
    if batch.state == "bezig":
        return render_template("imports/run.html", batch=batch, form=StepForm())
    if batch.state != "concept":
        return _outcome(batch)
    found = queries.dry_run(batch, _begin(), terms=_terms())
    form = _mapping_form(found)
    if form.submits(lambda: services.map_columns(batch, form.mapping(), terms=_terms())):
        flash(_("De kolommen zijn aangepast. Alle rijen zijn opnieuw bekeken."), "ok")
        return redirect(url_for("imports.show", id=batch.id))
    return _check(batch, found, mapping=form, begin=_begin_form(found))


def _mapping_form(found: queries.DryRun) -> Any:
    titles = [column.title for column in found.columns]
    return mapping_form(titles, [column.example for column in found.columns], found.mapping)


def _begin_form(found: queries.DryRun) -> BeginForm:
    people = colleagues(Role.CASE_DIRECTOR) if found.running else []
    return BeginForm(
        people=[(str(who.id), f"{who.name} ({who.organisation})") for who in people],
        reader_id=str(access.reader().user_id),
        asks_known=bool(found.doubles.total),
    )


def _check(
    batch: ImportBatch, found: queries.DryRun, *, mapping: Any, begin: BeginForm
) -> ResponseReturnValue:
    is_wrong = HTTPStatus.UNPROCESSABLE_ENTITY in {mapping.status, begin.status}
    page = render_template(
        "imports/show.html",
        batch=batch,
        found=found,
        mapping=mapping,
        begin=begin,
        errors_present=is_wrong,
        away=StepForm(),
        here=_begin(),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


def _outcome(batch: ImportBatch) -> ResponseReturnValue:
    found = queries.outcome(batch, _begin())
    return render_template("imports/outcome.html", batch=batch, found=found, here=_begin())


def _begin() -> queries.From:
    return queries.From(_number("fout"), _number("bekend"))


def _number(name: str) -> int:
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS else 0


@bp.page(
    "/overnemen/<uuid:id>/uitvoeren", action=Action.CASE_IMPORT, of=ImportBatch, methods=("POST",)
)
def run(batch: ImportBatch) -> ResponseReturnValue:
    """Begin, or go on, and take the next rows."""
    if batch.state == "concept":
        found = queries.dry_run(batch, _begin(), terms=_terms())
        form = _begin_form(found)
        if not form.submits(lambda: services.begin(batch, _choices(form))):
            return _check(batch, found, mapping=_mapping_form(found), begin=form)
    services.take_piece(batch, terms=_terms())
    return redirect(url_for("imports.show", id=batch.id))


def _choices(form: BeginForm) -> services.Choices:
    return services.Choices(form.takes_known(), form.director_id())


@bp.page("/overnemen/<uuid:id>/verbeterlijst", action=Action.CASE_IMPORT, of=ImportBatch)
def refused(batch: ImportBatch) -> ResponseReturnValue:
    """Give the rows to mend, as a workbook that can be offered again."""
    return Response(
        services.mending_list(batch),
        mimetype=_WORKBOOK,
        headers={"Content-Disposition": "attachment; filename=verbeterlijst.xlsx"},
    )


@bp.page(
    "/overnemen/<uuid:id>/weggooien", action=Action.CASE_IMPORT, of=ImportBatch, methods=("POST",)
)
def discard(batch: ImportBatch) -> ResponseReturnValue:
    """Throw away a list that was not taken over."""
    services.discard(batch)
    flash(_("De lijst is weggegooid. Er is niets overgenomen."), "ok")
    return redirect(url_for("imports.start"))


@bp.page(
    "/overnemen/<uuid:id>/ongedaan",
    action=Action.CASE_IMPORT,
    of=ImportBatch,
    methods=("GET", "POST"),
)
def undo(batch: ImportBatch) -> ResponseReturnValue:
    """Take an import back as a whole."""
    form = UndoForm()
    if form.submits(lambda: services.undo(batch, form.reason.data or "")):
        flash(_("Het overnemen is ongedaan gemaakt. De zaken en jongeren zijn verwijderd."), "ok")
        return redirect(url_for("imports.show", id=batch.id))
    return render_template("imports/undo.html", batch=batch, form=form), form.status
