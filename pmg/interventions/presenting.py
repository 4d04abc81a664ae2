"""Words and steps for the pages of one trajectory, made from what was recorded."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.errors import Conflict
from pmg.interventions.queries import Line
from pmg.interventions.rules import TrajectoryState
from pmg.web.formats import day

# The colour only helps; the word says it.
KINDS = {TrajectoryState.STARTED: "ok", TrajectoryState.PROPOSED: "info"}
_TEXTS = {
    "outcome": _l("Wat er gebeurde"),
    "on": _l("Op welke dag"),
    "words": _l("In eigen woorden"),
}


def bar(line: Line) -> list[dict[str, str | None]]:
    """Return the steps of a trajectory: proposed, started, and how it ended or is to end."""
    ended = line.state if not line.state.is_open else TrajectoryState.COMPLETED
    started = "done" if line.started_on else "skipped" if line.ended_on else "todo"
    return [
        _step(TrajectoryState.PROPOSED, line, "done", day(line.assigned_on)),
        _step(TrajectoryState.STARTED, line, started, day(line.started_on)),
        _step(ended, line, "done" if line.ended_on else "todo", day(line.ended_on)),
    ]


def _step(state: TrajectoryState, line: Line, how_far: str, on: str) -> dict[str, str | None]:
    is_now = state is line.state and state.is_open
    return {"label": state.label, "state": "current" if is_now else how_far, "on": on or None}


def why_not(step: str, state: TrajectoryState, *, no_work: str) -> str:
    """Return why a step ('start', 'complete', 'stop', 'fund') cannot be taken; '' when it can.

    `no_work` says why nothing can start on the case; '' when something can.
    """
    if step == "fund":
        return no_work
    if not state.is_open:
        return str(_("Deze inzet is al beëindigd."))
    if step == "start":
        return str(_("Deze inzet is al gestart.")) if state is TrajectoryState.STARTED else no_work
    if step == "complete" and state is TrajectoryState.PROPOSED:
        return str(_("Deze inzet is nog niet gestart. Leg eerst de start vast."))
    return ""


def both_texts(conflict: Conflict) -> list[dict[str, Any]]:
    """Return what the reader wrote beside what is there now."""
    return [
        {"label": label, "mine": conflict.mine[name], "theirs": conflict.theirs[name]}
        for name, label in _TEXTS.items()
        if conflict.mine[name] or conflict.theirs[name]
    ]
