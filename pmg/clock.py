"""The two clocks: days are Dutch days, moments are UTC."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """Return this moment, aware, in UTC: what the database holds."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is in the Netherlands: what people, deadlines and birthdays mean."""
    return datetime.now(AMSTERDAM).date()
