"""The first page after signing in: what waits today, or the room where this reader's work is."""

from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pmg.clock import today as this_day
from pmg.security import access, policy
from pmg.security.access import Workplace, reader
from pmg.security.policy import Action
from pmg.street import setting
from pmg.texts import translated
from pmg.web import agenda
from pmg.web.agenda import Due, Section
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
    one: str
    more: str

    @property
    def said(self) -> str:
        """What follows the number: '3 plannen wachten op uw goedkeuring'."""
        return self.one if len(self.items) == 1 else self.more


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
    day, wanted = this_day(), request.args.get("deel")
    sections = agenda.sections()
    chosen = next((_listed(one, day) for one in sections if one.code == wanted), None)
    # Of a list on its own page the others are not read: what is opened stands in the log.
    lists = [] if chosen else [found for one in sections if (found := _listed(one, day)).items]
    return render_template(
        "home/today.html",
        desk=desk,
        day=day,
        lists=lists,
        chosen=chosen,
        shown=SHOWN,
        takes_along=access.may(Action.STREET_USE, desk) and setting.is_on(),
    )


def _listed(section: Section, day: date) -> Listed:
    return Listed(
        section.code,
        translated(str(section.label)),
        url_for("home.today", deel=section.code),
        list(section.find(day)),
        translated(str(section.one)),
        translated(str(section.more)),
    )
