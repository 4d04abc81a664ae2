"""Hours around school: how many were offered and used, a week at a time. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

QUARTER, MOST_MINUTES = 15, 40 * 60
_HOURS = re.compile(r"(\d{1,2})(?:[,.](\d{1,2}))?", re.ASCII)


class NotUsed(Labelled):
    """Why hours that were offered were not used. Health is not asked."""

    NOT_GIVEN = "ging_niet_door", "Een activiteit ging niet door"
    FULL = "geen_plek", "Er was geen plek"
    BUSY = "andere_verplichting", "School, werk of thuis ging voor"
    TRAVEL = "kon_er_niet_komen", "De jongere kon er niet komen"
    UNWILLING = "wilde_niet", "De jongere wilde niet"
    NOT_REACHED = "niet_bereikt", "De jongere was niet te bereiken"
    NO_REASON = "geen_reden", "Er is geen reden gegeven"
    OTHER = "anders", "Een andere reden"


@dataclass(frozen=True, slots=True)
class Hours:
    """One week: minutes that were offered and used, and why not all of them."""

    monday: date
    offered: int
    used: int
    reason: NotUsed | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Some weeks together."""

    weeks: int
    offered: int
    used: int


def monday_of(day: date) -> date:
    """Return the first day of the week that a day is in."""
    return day - timedelta(days=day.weekday())


def read_hours(field: str, typed: str) -> int:
    """Return hours as minutes: '7', '7,5' and '7.25'; raise Invalid when it is none of these."""
    found = _HOURS.fullmatch(typed.strip())
    if found is None:
        raise Invalid(field, "Vul uren in als getal, bijvoorbeeld 8 of 7,5.")
    hundredths = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    minutes, rest = divmod(hundredths * 60, 100)
    if rest or minutes % QUARTER:
        raise Invalid(field, "Rond af op een kwartier: 7,25 of 7,5 of 7,75.")
    return minutes


def show_hours(minutes: int) -> str:
    """Return minutes as hours, as people write them: '7,5'."""
    hours, rest = divmod(minutes, 60)
    part = f"{rest * 100 // 60:02d}".rstrip("0")
    return f"{hours},{part}" if part else str(hours)


def check_hours(hours: Hours) -> Hours:
    """Return a week, clean; raise Invalid unless no more was used than was offered.

    When all was used there is nothing to explain: the reason is left out.
    """
    if not QUARTER <= hours.offered <= MOST_MINUTES:
        raise Invalid(
            "offered",
            "Vul in hoeveel uren er waren, van een kwartier tot en met %(most)d uur.",
            most=MOST_MINUTES // 60,
        )
    if hours.used > hours.offered:
        raise Invalid(
            "used",
            "Er zijn meer uren gebruikt dan er waren. Kijk de uren na, of verhoog wat er was.",
        )
    if hours.used < 0:
        raise Invalid("used", "Vul uren in van 0 of meer.")
    if hours.used == hours.offered:
        return Hours(hours.monday, hours.offered, hours.used)
    if hours.reason is None:
        raise Invalid("reason", "Kies waarom niet alle uren zijn gebruikt.")
    return hours


def check_new_week(monday: date, *, started_on: date | None, last_day: date) -> None:
    """Raise Invalid unless the trajectory ran in this week; `last_day` is today or its end."""
    if started_on is None:
        raise Invalid(
            "on_day", "Deze inzet is nog niet gestart. Leg eerst de start vast, bij de inzet zelf."
        )
    if monday < monday_of(started_on):
        raise Invalid(
            "on_day",
            "De inzet begon op %(start)s. Kies die week of een latere.",
            start=f"{started_on:%d-%m-%Y}",
        )
    if monday > monday_of(last_day):
        raise Invalid(
            "on_day",
            "Kies een week tot en met die van %(last)s.",
            last=f"{last_day:%d-%m-%Y}",
        )


def sums(weeks: Iterable[Hours]) -> Sums:
    """Add up weeks; of each week one row counts, as given."""
    found = list(weeks)
    return Sums(len(found), sum(one.offered for one in found), sum(one.used for one in found))
