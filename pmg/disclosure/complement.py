"""Complementary suppression: which more cells to hide, so that no hidden cell can be computed.

Linear programs over the sums (Kelly, Golden and Assad 1992; Fischetti and Salazar 2001) choose
two tables for many unprotected cells at once: tables that differ there, and that differ from the
truth only in cells that are cheap to hide. What they choose is checked afterwards by `proof`; a
cell that only the finest cells hold is freed on these (`Chooser.reach`).
"""

import random
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.errors import Infeasible, Undecided
from pmg.disclosure.fillings import Filling, Fillings
from pmg.disclosure.solver import Program, Warm, solve_relaxed
from pmg.disclosure.tables import Part

_Numbers = NDArray[np.float64]
_Places = NDArray[np.intp]
_TINY = 1e-6
_GAINS = (2, 2, 4, 4, 8, 8, 16, 16, 40, 100, 400, 1600, 6400)
"""What protecting a cell is worth, turn by turn: what is cheap to protect goes first."""
_ATTACKS = 6
_KEPT = 0.3
"""What a cell that was hidden costs when choosing again, beside one that was not."""


class Chooser:
    """Chooses cells of one part to hide. It knows the true counts: none of it is published."""

    def __init__(self, part: Part, counts: Sequence[int], *, k: int, chance: random.Random) -> None:
        self._k, self._chance = k, chance
        self._counts = np.array(counts, dtype=float)
        self._part = part
        of = np.repeat(
            np.arange(len(part.relations)), [1 + len(below) for _, below in part.relations]
        )
        self._rows: _Places = of
        self._cells = np.array(
            [cell for parent, below in part.relations for cell in (parent, *below)], dtype=np.intp
        )
        self._signs = np.array(
            [s for _, below in part.relations for s in (-1.0, *[1.0] * len(below))], dtype=float
        )
        self._most = float(max(counts, default=0) + 2 * k)
        self.costs: _Numbers = np.array([self._cost(count) for count in counts])

    def _cost(self, count: int) -> float:
        """Price hiding a cell: large numbers say most, and chance keeps the choice unpredictable.

        A cell of nobody is never hidden.
        """
        spread = 0.9 + 0.2 * self._chance.random()
        return float((1 + np.log2(1 + count) / 4) * spread) if count else np.inf

    def choose(self, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Hide more cells until each hidden one can move by k, as far as the sums can tell.

        Chosen twice: the second time only cells of the first are cheap, so that those that later
        ones made needless are opened again.
        """
        first = self._choose(hidden, self.costs)
        again = self._choose(hidden, np.where(first, _KEPT * self.costs, self.costs))
        return first if first.sum() <= again.sum() else again

    def widen(self, hidden: NDArray[np.bool_], cells: Sequence[int]) -> NDArray[np.bool_]:
        """Hide in each sum around these cells the cheapest cell that is still shown.

        Where there is none, look around the cells of those sums, and so on.
        """
        asked, before, found = set(cells), set[int](), hidden.copy()
        while asked != before and (found == hidden).all():
            before = set(asked)
            for parent, below in self._part.relations:
                line = [parent, *below]
                if before.isdisjoint(line):
                    continue
                asked.update(line)
                shown = [at for at in line if not found[at] and np.isfinite(self.costs[at])]
                if shown:
                    found[min(shown, key=lambda at: (self.costs[at], at))] = True
        return found

    def reach(
        self, hidden: NDArray[np.bool_], fillings: Fillings, ways: Sequence[Filling], cell: int
    ) -> NDArray[np.bool_]:
        """Hide more, so that one cell can move by k on the finest cells too, not in sums alone.

        Moved from the way in which it is lowest, or down from where it is highest: what is shown
        and moves along is hidden, at the least cost.
        """
        low = min(ways, key=lambda way: way.cells[cell])
        high = max(ways, key=lambda way: way.cells[cell])
        for start, by in ((low, self._k), (high, -self._k)):
            program = Program()
            moved, up, down = self._table(program, hidden, self.costs, (fillings, start))
            open_ = np.flatnonzero(hidden)
            (row,) = program.rows([by])
            program.terms([row], moved[open_ == cell])
            with suppress(Infeasible, Undecided):
                return hidden | self._priced(hidden, self.costs, solve_relaxed(program), (up, down))
        return hidden

    def free(
        self, hidden: NDArray[np.bool_], own: frozenset[int], cells: Sequence[int]
    ) -> NDArray[np.bool_]:
        """Hide more, so that who knows his own cells cannot compute these ones."""
        fixed = np.array([at in own for at in range(len(hidden))])
        left = np.array(cells, dtype=np.intp)
        costs = np.where(fixed, np.inf, self.costs)
        found = hidden.copy()
        for _ in range(2):
            found |= self._opened(found & ~fixed, left, costs, gain=_GAINS[-1], width=1)
        return found

    def _choose(self, hidden: NDArray[np.bool_], costs: _Numbers) -> NDArray[np.bool_]:
        found = hidden.copy()
        low, high = self._counts.copy(), self._counts.copy()
        for gain in _GAINS:
            self._attack(found, low, high)
            left = np.flatnonzero(found & (high - low < self._k))
            if not len(left):
                break
            found |= self._opened(found, left, costs, gain=gain, width=self._k)
        return found

    def _attack(self, hidden: NDArray[np.bool_], low: _Numbers, high: _Numbers) -> None:
        """Widen what each hidden cell is known to be able to be, by the sums alone."""
        open_ = np.flatnonzero(hidden)
        program = Program()
        columns = program.columns(len(open_), lower=1.0, upper=self._most)
        self._ask_sums(program, columns, open_, full=True)
        tables = Warm(program)
        for _ in range(_ATTACKS):
            left = high[open_] - low[open_] < self._k
            if not left.any():
                return
            signs = np.array([self._chance.choice((-1.0, 1.0)) for _ in open_])
            for prices in (signs, -signs):
                seen = tables.relaxed(np.where(left, prices, prices * _TINY))
                low[open_] = np.minimum(low[open_], np.ceil(seen - _TINY))
                high[open_] = np.maximum(high[open_], np.floor(seen + _TINY))

    def _opened(
        self,
        hidden: NDArray[np.bool_],
        left: _Places,
        costs: _Numbers,
        *,
        gain: float,
        width: int,
    ) -> NDArray[np.bool_]:
        """Find two tables that differ this much in as many of these cells as it is worth."""
        program = Program()
        blocks = [self._table(program, hidden, costs) for _ in range(2)]
        signs = np.array([self._chance.choice((-1.0, 1.0)) for _ in left])
        gained = program.columns(len(left), cost=-gain, upper=width)
        beyond = program.columns(len(left))
        rows = program.rows(np.zeros(len(left)))
        order = np.full(len(hidden), -1)
        order[np.flatnonzero(hidden)] = np.arange(hidden.sum())
        for (moved, _, _), sign in zip(blocks, (1.0, -1.0), strict=True):
            program.terms(rows, moved[order[left]], sign * signs)
        program.terms(rows, gained, -1.0)
        program.terms(rows, beyond, -1.0)
        found = solve_relaxed(program)
        priced = chain.from_iterable(block[1:] for block in blocks)
        return self._priced(hidden, costs, found, priced)

    def _priced(
        self,
        hidden: NDArray[np.bool_],
        costs: _Numbers,
        found: _Numbers,
        priced: Iterable[_Places],
    ) -> NDArray[np.bool_]:
        """Return the shown cells that moved at their price."""
        opened = np.zeros(len(hidden), dtype=bool)
        shown = np.flatnonzero(~hidden & np.isfinite(costs))
        for columns in priced:
            opened[shown[found[columns] > _TINY]] = True
        return opened

    def _table(
        self,
        program: Program,
        hidden: NDArray[np.bool_],
        costs: _Numbers,
        on: tuple[Fillings, Filling] | None = None,
    ) -> tuple[_Places, _Places, _Places]:
        """Lay out how a table differs from the truth: hidden cells freely, others at their cost.

        A hidden cell is never empty, as everybody knows.
        `on` asks the same of the finest cells, and of a way to fill in instead of the truth.
        """
        open_ = np.flatnonzero(hidden)
        shown = np.flatnonzero(~hidden & np.isfinite(costs))
        counts = on[1].cells if on else self._counts
        moved = program.columns(len(open_), lower=1.0 - counts[open_], upper=self._most)
        up = program.columns(len(shown), cost=costs[shown], upper=self._most)
        down = program.columns(len(shown), cost=costs[shown], upper=counts[shown] - 1.0)
        cells = np.concatenate([open_, shown, shown])
        columns = np.concatenate([moved, up, down])
        signs = np.concatenate([np.ones(len(open_) + len(shown)), -np.ones(len(shown))])
        self._ask_sums(program, columns, cells, signs=signs)
        if on:
            on[0].bind(program, on[1], columns, cells, signs)
        return moved, up, down

    def _ask_sums(
        self,
        program: Program,
        columns: _Places,
        cells: _Places,
        *,
        signs: _Numbers | None = None,
        full: bool = False,
    ) -> None:
        """Ask that all sums hold: of changes, or (`full`) of the numbers themselves."""
        given = np.ones(len(cells)) if signs is None else signs
        target = np.zeros(len(self._part.relations))
        if full:
            fixed = self._counts.copy()
            fixed[cells] = 0.0
            np.add.at(target, self._rows, -self._signs * fixed[self._cells])
        rows = program.rows(target)
        order = np.argsort(cells, kind="stable")
        starts = np.searchsorted(cells[order], np.arange(len(self._counts) + 1))
        for turn in range(int(np.diff(starts).max(initial=0))):
            place = starts[self._cells] + turn
            has = place < starts[self._cells + 1]
            at = order[place[has]]
            program.terms(rows[self._rows[has]], columns[at], self._signs[has] * given[at])
