"""The first page after signing in: what waits today, or the room where this reader's work is."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pmg.clock import today as this_day
from pmg.security import access, policy
from pmg.security.access import Workplace, reader
from pmg.security.policy import Action
from pmg.street import setting
from pmg.texts import translated
from pmg.web import agenda
from pmg.web.agenda import Due
from pmg.web.door import Feature

bp = Feature("home", __name__)

# The first that the policy grants is where someone's day begins.
_BEGINNINGS = (
    (Action.DAY_SHOW, "home.today"),
    (Action.TEAM_SHOW, "teams.team"),
    (Action.REPORT_RECEIVE, "drafts.received"),
    (Action.LOG_SEARCH, "oversight.log_search"),
    (Action.ACCOUNT_LIST, "accounts.account_list"),
)
SHOWN = 5
"""So many of each list stand on the page; the number leads to all of them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of the day: its number is how many there are, and leads to exactly these."""

    code: str
    label: str
    url: str
    items: list[Due]


@bp.page("/", action=Action.SESSION_KEEP, of=Workplace)
def start(_desk: Workplace) -> ResponseReturnValue:
    """Lead to the room of the reader's work; the catalogue is everyone's."""
    who = reader().who
    endpoint = next(
        (page for action, page in _BEGINNINGS if policy.grants(who, action)),
        "interventions.catalogue",
    )
    return redirect(url_for(endpoint))


@bp.page("/vandaag", action=Action.DAY_SHOW, of=Workplace)
def today(desk: Workplace) -> ResponseReturnValue:
    """Show what waits for the reader: a number for each list, and the lists themselves."""
    day = this_day()
    found = [
        Listed(
            section.code,
            translated(str(section.label)),
            url_for("home.today", deel=section.code),
            list(section.find(day)),
        )
        for section in agenda.sections()
    ]
    lists = [one for one in found if one.items]
    chosen = next((one for one in found if one.code == request.args.get("deel")), None)
    return render_template(
        "home/today.html",
        desk=desk,
        day=day,
        lists=lists,
        chosen=chosen,
        shown=SHOWN,
        takes_along=access.may(Action.STREET_USE, desk) and setting.is_on(),
    )
