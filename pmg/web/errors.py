"""One page for each way in which the product says no; an error shows a request number only."""

from http import HTTPStatus

import structlog
from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.web import door, limits

log = structlog.get_logger()

_MEGABYTE = 1024 * 1024

_PAGES = {
    HTTPStatus.NOT_FOUND: "errors/not_found.html",
    HTTPStatus.METHOD_NOT_ALLOWED: "errors/not_found.html",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "errors/too_large.html",
    HTTPStatus.TOO_MANY_REQUESTS: "errors/unavailable.html",
}

# What the fields of a conflict are called on a page.
_LABELS = {
    "given_name": _l("Voornaam"),
    "family_name": _l("Achternaam"),
    "birth_date": _l("Geboortedatum"),
    "gender": _l("Geslacht"),
    "area": _l("Wijk of buurt"),
    "focus_area_code": _l("Focusgebied"),
    "purpose": _l("Doel"),
    "legal_basis": _l("Grondslag"),
    "started_on": _l("Begonnen op"),
    "ended_on": _l("Geëindigd op"),
    "end_reason": _l("Reden"),
    "end_note": _l("Toelichting"),
    "state": _l("Stand"),
}


def _page(template: str, status: int, **context: object) -> ResponseReturnValue:
    return render_template(template, **context), status


def _http(error: HTTPException) -> ResponseReturnValue:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    db.session.rollback()
    return _page(_PAGES.get(status, "errors/invalid_request.html"), status, limit=_limit())


def _limit() -> str:
    """Return how large a file may be, on a page that takes one; '' elsewhere."""
    most: int = current_app.config["SETTINGS"].max_upload_bytes
    return f"{most // _MEGABYTE} MB" if limits.takes_file() else ""


def _not_permitted(_error: NotPermitted) -> ResponseReturnValue:
    db.session.rollback()
    return _page("errors/not_found.html", HTTPStatus.NOT_FOUND)


def _invalid(error: Invalid) -> ResponseReturnValue:
    db.session.rollback()
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _page("errors/invalid_request.html", status, message=error.message)


def _expired(_error: CSRFError) -> ResponseReturnValue:
    door.note_refusal("not_our_form")
    return _page("errors/expired.html", HTTPStatus.BAD_REQUEST)


def _conflict(error: Conflict) -> ResponseReturnValue:
    db.session.rollback()
    both = [
        {"label": _LABELS.get(name, name), "mine": mine, "theirs": error.theirs.get(name, "")}
        for name, mine in error.mine.items()
    ]
    return _page("errors/conflict.html", HTTPStatus.CONFLICT, fields=both, return_url=request.path)


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    db.session.rollback()
    return _page("errors/conflict.html", HTTPStatus.CONFLICT, return_url=request.path)


def _broken(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    # The message of an error may quote data: only its type and place go to the log.
    log.error(
        "unexpected",
        error=type(error).__name__,
        request_id=g.get("request_id"),
        endpoint=request.endpoint,
        exc_info=False,
        where=_where(error),
    )
    busy = isinstance(error, OperationalError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if busy else HTTPStatus.INTERNAL_SERVER_ERROR
    return _page("errors/unavailable.html", status, reference=g.get("request_id"))


def _where(error: Exception) -> list[str]:
    trace, places = error.__traceback__, []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-6:]


def init_app(app: Flask) -> None:
    """Plug in the pages."""
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotPermitted, _not_permitted)
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(Exception, _broken)
