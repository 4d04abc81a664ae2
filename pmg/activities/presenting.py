"""Activities in words and tables for a page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from pmg.activities.queries import Rounded
from pmg.activities.rules import Held, Theme, bands
from pmg.interventions.rules import Funding

_DIVISIONS = ("maand", "gebied", "thema", "geldstroom", "leeftijd")


def month(first: date) -> str:
    """Return a month: 'november 2026'."""
    locale = get_locale()
    return format_date(first, "LLLL y", locale=locale.language if locale else "nl")


def ages(held: Held) -> str:
    """Return the ages that were counted, in words; '' when none were."""
    if held.by_age is None:
        return ""
    named = zip(bands(), held.by_age, strict=True)
    return ", ".join(f"{label}: {count}" for label, count in named if count)


def tables(
    found: Mapping[str, tuple[Rounded, ...]], areas: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return a table for each division that has something in it."""
    titles = {
        "maand": (_("Per maand"), _("Maand")),
        "gebied": (_("Per gebied"), _("Gebied")),
        "thema": (_("Per thema"), _("Thema")),
        "geldstroom": (_("Per geldstroom"), _("Geldstroom")),
        "leeftijd": (_("Per leeftijd, voor zover geteld"), _("Leeftijd")),
    }
    return [
        {
            "title": titles[division][0],
            "what": titles[division][1],
            "rows": [(_label(division, each.code, areas), each) for each in found[division]],
        }
        for division in _DIVISIONS
        if found.get(division)
    ]


def _label(division: str, code: str, areas: Mapping[str, str]) -> str:
    if division == "maand":
        year, _dash, number = code.partition("-")
        return month(date(int(year), int(number), 1))
    if division == "gebied":
        return str(_(areas.get(code, code)))
    if division == "thema":
        return Theme(code).label
    if division == "geldstroom":
        return Funding(code).label
    return bands()[int(code)]
