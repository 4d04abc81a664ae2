"""Columns are recognised by the titles that municipalities give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.imports.columns import FIELDS, check_mapping, guess_mapping, missing, never_taken

COMPLETE = {
    0: "full_name",
    1: "birth_date",
    2: "reason",
    3: "referrer",
    4: "referred_on",
    5: "legal_basis",
    6: "told",
}


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("VOORNAAM", "given_name"),
        ("Tussenvoegsel(s)", "prefix"),
        ("Geb.datum", "birth_date"),
        ("geb. datum", "birth_date"),
        ("Geboortedatum (dd-mm-jjjj)", "birth_date"),
        ("M/V/X", "gender"),
        ("Wijk/Buurt", "area"),
        ("Reden van aanmelding", "reason"),
        ("Aangemeld door", "referrer"),
        ("Geïnformeerd (ja/nee)", "told"),
        ("Geinformeerd op", "told_on"),
        ("  Datum\naanmelding ", "referred_on"),
    ],
)
def test_a_title_is_known_however_it_is_written(title: str, field: str) -> None:
    assert guess_mapping([title]) == {0: field}


def test_every_field_knows_its_own_label() -> None:
    labels = [field.label for field in FIELDS.values()]
    assert list(guess_mapping(labels).values()) == list(FIELDS)


def test_a_field_goes_to_the_first_of_two_columns() -> None:
    assert guess_mapping(["Naam", "Opmerking", "Naam"]) == {0: "full_name"}


def test_what_is_missing_is_named() -> None:
    assert missing(COMPLETE) == []
    assert missing({**COMPLETE, 0: "given_name"}) == ["Voornaam en Achternaam, of Naam"]
    assert missing({**COMPLETE, 1: "bsn"}) == ["Geboortedatum"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({99: "bsn"}, "Kolom 100 staat niet in de lijst."),
        ({7: "geheim"}, "Het veld 'geheim' bestaat niet."),
        ({7: "reason"}, "'Reden aanmelding' is voor meer dan een kolom gekozen. Kies één kolom."),
        ({1: "bsn"}, "Kies welke kolom dit is: Geboortedatum."),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(changed: dict[int, str], words: str) -> None:
    assert check_mapping(COMPLETE, ["x"] * 8) == []
    assert check_mapping({**COMPLETE, **changed}, ["x"] * 8) == [words]


@pytest.mark.parametrize("title", ["Nationaliteit", "Etniciteit jongere", "Risico-score", "Geloof"])
def test_origin_religion_and_scores_have_no_place(title: str) -> None:
    assert never_taken([title, "Voornaam"]) == [title]
    assert guess_mapping([title]) == {}


@given(st.lists(st.text(max_size=30), max_size=60))
def test_a_guess_never_gives_one_field_to_two_columns(header: list[str]) -> None:
    guessed = guess_mapping([*header, "Naam", "Naam"])
    assert len(set(guessed.values())) == len(guessed)
    assert set(guessed.values()) <= set(FIELDS)
