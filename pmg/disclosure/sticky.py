"""What a cell may become beside numbers that are known already: of itself, and of its parts."""

from collections.abc import Sequence

from pmg.disclosure.errors import Infeasible
from pmg.disclosure.ledger import Key, Shown, apart_or_wide, apart_or_wide_inside, parts, wholes
from pmg.disclosure.release import Params

Beside = tuple[Shown, bool]
"""A number that is part of a cell (True), or that the cell is part of (False)."""


def inside(known: Sequence[tuple[Key, Shown]], params: Params) -> dict[Key, list[Beside]]:
    """Say of each cell which numbers it is part of, and which are part of it."""
    found: dict[Key, list[Beside]] = {}
    for cell, shown in known:
        for part in parts(params, cell):
            found.setdefault(part, []).append((shown, False))
        for whole in wholes(params, cell):
            found.setdefault(whole, []).append((shown, True))
    return found


def fits(shown: Shown, beside: Sequence[Beside]) -> bool:
    """Say whether a number leaves those beside it wide enough, and they it."""
    return all(
        apart_or_wide_inside(*((other, shown) if is_part else (shown, other)))
        for other, is_part in beside
    )


def sticky(  # noqa: PLR0913 - each is one thing that is known of a cell
    count: int,
    before: Sequence[Shown],
    *,
    beside: Sequence[Beside] = (),
    base: int,
    tolerance: int,
    chance: float,
) -> tuple[int, int, int]:
    """Say what a cell may become (lowest, preferred, highest), given what was shown `before`.

    A number is safe where its interval, crossed with each of those before, and with those of
    numbers `beside` it that it is part of or that are part of it, still protects, or where they
    have nothing in common: then the count was visibly corrected. Raises Infeasible where none is
    safe.
    """
    near = range(max(0, -((tolerance - count) // base) * base), count + tolerance + 1, base)

    def safe(value: int) -> bool:
        shown = Shown(value, tolerance, base)
        return fits(shown, beside) and all(apart_or_wide(shown, one) for one in before)

    fit = [value for value in near if safe(value)]
    if not fit:
        raise Infeasible("Deze cel kan niet veranderen zonder samen met eerder iets te verraden.")
    drawn = base * (count // base + (count % base / base > chance))
    wanted = before[-1].value if before else drawn
    best = min(fit, key=lambda value: (abs(value - wanted), value))
    low = high = best
    while low - base in fit:
        low -= base
    while high + base in fit:
        high += base
    return low, best, high
