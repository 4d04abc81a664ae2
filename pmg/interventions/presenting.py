"""Words and steps for the pages of one trajectory, made from what was recorded."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pmg.errors import Conflict
from pmg.interventions.queries import Line, Progress
from pmg.interventions.rules import TrajectoryState
from pmg.providers.queries import Choice
from pmg.providers.rules import Answer
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


def choice(offered: Choice) -> str:
    """Return a provider as a menu names him: how many places are free, or why not."""
    if offered.why_not:
        return str(_("%(name)s – nu niet mogelijk", name=offered.name))
    if offered.free:
        count = ngettext("%(num)d plek vrij", "%(num)d plekken vrij", offered.free)
    else:
        count = ngettext("vol, %(num)d wacht", "vol, %(num)d wachten", offered.waiting)
    return f"{offered.name} – {count}"


def same_answers(earlier: Progress, today: date) -> dict[str, object]:
    """Return what was agreed earlier, for a form that refers to somebody else."""
    line = earlier.line
    length = line.planned_end - line.planned_start
    start = max(today, line.planned_start)
    return {
        "goal": earlier.goal,
        "message": earlier.referral.message if earlier.referral else "",
        "target_factors": list(earlier.target_codes),
        "plan_goal": str(line.goal_id) if line.goal_id else "",
        "planned_start": start,
        "planned_end": start + length,
    }


def why_not(step: str, agreed: Progress, *, no_work: str) -> str:
    """Return why a step ('start', 'complete', 'stop', 'fund' …) cannot be taken; '' when it can.

    `no_work` says why nothing can start on the case; '' when something can.
    """
    state = agreed.line.state
    if step == "fund":
        return no_work
    if not state.is_open:
        return str(_("Deze inzet is al beëindigd."))
    if step in {"start", "answer", "converse"}:
        return _why_not_yet(step, agreed) or no_work
    if step == "complete" and state is TrajectoryState.PROPOSED:
        return str(_("Deze inzet is nog niet gestart. Leg eerst de start vast."))
    return ""


def _why_not_yet(step: str, agreed: Progress) -> str:
    """Return why it cannot start, be answered or be met for yet, as far as the provider goes."""
    referral = agreed.referral
    if step == "start" and agreed.line.state is TrajectoryState.STARTED:
        return str(_("Deze inzet is al gestart."))
    if step == "answer":
        is_open = referral is not None and referral.answer.is_to_be_given
        return "" if is_open else str(_("De aanbieder heeft al geantwoord."))
    if referral is not None and referral.answer is not Answer.ACCEPTED:
        return str(_("De aanbieder heeft nog geen plek gegeven. Wacht op het antwoord."))
    if referral is None or step == "converse":
        is_held = referral is not None and referral.conversation_on is not None
        return str(_("Het eerste gesprek staat al vast.")) if is_held else ""
    if referral.conversation_on is None:
        return str(_("Leg eerst het eerste gesprek vast. Daarna kan het beginnen."))
    return ""


def both_texts(conflict: Conflict) -> list[dict[str, Any]]:
    """Return what the reader wrote beside what is there now."""
    return [
        {"label": label, "mine": conflict.mine[name], "theirs": conflict.theirs[name]}
        for name, label in _TEXTS.items()
        if conflict.mine[name] or conflict.theirs[name]
    ]
