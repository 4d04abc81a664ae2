"""Names are kept as written, compared without fuss, and numbers must be able to exist."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.cases import rules
from pmg.errors import Invalid

BORN = date(2010, 2, 28)
LETTERS = st.text("abcdefghklmnoprstuvwz", min_size=3, max_size=12)


def synthetic_bsn(first_eight: int) -> str | None:
    digits = f"{first_eight:08d}"
    last = sum((9 - at) * int(digit) for at, digit in enumerate(digits)) % 11
    return f"{digits}{last}" if last < 10 and first_eight else None


def bsns(first: int, last: int) -> st.SearchStrategy[str | None]:
    numbers = st.integers(first, last).map(synthetic_bsn)
    return numbers.filter(lambda number: number is not None)


BSNS = bsns(1, 99_999_999)
ONE_ZERO = bsns(1_000_000, 9_999_999)


@given(number=BSNS, sign=st.sampled_from([" ", ".", "-", "\u00a0"]))
def test_a_bsn_may_be_written_with_spaces_dots_and_dashes(number: str, sign: str) -> None:
    assert rules.check_bsn(f" {number[:4]}{sign}{number[4:6]}{sign}{number[6:]} ") == number


@given(number=ONE_ZERO)
def test_a_bsn_that_lost_its_first_zero_gets_it_back(number: str) -> None:
    assert rules.check_bsn(number[1:]) == number


@given(number=BSNS, at=st.integers(0, 8), other=st.integers(1, 9))
def test_one_wrong_digit_in_a_bsn_is_found(number: str, at: int, other: int) -> None:
    wrong = str((int(number[at]) + other) % 10)
    with pytest.raises(Invalid, match="kijk het na"):
        rules.check_bsn(number[:at] + wrong + number[at + 1 :])


@pytest.mark.parametrize("text", ["", "1234567", "1234567890", "12345678a", "١٢٣٤٥٦٧٨٢"])
def test_what_has_no_nine_digits_is_no_bsn(text: str) -> None:
    with pytest.raises(Invalid, match="9 cijfers"):
        rules.check_bsn(text)


def test_nine_zeros_are_no_bsn() -> None:
    with pytest.raises(Invalid, match="bestaat niet"):
        rules.check_bsn("000000000")


def test_a_masked_bsn_shows_three_digits() -> None:
    assert rules.mask_bsn("123456782") == "••••••782"


@pytest.mark.parametrize(
    ("given_name", "family_name", "shown"),
    [
        ("Yassin", "de Boer", "Yassin de B."),
        ("Jayden", "van der Wal", "Jayden van der W."),
        ("Noa", "el Amrani", "Noa el A."),
        ("Sem", "'t Hart", "Sem 't H."),
        ("Zoë", "Østergård", "Zoë Ø."),
        ("Mia", "El", "Mia E."),
        ("Mia", "van den Berg-de Vries", "Mia van den B."),
        ("Mia", "", "Mia"),
    ],
)
def test_a_list_shows_little_of_a_name(given_name: str, family_name: str, shown: str) -> None:
    assert rules.short_name(given_name, family_name) == shown


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Yassin de Boer", ("Yassin", "de Boer")),
        ("Boer, Yassin de", ("Yassin", "de Boer")),
        ("Berg, Anna Maria van den", ("Anna Maria", "van den Berg")),
        ("Anna Maria Jansen", ("Anna Maria", "Jansen")),
        ("Jansen", ("Jansen", "")),
        ("", ("", "")),
    ],
)
def test_a_whole_name_is_split_where_the_family_name_starts(
    text: str, parts: tuple[str, str]
) -> None:
    assert rules.split_full_name(text) == parts


@given(family=LETTERS, prefix=st.sampled_from(["", "de", "van den", "van 't", "el"]))
def test_splitting_and_joining_a_family_name_gives_it_back(family: str, prefix: str) -> None:
    name = rules.join_name(prefix, family.capitalize())
    assert rules.join_name(*rules.split_family_name(name)) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Noël de Boer", "noel boer"),
        ("Boer Noel", "Noel Boer"),
        ("Meijer", "Meyer"),
        ("Jan van 't Hof", "Jan Hof"),
        ("Łukasz Øst", "lukasz ost"),
        ("e\u0301lise", "Élise"),
    ],
)
def test_names_that_sound_one_have_one_key(one: str, other: str) -> None:
    assert rules.name_key(one) == rules.name_key(other)


@given(st.text(max_size=40))
def test_a_key_of_a_key_is_the_key(text: str) -> None:
    key = rules.name_key(text)
    assert rules.name_key(key) == key


@given(name=LETTERS, at=st.integers(0, 11), letter=st.sampled_from("abcdefgh"))
def test_one_wrong_letter_still_is_a_reason_to_look(name: str, at: int, letter: str) -> None:
    known = rules.Named(f"jansen {name}", BORN)
    at = min(at, len(name) - 1)
    typed = rules.Named(f"jansen {name[:at]}{letter}{name[at + 1 :]}", BORN)
    assert rules.same_person(known, typed)
    assert rules.same_person(typed, known)


@pytest.mark.parametrize(
    ("key", "born"),
    [("jansen yassin", date(2010, 2, 27)), ("janssens yasssin", BORN), ("yassin", BORN)],
)
def test_another_day_or_two_wrong_letters_is_somebody_else(key: str, born: date) -> None:
    assert not rules.same_person(rules.Named("jansen yassin", BORN), rules.Named(key, born))


def test_swapped_letters_count_as_one() -> None:
    assert rules.same_person(rules.Named("boer yassin", BORN), rules.Named("boer yasisn", BORN))


def test_very_short_names_must_be_equal() -> None:
    assert not rules.same_person(rules.Named("tim", BORN), rules.Named("tom", BORN))


@pytest.mark.parametrize("text", ["", "   ", "12", "a\0b", "\ud800", "=cmd|' /C calc'!A0", "-Jan"])
def test_what_cannot_be_a_name_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_name("given_name", text)
    assert refused.value.field == "given_name"
    assert refused.value.message.endswith(".")


def test_a_name_is_kept_as_written_but_for_needless_spaces() -> None:
    assert rules.check_name("family_name", "  van  't\tHof ") == "van 't Hof"
    assert rules.check_name("given_name", "Zoe\u0308") == "Zoë"


def test_a_name_of_101_letters_is_too_long() -> None:
    with pytest.raises(Invalid, match="hoogstens 100 tekens"):
        rules.check_name("given_name", "a" * 101)
