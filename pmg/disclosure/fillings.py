"""All ways to fill in the hidden cells of a part: what an attacker can still believe.

A way is a table of whole numbers, 0 or more, on the finest cells that agrees with every shown
number, and has someone in every hidden cell: a cell of nobody is never hidden, as all know. Only
what links tables takes finest cells here; the rest takes sums (see `worlds`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.atoms import Atoms, atoms
from pmg.disclosure.release import Values
from pmg.disclosure.solver import Program, Warm, solve_first
from pmg.disclosure.tables import Part
from pmg.disclosure.worlds import World, linked_core, world, written_out

_Numbers = NDArray[np.float64]
_Places = NDArray[np.intp]
Whole = NDArray[np.int64]
_HIDDEN = -1
_WORTH = 100.0
"""What it is worth to move a cell by one, beside what each number that moves along costs."""


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
        most = ceiling(part, values, k=k)
        lines = outside(part, self._within)
        self._loose = self._with_columns(lines)
        program = Program()
        self._columns = program.columns(len(self._loose), lower=1.0, upper=most)
        self._lay_sums(program, lines)
        if self._core:
            self._lay_core(program, self._core, most)
        self._program = Warm(program)
        self._bounds = program.lower, program.upper

    def near(self, prices: _Numbers, *, told: Mapping[int, int] | None = None) -> Filling:
        """Find a way in which cells are small where their price is high, and large where it is low.

        Prices are for each cell. `told` are hidden numbers that somebody knows, where only sums
        are looked at. Raises Infeasible or Undecided.
        """
        if told is not None:
            lower, upper = (bound.copy() for bound in self._bounds)
            known = np.isin(self._loose, list(told))
            values = [told[int(cell)] for cell in self._loose[known]]
            lower[self._columns[known]] = upper[self._columns[known]] = values
            self._program.bound(lower, upper)
        try:
            return self._filling(self._program.first(self._costs(prices)))
        finally:
            if told is not None:
                self._program.bound(*self._bounds)  # what one knows is nobody else's

    def moved(self, start: Filling, cell: int, by: int) -> Filling:
        """Find a way in which one cell differs from `start` by this much, and little else does.

        Raises Infeasible or Undecided. Such a way is found in a fraction of the time of one that is
        far off: hardly anything of it is a fraction. `start` may be of a turn in which less was
        hidden: what it counts beyond any number that is shown now, does not grow.
        """
        program, change, now = self._changes(start)
        (row,) = program.rows([by])
        self._ask_change(program, change, row, cell)
        return self._changed(solve_first(program), change, now)

    def pushed(self, start: Filling, asked: Mapping[int, int]) -> Filling:
        """Find a way in which many cells differ from `start` by as much as can be of what is asked.

        For each cell how far up, or down where it is negative. Raises Infeasible or Undecided.
        """
        program, change, now = self._changes(start)
        most = [abs(by) for by in asked.values()]
        gained = program.columns(len(asked), cost=-_WORTH, upper=most)
        beyond = program.columns(len(asked))
        against = program.columns(len(asked), cost=_WORTH)
        for (cell, by), *columns in zip(asked.items(), gained, beyond, against, strict=True):
            (row,) = program.rows([0])
            self._ask_change(program, change, row, cell)
            program.terms([row] * 3, columns, np.sign(by) * np.array([-1.0, -1.0, 1.0]))
        return self._changed(solve_first(program), change, now)

    def _changes(self, start: Filling) -> tuple[Program, tuple[_Places, _Places], Whole]:
        """Lay out what can change from `start`, up and down, at a cost, so that all sums hold."""
        now = np.concatenate([start.cells[self._loose], start.core])
        laid, program = self._program.program, Program()
        up = program.columns(len(now), cost=1.0, upper=np.maximum(laid.upper - now, 0))
        down = program.columns(len(now), cost=1.0, upper=now - laid.lower)
        rows = program.rows(np.zeros(len(laid.target)))
        starts, columns, factors = laid.matrix()
        of = np.repeat(rows, np.diff(starts))
        for moves, sign in ((up, 1.0), (down, -1.0)):
            program.terms(of, moves[columns], sign * factors)
        return program, (up, down), now

    def _ask_change(
        self, program: Program, change: tuple[_Places, _Places], row: int, cell: int
    ) -> None:
        """Put in a row how much a cell changes."""
        own = np.zeros(len(self._shown))
        own[cell] = 1.0
        inside = self._costs(own)
        places = np.flatnonzero(inside)
        for moves, sign in zip(change, (1.0, -1.0), strict=True):
            program.terms(np.full(len(places), row), moves[places], sign * inside[places])

    def _changed(self, found: Whole, change: tuple[_Places, _Places], now: Whole) -> Filling:
        up, down = change
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

    def _with_columns(self, lines: "Lines") -> _Places:
        """Return the hidden cells that have a column: where finest cells do not say what they are.

        Those of the core that no other hidden one is part of are among them, so that they are not
        empty; what they are part of is not empty either.
        """
        hidden = self._shown == _HIDDEN
        asked = np.ones(len(hidden), dtype=bool)
        asked[self._within] = False
        asked[lines.cells] = True
        if self._core:
            places = self._within
            least = np.ones(len(places), dtype=bool)
            for parent, below in self._core.relations:
                least[parent] &= not hidden[places[list(below)]].any()
            asked[places[least]] = True
        found: _Places = np.flatnonzero(hidden & asked)
        return found

    def _lay_sums(self, program: Program, lines: "Lines") -> None:
        """Ask of sums outside the core that they hold."""
        column = np.full(len(self._shown), -1)
        column[self._loose] = self._columns
        open_ = column[lines.cells] >= 0
        target = np.zeros(lines.number)
        fixed = np.where(open_, 0, self._shown[lines.cells])
        np.add.at(target, lines.rows, -lines.signs * fixed)
        rows = program.rows(target)
        program.terms(rows[lines.rows[open_]], column[lines.cells[open_]], lines.signs[open_])

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


@dataclass(frozen=True)
class Lines:
    """Sums, flat: of each term its row, its cell, and 1 for the whole or -1 for a part of it."""

    number: int
    rows: _Places
    cells: _Places
    signs: _Numbers


def outside(part: Part, inside: _Places) -> Lines:
    """Return the sums of which not every cell is one of these."""
    known = set(inside.tolist())
    sums = [(parent, *below) for parent, below in part.relations]
    sums = [line for line in sums if not known.issuperset(line)]
    return Lines(
        len(sums),
        np.repeat(np.arange(len(sums)), [len(line) for line in sums]),
        np.array([cell for line in sums for cell in line], dtype=np.intp),
        np.array([sign for line in sums for sign in (1.0, *[-1.0] * (len(line) - 1))]),
    )


def ceiling(part: Part, values: Values, *, k: int) -> int:
    """Return what no hidden number needs to pass: above the whole, if that is shown.

    If it is hidden, all shown numbers may add up in it, and each hidden one to k and more.
    """
    whole = part.index.get((None,) * len(part.dimensions))
    if whole is not None and values[whole] is not None:
        return int(values[whole] or 0) + 2 * k
    inside = {
        cell for parent, below in part.relations if values[parent] is not None for cell in below
    }
    most = [2 * k if n is None else n for at, n in enumerate(values) if at not in inside]
    return sum(most) + 2 * k
