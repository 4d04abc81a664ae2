"""The one way in which a file leaves: after a fresh code where that is due, and with its line."""

from collections.abc import Callable

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from pmg.reports.export import File
from pmg.security import access
from pmg.security.access import Resource
from pmg.security.policy import Action


def hand_over(
    item: Resource, action: Action, *, back: str, note: Callable[[], None], make: Callable[[], File]
) -> ResponseReturnValue:
    """Ask a fresh code where that is due; else note that the file leaves, and send it.

    `back` is the page to return to after the code.
    """
    if access.decide(action, item).code == "second_factor_stale":
        return redirect(url_for("accounts.step_up", next=back))
    note()
    file = make()
    response = Response(file.content, content_type=file.kind)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    return response
