"""The usual ways to hide cells, and a linear program that attacks all that was published."""

from collections.abc import Iterable, Sequence

from scipy.optimize import linprog
from scipy.sparse import csr_array

from pmg.disclosure.tables import Part

SMALL = range(1, 5)
_WIDE = 4
_NEAR = 1e-6


def threshold_only(_part: Part, counts: Sequence[int]) -> set[int]:
    """Hide each cell of 1 to 4, and nothing else."""
    return {cell for cell, count in enumerate(counts) if count in SMALL}


def one_more_per_line(part: Part, counts: Sequence[int]) -> set[int]:
    """Hide the smallest other cell of each line with one hidden, until no line has one."""
    hidden = threshold_only(part, counts)
    lines = [(parent, *children) for parent, children in part.relations if len(children) > 1]
    changed = True
    while changed:
        changed = False
        for line in lines:
            shown = [cell for cell in line if cell not in hidden and counts[cell]]
            if len(shown) == len([cell for cell in line if counts[cell]]) - 1 and shown:
                hidden.add(min(shown, key=lambda cell: counts[cell]))
                changed = True
    return hidden


def widths(
    part: Part, bounds: Sequence[tuple[float, float | None]], cells: Iterable[int]
) -> list[float]:
    """Attack these cells: how far apart their smallest and largest number are."""
    rows = [(i, p, 1.0) for i, (p, _) in enumerate(part.relations)]
    rows += [(i, c, -1.0) for i, (_, below) in enumerate(part.relations) for c in below]
    at, column, factor = zip(*rows, strict=True)
    sums = csr_array((factor, (at, column)), shape=(len(part.relations), len(bounds)))
    found = []
    for cell in cells:
        price = [0.0] * len(bounds)
        price[cell] = 1.0
        low = linprog(price, A_eq=sums, b_eq=[0.0] * sums.shape[0], bounds=bounds)
        price[cell] = -1.0
        high = linprog(price, A_eq=sums, b_eq=[0.0] * sums.shape[0], bounds=bounds)
        found.append(-high.fun - low.fun if low.success and high.success else float("inf"))
    return found


def hidden_bounds(counts: Sequence[int], hidden: set[int]) -> list[tuple[float, float | None]]:
    """Say what an attacker knows of each cell when some are hidden: a cell of nobody never is."""
    return [(1, None) if i in hidden else (n, n) for i, n in enumerate(counts)]


def rounded_bounds(values: Sequence[int], within: int) -> list[tuple[float, float | None]]:
    """Say what an attacker knows of each cell when all are rounded."""
    return [(max(0, value - within), value + within) for value in values]


def recovered(found: Sequence[float]) -> tuple[int, int]:
    """Count how many were found exactly, and how many to less than four wide."""
    return sum(w < _NEAR for w in found), sum(w < _WIDE - _NEAR for w in found)
