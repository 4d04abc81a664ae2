"""The page where someone makes the link to his calendar, and the calendar itself."""

from http import HTTPStatus
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.clock import now, today
from pmg.extensions import db
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.tasks import calendar, feeds
from pmg.web import feeds as socket
from pmg.web.door import Anyone, Feature
from pmg.web.forms import Form

bp = Feature("feeds", __name__)


@bp.page("/agenda/koppeling", action=Action.FEED_KEEP, of=Workplace)
def link(_desk: Workplace) -> ResponseReturnValue:
    """Show whether there is a link, and what it shows."""
    return render_template(
        "tasks/link.html", made_at=feeds.made_at(), form=Form(), address="", web_address=""
    )


@bp.page("/agenda/koppeling/maken", action=Action.FEED_KEEP, of=Workplace, methods=("POST",))
def make(_desk: Workplace) -> ResponseReturnValue:
    """Make a link and show it, once: its secret stands in no other answer."""
    made = feeds.make_link()
    path = url_for("feeds.calendar_of", feed_id=made.feed_id, sleutel=made.secret)
    address = _base() + path
    return render_template(
        "tasks/link.html",
        made_at=feeds.made_at(),
        form=Form(),
        address=address,
        web_address="webcal" + address[address.index(":") :],
    )


@bp.page("/agenda/koppeling/intrekken", action=Action.FEED_KEEP, of=Workplace, methods=("POST",))
def revoke(_desk: Workplace) -> ResponseReturnValue:
    """Take the link away."""
    feeds.revoke_link()
    flash(_("De koppeling is ingetrokken. Uw agenda krijgt niets meer."), "ok")
    return redirect(url_for("feeds.link"))


@bp.page("/agenda/<uuid:feed_id>.ics", action=Action.PUBLIC, of=Anyone)
def calendar_of(_anyone: Anyone, feed_id: UUID) -> ResponseReturnValue:
    """Give a calendar program the days of the person who made the link.

    The secret is no part of the path: what is logged of a request holds no query.
    """
    secret = request.args.get("sleutel", "")
    opened = feeds.open_link(feed_id, secret, address=request.remote_addr or "")
    if isinstance(opened, int):
        db.session.commit()  # the failure counts, though the answer is a refusal
        return _refused(opened)
    day = today()
    found = socket.moments(opened, day - feeds.BEFORE, day + feeds.AHEAD)
    return Response(
        calendar.written(feed_id, found, base=_base(), at=now()),
        mimetype="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="agenda.ics"'},
    )


def _refused(wait: int) -> Response:
    if not wait:
        return Response(status=HTTPStatus.NOT_FOUND, mimetype="text/plain")
    status = HTTPStatus.TOO_MANY_REQUESTS
    return Response(status=status, mimetype="text/plain", headers={"Retry-After": str(wait)})


def _base() -> str:
    address: str = current_app.config["SETTINGS"].public_url
    return address.rstrip("/")
