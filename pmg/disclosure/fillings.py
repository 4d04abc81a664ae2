"""All ways to fill in the hidden cells of a part: what an attacker can still believe.

A way is a table of whole numbers, 0 or more, on the finest cells that agrees with every shown
number. Only what links tables takes finest cells here; the rest takes sums (see `worlds`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.atoms import Atoms, atoms
from pmg.disclosure.release import Values
from pmg.disclosure.solver import Program, Warm, solve_first
from pmg.disclosure.tables import Part, Relation
from pmg.disclosure.worlds import World, linked_core, world, written_out

_Numbers = NDArray[np.float64]
_Places = NDArray[np.intp]
Whole = NDArray[np.int64]
_HIDDEN = -1


@dataclass(frozen=True)
class Filling:
    """One way: a whole number for every cell of the part, and for every finest cell in the core."""

    cells: Whole
    core: Whole


class Fillings:
    """Finds ways to fill in, from public things alone: the part, and its numbers as published.

    `sums_only` leaves the finest cells out: quick, and all that sums can tell, but where tables are
    linked in a ring not every such way is one of real units.
    """

    def __init__(self, part: Part, values: Values, *, k: int, sums_only: bool = False) -> None:
        self._part = part
        self._shown = np.array([_HIDDEN if value is None else value for value in values])
        self._core, within = (None, []) if sums_only else linked_core(part)
        self._within: _Places = np.array(within if self._core else [], dtype=np.intp)
        self._atoms: Atoms | None = None
        most = max(0, int(self._shown.max(initial=0))) + 2 * k
        sums = outside(part.relations, self._within.tolist())
        loose = {cell for parent, below in sums for cell in (parent, *below)}
        self._loose: _Places = np.array(sorted(loose & set(self._hidden())), dtype=np.intp)
        program = Program()
        self._columns = program.columns(len(self._loose), upper=most)
        self._lay_sums(program, sums)
        if self._core:
            self._lay_core(program, self._core, most)
        self._program = Warm(program)

    def near(self, prices: _Numbers) -> Filling:
        """Find a way in which cells are small where their price is high, and large where it is low.

        Prices are for each cell. Raises Infeasible or Undecided.
        """
        return self._filling(self._program.first(self._costs(prices)))

    def moved(self, start: Filling, cell: int, by: int) -> Filling:
        """Find a way in which one cell differs from `start` by this much, and little else does.

        Raises Infeasible or Undecided. Such a way is found in a fraction of the time of one that is
        far off: hardly anything of it is a fraction. `start` may be of a turn in which less was
        hidden: what it counts beyond any number that is shown now, does not grow.
        """
        now = np.concatenate([start.cells[self._loose], start.core])
        own = np.zeros(len(start.cells))
        own[cell] = 1.0
        inside = self._costs(own)
        places = np.flatnonzero(inside)
        laid, program = self._program.program, Program()
        up = program.columns(len(now), cost=1.0, upper=np.maximum(laid.upper - now, 0))
        down = program.columns(len(now), cost=1.0, upper=now)
        rows = program.rows(np.zeros(len(laid.target)))
        starts, columns, factors = laid.matrix()
        of = np.repeat(rows, np.diff(starts))
        (row,) = program.rows([by])
        for moves, sign in ((up, 1.0), (down, -1.0)):
            program.terms(of, moves[columns], sign * factors)
            program.terms(np.full(len(places), row), moves[places], sign * inside[places])
        found = solve_first(program)
        return self._filling(now + found[up] - found[down])

    def bind(
        self, program: Program, start: Filling, columns: _Places, cells: _Places, signs: _Numbers
    ) -> None:
        """Ask that cells move, by these columns and signs, as their finest cells can from `start`.

        Finest cells in a cell that is shown as 0 do not move.
        """
        if not self._core:
            return
        up = program.columns(len(start.core))
        down = program.columns(len(start.core), upper=start.core)
        rows = program.rows(np.zeros(len(self._within)))
        program.terms(rows[self._rows], up[self._inside])
        program.terms(rows[self._rows], down[self._inside], -1.0)
        place = np.full(len(start.cells), -1)
        place[self._within] = rows
        inside = place[cells] >= 0
        program.terms(place[cells[inside]], columns[inside], -signs[inside])

    def _filling(self, found: Whole) -> Filling:
        cells = self._shown.copy()
        core = found[len(self._loose) :]
        if self._core:
            sums = np.zeros(len(self._within), dtype=np.int64)
            np.add.at(sums, self._rows, core[self._inside])
            cells[self._within] = sums
        cells[self._loose] = found[self._columns]
        return Filling(cells, core)

    def world(self, filling: Filling) -> World:
        """Write a way as invented units."""

        def search(core: Part, _values: Sequence[int]) -> list[tuple[dict[str, str], int]]:
            return written_out(core, self._atoms, filling.core) if self._atoms else []

        return world(self._part, filling.cells.tolist(), search)

    def _hidden(self) -> list[int]:
        return [int(place) for place in np.flatnonzero(self._shown == _HIDDEN)]

    def _lay_sums(self, program: Program, sums: Sequence[Relation]) -> None:
        """Ask of sums outside the core that they hold."""
        column = dict(zip(self._loose.tolist(), self._columns.tolist(), strict=True))
        for parent, below in sums:
            known = [cell for cell in (parent, *below) if cell not in column]
            sign = {parent: 1}
            target = sum(-sign.get(cell, -1) * int(self._shown[cell]) for cell in known)
            open_ = [cell for cell in (parent, *below) if cell in column]
            (row,) = program.rows([target])
            program.terms(
                np.full(len(open_), row),
                [column[cell] for cell in open_],
                [sign.get(cell, -1) for cell in open_],
            )

    def _lay_core(self, program: Program, core: Part, most: int) -> None:
        """Ask of the finest cells in the core that they give the shown cells, and the loose ones.

        A sum of shown cells follows from these and is left out.
        """
        shown = self._shown[self._within]
        self._atoms = atoms(core, (shown != 0).tolist())
        self._rows, self._inside = self._atoms.everywhere(core)
        units = program.columns(len(self._atoms), upper=most)
        column = dict(zip(self._loose.tolist(), self._columns.tolist(), strict=True))
        loose = [at for at, cell in enumerate(self._within.tolist()) if cell in column]
        follows = {
            parent
            for parent, below in core.relations
            if len(below) > 1 and (shown[list(below)] != _HIDDEN).all()
        }
        held = [at for at in np.flatnonzero(shown > 0).tolist() if at not in follows]
        order = np.full(len(shown), -1)
        order[held + loose] = program.rows(np.concatenate([shown[held], np.zeros(len(loose))]))
        asked = order[self._rows] >= 0
        program.terms(order[self._rows[asked]], units[self._inside[asked]])
        program.terms(order[loose], [column[int(self._within[at])] for at in loose], -1.0)

    def _costs(self, prices: _Numbers) -> _Numbers:
        """Carry the prices of cells over to the finest cells that they are made of."""
        if not self._core:
            return prices[self._loose]
        inner = prices.copy()
        inner[self._loose] = 0.0
        costs = np.zeros(len(self._atoms or ()))
        np.add.at(costs, self._inside, inner[self._within][self._rows])
        return np.concatenate([prices[self._loose], costs])


def outside(relations: Sequence[Relation], inside: Sequence[int]) -> list[Relation]:
    """Return the sums of which not every cell is one of these."""
    known = set(inside)
    return [(parent, below) for parent, below in relations if not {parent, *below} <= known]
