"""Case meetings in words for a page, and the data that a screen needs to follow."""

from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pmg.errors import Conflict
from pmg.meetings.rules import ItemState, Known, MeetingState
from pmg.meetings.shown import Going, ItemLine, MeetingLine, SeriesKept
from pmg.security.policy import Category
from pmg.tasks.rules import State
from pmg.web.formats import day, weekday

# The colour only helps; the word says it.
STATE_KINDS = {
    MeetingState.RUNNING: "ok",
    MeetingState.PLANNED: "info",
    MeetingState.CLOSED: "neutral",
}
ITEM_KINDS = {
    ItemState.PROPOSED: "warning",
    ItemState.PLACED: "info",
    ItemState.DISCUSSED: "ok",
    ItemState.DECLINED: "neutral",
    ItemState.WITHDRAWN: "neutral",
}
KNOWN_KINDS = {Known.KNOWN: "ok", Known.UNKNOWN: "neutral", Known.NOTHING: "neutral"}
TASK_KINDS = {State.OFFERED: "warning", State.ACCEPTED: "ok", State.REFUSED: "danger"}
CATEGORIES = {
    Category.PLAN: _l("Gewone gegevens: plan en afspraken"),
    Category.POLICE: _l("Politiegegevens (Wpg)"),
    Category.JUSTICE: _l("Justitiële gegevens (Wjsg)"),
    Category.MEDICAL: _l("Medische gegevens (Wgbo)"),
    Category.SPECIAL: _l("Bijzondere gegevens (AVG art. 9)"),
    Category.SCHOOL: _l("Schoolgegevens"),
}
_TEXTS = {
    "question": _l("Vraag"),
    "place": _l("Waar?"),
    "weekday": _l("Op welke dag van de week?"),
    "rhythm": _l("Hoe vaak?"),
    "clock": _l("Hoe laat?"),
    "minutes": _l("Hoeveel minuten?"),
    "situation": _l("Hoe gaat het nu?"),
    "tried": _l("Wat is er geprobeerd?"),
    "wish": _l("Wat wil de jongere, en wat wilt u?"),
    "known": _l("Kent uw organisatie de jongere?"),
    "necessity": _l("Waarom moet er iets gebeuren? (noodzaak)"),
    "proportionality": _l("Past het bij hoe ernstig het is? (proportionaliteit)"),
    "subsidiarity": _l("Kan het ook met iets lichters? (subsidiariteit)"),
    "outcome": _l("Wat is besloten?"),
    "words": _l("In eigen woorden"),
    "review_on": _l("Wanneer komt het terug?"),
}


def both_texts(conflict: Conflict) -> list[dict[str, Any]]:
    """Return what the reader wrote beside what is there now, where they differ."""
    return [
        {
            "label": _TEXTS.get(name, _TEXTS["question"]),
            "mine": conflict.mine.get(name, ""),
            "theirs": conflict.theirs.get(name, ""),
        }
        for name in dict.fromkeys((*conflict.mine, *conflict.theirs))
        if conflict.mine.get(name, "") != conflict.theirs.get(name, "")
    ]


def when(on_day: date, clock: time) -> str:
    """Return a day with its name and the time: 'donderdag 26 november 2026, 10.00 uur'."""
    return str(
        _("%(weekday)s %(day)s, %(clock)s uur", weekday=weekday(on_day), day=day(on_day),
          clock=f"{clock:%H.%M}")
    )  # fmt: skip


def counted(line: MeetingLine) -> str:
    """Return how many items a meeting has for the reader."""
    return str(ngettext("%(num)d onderwerp", "%(num)d onderwerpen", line.items))


def going(day_going: Going) -> str:
    """Return a day that moves or goes, with what stands on it for the reader."""
    items = ngettext("%(num)d onderwerp", "%(num)d onderwerpen", day_going.items)
    old = f"{weekday(day_going.on_day)} {day(day_going.on_day)}"
    said = f"{old}, {items}" if day_going.items else old
    if day_going.new_day is None:
        return said
    if day_going.new_day == day_going.on_day:
        return str(_("%(day)s: zelfde dag", day=said))
    new = f"{weekday(day_going.new_day)} {day(day_going.new_day)}"
    return str(_("%(old)s wordt %(new)s", old=said, new=new))


def setting(kept: SeriesKept) -> str:
    """Return how a series was set: 'Elke week op donderdag, 10.00 uur, 90 min, Stadhuis'."""
    said = _(
        "%(rhythm)s op %(weekday)s, %(clock)s uur, %(minutes)d min, %(place)s",
        rhythm=kept.rhythm.label,
        weekday=kept.weekday.label.lower(),
        clock=f"{kept.clock:%H.%M}",
        minutes=kept.minutes,
        place=kept.place,
    )
    return f"{said}; {_('vervanger: %(name)s', name=kept.deputy)}" if kept.deputy else str(said)


def title(line: ItemLine) -> str:
    """Return an item by its number and the youth, where it has a number."""
    return f"{line.number}. {line.who}" if line.number else line.who


def minutes_spent(seconds: int) -> int:
    """Return whole minutes."""
    return seconds // 60
