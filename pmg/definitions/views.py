"""Pages of definitions: all versions, one of them, and a new one. No page of them has a number."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.definitions import queries, services, store
from pmg.definitions.forms import version_form
from pmg.definitions.rules import Indicator, Template
from pmg.errors import Gone
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.texts import translated
from pmg.web.door import Feature

bp = Feature("definitions", __name__)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table will look: the words around the numbers, and nothing in between."""

    indicator: Indicator
    row_label: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    blocks: tuple[str, ...]
    charts: tuple[str, ...]


@bp.page("/beheer/rapporten", action=Action.DEFINITION_SHOW, of=Workplace)
def versions(desk: Workplace) -> ResponseReturnValue:
    """Show every version of every report."""
    return render_template(
        "definitions/versions.html",
        versions=queries.versions(desk.municipality_id),
        may_make=access.may(Action.DEFINITION_MAKE, desk),
    )


@bp.page("/beheer/rapporten/versie", action=Action.DEFINITION_SHOW, of=Workplace)
def show(desk: Workplace) -> ResponseReturnValue:
    """Show what one version counts, and how it will look."""
    if "versie" not in request.args:
        return redirect(url_for("definitions.versions"))
    template = _asked(desk)
    return render_template(
        "definitions/show.html",
        template=template,
        layouts=[] if template.missing else _layouts(template, desk),
        cells=0 if template.missing else template.cells(desk.municipality_id),
        may_make=access.may(Action.DEFINITION_MAKE, desk),
    )


@bp.page(
    "/beheer/rapporten/nieuw",
    action=Action.DEFINITION_MAKE,
    of=Workplace,
    methods=("GET", "POST"),
)
def make(desk: Workplace) -> ResponseReturnValue:
    """Make a new version of an old one; first look at how it will be, if asked."""
    if "versie" not in request.args:
        return redirect(url_for("definitions.versions"))
    old = _asked(desk)
    form = version_form(old, desk.municipality_id)
    if "bekijken" in request.form:
        template = form.template() if form.validate_on_submit() else None
        page = render_template(
            "definitions/make.html",
            form=form,
            old=old,
            layouts=_layouts(template, desk) if template else [],
            cells=template.cells(desk.municipality_id) if template else 0,
        )
        return page, form.status
    made: list[Template] = []
    if form.submits(lambda: made.append(services.make_version(form.template()))):
        flash(_("De nieuwe versie is bewaard. Nieuwe rapporten worden hiermee gemaakt."), "ok")
        return redirect(url_for("definitions.show", rapport=made[0].code, versie=made[0].version))
    page = render_template("definitions/make.html", form=form, old=old, layouts=[], cells=0)
    return page, form.status


def _asked(desk: Workplace) -> Template:
    number = request.args.get("versie", "")
    if not (number.isascii() and number.isdecimal() and len(number) < len(str(2**31))):
        raise Gone
    return store.fetch(request.args.get("rapport", ""), int(number), desk.municipality_id)


def _layouts(template: Template, desk: Workplace) -> list[Layout]:
    known = template.dimensions(desk.municipality_id)

    def words(name: str | None) -> tuple[str, ...]:
        return tuple(map(translated, known[name].categories.values())) if name else ()

    return [
        Layout(
            indicator=one,
            row_label=translated(known[one.rows].label),
            rows=words(one.rows),
            columns=words(one.columns),
            blocks=words(one.blocks),
            charts=tuple(translated(known[name].label) for name in one.charts),
        )
        for one in template.indicators
    ]
