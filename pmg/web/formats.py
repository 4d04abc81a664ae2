"""How days, moments and numbers are written on a page: '23 november 2026'."""

from datetime import date, datetime
from functools import cache

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale

from pmg.clock import AMSTERDAM, today


@cache
def _day(value: date, locale: str) -> str:
    return format_date(value, "d MMMM y", locale=locale)


def _locale() -> str:
    locale = get_locale()
    return locale.language if locale else "nl"


def day(value: date | None) -> str:
    """'23 november 2026', or '' when there is none."""
    return _day(value, _locale()) if value else ""


def short_day(value: date | None) -> str:
    """'23 nov' in this year, else '23 nov 2025': for narrow columns."""
    return _short_day(value, _locale(), today().year) if value else ""


@cache
def _short_day(value: date, locale: str, this_year: int) -> str:
    pattern = "d MMM" if value.year == this_year else "d MMM y"
    return format_date(value, pattern, locale=locale).rstrip(".").replace(". ", " ")


def weekday(value: date) -> str:
    """'maandag', as the language of the reader calls it."""
    return format_date(value, "EEEE", locale=_locale())


def moment(value: datetime | None) -> str:
    """'23 november 2026, 14.32 uur' in Dutch time."""
    if value is None:
        return ""
    local = value.astimezone(AMSTERDAM)
    clock = "d MMMM y, HH.mm 'uur'" if _locale() == "nl" else "d MMMM y, HH:mm"
    return format_datetime(local, clock, locale=_locale())


def number(value: float) -> str:
    """'1.234', as the language writes it."""
    return format_decimal(value, locale=_locale())


def init_app(app: Flask) -> None:
    """Plug in the filters."""
    app.jinja_env.filters.update(
        day=day, short_day=short_day, weekday=weekday, moment=moment, number=number
    )
