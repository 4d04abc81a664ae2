"""How templates are rendered: a value that is not there may be tested for, never printed as ''."""

from typing import ClassVar

from flask import Flask
from jinja2 import Undefined


class Missing(Undefined):
    """Fails when it is printed: a misspelt name would else be an empty place on a page."""

    __str__ = Undefined._fail_with_undefined_error  # noqa: SLF001  (Jinja's own way to extend it)
    __html__: ClassVar = Undefined._fail_with_undefined_error  # noqa: SLF001


def init_app(app: Flask) -> None:
    """Plug it in, before the first template is read."""
    app.jinja_options = {**app.jinja_options, "undefined": Missing}
