"""A vocabulary is read whole or not at all, and each wrong row is named."""

import pytest

from pmg.reference import factors, interventions, legal_bases, municipalities, partners
from pmg.reference.loader import BadReference, read

HEADER = ",".join(factors.COLUMNS)
GOOD = "R-X,risico,individu,Naam,Name,Omschrijving.,true,8,27,normaal"


def errors_of(*rows: str, header: str = HEADER) -> tuple[str, ...]:
    text = "\n".join((header, *rows))
    with pytest.raises(BadReference) as refused:
        read("factors.csv", factors.COLUMNS, factors.build, text=text)
    return refused.value.errors


def test_the_shipped_vocabularies_have_the_size_the_programme_knows() -> None:
    assert len(factors.FACTORS) == 50
    assert len(interventions.INTERVENTIONS) == 60
    assert len(municipalities.MUNICIPALITIES) == 47
    assert len(municipalities.FOCUS_AREAS) == 20
    assert len(partners.PARTNERS) == 26


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (GOOD.replace("8,27", "28,27"), "min_age 28 is above max_age 27"),
        (GOOD.replace("8,27", "acht,27"), "min_age is not a whole number: 'acht'"),
        (GOOD.replace("risico", "gevaar"), "kind: 'gevaar' is not a valid FactorKind"),
        (GOOD.replace("normaal", "geheim"), "sensitivity: 'geheim' is not a valid Sensitivity"),
        (GOOD.replace("true", "ja"), "dynamic is neither true nor false: 'ja'"),
        (GOOD.replace("Naam", ""), "name_nl is empty"),
        (GOOD + ",nog iets", "more cells than columns"),
        ("R-X,risico", "fewer cells than columns"),
    ],
)
def test_a_wrong_row_is_named_with_file_row_and_reason(row: str, reason: str) -> None:
    assert errors_of(row) == (f"factors.csv row 2: {reason}",)


def test_every_wrong_row_is_reported_at_once() -> None:
    wrong = GOOD.replace("risico", "gevaar")
    assert [error.split(":")[0] for error in errors_of(wrong, GOOD, wrong)] == [
        "factors.csv row 2",
        "factors.csv row 4",
    ]


def test_a_code_used_twice_is_refused() -> None:
    assert errors_of(GOOD, GOOD) == ("factors.csv row 3: code R-X stands here twice",)


def test_unknown_and_missing_columns_are_named() -> None:
    assert errors_of(header=HEADER.replace("kind", "soort")) == (
        "factors.csv: unknown column soort",
        "factors.csv: column kind is missing",
    )


def test_an_intervention_cannot_aim_at_a_factor_that_does_not_exist() -> None:
    text = (
        ",".join(interventions.COLUMNS)
        + "\nX,Naam,interventie,kansen,8,12,groep,vrijwillig,niet_beoordeeld,bron,,R-NIET,,hoog,"
        + "," * (len(interventions.COLUMNS) - 15)
    )
    with pytest.raises(BadReference, match="unknown codes: R-NIET"):
        read("interventions.csv", interventions.COLUMNS, interventions.build, text=text)


def test_a_focus_area_lies_in_a_known_municipality() -> None:
    text = ",".join(municipalities.FOCUS_AREA_COLUMNS) + "\nFA99,GM9999,Nergens,bron,hoog"
    with pytest.raises(BadReference, match="unknown codes: GM9999"):
        read(
            "focus_areas.csv",
            municipalities.FOCUS_AREA_COLUMNS,
            municipalities.build_focus_area,
            text=text,
        )


def test_only_the_care_and_safety_house_may_rest_a_case_on_the_wgs() -> None:
    wgs = legal_bases.LEGAL_BASES["WGS-ZVH"]
    assert wgs.is_open_to("ZVH")
    assert not wgs.is_open_to("GEM-OOV")
    assert legal_bases.LEGAL_BASES["OPENBARE-ORDE"].is_open_to("GEM-OOV")


def test_a_vocabulary_cannot_be_changed_by_who_reads_it() -> None:
    with pytest.raises(TypeError):
        factors.FACTORS["R-NIEUW"] = factors.FACTORS["R-IND-LVB"]  # type: ignore[index]
