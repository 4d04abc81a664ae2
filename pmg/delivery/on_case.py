"""What the timeline of a case shows of delivery: when a trajectory rested, and went on."""

from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from pmg.cases import panels
from pmg.cases.models import Case
from pmg.cases.panels import Entry
from pmg.clock import today
from pmg.delivery import queries
from pmg.interventions import on_case as interventions
from pmg.interventions.queries import Line
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.formats import day


def plug_in() -> None:
    """Show on the page of each case when a trajectory rested."""
    panels.plug_in_entries(_entries)


def _entries(case: Case) -> Iterator[Entry]:
    started = {line.id: line for line in interventions.lines(case) if line.started_on}
    if not started or not access.may(Action.DELIVERY_SHOW, case):
        return
    for trajectory_id, pause in queries.pauses(case):
        line = started.get(trajectory_id)
        if line is None:
            continue
        name = line.intervention.name_nl
        yield _entry(line, pause.from_on, _("Inzet gepauzeerd: %(name)s", name=name))
        if pause.resumed_on is not None and pause.resumed_on <= today():
            yield _entry(line, pause.resumed_on, _("Inzet hervat: %(name)s", name=name))


def _entry(line: Line, on: date, title: str) -> Entry:
    return Entry(
        on=on,
        title=title,
        meta=f"{day(on)} · {line.provider}",
        url=url_for("delivery.show", id=line.id),
    )
