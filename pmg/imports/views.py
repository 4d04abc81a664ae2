"""Pages of imports."""

from flask import render_template
from flask.typing import ResponseReturnValue

from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("imports", __name__)


@bp.page("/overnemen", action=Action.CASE_IMPORT, of=Workplace)
def start(_desk: Workplace) -> ResponseReturnValue:
    """Show the page."""
    return render_template("layout.html")
