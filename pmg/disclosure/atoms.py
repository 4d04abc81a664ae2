"""The finest cells that units can be in, within published cells that are not ruled out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.tables import Part

_Places = NDArray[np.intp]
_Kind = tuple[str, ...]


@dataclass(frozen=True)
class Atoms:
    """Finest cells that units may be in: for each its codes, and its finest cell in each table.

    `codes` has a row for each atom and a column for each dimension, and points into `choices`;
    `cells` has a row for each table and a column for each atom, and points into the part's cells.
    """

    choices: tuple[tuple[str, ...], ...]
    codes: _Places
    cells: _Places

    def __len__(self) -> int:
        return len(self.codes)

    def named(self, place: int) -> tuple[str, ...]:
        """Write out the finest codes of one atom."""
        return tuple(chosen[at] for chosen, at in zip(self.choices, self.codes[place], strict=True))

    def everywhere(self, part: Part) -> tuple[_Places, _Places]:
        """Pair every published cell of the part with each atom inside it, margins too."""
        seen: dict[frozenset[tuple[int, tuple[str, ...]]], _Places] = {}
        for path in part.paths:
            for shown in product(*((None, *levels) for _, levels in path)):
                axes = [
                    (where, (level,))
                    for (where, _), level in zip(path, shown, strict=True)
                    if level is not None
                ]
                if frozenset(axes) not in seen:
                    seen[frozenset(axes)] = _finest(part, self.choices, axes, self.codes)
        number = max(1, len(self))
        pairs = np.unique([cells * number + np.arange(len(self)) for cells in seen.values()])
        return pairs // number, pairs % number

    def within(self, cells: Sequence[int]) -> tuple[_Places, _Places]:
        """Pair each of these cells, by its order here, with each atom inside it."""
        order = np.full(self.cells.max(initial=-1) + 1, -1)
        for row, cell in enumerate(cells):
            if cell < len(order):
                order[cell] = row
        rows: list[_Places] = []
        columns: list[_Places] = []
        for table, around in enumerate(self.cells):
            fresh = (self.cells[:table] != around).all(axis=0) & (order[around] >= 0)
            columns.append(np.flatnonzero(fresh))
            rows.append(order[around[columns[-1]]])
        return np.concatenate(rows), np.concatenate(columns)


def atoms(part: Part, reachable: Sequence[bool]) -> Atoms:
    """All finest cells within reachable published cells only.

    Finest codes that no table tells apart are one; the first of them stands for all. What follows
    from another dimension is never combined with anything else. Grown by one
    dimension at a time, so that what a small table rules out is never multiplied.
    """
    open_ = np.array(reachable, dtype=bool)
    kinds = [_kinds(part, place) for place in range(len(part.dimensions))]
    choices = tuple(tuple(_first(kind).values()) for kind in kinds)
    codes = np.zeros((1, 0), dtype=np.intp)
    for place, chosen in enumerate(choices):
        if place in part.ties:
            other, to = part.ties[place]
            order = {kind: at for at, kind in enumerate(_first(kinds[place]))}
            here = np.array([order[kinds[place][to[code]]] for code in choices[other]])
            codes = np.hstack([codes, here[codes[:, other]][:, None]])
        else:
            codes = np.hstack(
                [
                    np.repeat(codes, len(chosen), axis=0),
                    np.tile(np.arange(len(chosen)), len(codes))[:, None],
                ]
            )
        for path in part.paths:
            axes = [axis for axis in path if axis[0] <= place]
            if any(where == place for where, _ in axes):
                codes = codes[open_[_finest(part, choices, axes, codes)]]
    cells = np.array([_finest(part, choices, path, codes) for path in part.paths])
    kept = open_[cells].all(axis=0)
    return Atoms(choices, codes[kept], cells[:, kept])


def _finest(
    part: Part,
    choices: Sequence[Sequence[str]],
    axes: Sequence[tuple[int, tuple[str, ...]]],
    codes: _Places,
) -> _Places:
    """Look up, for each row of codes, the finest published cell over these axes."""
    groups = [
        [part.hierarchies[where].group(code, levels[0]) for code in choices[where]]
        for where, levels in axes
    ]
    found = [
        part.cell({where: code for (where, _), code in zip(axes, shown, strict=True)})
        for shown in product(*groups)
    ]
    grid = np.array(found, dtype=np.intp).reshape([len(group) for group in groups])
    places: _Places = grid[tuple(codes[:, where] for where, _ in axes)]
    return np.broadcast_to(places, len(codes))


def _first(kinds: Mapping[str, _Kind]) -> dict[_Kind, str]:
    """Name of each kind the first code."""
    first: dict[_Kind, str] = {}
    for code, kind in kinds.items():
        first.setdefault(kind, code)
    return first


def _kinds(part: Part, place: int) -> dict[str, _Kind]:
    """Say of each finest code what tables tell of it, themselves or by what follows from it."""
    hierarchy = part.hierarchies[place]
    levels = dict.fromkeys(
        level for path in part.paths for where, shown in path if where == place for level in shown
    )
    after = [to for other, to in part.ties.values() if other == place]
    return {
        code: (
            *(hierarchy.group(code, level) for level in levels),
            *(to[code] for to in after),
        )
        for code in hierarchy.codes
    }


def summands(part: Part) -> list[int]:
    """Finest cells of a table that are no sum in another: where these hold, all hold."""
    sums = {parent for parent, children in part.relations if len(children) > 1}
    finest = {
        part.cell({where: code for (where, _), code in zip(path, shown, strict=True)})
        for path in part.paths
        for shown in product(*(part.hierarchies[at].members(levels[0]) for at, levels in path))
    }
    return sorted(finest - sums)
