"""Words for the pages of tasks, made from what was recorded."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.errors import Conflict
from pmg.tasks import rules
from pmg.tasks.lines import Line
from pmg.tasks.queries import Detail, Happened
from pmg.tasks.rules import Rhythm, Series, State, Step
from pmg.web.formats import day, moment

# The colour only helps; the word says it.
KINDS = {
    State.OFFERED: "warning",
    State.ACCEPTED: "info",
    State.DONE: "ok",
    State.REFUSED: "danger",
}
_TEXTS = {"state": _l("Wat er gebeurde"), "words": _l("In eigen woorden")}


def state_of(line: Line) -> tuple[str, str]:
    """Return how far a task is, in a word or two, with the colour that goes with it."""
    if not line.has_owner:
        return str(_("Zonder eigenaar")), "danger"
    if line.is_late:
        return str(_("Te laat")), "danger"
    return line.state.label, KINDS.get(line.state, "neutral")


def comes_back(series: Series) -> str:
    """Return how often a task comes back and until when; '' for one that happens once."""
    if series.rhythm is Rhythm.ONCE:
        return ""
    if series.until is not None:
        return str(
            _("%(often)s, tot en met %(day)s", often=series.rhythm.label, day=day(series.until))
        )
    return str(_("%(often)s, %(times)d keer", often=series.rhythm.label, times=series.times or 0))


def next_time(detail: Detail) -> str:
    """Return on which day a task comes back when it is done on its day; '' when it does not."""
    following = rules.next_number(detail.series, detail.number, done_on=detail.line.due_on)
    return day(rules.day_of(detail.series, following)) if following else ""


def history(detail: Detail) -> list[dict[str, str]]:
    """Return what happened to a task, newest first, as the timeline draws it."""
    return [
        {
            "title": _sentence(event),
            "meta": f"{moment(event.at)} · {event.by}",
            "words": event.words,
        }
        for event in reversed(detail.history)
    ]


def _sentence(event: Happened) -> str:
    if event.step is Step.MOVED:
        return str(
            _(
                "Van %(before)s naar %(after)s",
                before=day(event.due_before),
                after=day(event.due_after),
            )
        )
    if event.step is Step.HANDED_OVER:
        return str(
            _("Van %(before)s naar %(after)s", before=event.owner_before, after=event.owner_after)
        )
    if event.step is Step.GIVEN:
        return str(
            _(
                "Gegeven aan %(name)s, uiterlijk %(day)s",
                name=event.owner_after,
                day=day(event.due_after),
            )
        )
    return event.step.label


def both_texts(conflict: Conflict) -> list[dict[str, Any]]:
    """Return what the reader wrote beside what is there now."""
    return [
        {"label": label, "mine": conflict.mine[name], "theirs": conflict.theirs[name]}
        for name, label in _TEXTS.items()
        if conflict.mine[name] or conflict.theirs[name]
    ]
