"""Pages of interventions."""

from flask import render_template
from flask.typing import ResponseReturnValue

from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("interventions", __name__)


@bp.page("/interventies", action=Action.CATALOGUE_SHOW, of=Workplace)
def catalogue(_desk: Workplace) -> ResponseReturnValue:
    """Show the page."""
    return render_template("layout.html")
