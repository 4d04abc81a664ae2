"""Pages of the street: choose whom to take along, the shell without data, and what devices ask."""

import base64
import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import (
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from pmg.clock import now, today
from pmg.errors import Conflict, Gone, Invalid, NotPermitted
from pmg.journal import youths as youths_of_mine
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.street import icons, queries, services, setting
from pmg.street.forms import OFF, ON, SendForm, StreetNoteForm, SwitchForm, TakeForm, WipeForm
from pmg.street.models import StreetKey
from pmg.street.rules import MOST
from pmg.street.services import Envelope, Opened
from pmg.web import submit
from pmg.web.door import Anyone, Feature

bp = Feature("street", __name__)

_MOST_KEYS = 20
_GROUND = "#00463e"
# What the page without a network is made of; nothing else is ever kept by the browser.
_OF_THE_SHELL = ("*.css", "*.js", "street/*.js", "icons/*.svg", "vendor/*.css", "vendor/*.woff2")


@bp.page("/op-straat", action=Action.STREET_USE, of=Workplace)
def page(_desk: Workplace) -> ResponseReturnValue:
    """Choose whom to take along, write, and send; offline the shell stands in its place."""
    is_on = setting.is_on()
    form = TakeForm()
    if is_on:
        youths = youths_of_mine.my_youths()
        form.choose_from((one.case_id, f"{one.name} ({one.number})") for one in youths)
        form.youths.data = [str(one) for one in youths_of_mine.met_on(today())]
    return render_template(
        "street/page.html",
        is_on=is_on,
        form=form,
        note_form=StreetNoteForm(),
        devices=queries.devices(),
        wipe_form=WipeForm(),
        most=MOST,
    )


@bp.page("/op-straat/zonder-netwerk", action=Action.PUBLIC, of=Anyone)
def shell(_anyone: Anyone) -> ResponseReturnValue:
    """Give the page that works without a network: the same for everyone, with nobody's data."""
    return _shell()


@bp.page("/op-straat/meenemen", action=Action.STREET_TAKE, of=Workplace, methods=("POST",))
def take(_desk: Workplace) -> ResponseReturnValue:
    """Give this device a key, and the names that were chosen."""
    form = TakeForm()
    try:
        taken = services.take_along(form.chosen(), moment=now())
    except Invalid as refusal:
        return jsonify(message=refusal.message), HTTPStatus.UNPROCESSABLE_ENTITY
    return jsonify(
        key=str(taken.key_id),
        point=base64.b64encode(taken.public_point).decode(),
        seconds=int((taken.expires_at - now()).total_seconds()),
        youths=[{"case": str(one.case_id), "name": one.bare} for one in taken.youths],
    )


@bp.page("/op-straat/versturen", action=Action.STREET_SEND, of=Workplace, methods=("POST",))
def send(_desk: Workplace) -> ResponseReturnValue:
    """Take in one note, once; what cannot be kept goes back to its writer with the reason."""
    form = SendForm()
    try:
        envelope = Envelope(*form.parts())
        opened = services.open_envelope(envelope)
    except Gone:
        return jsonify(outcome="gone"), HTTPStatus.GONE
    except Invalid as refusal:
        return _refused(refusal.message)
    reader = access.reader()
    if submit.claim(envelope.note_id, reader):
        return jsonify(outcome="already")
    answer, location = _taken_in(opened, anyway=form.anyway.data == "1")
    if location:
        submit.settle(envelope.note_id, reader, location)
    return answer


def _taken_in(opened: Opened, *, anyway: bool) -> tuple[ResponseReturnValue, str]:
    """Take in a note; return what the device hears, and where the note now stands, if it does."""
    try:
        entry = services.take_note(opened, moment=now(), anyway=anyway)
    except NotPermitted as refusal:
        access.work().refusal = refusal.code
        words = _("U hebt geen toegang (meer) tot deze zaak. Overleg met de casusregisseur.")
        return _refused(words, opened), ""
    except Conflict:
        words = _("U legde op deze minuut al zo’n contact vast bij deze jongere. Is dit een ander?")
        return _refused(words, opened, asks=True), ""
    except Invalid as refusal:
        # A case that is over takes nothing by another form either.
        form = {} if refusal.field == "case" else {"form_url": _form_url(opened)}
        return _refused(refusal.message, opened, **form), ""
    location = url_for("journal.show", id=entry.case_id, _anchor=f"c{entry.id}")
    return jsonify(outcome="taken"), location


def _refused(message: str, opened: Opened | None = None, **more: Any) -> ResponseReturnValue:
    """Give the writer his own words back, with what is wrong."""
    own = {"text": opened.note.text, "kind": opened.note.kind.value} if opened else {}
    answer = {"outcome": "refused", "message": str(message), **own, **more}
    return jsonify(answer), HTTPStatus.CONFLICT


def _form_url(opened: Opened) -> str:
    return url_for("journal.record", id=opened.note.case_id, soort=opened.note.kind.value)


@bp.page("/op-straat/stand", action=Action.PUBLIC, of=Anyone)
def standing(_anyone: Anyone) -> ResponseReturnValue:
    """Say what the keys of a device are still worth, and give a fresh token to who is signed in.

    The keys stand in a header: no address and no log holds them.
    """
    is_signed_in = bool(current_user.is_authenticated)
    asked = request.headers.get("X-Street-Keys", "").split(",")[:_MOST_KEYS]
    found = queries.states([key for key in map(_key, asked) if key is not None])
    return jsonify(
        signed_in=is_signed_in,
        csrf=generate_csrf() if is_signed_in else "",
        keys={str(key_id): state.value for key_id, state in found.items()},
    )


def _key(written: str) -> UUID | None:
    try:
        return UUID(written.strip())
    except ValueError:
        return None


@bp.page(
    "/op-straat/toestel/<uuid:id>/wissen",
    action=Action.STREET_USE,
    of=StreetKey,
    methods=("POST",),
)
def wipe(key: StreetKey) -> ResponseReturnValue:
    """End the key of one of the reader's devices."""
    services.wipe(key)
    flash(_("De sleutel is weg: notities op dat toestel opent niemand meer."), "ok")
    return redirect(url_for("street.page"))


@bp.page("/beheer/op-straat", action=Action.STREET_SWITCH, of=Workplace, methods=("GET", "POST"))
def switch(_desk: Workplace) -> ResponseReturnValue:
    """Switch it on or off for the municipality."""
    is_on = setting.is_on()
    form = SwitchForm(setting=ON if is_on else OFF)
    if form.submits(lambda: services.switch(is_on=form.setting.data == ON)):
        flash(_("Vastgelegd. Toestellen horen het zodra zij weer verbinding hebben."), "ok")
        return redirect(url_for("street.switch"))
    changes = queries.changes()
    return render_template("street/switch.html", form=form, changes=changes), form.status


@bp.page("/op-straat/app.webmanifest", action=Action.PUBLIC, of=Anyone)
def manifest(_anyone: Anyone) -> ResponseReturnValue:
    """Say how the app is called, looks and starts once it is installed."""
    sizes = [
        {
            "src": url_for("street.icon", maat=size),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in icons.SIZES
    ]
    response = jsonify(
        name="Samen Vooruit: " + _("Op straat"),
        short_name=_("Op straat"),
        lang="nl",
        id=url_for("street.page"),
        start_url=url_for("street.page"),
        scope="/",
        display="standalone",
        background_color="#ffffff",
        theme_color=_GROUND,
        icons=sizes,
    )
    response.content_type = "application/manifest+json"
    return response


@bp.page("/op-straat/icoon", action=Action.PUBLIC, of=Anyone)
def icon(_anyone: Anyone) -> ResponseReturnValue:
    """Draw the icon of the app; in the nearest size that there is."""
    asked = request.args.get("maat", type=int) or 0
    size = min(icons.SIZES, key=lambda one: abs(one - asked))
    return Response(icons.drawn(size), content_type="image/png")


@bp.page("/op-straat/werker.js", action=Action.PUBLIC, of=Anyone)
def worker(_anyone: Anyone) -> ResponseReturnValue:
    """Give the service worker; it changes when the shell does, and then renews what it keeps."""
    folder = Path(current_app.static_folder or "")
    files, digest = _files(folder)
    of_shell = hashlib.sha256(_shell().encode() + digest).hexdigest()[:16]
    source = render_template(
        "street/worker.js",
        name=f"op-straat-{of_shell}",
        page=url_for("street.page"),
        shell=url_for("street.shell"),
        kept=[url_for("street.shell"), *(url_for("static", filename=file) for file in files)],
    )
    response = Response(source, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = url_for("street.page")
    return response


@cache
def _files(folder: Path) -> tuple[tuple[str, ...], bytes]:
    """Return what the shell is made of, and a digest of all of it."""
    found = sorted({file for pattern in _OF_THE_SHELL for file in folder.glob(pattern)})
    digest = hashlib.sha256()
    for file in found:
        digest.update(file.read_bytes())
    return tuple(file.relative_to(folder).as_posix() for file in found), digest.digest()


def _shell() -> str:
    return render_template("street/shell.html", note_form=StreetNoteForm())
