"""How pages are rendered.

A value that is not there may be tested for, never printed as ''. A character that no page can
hold is left out of every page, also where a form shows again what was sent.
"""

from typing import ClassVar

from flask import Flask, Response
from jinja2 import Undefined

_UNSHOWABLE = bytes(set(range(0x20)) - set(b"\t\n\r")) + b"\x7f"


class Missing(Undefined):
    """Fails when it is printed: a misspelt name would else be an empty place on a page."""

    __str__ = Undefined._fail_with_undefined_error  # noqa: SLF001  (Jinja's own way to extend it)
    __html__: ClassVar = Undefined._fail_with_undefined_error  # noqa: SLF001


def _leave_out_unshowable(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.set_data(response.get_data().translate(None, _UNSHOWABLE))
    return response


def init_app(app: Flask) -> None:
    """Plug it in, before the first template is read."""
    app.after_request(_leave_out_unshowable)
    app.jinja_options = {**app.jinja_options, "undefined": Missing}
