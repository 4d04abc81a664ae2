"""Ages and days: whole years as the law counts them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date

from pmg.errors import Invalid

MONTHS_IN_YEAR = 12
AGE_BANDS = ((8, 11), (12, 14), (15, 17), (18, 22), (23, 27))
OTHER_AGES = "anders"


@dataclass(frozen=True, slots=True)
class AgeBounds:
    """The ages a funding round is for, both included."""

    minimum: int
    maximum: int


DEFAULT_AGES = AgeBounds(8, 27)


def age_on(birth_date: date, day: date) -> int:
    """Return the age in whole years on a day; negative before birth.

    Who was born on 29 February grows a year older on 1 March in a common year: only then has
    the day of birth gone by. The law names no other day; this is the project's choice.
    """
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def age_band(age: int) -> str:
    """Return the band for reports, '12-14'; OTHER_AGES outside every band."""
    for lowest, highest in AGE_BANDS:
        if lowest <= age <= highest:
            return f"{lowest}-{highest}"
    return OTHER_AGES


def check_birth_date(
    birth_date: date, today: date, *, minimum_age: int = 8, maximum_age: int = 27
) -> None:
    """Raise Invalid('birth_date') unless the age lies within the bounds, both included."""
    if birth_date > today:
        raise Invalid(
            "birth_date", "De geboortedatum ligt in de toekomst. Kijk het jaar van de datum na."
        )
    age = age_on(birth_date, today)
    if not minimum_age <= age <= maximum_age:
        raise Invalid(
            "birth_date",
            "Met deze geboortedatum is de jongere %(age)d jaar. Het programma is voor jongeren "
            "van %(first)d tot en met %(last)d jaar. Kijk de datum na.",
            age=age,
            first=minimum_age,
            last=maximum_age,
        )


def check_not_future(field: str, day: date, *, today: date) -> None:
    """Raise Invalid unless the day is today or earlier."""
    if day > today:
        raise Invalid(field, "Deze dag moet nog komen. Kies vandaag of een dag die al geweest is.")


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on, or the last day of a shorter month, or of all days."""
    year, month = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 + months, MONTHS_IN_YEAR)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
