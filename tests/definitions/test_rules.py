"""A definition as data: the same text for the same thing, and all that is wrong at once."""

import json
from dataclasses import replace
from typing import Any

import pytest

from pmg.definitions.checking import MOST_CELLS, faults
from pmg.definitions.rules import Indicator, Template, read_template
from pmg.definitions.shipped import AREAS, EVIDENCE, INFLOW, SHIPPED, YEARLY, latest
from pmg.definitions.vocabulary import DEFAULT_AGES, KINDS, Unit, age_dimension, read_bands
from pmg.disclosure.tables import structure
from pmg.errors import Invalid
from pmg.reference.municipalities import MUNICIPALITIES

# What was shipped stays as it was: a change is a new version, with a line of its own here.
HASHES = {
    ("jaarrapportage", 1): "ca3d7897c9ca3802",
    ("jaarrapportage", 2): "ceea69654d994b3e",
    ("kwartaalmonitor", 1): "8648188f360dcb73",
    ("instroom", 1): "22e91d4b0053a010",
    ("effectiviteit", 1): "5497363d36c83fb9",
    ("effectiviteit", 2): "50159415e2429929",
    ("focusgebieden", 1): "79e03e7d0e00a9da",
    ("financiering", 1): "36bafd0122e84d4a",
    ("plan", 1): "19a1eeab7d6b33bf",
    ("plan", 2): "158fde8b22d0c891",
}
NEW = list(latest().values())


def messages(template: Template) -> dict[str, str]:
    """What is wrong, by field."""
    return {fault.field: fault.message for fault in faults(template, "GM0363")}


def with_table(template: Template, **changes: Any) -> Template:
    """The template with its first table changed."""
    first = replace(template.indicators[0], **changes)
    return replace(template, indicators=(first, *template.indicators[1:]))


@pytest.mark.parametrize("template", SHIPPED.values(), ids=lambda t: f"{t.code} {t.version}")
def test_a_version_that_was_shipped_never_changes(template: Template) -> None:
    assert HASHES[template.code, template.version] == template.hash[:16]


def test_the_seven_reports_are_there_in_their_newest_version() -> None:
    assert [(code, each.version) for code, each in latest().items()] == [
        ("jaarrapportage", 2),
        ("kwartaalmonitor", 1),
        ("instroom", 1),
        ("effectiviteit", 2),
        ("focusgebieden", 1),
        ("financiering", 1),
        ("plan", 2),
    ]


@pytest.mark.parametrize("template", NEW, ids=lambda t: t.code)
@pytest.mark.parametrize("municipality", sorted(MUNICIPALITIES))
def test_every_shipped_report_is_sound_in_every_municipality(
    template: Template, municipality: str
) -> None:
    assert faults(template, municipality) == []
    cells = structure(template.specs(), template.hierarchies(municipality))
    assert template.cells(municipality) <= MOST_CELLS
    assert {part.unit for part in cells} == {indicator.unit for indicator in template.indicators}


@pytest.mark.parametrize("template", NEW, ids=lambda t: t.code)
def test_where_a_person_can_count_twice_it_says_so_and_rounds_to_ten(template: Template) -> None:
    for indicator in template.indicators:
        says = "kan meer dan één keer meetellen" in indicator.base
        assert says == indicator.unit.repeats
        assert template.base == 10 or not indicator.unit.repeats


def test_a_name_of_a_table_means_one_table_in_all_reports() -> None:
    meant: dict[str, Any] = {}
    for spec in (spec for template in SHIPPED.values() for spec in template.specs()):
        assert meant.setdefault(spec.name, spec.as_json()) == spec.as_json()


@pytest.mark.parametrize("template", SHIPPED.values(), ids=lambda t: f"{t.code} {t.version}")
def test_it_reads_back_as_it_was_written(template: Template) -> None:
    again = read_template(json.loads(template.as_text()))
    assert (again, again.hash) == (template, template.hash)


@pytest.mark.parametrize(
    "change",
    [{"indicators": None}, {"version": [1]}, {"extra": 1}, {"ages": [[8]]}, {"method": "gokken"}],
)
def test_what_is_no_definition_is_refused(change: dict[str, Any]) -> None:
    data = {**YEARLY.as_json(), **change}
    with pytest.raises(Invalid, match="niet leesbaar"):
        read_template(data)


@pytest.mark.parametrize(
    ("ages", "message"),
    [
        ((), "Vul ten minste één"),
        (((8, 12), (12, 14)), "overlappen bij 12 jaar"),
        (((8, 11), (13, 14)), "Tussen 11 en 13 jaar valt een gat"),
        (((11, 8),), "11-8 kan niet"),
        (((8, 111),), "tussen 0 en 99"),
        (((12, 14), (8, 11)), "overlappen"),
    ],
)
def test_bands_of_ages_follow_each_other(ages: Any, message: str) -> None:
    assert message in messages(replace(AREAS, ages=ages))["ages"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"rows": "schoenmaat"}, "table1_rows", "‘schoenmaat’ bestaat niet meer"),
        ({"rows": ""}, "table1_rows", "Kies waarnaar"),
        ({"rows": "spoor"}, "table1_rows", "‘spoor’ hoort niet bij jongeren"),
        ({"columns": "gebied"}, "table1_columns", "twee keer"),
        ({"title": " "}, "table1_title", "Vul dit in"),
        ({"title": "x" * 101}, "table1_title", "hoogstens 100 tekens"),
        ({"definition": "x" * 1001}, "table1_definition", "hoogstens 1000 tekens"),
        ({"charts": ("geslacht",)}, "table1_charts", "indeling van de tabel"),
        ({"code": "gebied_geslacht"}, "table2_title", "heten hetzelfde"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_beside_its_field(
    changes: dict[str, Any], field: str, message: str
) -> None:
    assert message in messages(with_table(AREAS, **changes))[field]


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = with_table(replace(AREAS, title="", ages=()), rows="")
    assert {"title", "ages", "table1_rows"} <= set(messages(wrong))


def test_a_person_who_counts_twice_asks_for_tens() -> None:
    told = messages(replace(EVIDENCE, base=5, k=5))["base"]
    assert "tientallen" in told
    assert messages(replace(AREAS, base=7, k=7))["base"].startswith("Rond af")


def test_a_report_of_too_many_numbers_is_refused_with_how_many() -> None:
    large = Indicator(
        "x", "X", "X.", Unit.TRAJECTORIES, "X.", rows="inzet", columns="bewijs", blocks="spoor"
    )
    told = messages(replace(EVIDENCE, indicators=(large,)))["table1_rows"]
    assert "2196 getallen" in told


def test_too_many_divisions_of_one_unit_are_refused() -> None:
    kinds = [code for code, kind in KINDS.items() if Unit.TRAJECTORIES in kind.units]
    tables = tuple(
        Indicator(f"t{code}", code, "X.", Unit.TRAJECTORIES, "X.", rows=code) for code in kinds
    )
    told = messages(replace(EVIDENCE, indicators=tables))["table1_rows"]
    assert "te veel indelingen" in told


def test_other_bands_are_another_dimension_that_holds_its_own_bands() -> None:
    bands = ((8, 17), (18, 27))
    name = age_dimension(bands)
    first = replace(AREAS.indicators[0], columns=name)
    template = replace(AREAS, ages=bands, indicators=(first,))
    assert age_dimension(DEFAULT_AGES) == "leeftijd" != name
    assert read_bands(template.dimensions("GM0363")[name].categories) == bands


def test_the_first_inflow_report_counts_one_unit() -> None:
    assert {indicator.unit for indicator in INFLOW.indicators} == {Unit.REFERRALS}
