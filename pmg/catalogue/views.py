"""Pages of the catalogue for who keeps it, and the versions of an entry for all who read it."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pmg.catalogue import queries, rules, services, sheet, shelf
from pmg.catalogue.forms import (
    ConfirmForm,
    EditForm,
    RestoreForm,
    RetireForm,
    UploadForm,
    carried,
)
from pmg.clock import today
from pmg.errors import Conflict, Invalid
from pmg.reference.interventions import OTHERS, OUTCOME_PARTS, Intervention
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("catalogue", __name__)
_MOST_FAULTS = 50


@bp.page("/interventies/versies", action=Action.CATALOGUE_SHOW, of=Workplace)
def history(_desk: Workplace) -> ResponseReturnValue:
    """Show what was changed in an entry, by whom, when and why; it is about no youth."""
    entry = _chosen()
    if entry is None:
        return redirect(_catalogue_url())
    return render_template(
        "catalogue/history.html",
        entry=entry,
        revisions=queries.history(entry.code),
        label=rules.label,
        words=rules.words,
    )


@bp.page(
    "/interventies/wijzigen", action=Action.CATALOGUE_EDIT, of=Workplace, methods=("GET", "POST")
)
def edit(_desk: Workplace) -> ResponseReturnValue:
    """Let the administrator change what the catalogue says of an intervention."""
    entry = _chosen()
    if entry is None:
        return redirect(_catalogue_url())
    form = EditForm(before=rules.cells_of(entry), version=str(entry.version))
    others = [[form[f"outcome{each}_{part}"] for part in OUTCOME_PARTS] for each in OTHERS]
    return _step(
        entry,
        form,
        lambda: services.edit_entry(
            entry.code,
            form.given(),
            reason=form.reason.data or "",
            version=form.seen_version,
            today=today(),
        ),
        done=_("De wijziging staat in de catalogus. De vorige tekst blijft te lezen."),
        others=others,
    )


@bp.page(
    "/interventies/vervallen", action=Action.CATALOGUE_EDIT, of=Workplace, methods=("GET", "POST")
)
def retire(_desk: Workplace) -> ResponseReturnValue:
    """Let the administrator say that an intervention is set to work no more."""
    entry = _chosen()
    if entry is None:
        return redirect(_catalogue_url())
    form = RetireForm(version=str(entry.version))
    return _step(
        entry,
        form,
        lambda: services.retire_entry(
            entry.code,
            on=form.day(),
            reason=form.reason.data or "",
            version=form.seen_version,
            today=today(),
        ),
        done=_("Vanaf die dag kan niemand dit nog inzetten. Wat loopt, loopt door."),
    )


@bp.page(
    "/interventies/terugzetten",
    action=Action.CATALOGUE_EDIT,
    of=Workplace,
    methods=("GET", "POST"),
)
def restore(_desk: Workplace) -> ResponseReturnValue:
    """Let the administrator offer again what was retired."""
    entry = _chosen()
    if entry is None:
        return redirect(_catalogue_url())
    form = RestoreForm(version=str(entry.version))
    return _step(
        entry,
        form,
        lambda: services.restore_entry(
            entry.code, reason=form.reason.data or "", version=form.seen_version, today=today()
        ),
        done=_("Dit kan weer worden ingezet."),
    )


@bp.page(
    "/interventies/inlezen",
    action=Action.CATALOGUE_EDIT,
    of=Workplace,
    methods=("GET", "POST"),
    takes_file=True,
)
def take_over(_desk: Workplace) -> ResponseReturnValue:
    """Let the administrator take a file over, once he has seen what it changes."""
    if "content" in request.form:
        return _confirm()
    form = UploadForm()
    found: list[tuple[str, sheet.Preview]] = []

    def act() -> None:
        text = sheet.text_of(form.content())
        found.append((text, services.look(text, today=today())))

    if not form.submits(act):
        return render_template("catalogue/take_over.html", form=form), form.status
    text, preview = found[0]
    asked = ConfirmForm(formdata=None, content=carried(text), seen=shelf.stamp())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if preview.faults else HTTPStatus.OK
    return _preview(asked, preview, is_stale=False), status


def _confirm() -> ResponseReturnValue:
    form = ConfirmForm()
    taken: list[int] = []
    is_stale = False

    def act() -> None:
        seen, why = form.seen.data or "", form.reason.data or ""
        taken.append(services.take_over(form.text(), seen=seen, reason=why, today=today()))

    try:
        if form.submits(act):
            told = ngettext(
                "%(num)d interventie is gewijzigd.",
                "%(num)d interventies zijn gewijzigd.",
                taken[0],
            )
            flash(told, "ok")
            return redirect(_catalogue_url())
    except Conflict:
        is_stale = True
        form = ConfirmForm(
            formdata=None,
            content=form.content.data,
            seen=shelf.stamp(),
            reason=form.reason.data,
        )
    try:
        preview = services.look(form.text(), today=today())
    except Invalid as refusal:
        upload = UploadForm(formdata=None)
        upload.form_errors.append(refusal.message)
        page = render_template("catalogue/take_over.html", form=upload)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    status = HTTPStatus.CONFLICT if is_stale else form.status
    return _preview(form, preview, is_stale=is_stale), status


def _preview(form: ConfirmForm, preview: sheet.Preview, *, is_stale: bool) -> str:
    return render_template(
        "catalogue/preview.html",
        form=form,
        preview=preview,
        faults=preview.faults[:_MOST_FAULTS],
        is_stale=is_stale,
        label=rules.label,
        words=rules.words,
    )


def _chosen() -> Intervention | None:
    return shelf.entries().get(request.args.get("code", ""))


def _catalogue_url() -> str:
    return url_for("interventions.catalogue")


def _step(
    entry: Intervention, form: Form, act: Callable[[], None], *, done: str, **shown: object
) -> ResponseReturnValue:
    """Ask, do it when it is right, and lead back; show both texts when somebody was first."""
    back_url = url_for("interventions.entry", code=entry.code)
    try:
        if form.submits(act):
            flash(done, "ok")
            return redirect(back_url)
    except Conflict as conflict:
        fields = [
            {
                "label": rules.label(column),
                "mine": _readable(column, conflict.mine[column]),
                "theirs": _readable(column, conflict.theirs[column]),
            }
            for column in conflict.mine
            if conflict.mine[column] != conflict.theirs[column]
        ]
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    step = (request.endpoint or "").partition(".")[2]
    page = render_template(
        f"catalogue/{step}.html", entry=entry, form=form, back_url=back_url, **shown
    )
    return page, form.status


def _readable(column: str, text: str) -> str:
    """Return a cell in words; what cannot be read as such stays as it was typed."""
    try:
        return rules.words(column, text)
    except ValueError:
        return text
