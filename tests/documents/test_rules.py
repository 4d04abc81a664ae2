"""What the rules of documents promise, for anything that is asked of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.documents import rules
from pmg.documents.rules import MEGABYTE, Bounds, Kind, Law
from pmg.errors import Invalid
from pmg.security import policy
from pmg.security.policy import Action, Category, Tie

SIZES = st.integers(min_value=1, max_value=40 * MEGABYTE)


@given(SIZES)
def test_what_is_kept_is_large_enough_and_of_a_few_lengths(size: int) -> None:
    step = rules.padded(size)
    assert step >= size
    assert step in {65_536, 131_072, 262_144, 524_288} or step % MEGABYTE == 0
    assert step <= max(65_536, 2 * size)
    assert rules.padded(step) == step


@given(SIZES, SIZES)
def test_what_is_larger_is_never_kept_smaller(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert rules.padded(low) <= rules.padded(high)


@given(st.binary(max_size=200))
def test_any_bytes_are_of_a_make_or_refused_in_words(content: bytes) -> None:
    try:
        make = rules.make_of(content)
    except Invalid:
        return
    assert make in {"pdf", "png", "jpg", "office"}
    assert content[:2] in {b"%P", b"\x89P", b"\xff\xd8", b"PK"}


@given(st.sets(st.sampled_from(list(Law))))
def test_the_least_visible_is_one_that_may_be_entered(allowed: set[Law]) -> None:
    chosen = rules.least_visible(allowed)
    assert chosen in {law.value for law in allowed} or (not allowed and chosen == "")


def test_categories_stand_from_what_fewest_read_to_what_everyone_reads() -> None:
    reads = {Tie.OWN: set(), Tie.SHARED: set(), Tie.MEMBER: set()}
    for rule in policy.table():
        if rule.action is Action.DATA_READ:
            reads.setdefault(rule.tie, set()).update(rule.categories)
    order = [Category(law.value) for law in Law]
    everyone = [each for each in order if each in reads[Tie.MEMBER]]
    assert order[0] is Category.MEDICAL  # never shared
    assert Category.MEDICAL not in reads[Tie.SHARED]
    # Row security lets everyone of the case find these, and no others.
    assert everyone == order[-2:] == [Category.PLAN, Category.IDENTITY]


@pytest.mark.parametrize(("of_case", "fits"), [(9, True), (10, True), (11, False)])
def test_room_is_counted_to_the_byte(of_case: int, fits: bool) -> None:  # noqa: FBT001
    bounds = Bounds(case=12, municipality=100)
    try:
        rules.check_room(2, of_case=of_case, of_municipality=of_case, bounds=bounds)
    except Invalid:
        assert not fits
    else:
        assert fits


def test_a_download_is_called_after_a_day_and_nothing_else() -> None:
    assert rules.download_name(Kind.PDF, date(2026, 11, 26)) == "document-2026-11-26.pdf"
