"""The solver is believed only where it answers in whole numbers that fit; otherwise it says so."""

import random

import numpy as np
import pytest

from pmg.disclosure.errors import Infeasible, OnlyFractions, Undecided
from pmg.disclosure.solver import (
    Program,
    Warm,
    solve_first,
    solve_relaxed,
    solve_whole,
    whole,
)


def ring() -> Program:
    """Each two of three are 1 together: halves do, and no whole numbers do."""
    program = Program()
    columns = program.columns(3, upper=1.0)
    rows = program.rows([1.0, 1.0, 1.0])
    for row, pair in zip(rows, ((0, 1), (1, 2), (0, 2)), strict=True):
        program.terms([row, row], columns[list(pair)])
    return program


def split(seed: int = 1) -> Program:
    """Market split (Cornuéjols and Dawande): small, and out of reach within few nodes."""
    chance = random.Random(seed)
    program = Program()
    columns = program.columns(40, upper=1.0)
    factors = [[chance.randrange(100) for _ in columns] for _ in range(5)]
    rows = program.rows([float(sum(row) // 2) for row in factors])
    for at, row in zip(rows, factors, strict=True):
        program.terms([at] * len(columns), columns, row)
    return program


def test_halves_are_no_whole_numbers() -> None:
    assert solve_relaxed(ring()) == pytest.approx([0.5, 0.5, 0.5])
    assert whole([0.5, 1.0]) is None
    assert whole([1.0 - 1e-9, 2.0]) is not None
    with pytest.raises(Infeasible):
        solve_whole(ring())
    with pytest.raises(OnlyFractions):
        solve_first(ring())
    with pytest.raises(OnlyFractions):
        Warm(ring()).first(np.zeros(3))


def test_what_is_not_found_within_the_nodes_is_undecided_and_no_answer() -> None:
    for ask in (lambda: solve_whole(split(), nodes=1), lambda: solve_first(split())):
        with pytest.raises(Undecided):
            ask()


def test_what_has_no_end_is_undecided_and_no_answer() -> None:
    program = Program()
    program.columns(1, cost=-1.0)
    for solve in (solve_whole, solve_relaxed):
        with pytest.raises((Undecided, Infeasible)):
            solve(program)
