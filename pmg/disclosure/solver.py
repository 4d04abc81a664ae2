"""Whole-number programs, solved by HiGHS in one reproducible way."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import floor

import highspy
import numpy as np

from pmg.disclosure.errors import Infeasible, Undecided

_INFINITY: float = highspy.kHighsInf
_NEAR_WHOLE = 1e-5
_CLOSE_ENOUGH = 0.05
_REPRODUCIBLE: dict[str, bool | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 1,
}
_STATUS = highspy.HighsModelStatus
_IMPOSSIBLE = {_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible}
_ANSWERED = {_STATUS.kOptimal, _STATUS.kSolutionLimit}


@dataclass
class Program:
    """Minimise a sum of costs over columns between bounds, with rows that must hold exactly."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)
    target: list[float] = field(default_factory=list)
    fractional: set[int] = field(default_factory=set)

    def column(self, *, cost: float = 0.0, lower: float = 0.0, upper: float = _INFINITY) -> int:
        """Add a whole-number column and return its place."""
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.cost) - 1

    def row(self, terms: Iterable[tuple[int, float]], equals: float) -> None:
        """Ask that the sum of factor times column is exactly this."""
        self.starts.append(len(self.columns))
        for column, factor in terms:
            self.columns.append(column)
            self.factors.append(factor)
        self.target.append(equals)


def solve_whole(program: Program, *, nodes: int = 200) -> list[int]:
    """Find the cheapest whole-number point (within 5%), or the best within a number of nodes.

    Bounded by nodes and never by time, so that the same program gives the same answer on a busy
    machine. Raises Infeasible (proven) or Undecided (stopped without a point).
    """
    return [round(value) for value in _run(program, _kinds(program), _limits(nodes))]


def solve_first(program: Program) -> list[int]:
    """Take the first point that the search meets; fractional columns are rounded in the answer.

    For programs where proving the best one takes minutes and buys nothing. Where all columns are
    whole, looks near the relaxed answer first: the whole part of it is kept and little is left to
    choose (20 s became less than 1 s for a large town). Raises Infeasible or Undecided.
    """
    limits = {**_limits(300), "mip_max_improving_sols": 1}
    if not program.fractional:
        relaxed = solve_relaxed(program)
        found = whole(relaxed)
        if found is not None:
            return found
        kept = map(max, program.lower, (float(floor(value + _NEAR_WHOLE)) for value in relaxed))
        with suppress(Infeasible, Undecided):
            close = replace(program, lower=list(kept))
            return [round(value) for value in _run(close, _kinds(program), limits)]
    return [round(value) for value in _run(program, _kinds(program), limits)]


def solve_relaxed(program: Program) -> list[float]:
    """Find the cheapest point when fractions are allowed; raises Infeasible or Undecided."""
    return list(_run(program, [False] * len(program.cost), {}))


def whole(values: Sequence[float]) -> list[int] | None:
    """Read the values as whole numbers, or None where one of them is a fraction."""
    found = [round(value) for value in values]
    near = all(abs(a - b) < _NEAR_WHOLE for a, b in zip(values, found, strict=True))
    return found if near else None


def _kinds(program: Program) -> list[bool]:
    return [place not in program.fractional for place in range(len(program.cost))]


def _limits(nodes: int) -> dict[str, float]:
    return {"mip_max_nodes": nodes, "mip_rel_gap": _CLOSE_ENOUGH}


def _run(program: Program, integer: Sequence[bool], limits: Mapping[str, float]) -> Sequence[float]:
    if not program.cost:
        if any(program.target):
            raise Infeasible("Er is geen oplossing: er is niets te kiezen.")
        return []
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, bool | float | str] = {**_REPRODUCIBLE, **limits}
    for option, value in options.items():
        highs.setOptionValue(option, value)
    highs.passModel(_model(program, integer))
    highs.run()
    status = highs.getModelStatus()
    if status in _IMPOSSIBLE:
        raise Infeasible("Er bestaat geen oplossing binnen deze grenzen.")
    found = highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status not in _ANSWERED or not found:
        raise Undecided(f"De oplosser stopte zonder antwoord ({status.name}).")
    values: Sequence[float] = highs.getSolution().col_value
    return values


def _model(program: Program, integer: Sequence[bool]) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_ = len(program.cost)
    model.num_row_ = len(program.target)
    model.col_cost_ = np.array(program.cost, dtype=np.double)
    model.col_lower_ = np.array(program.lower, dtype=np.double)
    model.col_upper_ = np.array(program.upper, dtype=np.double)
    model.row_lower_ = model.row_upper_ = np.array(program.target, dtype=np.double)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array([*program.starts, len(program.columns)], dtype=np.int32)
    model.a_matrix_.index_ = np.array(program.columns, dtype=np.int32)
    model.a_matrix_.value_ = np.array(program.factors, dtype=np.double)
    if any(integer):
        kind = highspy.HighsVarType
        model.integrality_ = [kind.kInteger if it else kind.kContinuous for it in integer]
    return model
