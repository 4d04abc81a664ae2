"""What the page of a case shows of meetings: the items that exist for the reader, and decisions."""

from collections.abc import Iterator
from uuid import UUID

from flask import g, url_for
from flask_babel import gettext as _

from pmg.cases import panels, shares
from pmg.cases.models import Case
from pmg.cases.panels import Entry, NextStep, Panel, Position
from pmg.clock import today
from pmg.meetings import presenting, queries, shared
from pmg.meetings.item_models import AgendaItem
from pmg.meetings.models import Meeting
from pmg.meetings.rules import ItemState, MeetingState, Outcome
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.formats import day

_SHOWN = 4
_AHEAD = frozenset({MeetingState.PLANNED, MeetingState.RUNNING})


def plug_in() -> None:
    """Show meetings on the page of each case, and with what is shared in it."""
    panels.plug_in(Position.ASIDE, _panel)
    panels.plug_in_entries(_entries)
    panels.plug_in_steps(_steps)
    shares.told_by(_shared_for)


def _rows(case: Case) -> list[tuple[AgendaItem, Meeting, str | None]]:
    """Return the items, read once a page."""
    if not access.may(Action.MEETING_SHOW, case):
        return []
    if "agenda_items" not in g:
        g.agenda_items = queries.on_case(case.id)
    return list(g.agenda_items)


def _panel(case: Case) -> Panel | None:
    if not access.may(Action.MEETING_SHOW, case):
        return None
    return Panel(
        "meetings/_panel.html",
        {
            "lines": [
                (
                    presenting.when(meeting.on_day, meeting.clock),
                    url_for("agenda_items.show", id=item.id),
                    ItemState(item.state),
                )
                for item, meeting, _outcome in _rows(case)[:_SHOWN]
            ],
            "kinds": presenting.ITEM_KINDS,
            "propose_url": url_for("agenda_items.propose", id=case.id)
            if case.closed_on is None and access.may(Action.MEETING_PROPOSE, case)
            else "",
        },
    )


def _entries(case: Case) -> Iterator[Entry]:
    """Return what was decided, once the meeting is closed: until then it is being written."""
    for item, meeting, outcome in _rows(case):
        if outcome is None or meeting.state != MeetingState.CLOSED:
            continue
        yield Entry(
            on=meeting.on_day,
            title=_("Besloten in het casusoverleg: %(outcome)s", outcome=Outcome(outcome).label),
            meta=f"{day(meeting.on_day)} · {meeting.name}",
            url=url_for("packs.record", id=item.id),
        )


def _steps(case: Case) -> Iterator[NextStep]:
    """Return the meetings to come at which the case is talked about."""
    if case.closed_on is not None:
        return
    for item, meeting, _outcome in _rows(case):
        is_ahead = MeetingState(meeting.state) in _AHEAD and meeting.on_day >= today()
        if item.state == ItemState.PLACED and is_ahead:
            url = url_for("agenda_items.show", id=item.id)
            yield NextStep(_("Bespreken in het casusoverleg"), url, meeting.on_day)


def _shared_for(case: Case) -> dict[UUID, list[tuple[str, str]]]:
    found: dict[UUID, list[tuple[str, str]]] = {}
    for act_id, item, meeting in shared.items_of(case):
        label = f"{meeting.name}, {presenting.when(meeting.on_day, meeting.clock)}"
        found.setdefault(act_id, []).append((label, url_for("agenda_items.show", id=item.id)))
    return found
