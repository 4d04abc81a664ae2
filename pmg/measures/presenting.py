"""Measures in steps, bars and words for a page, without a judgement."""

from typing import Any

from flask_babel import gettext as _

from pmg.errors import Conflict
from pmg.measures.queries import AroundSchool, Guarantee
from pmg.measures.rules import Hours, show_hours
from pmg.web.formats import day, short_day

_LAST_WEEKS = 8


def bar(found: Guarantee) -> list[dict[str, str | None]]:
    """Return the steps of a guarantee as the bar of steps takes them."""
    return [
        {
            "label": line.step.label,
            "state": "done" if line.now else "todo",
            "on": day(line.now.on) if line.now else None,
        }
        for line in found.lines
    ]


def of_hours(hours: Hours) -> str:
    """Return a week in words: how much of how much was used."""
    return str(
        _("%(used)s van %(offered)s uur", used=show_hours(hours.used),
          offered=show_hours(hours.offered))
    )  # fmt: skip


def summary(found: AroundSchool) -> str:
    """Return all weeks together in words."""
    sums = found.sums
    return str(
        _(
            "Vastgelegde weken: %(weeks)d. Gebruikt: %(used)s van %(offered)s uur.",
            weeks=sums.weeks,
            used=show_hours(sums.used),
            offered=show_hours(sums.offered),
        )
    )


def chart(found: AroundSchool) -> dict[str, Any] | None:
    """Return what was used beside what there was, for the last weeks; None without weeks."""
    weeks = found.weeks[-_LAST_WEEKS:]
    if not weeks:
        return None
    most = max(each.offered for each in weeks)
    rows: list[dict[str, Any]] = []
    for each in weeks:
        name = short_day(each.monday)
        rows += [
            _bar(_("Week van %(day)s: aangeboden", day=name), each.offered, most),
            _bar(_("Week van %(day)s: gebruikt", day=name), each.used, most),
        ]
    return {
        "title": _("Uren per week"),
        "summary": summary(found),
        "rows": rows,
        "row_label": _("Week"),
        "unit": _("Uren"),
        "between": "",
    }


def _bar(label: str, minutes: int, most: int) -> dict[str, Any]:
    text = show_hours(minutes)
    return {"label": label, "value": text, "text": text, "share": minutes / most, "band": None}


def both_texts(conflict: Conflict) -> list[dict[str, Any]]:
    """Return what the reader wrote beside what is there now."""
    labels = {
        "on": _("Op welke dag"),
        "outcome": _("Wat er gebeurde"),
        "words": _("In eigen woorden"),
    }
    return [
        {
            "label": label,
            "mine": conflict.mine.get(name, ""),
            "theirs": conflict.theirs.get(name, ""),
        }
        for name, label in labels.items()
        if conflict.mine.get(name) or conflict.theirs.get(name)
    ]
