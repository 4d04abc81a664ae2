"""Delivery in words and bars for a page: sums of what was told, without a judgement."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pmg.delivery.mine import Sum
from pmg.delivery.results import FactorLine, Sheet
from pmg.delivery.rules import Attendance, PlanState, Reached, Step
from pmg.delivery.shown import Delivery, Happened, Telling, Version
from pmg.errors import Conflict
from pmg.factors.rules import Direction
from pmg.interventions.rules import CompletionResult
from pmg.web.formats import day, weekday

# The colour only helps; the word says it.
PLAN_KINDS = {PlanState.APPROVED: "ok", PlanState.WAITING: "warning", PlanState.DRAFT: "info"}
_TEXTS = {"outcome": _l("Wat er gebeurde"), "words": _l("In eigen woorden")}
_HOW = {
    Attendance.PRESENT: _l("Doorgegaan"),
    Attendance.ABSENT: _l("De jongere was er niet"),
    Attendance.EXCUSED: _l("Afgezegd"),
}
_NAMED = 36
REACHED, RESULTS = tuple(Reached), tuple(CompletionResult)


def both_texts(conflict: Conflict) -> list[dict[str, Any]]:
    """Return what the reader wrote beside what is there now."""
    return [
        {
            "label": label,
            "mine": conflict.mine.get(name, ""),
            "theirs": conflict.theirs.get(name, ""),
        }
        for name, label in _TEXTS.items()
        if conflict.mine.get(name) or conflict.theirs.get(name)
    ]


def when(on_day: date, clock: time | None) -> str:
    """Return a day with its name, and the time when there is one: 'donderdag 26 november 2026'."""
    written = f"{weekday(on_day)} {day(on_day)}"
    return f"{written}, {clock:%H.%M}" if clock else written


def how(telling: Telling | None) -> str:
    """Return how a meeting went in a word or two."""
    if telling is None:
        return str(_("Nog niet vastgelegd"))
    if not telling.happened:
        return str(_("Niet doorgegaan"))
    return str(_HOW[telling.attendance or Attendance.PRESENT])


def how_kind(telling: Telling | None) -> str:
    """Return the colour of how it went."""
    if telling is None:
        return "info"
    return "ok" if telling.attendance is Attendance.PRESENT else "neutral"


def amounts(sessions: int, minutes: int) -> str:
    """Return a number of meetings with the minutes together."""
    met = ngettext("%(num)d bijeenkomst", "%(num)d bijeenkomsten", sessions)
    return f"{met}, {_('%(minutes)d minuten', minutes=minutes)}"


def tell_concern(names: str) -> str:
    """Return what the button says that tells of a concern: who gets it."""
    return str(_("Zorg melden aan %(names)s", names=names) if names else _("Zorg opschrijven"))


def chart(found: Delivery) -> dict[str, Any] | None:
    """Return planned beside delivered for each goal of the plan; None without a plan."""
    if found.approved is None:
        return None
    rows: list[dict[str, Any]] = []
    most = max(
        (max(each.dosage.sessions, each.delivered.sessions) for each in found.approved.goals),
        default=1,
    )
    for each in found.approved.goals:
        name = short(each.dosage.aim)
        rows += _pair(name, each.dosage.sessions, each.delivered.sessions, most)
    planned = sum(each.dosage.sessions for each in found.approved.goals)
    came = sum(each.delivered.sessions for each in found.approved.goals)
    return {
        "title": _("Gepland en geleverd"),
        "summary": _summary(planned, came),
        "rows": rows,
        "row_label": _("Doel"),
        "unit": _("Bijeenkomsten"),
        "between": "",
    }


def sums_chart(found: Iterable[Sum]) -> dict[str, Any]:
    """Return planned beside delivered for each intervention."""
    listed = list(found)
    most = max((max(each.sessions_planned, each.sessions) for each in listed), default=1)
    rows: list[dict[str, Any]] = []
    for each in listed:
        rows += _pair(each.intervention, each.sessions_planned, each.sessions, most)
    return {
        "title": _("Gepland en geleverd per interventie"),
        "summary": _summary(
            sum(each.sessions_planned for each in listed), sum(each.sessions for each in listed)
        ),
        "rows": rows,
        "row_label": _("Interventie"),
        "unit": _("Bijeenkomsten"),
        "between": "",
    }


def factor_charts(found: Sheet) -> list[dict[str, Any]]:
    """Return for each factor by itself how often it went which way; factors are never added up."""
    return [_factor_chart(line) for line in found.factors]


def _factor_chart(line: FactorLine) -> dict[str, Any]:
    counts = {
        Direction.BETTER: line.better,
        Direction.SAME: line.same,
        Direction.WORSE: line.worse,
        Direction.UNCLEAR: line.unclear,
    }
    total = sum(counts.values())
    return {
        "title": line.factor.name,
        "summary": _(
            "n = %(total)d. Van %(unclear)d is niet te zeggen welke kant het op ging. Dit zegt "
            "niets over oorzaak.",
            total=total,
            unclear=line.unclear,
        ),
        "rows": [
            {
                "label": each.label,
                "value": number,
                "text": str(number),
                "share": number / total if total else 0,
                "band": None,
            }
            for each, number in counts.items()
        ],
        "row_label": _("Volgens wat professionals zagen"),
        "unit": _("Trajecten"),
        "between": "",
    }


def counted(counts: Any, kinds: Iterable[Any]) -> list[tuple[str, int]]:
    """Return how often each came, in the order of its vocabulary, also what never came."""
    return [(each.label, counts[each]) for each in kinds]


def missed(counts: Any) -> list[tuple[str, int]]:
    """Return why things did not happen, in the order of the vocabulary."""
    return [(reason.label, counts[reason]) for reason in sorted(counts, key=lambda one: one.order)]


def story(line: Happened) -> str:
    """Return what a line of the log of changes adds to its step."""
    parts = [_("versie %(number)d", number=line.plan_number)] if line.plan_number else []
    if line.day_before and line.day_after:
        first, then = day(line.day_before), day(line.day_after)
        parts.append(_("van %(first)s naar %(then)s", first=first, then=then))
    elif line.day_after:
        parts.append(day(line.day_after))
    return ", ".join(parts)


def compared(old: Version | None, new: Version) -> list[dict[str, Any]]:
    """Return each goal of two versions side by side, with whether it changed."""
    before = {goal.goal_key: goal.dosage for goal in old.goals} if old else {}
    after = {goal.goal_key: goal.dosage for goal in new.goals}
    rows = []
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if one is None:
            label, kind = _("Nieuw"), "info"
        elif other is None:
            label, kind = _("Weggehaald"), "neutral"
        elif one == other:
            label, kind = _("Gelijk"), "neutral"
        else:
            label, kind = _("Gewijzigd"), "warning"
        rows.append({"old": one, "new": other, "label": label, "kind": kind})
    return rows


def version_label(version: Version) -> str:
    """Return a version by its number and how far it is."""
    if version.approved_on:
        return str(
            _(
                "Versie %(number)d, goedgekeurd op %(day)s",
                number=version.number,
                day=day(version.approved_on),
            )
        )
    return str(_("Versie %(number)d: %(state)s", number=version.number, state=version.state.label))


def step_kind(step: Step) -> str:
    """Return the colour of a step."""
    return "ok" if step in {Step.APPROVED, Step.CLOSED} else "neutral"


def _pair(name: str, planned: int, came: int, most: int) -> list[dict[str, Any]]:
    return [
        {
            "label": _("%(name)s: gepland", name=name),
            "value": planned,
            "text": str(planned),
            "share": planned / most,
            "band": None,
        },
        {
            "label": _("%(name)s: geleverd", name=name),
            "value": came,
            "text": str(came),
            "share": came / most,
            "band": None,
        },
    ]


def _summary(planned: int, came: int) -> str:
    return str(
        _(
            "Gepland: %(planned)d bijeenkomsten. Geleverd: %(came)d. Dit zegt niets over oorzaak.",
            planned=planned,
            came=came,
        )
    )


def short(text: str) -> str:
    """Return a text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _NAMED else f"{line[: _NAMED - 1].rstrip()}…"
