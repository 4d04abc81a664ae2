"""Periods, and numbers in a text."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.errors import Invalid
from pmg.reports.rules import (
    Period,
    Preset,
    chances,
    check_period,
    preset_period,
    says_a_number,
)

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(days)
def test_last_quarter_is_three_whole_months_that_have_ended(today: date) -> None:
    period = preset_period(Preset.LAST_QUARTER, today)
    assert period is not None
    assert period.first.day == 1
    assert period.until.day == 1
    assert period.last < today <= period.until + timedelta(days=92)
    assert (period.until.month - period.first.month) % 12 == 3


@given(days)
def test_this_year_and_last_year_lie_beside_each_other(today: date) -> None:
    this, last = preset_period(Preset.THIS_YEAR, today), preset_period(Preset.LAST_YEAR, today)
    assert this is not None
    assert last is not None
    assert last.until == this.first
    assert this.last == today


def test_a_period_of_ones_own_has_no_preset() -> None:
    assert preset_period(Preset.OWN, date(2026, 5, 1)) is None


@given(days, days, days, days)
def test_two_periods_overlap_when_a_day_is_in_both(a: date, b: date, c: date, d: date) -> None:
    one, other = Period(min(a, b), max(a, b)), Period(min(c, d), max(c, d))
    shared = max(one.first, other.first) <= min(one.last, other.last)
    assert one.overlaps(other) == shared == other.overlaps(one)


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [
        (date(2026, 3, 1), date(2026, 11, 24), "geweest"),
        (date(2026, 3, 2), date(2026, 3, 1), "op of na"),
        (date(2026, 3, 2), date.max, "geweest"),
    ],
)
def test_a_period_in_the_future_or_without_days_is_refused(
    first: date, last: date, word: str
) -> None:
    with pytest.raises(Invalid, match=word):
        check_period(Period(first, last), date(2026, 11, 23))


def test_one_day_that_is_today_will_do() -> None:
    check_period(Period(date(2026, 11, 23), date(2026, 11, 23)), date(2026, 11, 23))


@given(st.integers(0, 10**6))
def test_a_number_in_digits_is_found(number: int) -> None:
    assert says_a_number(f"Er kwamen {number} aanmeldingen bij.")
    assert says_a_number(f"In {number} dossiers stond iets verkeerd.")


@pytest.mark.parametrize(
    "reason",
    [
        *("Één kwam later.", "E\u0301én te veel.", "Eén te veel.", "EEN JONGERE te veel."),
        *("Twaalf kwamen later.", "zesentwintig", "tachtig erbij", "honderd", "tweeëndertig"),
        *("Er was een jongere te veel.", "Een andere aanmelding kwam later.", "een\ndossier"),
        *("Een tweetal kwam later.", "Twintigtal extra", "Tientallen extra", "met zijn drieën"),
        *("Een paar kwamen later.", "Een dozijn meer.", "Half zoveel.", "De helft klopte niet."),
        *("Alles stond er dubbel in.", "Eentje te veel.", "Beide broers.", "Geen enkele."),
        *("Er waren nul aanmeldingen te veel.", "Nihil.", "Niemand uit wijk A stond erin."),
        *("honderdvijf", "Meer dan tweehonderdelf.", "een miljoen", "duizendtwee", "honderden"),
        *("Een derde van de jongeren.", "Driekwart ontbrak.", "Een kwart kwam later."),
        *("Tweemaal zoveel.", "zevenmaal ingevoerd", "anderhalf keer zoveel", "in drievoud"),
        *("De vijfde aanmelding kwam later.", "Een dertiende later", "Geen dossiers ontbraken."),
        *("De enige jongere uit Overvecht.", "het enige nieuwe traject", "twintigste traject"),
        *("2003 jongeren", "Het waren er 2003.", "Over 2026 aanmeldingen", "in 2003 jongeren"),
    ],
)
def test_a_number_in_other_words_is_found(reason: str) -> None:
    assert says_a_number(reason)


@pytest.mark.parametrize(
    "reason",
    [
        "Een deel van de aanmeldingen is later ingevoerd.",
        "De tweede wijk was in 2026 achteraf ernstig onvolledig.",
        "Bovendien misten voorzichtig geschatte dossiers.",
        "De cijfers over 2025 waren niet af; sinds 2026 registreren wij anders.",
        "Het jaar 2026 begon met een fout in de invoer van oktober 2025.",
        "Een aanbieder leverde later aan.",
        "Een wijk stond in het verkeerde gebied.",
        "Er is een fout gemaakt. De periode is te kort.",
        "Het derde kwartaal ontbrak, en nu eenmaal ook een derde partij.",
        "Tieners en patienten van onze dertigers: het enige verschil zat in de kwartaalcijfers.",
        "Er is geen fout gemaakt, en de vierde wijk stond er al in.",
        "Zevenaar ontbrak; het overleg heeft achteraf anders besloten.",
    ],
)
def test_words_that_only_look_like_numbers_may_be_said(reason: str) -> None:
    assert not says_a_number(reason)


def test_shifted_days_and_other_kinds_draw_by_the_same_chances() -> None:
    quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    first, last = days_around(quarter.first), days_around(quarter.last)
    names = {chances("GM0363", Period(a, z)) for a in first for z in last}
    assert len(names) <= 2
    assert chances("GM0363", quarter) != chances("GM0599", quarter)


def days_around(day: date) -> list[date]:
    return [day + timedelta(days=shift) for shift in range(-5, 6)]


@given(days, st.integers(1, 800), st.integers(0, 30), st.integers(1, 800))
def test_periods_that_do_not_overlap_never_draw_alike(
    start: date, long: int, between: int, longer: int
) -> None:
    one = Period(start, start + timedelta(days=long - 1))
    begin = one.until + timedelta(days=between)
    other = Period(begin, begin + timedelta(days=longer - 1))
    assert chances("GM0363", one) != chances("GM0363", other)
