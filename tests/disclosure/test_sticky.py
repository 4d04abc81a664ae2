"""What one number may become beside others: an attacker tries all true numbers they allow."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.disclosure.errors import Infeasible
from pmg.disclosure.ledger import Shown, spread, wide_enough
from pmg.disclosure.release import Params
from pmg.disclosure.sticky import inside, sticky

BASE, TOLERANCE = 5, 4
ANY = frozenset({("age", "12-17")})
COUNTS = st.integers(0, 14)
VALUES = st.integers(0, 4).map(lambda step: BASE * step)


def possible(shown: Shown) -> range:
    return range(max(0, shown.low), shown.high + 1)


def told_on(left: Iterable[int], *, k: int = BASE) -> bool:
    """Whether these true numbers say too much of a few people."""
    lowest, highest = min(left), max(left)
    return lowest < k and (highest - lowest < k - 1 or (lowest > 0 and highest < k))


def both(part: Shown, whole: Shown) -> list[tuple[int, int]]:
    return [(x, y) for x in possible(part) for y in possible(whole) if x <= y]


@given(count=COUNTS, known=VALUES, is_part=st.booleans(), chance=st.floats(0, 0.99))
def test_a_number_leaves_what_it_is_part_of_wide_and_is_left_wide(
    count: int,
    known: int,
    is_part: bool,  # noqa: FBT001 - drawn
    chance: float,
) -> None:
    other = Shown(known, TOLERANCE, BASE)
    beside = [(other, is_part)]
    try:
        low, best, high = sticky(
            count, (), beside=beside, base=BASE, tolerance=TOLERANCE, chance=chance
        )
    except Infeasible:
        return
    for value in range(low, high + 1, BASE):
        new = Shown(value, TOLERANCE, BASE)
        pairs = both(other, new) if is_part else both(new, other)
        # Nothing in common: one of the two was visibly corrected, and says nothing of the other.
        for left in zip(*pairs, strict=True):
            assert not told_on(left), (value, left)
    assert low <= best <= high


def test_without_the_whole_beside_it_a_number_would_be_narrowed() -> None:
    """This attacker does find something: 5 as part of 0 leaves 1 to 4 of each."""
    pairs = both(Shown(5, TOLERANCE, BASE), Shown(0, TOLERANCE, BASE))
    assert all(told_on(left) for left in zip(*pairs, strict=True))
    for count in (1, 2, 3, 4):
        assert sticky(count, (), base=BASE, tolerance=TOLERANCE, chance=0)[2] == BASE
        beside = [(Shown(0, TOLERANCE, BASE), False)]
        found = sticky(count, (), beside=beside, base=BASE, tolerance=TOLERANCE, chance=0)
        assert found == (0, 0, 0)


def test_of_each_number_is_said_which_is_part_of_which() -> None:
    small, large = Shown(5, 4, 5), Shown(10, 4, 5)
    known = [(("youths", ANY), small), (("referrals", ANY), large)]

    found = inside(known, Params("r", inside=(("youths", "referrals"),)))

    assert found == {("youths", ANY): [(large, False)], ("referrals", ANY): [(small, True)]}


@given(low=COUNTS, more=COUNTS, under=COUNTS, over=COUNTS, k=st.sampled_from([5, 10]))
def test_numbers_known_to_be_possible_protect_whatever_else_is_possible(
    low: int, more: int, under: int, over: int, k: int
) -> None:
    high = low + more
    if spread(low, high, k=k):
        assert wide_enough(max(0, low - under), high + over, k=k)


@pytest.mark.parametrize("k", [5, 10])
def test_many_that_are_possible_close_together_are_not_yet_spread(k: int) -> None:
    """Of a cell that may be k, or k and one more, nothing says that it cannot be one less."""
    for low, high in pairwise(range(k, 3 * k)):
        assert not spread(low, high, k=k)
