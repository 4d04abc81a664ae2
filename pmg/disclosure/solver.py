"""Whole-number programs, solved by HiGHS in one reproducible way."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from pmg.disclosure.errors import Infeasible, OnlyFractions, Undecided

_Numbers = NDArray[np.float64]
_Places = NDArray[np.intp]
_Whole = NDArray[np.int64]
_Bounds = tuple[_Numbers, _Numbers]
_INFINITY: float = highspy.kHighsInf
_NEAR_WHOLE = 1e-5
_CLOSE_ENOUGH = 0.05
_FIRST, _STOP = 300, {"mip_max_improving_sols": 1}
"""How many nodes to look for a first point, and to stop there."""
_DIVES, _FEW = 400, 5
"""So often fractions are rounded, one in so many at a time, before whole numbers are sought."""
_REPRODUCIBLE: dict[str, bool | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 1,
}
_STATUS = highspy.HighsModelStatus
_IMPOSSIBLE = {_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible}
_ANSWERED = {_STATUS.kOptimal, _STATUS.kSolutionLimit}


class _Silent(highspy._core._Highs):  # noqa: SLF001 - nothing public is silent
    """HiGHS without the callbacks of its Python class, whose set-up writes to standard output."""


class Program:
    """Minimise a sum of costs over columns between bounds, with rows that must hold exactly.

    Columns and rows are added in blocks, as arrays.
    """

    def __init__(self) -> None:
        self.cost, self.lower, self.upper = np.zeros(0), np.zeros(0), np.zeros(0)
        self.whole = np.zeros(0, dtype=bool)
        self.target = np.zeros(0)
        self._terms: list[tuple[_Places, _Places, _Numbers]] = []

    def columns(
        self,
        number: int,
        *,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = _INFINITY,
        whole: bool = True,
    ) -> _Places:
        """Add columns and return their places."""
        first = len(self.cost)
        self.cost = np.append(self.cost, np.broadcast_to(cost, number))
        self.lower = np.append(self.lower, np.broadcast_to(lower, number))
        self.upper = np.append(self.upper, np.broadcast_to(upper, number))
        self.whole = np.append(self.whole, np.full(number, whole))
        return np.arange(first, first + number)

    def rows(self, target: ArrayLike) -> _Places:
        """Ask of new rows that the sums of their terms are exactly these; return their places."""
        first = len(self.target)
        self.target = np.append(self.target, target)
        return np.arange(first, len(self.target))

    def terms(self, rows: ArrayLike, columns: ArrayLike, factors: ArrayLike = 1.0) -> None:
        """Put columns, times their factors, in rows."""
        at = np.asarray(rows, dtype=np.intp)
        column = np.broadcast_to(np.asarray(columns, dtype=np.intp), at.shape)
        factor = np.broadcast_to(np.asarray(factors, dtype=float), at.shape)
        self._terms.append((at, column, factor))

    def matrix(self) -> tuple[_Places, _Places, _Numbers]:
        """Give the terms row by row: where each row starts, then columns and factors."""
        empty: tuple[_Places, _Places, _Numbers] = (*np.zeros((2, 0), dtype=np.intp), np.zeros(0))
        rows, columns, factors = map(np.concatenate, zip(empty, *self._terms, strict=True))
        order = np.argsort(rows, kind="stable")
        starts = np.searchsorted(rows[order], np.arange(len(self.target) + 1))
        return starts, columns[order], factors[order]


def solve_whole(program: Program, *, nodes: int = 200) -> _Whole:
    """Find the cheapest whole-number point (within 5%), or the best within a number of nodes.

    Bounded by nodes and never by time, so that the same program gives the same answer on a busy
    machine. Raises Infeasible (proven) or Undecided (stopped without a point).
    """
    return _rounded(_run(program, program.whole, _bounds(program), _limits(nodes)))


def solve_first(program: Program) -> _Whole:
    """Find a point without proving that it is the best; fractions are rounded in the answer.

    For programs where that proof takes minutes and buys nothing. Where all columns are whole, takes
    the first point near the relaxed answer (see `Warm.first`). Raises Infeasible, OnlyFractions, or
    Undecided.
    """
    if program.whole.all():
        return Warm(program).first(program.cost)
    return _rounded(_run(program, program.whole, _bounds(program), _limits(_FIRST)))


def _near(program: Program, relaxed: _Numbers, limits: Mapping[str, float]) -> _Whole:
    """Look for whole numbers near a relaxed answer first, then everywhere."""
    floor = np.floor(relaxed + _NEAR_WHOLE)
    bounds = np.maximum(program.lower, floor), np.minimum(program.upper, floor + 1)
    with suppress(Infeasible, Undecided):
        return _rounded(_run(program, program.whole, bounds, limits))
    try:
        return _rounded(_run(program, program.whole, _bounds(program), limits))
    except Infeasible as fault:
        raise OnlyFractions(*fault.args) from fault


def solve_relaxed(program: Program) -> _Numbers:
    """Find the cheapest point when fractions are allowed; raises Infeasible or Undecided."""
    return _run(program, np.zeros_like(program.whole), _bounds(program), {})


class Warm:
    """One program under many prices: each answer starts from the last one, which saves most work.

    The same prices in the same order give the same answers.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._highs = _loaded(program, np.zeros_like(program.whole), _bounds(program), {})

    def bound(self, lower: _Numbers, upper: _Numbers) -> None:
        """Take other bounds from now on."""
        self.program.lower, self.program.upper = lower, upper
        places = np.arange(len(lower), dtype=np.int32)
        self._highs.changeColsBounds(len(lower), places, lower, upper)

    def relaxed(self, cost: _Numbers) -> _Numbers:
        """Find the cheapest point when fractions are allowed; raises Infeasible or Undecided."""
        if not len(self.program.cost):
            return solve_relaxed(self.program)
        places = np.arange(len(cost), dtype=np.int32)
        self._highs.changeColsCost(len(cost), places, np.asarray(cost, dtype=float))
        return _answer(self._highs)

    def first(self, cost: _Numbers) -> _Whole:
        """Find a point of whole numbers near the cheapest; raises Infeasible or Undecided.

        Fractions are rounded one by one, the rest follows each time: a tenth of a second where a
        search took three. Where that leads nowhere, whole numbers are searched for: first with the
        whole part of each number kept, or one more.
        """
        self.program.cost = cost
        relaxed = self.relaxed(cost)
        found = self._dive(relaxed)
        return _near(self.program, relaxed, _limits(_FIRST) | _STOP) if found is None else found

    def _dive(self, relaxed: _Numbers) -> _Whole | None:
        """Round fractions up, those first that lie nearest to it, until none is left.

        A few at a time; where that cannot be, one; and where that cannot be, that one down.
        """
        lower, upper = self.program.lower.copy(), self.program.upper.copy()
        values, changed = relaxed, set[int]()
        try:
            for _ in range(_DIVES):
                if (found := whole(values)) is not None:
                    return found
                part = values - np.floor(values + _NEAR_WHOLE)
                order = np.argsort(-part, kind="stable")
                few = order[: max(1, int((part >= _NEAR_WHOLE).sum()) // _FEW)].tolist()
                changed.update(few)
                values = self._rounded_at(few, values, lower, upper)
        except (Infeasible, Undecided):
            return None
        finally:
            self._bind(changed, self.program.lower, self.program.upper)
        return None

    def _rounded_at(
        self, few: Sequence[int], values: _Numbers, lower: _Numbers, upper: _Numbers
    ) -> _Numbers:
        before = lower[few].copy()
        lower[few] = np.ceil(values[few])
        self._bind(few, lower, upper)
        with suppress(Infeasible):
            return _answer(self._highs)
        lower[few] = before
        if len(few) == 1:
            upper[few] = np.floor(values[few])
            self._bind(few, lower, upper)
            return _answer(self._highs)
        self._bind(few, lower, upper)
        return self._rounded_at(few[:1], values, lower, upper)

    def _bind(self, places: Iterable[int], lower: _Numbers, upper: _Numbers) -> None:
        for at in places:
            self._highs.changeColBounds(at, float(lower[at]), float(upper[at]))


def whole(values: ArrayLike) -> _Whole | None:
    """Read the values as whole numbers, or None where one of them is a fraction."""
    given = np.asarray(values, dtype=float)
    return _rounded(given) if (abs(given - np.rint(given)) < _NEAR_WHOLE).all() else None


def _rounded(values: _Numbers) -> _Whole:
    return np.rint(values).astype(np.int64)


def _bounds(program: Program) -> _Bounds:
    return program.lower, program.upper


def _limits(nodes: int) -> dict[str, float]:
    return {"mip_max_nodes": nodes, "mip_rel_gap": _CLOSE_ENOUGH}


def _run(
    program: Program, integer: NDArray[np.bool_], bounds: _Bounds, limits: Mapping[str, float]
) -> _Numbers:
    if not len(program.cost):
        if program.target.any():
            raise Infeasible("Er is geen oplossing: er is niets te kiezen.")
        return np.zeros(0)
    return _answer(_loaded(program, integer, bounds, limits))


def _loaded(
    program: Program, integer: NDArray[np.bool_], bounds: _Bounds, limits: Mapping[str, float]
) -> _Silent:
    highs = _Silent()
    options: dict[str, bool | float | str] = {**_REPRODUCIBLE, **limits}
    for option, value in options.items():
        if highs.setOptionValue(option, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS takes no {option} of {value!r}")
    highs.passModel(_model(program, integer, bounds))
    return highs


def _answer(highs: _Silent) -> _Numbers:
    highs.run()
    status = highs.getModelStatus()
    if status in _IMPOSSIBLE:
        raise Infeasible("Er bestaat geen oplossing binnen deze grenzen.")
    found = highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status not in _ANSWERED or not found:
        raise Undecided(f"De oplosser stopte zonder antwoord ({status.name}).")
    return np.array(highs.getSolution().col_value)


def _model(program: Program, integer: NDArray[np.bool_], bounds: _Bounds) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_ = len(program.cost)
    model.num_row_ = len(program.target)
    model.col_cost_, (model.col_lower_, model.col_upper_) = program.cost, bounds
    model.row_lower_ = model.row_upper_ = program.target
    starts, columns, factors = program.matrix()
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = starts.astype(np.int32)
    model.a_matrix_.index_ = columns.astype(np.int32)
    model.a_matrix_.value_ = factors
    if integer.any():
        kind = highspy.HighsVarType
        model.integrality_ = [kind.kInteger if it else kind.kContinuous for it in integer]
    return model
