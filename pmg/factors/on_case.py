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


def _latest(case: Case) -> list[Sighting]:
    """Return what was seen last of each factor, read once a page."""
    if "latest_sightings" not in g:
        g.latest_sightings = queries.latest(case)
    return list(g.latest_sightings)


def _panel(case: Case) -> Panel | None:
    if not access.may(Action.FACTOR_SHOW, case):
        return None
    found = _latest(case)
    context = {"case": case, "sightings": found[:SHOWN], "more": len(found) > SHOWN}
    return Panel("factors/_panel.html", context)


def _entries(case: Case) -> list[Entry]:
    if not access.may(Action.FACTOR_SHOW, case):
        return []
    return [
        Entry(
            on=seen.on,
            title=_("Waarneming: %(name)s", name=seen.factor.name_nl),
            meta=f"{day(seen.on)} · {seen.observer}, {seen.organisation}",
            tag=seen.presence.label,
            url=url_for("factors.course", id=case.id),
        )
        for seen in _latest(case)
    ]
