"""What the page of a case shows of factors: what was seen last, and lines in the timeline."""

from flask import g, url_for
from flask_babel import gettext as _

from pmg.cases import panels
from pmg.cases.models import Case
from pmg.cases.panels import Entry, Panel, Position
from pmg.factors import queries
from pmg.factors.queries import Sighting
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.formats import day

SHOWN = 5


def plug_in() -> None:
    """Show factors on the page of each case."""
    panels.plug_in(Position.MAIN, _panel)
    panels.plug_in_entries(_entries)


def _standing(case: Case) -> list[Sighting]:
    """Return what was seen, read once a page."""
    if "sightings" not in g:
        g.sightings = queries.standing(case)
    return list(g.sightings)


def _panel(case: Case) -> Panel | None:
    if not access.may(Action.FACTOR_SHOW, case):
        return None
    found = queries.newest_of_each(_standing(case))
    context = {"case": case, "sightings": found[:SHOWN], "more": len(found) > SHOWN}
    return Panel("factors/_panel.html", context)


def _entries(case: Case) -> list[Entry]:
    if not access.may(Action.FACTOR_SHOW, case):
        return []
    return [
        Entry(
            on=seen.on,
            title=_("Waarneming: %(name)s", name=seen.factor.name),
            meta=f"{day(seen.on)} · {seen.observer}, {seen.organisation}",
            tag=seen.presence.label,
            url=url_for("factors.course", id=case.id),
        )
        for seen in _standing(case)
    ]
