"""What the page of a case shows of meetings: the items that exist for the reader."""

from flask import url_for

from pmg.cases import panels
from pmg.cases.models import Case
from pmg.cases.panels import Panel, Position
from pmg.meetings import presenting, queries
from pmg.meetings.rules import ItemState
from pmg.security import access
from pmg.security.policy import Action

_SHOWN = 4


def plug_in() -> None:
    """Show meetings on the page of each case."""
    panels.plug_in(Position.ASIDE, _panel)


def _panel(case: Case) -> Panel | None:
    if not access.may(Action.MEETING_SHOW, case):
        return None
    rows = queries.of_case(case.id)[:_SHOWN]
    return Panel(
        "meetings/_panel.html",
        {
            "lines": [
                (
                    presenting.when(meeting.on_day, meeting.clock),
                    url_for("agenda_items.show", id=item.id),
                    ItemState(item.state),
                )
                for item, meeting in rows
            ],
            "kinds": presenting.ITEM_KINDS,
            "propose_url": url_for("agenda_items.propose", id=case.id)
            if case.closed_on is None and access.may(Action.MEETING_PROPOSE, case)
            else "",
        },
    )
