"""The catalogue says when a level was given, and what to be careful with."""

from datetime import date

import pytest

from pmg.reference.evidence import EvidenceLevel, when_judged
from pmg.reference.factors import FACTORS, Sensitivity
from pmg.reference.interventions import INTERVENTIONS, Track
from pmg.reference.municipalities import MUNICIPALITIES

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("source", "on", "words"),
    [
        ("databank (erkend 13-03-2019)", date(2019, 3, 13), "13 maart 2019"),
        ("databank 23-02-2022 (besluit 8-12-2021)", date(2021, 12, 8), "8 december 2021"),
        ("vreedzaam.net oktober 2017 (herbeoordeling)", date(2017, 10, 31), "oktober 2017"),
        ("gemeente.nu 2023-12; versbeton.nl 2022", date(2023, 12, 31), "december 2023"),
        ("nieuws 2016 (uitkomst delinquentie)", date(2016, 12, 31), "2016"),
    ],
)
def test_the_date_is_read_as_precisely_as_the_source_gives_it(
    source: str, on: date, words: str
) -> None:
    judged = when_judged(source)
    assert judged is not None
    assert (judged.on, judged.words) == (on, words)


@pytest.mark.parametrize(
    "source",
    ["nummer 1900133", "evaluatie 2008-2012", "kv-tk-2024Z18294", "op 31-02-2019", "2019-13", ""],
)
def test_numbers_that_are_no_date_give_none(source: str) -> None:
    assert when_judged(source) is None


def test_a_recognition_is_old_the_day_after_five_years() -> None:
    football = INTERVENTIONS["AJB"]
    assert not football.is_old(date(2024, 3, 13))
    assert football.is_old(date(2024, 3, 14))


def test_what_was_never_recognised_cannot_grow_old() -> None:
    mentor = INTERVENTIONS["MENTOR"]
    assert mentor.evidence_date == date(2016, 12, 31)
    assert not mentor.is_old(TODAY)
    assert mentor.warnings(TODAY) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("VOORLICHTING", "Mogelijk schadelijk"),
        ("ROTSENWATER", "Beoordeeld en niet erkend"),
        ("AJB", "13 maart 2019 en ouder dan vijf jaar"),
    ],
)
def test_the_worker_is_warned_in_words(code: str, words: str) -> None:
    (warning,) = INTERVENTIONS[code].warnings(TODAY)
    assert words in warning


def test_a_level_from_memory_is_not_shown_as_if_it_had_a_source() -> None:
    assert INTERVENTIONS["JWAMBULANT"].source_text == "Nog geen bron vastgelegd"
    assert INTERVENTIONS["AJB"].source_text.startswith("interventies.loketgezondleven.nl")


def test_the_ladder_climbs_to_strong_indications() -> None:
    assert max(EvidenceLevel, key=lambda level: level.order) is EvidenceLevel.STRONG_INDICATIONS
    assert EvidenceLevel.WELL_DESCRIBED.is_recognition
    assert not EvidenceLevel.LAPSED.is_recognition


def test_what_serves_both_tracks_belongs_in_a_search_for_either() -> None:
    assert Track.BOTH.serves(Track.LIMITS)
    assert Track.LIMITS.serves(Track.LIMITS)
    assert not Track.LIMITS.serves(Track.OPPORTUNITIES)


@pytest.mark.parametrize(
    ("sensitivity", "category"),
    [
        (Sensitivity.NORMAL, "plan"),
        (Sensitivity.THIRD_PARTIES, "plan"),
        (Sensitivity.HEALTH, "special"),
        (Sensitivity.CRIMINAL, "police"),
    ],
)
def test_the_sensitivity_of_a_factor_decides_who_may_read_it(
    sensitivity: Sensitivity, category: str
) -> None:
    found = {f.category for f in FACTORS.values() if f.sensitivity is sensitivity}
    assert found == {category}


def test_a_factor_fits_its_first_and_last_age() -> None:
    dropout = FACTORS["R-SCH-UITVAL"]
    assert [dropout.fits_age(age) for age in (14, 15, 27, 28)] == [False, True, True, False]


def test_a_municipality_knows_its_focus_areas() -> None:
    assert [area.code for area in MUNICIPALITIES["GM0363"].focus_areas] == ["FA11", "FA12"]
    assert MUNICIPALITIES["GM0034"].focus_areas == ()


def test_every_label_is_filled_in() -> None:
    for kind in (EvidenceLevel, Sensitivity, Track):
        assert all(member.label and member.label != member.value for member in kind)
