"""Pages of oversight."""

from flask import render_template
from flask.typing import ResponseReturnValue

from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("oversight", __name__)


@bp.page("/logboek", action=Action.LOG_SEARCH, of=Workplace)
def log_search(_desk: Workplace) -> ResponseReturnValue:
    """Show the page."""
    return render_template("layout.html")
