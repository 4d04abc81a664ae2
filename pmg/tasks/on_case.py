"""What the page of a case shows of tasks: who does what, what is due, and what was done."""

from collections.abc import Iterator

from flask import g, url_for
from flask_babel import gettext as _

from pmg.cases import panels
from pmg.cases.models import Case
from pmg.cases.panels import Entry, NextStep, Panel, Position
from pmg.security import access
from pmg.security.policy import Action
from pmg.tasks import presenting, queries
from pmg.tasks.lines import Line
from pmg.tasks.rules import State
from pmg.web.formats import day

SHOWN = 5


def plug_in() -> None:
    """Show tasks on the page of each case."""
    panels.plug_in(Position.MAIN, _panel)
    panels.plug_in_entries(_entries)
    panels.plug_in_steps(_steps)


def _lines(case: Case) -> list[Line]:
    """Return the tasks, read once a page."""
    if "tasks" not in g:
        g.tasks = queries.of_case(case) if access.may(Action.TASK_SHOW, case) else []
    return list(g.tasks)


def _panel(case: Case) -> Panel | None:
    if not access.may(Action.TASK_SHOW, case):
        return None
    found = [line for line in _lines(case) if line.state.is_open]
    context = {
        "case": case,
        "lines": found[:SHOWN],
        "open_count": len(found),
        "any": bool(_lines(case)),
        "state_of": presenting.state_of,
    }
    return Panel("tasks/_panel.html", context)


_ENDINGS = {State.DONE: "ok", State.REFUSED: "danger"}


def _entries(case: Case) -> Iterator[Entry]:
    """Yield how each task that is over ended; what is still to be done stands in the panel."""
    for line in _lines(case):
        if line.ended_on is not None:
            yield Entry(
                on=line.ended_on,
                title=_("Taak: %(what)s", what=line.what),
                meta=f"{day(line.ended_on)} · {line.owner}, {line.organisation}",
                tag=line.state.label,
                tag_kind=_ENDINGS.get(line.state, "neutral"),
                url=url_for("tasks.show", id=line.id),
            )


def _steps(case: Case) -> Iterator[NextStep]:
    """Yield what the reader has to do: answer, do it, or find somebody for it."""
    directs = access.may(Action.TASK_MANAGE, case)
    for line in _lines(case):
        url = url_for("tasks.show", id=line.id)
        if line.state.is_open and not line.has_owner and directs:
            yield NextStep(_("Taak zonder eigenaar: %(what)s", what=line.what), url, line.due_on)
        elif line.is_mine and line.state is State.OFFERED:
            yield NextStep(
                _("Taak aannemen of weigeren: %(what)s", what=line.what), url, line.due_on
            )
        elif line.is_mine and line.state is State.ACCEPTED:
            yield NextStep(_("Taak doen: %(what)s", what=line.what), url, line.due_on)
