"""Witnesses: whole-number worlds within public limits that show how far every cell can still move.

Linear programs say too much: there are tables where they leave [1, 1.5] and whole numbers leave 1.
So only whole worlds count here. Programs with random signs over all cells give most of them
at once; what is left gets programs of its own (compare Fischetti and Salazar 2001, attack and
repair). A cell for which no witness is found counts as narrowed.
"""

import random
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.atoms import Atoms, atoms, summands
from pmg.disclosure.errors import Infeasible, Undecided
from pmg.disclosure.ledger import spread
from pmg.disclosure.progress import reached
from pmg.disclosure.solver import Program, solve_whole
from pmg.disclosure.tables import Part
from pmg.disclosure.worlds import linked_core

_Whole = NDArray[np.int64]
_DRAWS = 8
_NODES = 500


class Reach:
    """All worlds on the finest cells whose every published cell stays between two limits.

    Only what links tables is written out unit by unit: a dimension of one table alone can be
    spread over any units as that table says, so its own sums are all that it asks.
    """

    def __init__(self, part: Part, lows: Sequence[int], highs: Sequence[int]) -> None:
        self._lows, self._highs = np.array(lows), np.array(highs)
        self._relations = part.relations
        core, places = linked_core(part)
        self._held = np.zeros(0, dtype=np.intp)
        self._atoms: Atoms | None = None
        if core is not None:
            at = np.array(places)
            held = summands(core)
            self._held = at[held]
            self._atoms = atoms(core, (self._highs[at] > 0).tolist())
            self._within = self._atoms.within(held)

    def world(self, prices: NDArray[np.float64], *, below: tuple[int, int] | None = None) -> _Whole:
        """Find the cells of a world that is cheap by these prices; raises as the solver does.

        `below` names one cell, and a number that it must not go over.
        """
        highs = self._highs.copy()
        if below is not None:
            highs[below[0]] = min(highs[below[0]], below[1])
            if highs[below[0]] < self._lows[below[0]]:
                raise Infeasible("Zo laag kan deze cel niet zijn.")
        program = Program()
        cells = program.columns(len(prices), cost=prices, lower=self._lows, upper=highs)
        self._ask_sums(program, cells)
        if self._atoms is not None:
            rows, (row, inside) = program.rows(np.zeros(len(self._held))), self._within
            program.terms(rows, cells[self._held], -1.0)
            program.terms(rows[row], program.columns(len(self._atoms))[inside])
        return solve_whole(program, nodes=_NODES)[cells]

    def _ask_sums(self, program: Program, cells: NDArray[np.intp]) -> None:
        rows = program.rows(np.zeros(len(self._relations)))
        for row, (parent, children) in zip(rows, self._relations, strict=True):
            program.terms([row], cells[[parent]], -1.0)
            program.terms([row] * len(children), cells[list(children)])

    def ends(self, cell: int) -> tuple[int, int]:
        """Find a low and a high number of one cell; the true ends may lie beyond, never within.

        Raises as the solver does.
        """
        price = np.zeros(len(self._lows))
        price[cell] = 1.0
        return int(self.world(price)[cell]), int(self.world(-price)[cell])

    def protects(self, cell: int, *, k: int) -> bool:
        """Say whether a cell is shown wide, or proven never to be below k; not decided is no."""
        with suppress(Infeasible, Undecided):
            if spread(*self.ends(cell), k=k):
                return True
        try:
            self.world(np.zeros(len(self._lows)), below=(cell, k - 1))
        except Infeasible:
            return True
        except Undecided:
            return False
        return False


def narrowed(
    part: Part, lows: Sequence[int], highs: Sequence[int], asked: Sequence[int], *, k: int
) -> list[int]:
    """Return the cells asked for that no witnesses show to be wide, and that may be below k.

    What witnesses show is only that numbers are possible: that a cell is never below k takes a
    proof of its own. Raises Infeasible where no world lies within the limits: then they
    contradict each other.
    """
    reach = Reach(part, lows, highs)
    chance = random.Random(0)  # noqa: S311 - only how fast, never whether, depends on it
    low = high = reach.world(np.zeros(len(lows)))
    left = list(asked)
    for _ in range(_DRAWS):
        left = [cell for cell in left if not spread(int(low[cell]), int(high[cell]), k=k)]
        reached(1 - len(left) / max(1, len(asked)))
        signs = np.array([chance.choice((-1.0, 1.0)) for _ in lows])
        for prices in (signs, -signs) if left else ():
            with suppress(Undecided):
                seen = reach.world(prices)
                low, high = np.minimum(low, seen), np.maximum(high, seen)
    left = [cell for cell in left if not spread(int(low[cell]), int(high[cell]), k=k)]
    cells = []
    for number, cell in enumerate(left):
        reached(1 - (len(left) - number) / len(asked))
        if not reach.protects(cell, k=k):
            cells.append(cell)
    return cells
