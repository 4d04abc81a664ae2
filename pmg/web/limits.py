"""Bounds on what a browser may send, checked before anything is read from it."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, abort, request

MAX_FIELDS = 500
MAX_FORM_BYTES = 512 * 1024
MAX_UPLOAD_BYTES = 10 * 1024 * 1024
_URLENCODED = "application/x-www-form-urlencoded"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OUR_OWN = frozenset({"same-origin", "none"})


def _check_size() -> None:
    """Refuse too large a form: Werkzeug's own limits do not cover urlencoded ones."""
    if request.method in _SAFE:
        return
    if request.mimetype not in {_URLENCODED, "multipart/form-data"}:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if request.mimetype == _URLENCODED:
        if (request.content_length or 0) > MAX_FORM_BYTES:
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if request.get_data(cache=True).count(b"&") >= MAX_FIELDS:
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _check_origin() -> None:
    """Refuse an unsafe request that another site started, beside the CSRF token."""
    origin = request.headers.get("Origin")
    if request.method in _SAFE or not origin or urlsplit(origin).netloc == request.host:
        return
    # Our own pages send no referrer, and a browser then calls the origin of their forms 'null';
    # where the request started stands in a header that no page can set. Browsers leave that out
    # over plain HTTP: there the token alone decides.
    if origin == "null" and request.headers.get("Sec-Fetch-Site", "none") in _OUR_OWN:
        return
    abort(HTTPStatus.BAD_REQUEST)


def init_app(app: Flask) -> None:
    """Plug in the bounds."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_UPLOAD_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_FORM_BYTES
    app.config["MAX_FORM_PARTS"] = MAX_FIELDS
    app.before_request(_check_origin)
    app.before_request(_check_size)
