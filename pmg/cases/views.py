"""Pages of cases."""

from flask import render_template
from flask.typing import ResponseReturnValue

from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("cases", __name__)


@bp.page("/zaken", action=Action.CASE_LIST, of=Workplace)
def caseload(_desk: Workplace) -> ResponseReturnValue:
    """Show the page."""
    return render_template("layout.html")
