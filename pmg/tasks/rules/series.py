"""The days of a task that comes back: counted from its first day, so that they never drift.

A deadline is a day and no moment: the clock may go forward or back in between, and no day moves.
"""

from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from itertools import count

from pmg.cases.rules import add_months
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

FEWEST_TIMES, MOST_TIMES = 2, 104
LONGEST_MONTHS = 24


class Rhythm(Labelled):
    """How often a task comes back."""

    ONCE = "eenmalig", "Eén keer"
    WEEKLY = "elke_week", "Elke week"
    FORTNIGHTLY = "elke_twee_weken", "Elke twee weken"
    MONTHLY = "elke_maand", "Elke maand"


_WEEKS = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2}


@dataclass(frozen=True, slots=True)
class Series:
    """The first day, how often, and until which day or how many days in all."""

    first: date
    rhythm: Rhythm = Rhythm.ONCE
    until: date | None = None
    times: int | None = None


def day_of(series: Series, number: int) -> date | None:
    """Return the n-th day, from 1; None when the series has no such day.

    A month has the day of the first, or its own last day when it is too short: what begins on
    31 January falls on 28 or 29 February and on 31 March again.
    """
    if number < 1 or (series.rhythm is Rhythm.ONCE and number > 1):
        return None
    if series.times is not None and number > series.times:
        return None
    day = _counted(series, number - 1)
    return None if day is None or (series.until is not None and day > series.until) else day


def _counted(series: Series, steps: int) -> date | None:
    weeks = _WEEKS.get(series.rhythm)
    if weeks is None:
        months = series.first.year * 12 + series.first.month - 1 + steps
        return add_months(series.first, steps) if months // 12 <= MAXYEAR else None
    try:
        return series.first + timedelta(weeks=weeks * steps)
    except OverflowError:
        return None


def next_number(series: Series, number: int, *, done_on: date) -> int | None:
    """Return which day of the series comes after the n-th, when that was done on this day.

    The first later day that has not gone by: what was done three weeks late is not asked three
    times more. A day that was passed over counts as one of the times. None when it is over.
    """
    for following in count(number + 1):
        day = day_of(series, following)
        if day is None or day > done_on:
            return following if day is not None else None
    return None


def check_series(series: Series) -> None:
    """Raise Invalid unless it happens once, or comes back until a day or a number of times."""
    if series.rhythm is Rhythm.ONCE:
        if series.until is not None or series.times is not None:
            raise Invalid("rhythm", "Kies hoe vaak de taak terugkomt, of laat het einde leeg.")
        return
    if (series.until is None) == (series.times is None):
        raise Invalid(
            "until", "Vul in tot welke dag of hoe vaak de taak terugkomt: een van de twee."
        )
    _check_bounds(series)


def _check_bounds(series: Series) -> None:
    if series.times is not None and not FEWEST_TIMES <= series.times <= MOST_TIMES:
        raise Invalid(
            "times",
            "Vul een getal in van %(fewest)d tot en met %(most)d.",
            fewest=FEWEST_TIMES,
            most=MOST_TIMES,
        )
    if series.until is None:
        return
    if series.until > add_months(series.first, LONGEST_MONTHS):
        raise Invalid("until", "Een taak komt hoogstens twee jaar terug. Kies een eerdere dag.")
    if day_of(series, 2) is None:
        raise Invalid("until", "Dit einde ligt voor de tweede keer. Kies een latere dag.")
