"""Pages of reports."""

from flask import render_template
from flask.typing import ResponseReturnValue

from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("reports", __name__)


@bp.page("/rapportage", action=Action.REPORT_LIST, of=Workplace)
def releases(_desk: Workplace) -> ResponseReturnValue:
    """Show the page."""
    return render_template("layout.html")
