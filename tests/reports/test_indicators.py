"""Definitions of a report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.definitions.shipped import YEARLY
from pmg.definitions.vocabulary import DEFAULT_AGES, Direction, Waiting, age_code, dimension
from pmg.disclosure.tables import structure
from pmg.reference.factors import FACTORS, FactorKind
from pmg.reference.interventions import INTERVENTIONS
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.reports import indicators


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "anders"),
        (7, "anders"),
        (8, "8_11"),
        (11, "8_11"),
        (12, "12_14"),
        (17, "15_17"),
        (18, "18_22"),
        (27, "23_27"),
        (28, "anders"),
        (40, "anders"),
    ],
)
def test_every_age_has_one_band(age: int, band: str) -> None:
    assert age_code(age, DEFAULT_AGES) == band


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (None, Waiting.NOT_STARTED),
        (-3, Waiting.TWO_WEEKS),
        (13, Waiting.TWO_WEEKS),
        (14, Waiting.SIX_WEEKS),
        (41, Waiting.SIX_WEEKS),
        (42, Waiting.THIRTEEN_WEEKS),
        (90, Waiting.THIRTEEN_WEEKS),
        (91, Waiting.LONGER),
    ],
)
def test_lead_time_falls_in_one_band(days: int | None, band: Waiting) -> None:
    assert indicators.waiting(days) is band


@pytest.mark.parametrize(
    ("kind", "first", "last", "went"),
    [
        (FactorKind.RISK, "sterk", "beperkt", Direction.BETTER),
        (FactorKind.RISK, "afwezig", "beperkt", Direction.WORSE),
        (FactorKind.PROTECTIVE, "sterk", "beperkt", Direction.WORSE),
        (FactorKind.PROTECTIVE, "afwezig", "duidelijk", Direction.BETTER),
        (FactorKind.PROTECTIVE, "duidelijk", "duidelijk", Direction.SAME),
    ],
)
def test_a_risk_gets_better_by_less_and_a_protection_by_more(
    kind: FactorKind, first: str, last: str, went: Direction
) -> None:
    assert indicators.direction(kind, first, last) is went


known = st.sampled_from(["afwezig", "beperkt", "duidelijk", "sterk"])


@given(st.sampled_from(sorted(FACTORS)), st.tuples(known, known) | st.just((None, None)))
def test_every_factor_has_a_place_in_its_table(
    code: str, ends: tuple[str, str] | tuple[None, None]
) -> None:
    record = indicators.factor_record(factor_code=code, first=ends[0], last=ends[1])
    categories = YEARLY.dimensions("GM0363")
    assert all(value in categories[name].categories for name, value in record.items())


@pytest.mark.parametrize("code", sorted(INTERVENTIONS))
@pytest.mark.parametrize("ending", [None, "afgerond", "gestopt"])
def test_every_intervention_has_a_place_in_its_tables(code: str, ending: str | None) -> None:
    record = indicators.trajectory_record(
        municipality_id="GM0363",
        area="FA11",
        intervention_code=code,
        ending=ending,
        result=ending and "deels_bereikt",
    )
    for name, value in record.items():
        assert value in dimension(name, "GM0363", DEFAULT_AGES).categories


def test_an_area_of_another_municipality_is_outside() -> None:
    inside, outside = (
        indicators.youth_record(municipality_id="GM0363", gender="v", age=9, area=area, days=None)
        for area in ("FA11", "FA09")
    )
    assert (inside["gebied"], outside["gebied"]) == ("FA11", "buiten")


@pytest.mark.parametrize("municipality", sorted(MUNICIPALITIES))
def test_every_municipality_has_sound_tables_with_one_unit_each(municipality: str) -> None:
    parts = structure(YEARLY.specs(), YEARLY.hierarchies(municipality))
    assert [part.unit for part in parts] == ["jongeren", "trajecten", "factoren"]
    shown = [set(part.tables) for part in parts]
    assert shown == [{"bereik", "wachttijd"}, {"inzet_bewijs", "inzet_spoor"}, {"factoren"}]


def test_a_report_says_in_words_what_each_table_counts() -> None:
    for indicator in YEARLY.indicators:
        assert indicator.base.endswith(".")
        assert indicator.definition.endswith(".")
        assert set(indicator.charts) <= set(indicator.dimensions)
