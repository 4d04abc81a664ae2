"""The first page after signing in: the list or room where this reader's work is."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from pmg.security import policy
from pmg.security.access import Workplace, reader
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("home", __name__)

# The first that the policy grants is where someone's day begins.
_BEGINNINGS = (
    (Action.CASE_LIST, "cases.caseload"),
    (Action.REPORT_LIST, "reports.releases"),
    (Action.REPORT_RECEIVE, "drafts.received"),
    (Action.LOG_SEARCH, "oversight.log_search"),
    (Action.ACCOUNT_LIST, "accounts.account_list"),
)


@bp.page("/", action=Action.SESSION_KEEP, of=Workplace)
def start(_desk: Workplace) -> ResponseReturnValue:
    """Lead to the room of the reader's work; the catalogue is everyone's."""
    who = reader().who
    endpoint = next(
        (page for action, page in _BEGINNINGS if policy.grants(who, action)),
        "interventions.catalogue",
    )
    return redirect(url_for(endpoint))
