"""A fair draw of a rounding: a walk along the sums that never moves any cell on average.

This is the flight of the cube method (Deville and Tillé 2004) with the sums of linked tables as
its constraints: every step goes to one of two points whose average is where it stands, so each
cell goes up with a probability that is exactly its share. It ends where no direction is left;
nearly all cells are then whole, and a small whole-number program settles the others.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.progress import reached
from pmg.disclosure.tables import Part

_Numbers = NDArray[np.float64]
_TINY = 1e-9


def fly(part: Part, shares: Sequence[float], draw: Callable[[int], float]) -> list[float]:
    """Walk from the shares (0 up to 1, all sums holding) to a corner; the mean is where it began.

    Cells with share 0 stay. `draw` gives each cell's number between 0 and 1. Returns a number
    from 0 to 1 for each cell, most of them 0 or 1.
    """
    moving = np.flatnonzero(np.array(shares) > 0)
    position = np.array(shares, dtype=float)[moving]
    names, directions = _directions(part, np.array(shares) > 0)
    directions = np.ascontiguousarray(directions[moving].T)
    free = position > 0
    moves = len(names)
    while names:
        reached(1 - len(names) / moves)
        cell, along = names.pop(), directions[-1]
        directions = directions[:-1]
        up, down = _reach(position, along), _reach(position, -along)
        if up + down > _TINY:
            step = up if draw(cell) * (up + down) < down else -down
            position = position + step * along
        hit = free & ((position < _TINY) | (position > 1 - _TINY))
        position[hit] = np.rint(position[hit])
        free = free & ~hit
        names, directions = _hold(names, directions, along, hit)
    landed = np.zeros(len(shares))
    landed[moving] = position
    return [float(value) for value in landed]


def _reach(position: _Numbers, along: _Numbers) -> float:
    """How far one can go until a first cell is 0 or 1."""
    rising, falling = along > _TINY, along < -_TINY
    room = np.concatenate(
        [(1 - position[rising]) / along[rising], position[falling] / -along[falling], [np.inf]]
    )
    return float(room.min()) if np.isfinite(room.min()) else 0.0


def _hold(
    names: list[int], directions: _Numbers, along: _Numbers, hit: NDArray[np.bool_]
) -> tuple[list[int], _Numbers]:
    """Bend the other directions so that cells that arrived stay where they are.

    The direction just walked bends them for the first such cell; for each further one another
    direction is given up, unwalked.
    """
    spent: _Numbers | None = along
    for cell in np.flatnonzero(hit):
        if spent is None or abs(spent[cell]) <= _TINY:
            touching = np.flatnonzero(abs(directions[:, cell]) > _TINY)
            if not touching.size:
                continue
            last = int(touching[-1])
            spent = directions[last].copy()
            directions[last:-1] = directions[last + 1 :]
            directions = directions[:-1]
            names = names[:last] + names[last + 1 :]
        _bend(directions, spent, cell)
        spent = None
    return names, directions


def _bend(directions: _Numbers, spent: _Numbers, cell: np.intp) -> None:
    """Take the spent direction out of all others, so that none of them moves this cell."""
    rows = np.flatnonzero(abs(directions[:, cell]) > _TINY)
    at = np.flatnonzero(spent)
    where = np.ix_(rows, at)
    factors = directions[rows, cell] / spent[cell]
    bent = directions[where] - factors[:, None] * spent[at]
    bent[abs(bent) < _TINY] = 0.0
    directions[where] = bent


def _directions(part: Part, free: NDArray[np.bool_]) -> tuple[list[int], _Numbers]:
    """All ways to move the free cells under which every sum still holds, and a cell for each."""
    sums: dict[int, tuple[int, ...]] = {}
    for parent, children in part.relations:
        if len(children) > 1:
            sums.setdefault(parent, children)
    inner = [place for place in range(len(part.cells)) if place not in sums and free[place]]
    if not inner:
        return [], np.zeros((len(part.cells), 0))
    made_of = _summed(inner, np.eye(len(inner)), sums, len(part.cells))
    rules = [made_of[parent] - made_of[list(below)].sum(axis=0) for parent, below in part.relations]
    rules += [made_of[place] for place in sums if not free[place]]
    different = {rule.tobytes(): rule for rule in rules if rule.any()}
    pivots, reduced = _reduce(np.array([*different.values()]).reshape(-1, len(inner)))
    loose = [column for column in range(len(inner)) if column not in set(pivots)]
    moves = np.zeros((len(inner), len(loose)))
    moves[loose, range(len(loose))] = 1.0
    moves[pivots, :] = -reduced[: len(pivots)][:, loose]
    names = [inner[column] for column in loose]
    return names, _summed(inner, moves, sums, len(part.cells))


def _summed(
    inner: Sequence[int], given: _Numbers, sums: Mapping[int, tuple[int, ...]], cells: int
) -> _Numbers:
    """Carry the rows given for the inner cells up to all cells: one row for each cell."""
    made_of = np.zeros((cells, given.shape[1]))
    made_of[inner] = given
    done = set(range(cells)) - sums.keys()

    def fill(place: int) -> None:
        if place not in done:
            done.add(place)
            for child in sums[place]:
                fill(child)
            made_of[place] = made_of[list(sums[place])].sum(axis=0)

    for place in sums:
        fill(place)
    return made_of


def _reduce(rows: _Numbers) -> tuple[list[int], _Numbers]:
    """Solve rows for one column each (Gauss and Jordan), by steps that every machine repeats."""
    pivots: list[int] = []
    for column in range(rows.shape[1]):
        done = len(pivots)
        if done == len(rows):
            break
        best = done + int(np.argmax(abs(rows[done:, column])))
        if abs(rows[best, column]) <= _TINY:
            continue
        rows[[done, best]] = rows[[best, done]]
        rows[done] /= rows[done, column]
        others = np.flatnonzero(abs(rows[:, column]) > _TINY)
        others = others[others != done]
        rows[others] -= rows[others, column][:, None] * rows[done][None, :]
        pivots.append(column)
    return pivots, rows
