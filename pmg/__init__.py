"""Preventie met Gezag: casework, case meetings and reports."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(*args: Any, **kwargs: Any) -> "Flask":
    """Build the application; see `pmg.app.create_app`.

    Imported late: importing any room runs this file, and `pmg.disclosure` must not drag in Flask.
    """
    from pmg.app import create_app as build  # noqa: PLC0415

    return build(*args, **kwargs)
