"""What the page of a case shows of interventions: what runs, what is due, what happened."""

from collections.abc import Iterator
from datetime import date

from flask import g, url_for
from flask_babel import gettext as _

from pmg.action_plans import helping
from pmg.cases import panels
from pmg.cases.models import Case
from pmg.cases.panels import Entry, NextStep, Panel, Position
from pmg.clock import today
from pmg.interventions import queries
from pmg.interventions.presenting import KINDS
from pmg.interventions.queries import Line
from pmg.interventions.rules import TrajectoryState
from pmg.providers.rules import Answer
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.formats import day


def plug_in() -> None:
    """Show interventions on the page of each case, and with the goals of its plan."""
    panels.plug_in(Position.MAIN, _panel)
    panels.plug_in_entries(_entries)
    panels.plug_in_steps(_steps)
    helping.plug_in(queries.helps)


def lines(case: Case) -> list[Line]:
    """Return the trajectories of a case, read once a page; rooms above ask here too."""
    if "trajectories" not in g:
        g.trajectories = queries.trajectories(case)
    return list(g.trajectories)


def _panel(case: Case) -> Panel:
    found = [line for line in lines(case) if line.state.is_open]
    return Panel("interventions/_panel.html", {"case": case, "lines": found, "kinds": KINDS})


def _entries(case: Case) -> Iterator[Entry]:
    for line in lines(case):
        name = line.intervention.name_nl
        yield _entry(line, line.assigned_on, _("Inzet voorgesteld: %(name)s", name=name))
        if line.answer is Answer.ACCEPTED and line.answered_on:
            yield _entry(line, line.answered_on, _("Inzet aangenomen: %(name)s", name=name))
        if line.started_on:
            yield _entry(line, line.started_on, _("Inzet gestart: %(name)s", name=name))
        if line.ended_on:
            title = (
                _("Inzet afgerond: %(name)s", name=name)
                if line.state is TrajectoryState.COMPLETED
                else _("Inzet gestopt: %(name)s", name=name)
            )
            yield _entry(line, line.ended_on, title, line.ending)


def _entry(line: Line, on: date, title: str, tag: str = "") -> Entry:
    return Entry(
        on=on,
        title=title,
        meta=f"{day(on)} · {line.provider}",
        tag=tag,
        url=url_for("interventions.show", id=line.id),
    )


def _steps(case: Case) -> Iterator[NextStep]:
    """Return what is due on the trajectories, for who can do it."""
    if case.closed_on is not None or not access.may(Action.INTERVENTION_MOVE, case):
        return
    for line in lines(case):
        name = line.intervention.name_nl
        if line.state is TrajectoryState.PROPOSED and line.is_met:
            url = url_for("interventions.start", id=line.id)
            yield NextStep(_("Start vastleggen: %(name)s", name=name), url, line.planned_start)
        elif line.state is TrajectoryState.PROPOSED and line.answer is Answer.ACCEPTED:
            title = _("Eerste gesprek vastleggen: %(name)s", name=name)
            url = url_for("arranging.converse", id=line.id)
            yield NextStep(title, url, line.planned_start)
        elif line.state is TrajectoryState.STARTED and line.planned_end <= today():
            url = url_for("interventions.show", id=line.id)
            yield NextStep(_("Afronden of stoppen: %(name)s", name=name), url, line.planned_end)
