"""Styles, scripts and fonts: a browser asks once for them, until one of them changes."""

import hashlib
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, request

_FOLDER = Path(__file__).parents[1] / "static"
_KEPT = timedelta(days=365)


@cache
def address() -> str:
    """Give the address of the folder: it holds a digest of the files, so it changes with them.

    What a style or a script names beside it lies under the same address, and needs no digest.
    """
    digest = hashlib.sha256()
    for file in sorted(file for file in _FOLDER.rglob("*") if file.is_file()):
        digest.update(f"{file.relative_to(_FOLDER).as_posix()} {file.stat().st_size} ".encode())
        digest.update(file.read_bytes())
    return f"/static/{digest.hexdigest()[:16]}"


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST:
        kept = response.cache_control
        kept.no_cache = None
        kept.public, kept.immutable, kept.max_age = True, True, int(_KEPT.total_seconds())
    return response


def init_app(app: Flask) -> None:
    """Plug in how long a browser keeps the files."""
    app.after_request(_keep)
