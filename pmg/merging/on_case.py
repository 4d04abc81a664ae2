"""What the page of a case says of another file of the same youth."""

from pmg.cases import panels
from pmg.cases.models import Case
from pmg.cases.panels import Panel, Position
from pmg.merging import queries
from pmg.security import access
from pmg.security.policy import Action


def plug_in() -> None:
    """Show it beside each case."""
    panels.plug_in(Position.ASIDE, _panel)


def _panel(case: Case) -> Panel | None:
    may_propose = access.may(Action.MERGE_PROPOSE, case)
    others = [
        other
        for other in queries.others_of(case)
        if may_propose or (other.is_one and (other.case_id or other.director))
    ]
    if not others and not may_propose:
        return None
    shown = {"case": case, "others": others, "may_propose": may_propose}
    return Panel("merging/_panel.html", shown)
