"""Bounds on what a browser may send, checked before anything is read from it."""

from http import HTTPStatus
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit

from flask import Flask, Request, abort, current_app, request

from pmg.web import door

MAX_FIELDS = 500
_URLENCODED = "application/x-www-form-urlencoded"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OUR_OWN = frozenset({"same-origin", "none"})


class InMemoryRequest(Request):
    """Keeps an upload in memory: Werkzeug would write a larger one to the disk, in the clear."""

    def _get_file_stream(self, *_arguments: Any, **_options: Any) -> IO[bytes]:
        return BytesIO()


def takes_file() -> bool:
    """Tell whether the page that is asked may be sent a file."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "takes_file", False))


def _check_size() -> None:
    """Refuse too large a form: Werkzeug's own limits do not cover urlencoded ones.

    A page that takes a file is sent one, and what is typed beside it; every other page a form.
    """
    if request.method in _SAFE:
        return
    if not takes_file():
        # One more than is taken: a stream in pieces ends in silence at its bound.
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"] + 1
    if request.mimetype not in {_URLENCODED, "multipart/form-data"}:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if request.mimetype == _URLENCODED:
        most = current_app.config["MAX_FORM_MEMORY_SIZE"]
        if (request.content_length or 0) > most:
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = request.get_data(cache=True)  # sent in pieces, its length is known only now
        if len(body) > most or body.count(b"&") >= MAX_FIELDS:
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
    door.note_refusal("not_our_form")
    abort(HTTPStatus.BAD_REQUEST)


def init_app(app: Flask) -> None:
    """Plug in the bounds."""
    settings = app.config["SETTINGS"]
    # The file, and the form around it: a file that is just too large gets its own form back.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes + settings.max_form_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_form_bytes
    app.request_class = InMemoryRequest
    app.config["MAX_FORM_PARTS"] = MAX_FIELDS
    app.before_request(_check_origin)
    app.before_request(_check_size)
