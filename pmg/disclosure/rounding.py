"""Controlled rounding: every cell to a multiple of the base, by chance, so that all sums hold."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from pmg.disclosure.atoms import atoms, summands
from pmg.disclosure.errors import BadRelease, Infeasible
from pmg.disclosure.flight import fly
from pmg.disclosure.release import Params, Release
from pmg.disclosure.solver import Program, solve_first, solve_whole, whole
from pmg.disclosure.tables import Part, Table
from pmg.disclosure.worlds import linked_core

_SHORTEST_KEY = 16
_AGAINST_DRAW = 8.0
"""Price of rounding a cell against its draw, where the sums ask for it."""
_BEYOND = 64.0
"""Price of one step past the neighbouring multiple: more than any gain from the draw."""


@dataclass(frozen=True)
class _Rules:
    params: Params
    key: bytes
    tolerance: int
    with_world: bool


def protect_by_rounding(
    table: Table, params: Params, key: bytes, *, with_world: bool = False
) -> Release:
    """Round all cells of all parts so that every sum holds and no cell moves more than allowed.

    Every number becomes a neighbouring multiple of the base (deviation at most base - 1). Where
    that does not exist, the deviation is raised for the whole release. `with_world` also asks that
    some table of whole numbers gives the result; that table is thrown away. The same table,
    params and key give the same numbers. Raises Infeasible, or Undecided.
    """
    if len(key) < _SHORTEST_KEY:
        raise BadRelease("De sleutel voor het afronden is korter dan 16 bytes.")
    last = params.max_tolerance if params.max_tolerance is not None else 3 * params.base - 1
    for tolerance in range(params.base - 1, last + 1, params.base):
        try:
            values = tuple(
                _round(part, counts, _Rules(params, key, tolerance, with_world))
                for part, counts in zip(table.parts, table.counts, strict=True)
            )
        except Infeasible:
            continue
        return Release(
            params.release_id, params.base, tolerance, table.specs, table.hierarchies, values
        )
    raise Infeasible(
        f"Afronden binnen {last} kan niet voor deze tabellen. Voeg categorieën samen of laat een "
        "tabel weg."
    )


def draw(key: bytes, release_id: str, unit: str, cell: Sequence[str | None]) -> float:
    """Draw a number between 0 and 1 for a cell, that nobody without the key can guess."""
    text = json.dumps([release_id, unit, list(cell)], ensure_ascii=True, separators=(",", ":"))
    code = hmac.digest(key, text.encode(), "sha256")
    return (int.from_bytes(code[:6], "big") + 0.5) / float(1 << 48)


def _price(chance: float, share: float) -> float:
    """Price rounding up: high where the draw said down, low where it said up.

    Cells that the draw left between go up with probability equal to their share; among cells with
    a fixed sum the cheapest are a Pareto sample, fair to a good approximation (Rosén 1997).
    """
    if share in (0.0, 1.0):
        return _AGAINST_DRAW * (1 - 2 * share)
    return log(chance / (1 - chance)) - log(share / (1 - share))


def _round(part: Part, counts: Sequence[int], rules: _Rules) -> tuple[int, ...]:
    base = rules.params.base
    chances = [draw(rules.key, rules.params.release_id, part.unit, cell) for cell in part.cells]
    drawn = fly(part, [count % base / base for count in counts], chances.__getitem__)
    ups = whole(drawn)
    if ups is not None and not rules.with_world:
        return tuple(base * (count // base + up) for count, up in zip(counts, ups, strict=True))
    return _land(part, counts, drawn, rules)


def _land(
    part: Part, counts: Sequence[int], drawn: Sequence[float], rules: _Rules
) -> tuple[int, ...]:
    """Find whole steps nearest to the draw for which every sum, and a world if asked, holds."""
    base = rules.params.base
    program = Program()
    for cell, count, share in zip(part.cells, counts, drawn, strict=True):
        chance = draw(rules.key, rules.params.release_id, part.unit, (*cell, "landing"))
        program.column(cost=_price(chance, share), upper=1 if count % base else 0)
    steps = _steps_beyond(program, counts, base, rules.tolerance)
    floors = [count // base for count in counts]
    for parent, children in part.relations:
        terms = [*steps[parent]]
        for child in children:
            terms += [(column, -factor) for column, factor in steps[child]]
        program.row(terms, sum(floors[child] for child in children) - floors[parent])
    if rules.with_world:
        _ask_world(program, part, floors, steps)
    found = solve_first(program) if rules.with_world else solve_whole(program)
    return tuple(
        base * (floor + sum(int(factor) * found[column] for column, factor in terms))
        for floor, terms in zip(floors, steps, strict=True)
    )


def _steps_beyond(
    program: Program, counts: Sequence[int], base: int, tolerance: int
) -> list[list[tuple[int, float]]]:
    """Give the columns that make up each cell: one binary, and steps beyond where allowed."""
    steps: list[list[tuple[int, float]]] = [[(place, 1.0)] for place in range(len(counts))]
    if tolerance < base:
        return steps
    for place, count in enumerate(counts):
        floor, top = count // base, (count + base - 1) // base
        up = (count + tolerance) // base - top
        down = floor - max(0, -((tolerance - count) // base))
        steps[place] += [
            (program.column(cost=_BEYOND, upper=up), 1.0),
            (program.column(cost=_BEYOND, upper=max(0, down)), -1.0),
        ]
    return steps


def _ask_world(
    program: Program,
    part: Part,
    floors: Sequence[int],
    steps: Sequence[Sequence[tuple[int, float]]],
) -> None:
    """Add finest cells, in units of the base, that must give every rounded cell exactly.

    They may be fractions here, which settles quickly; `base_world` finds the whole numbers later.
    """
    core, places = linked_core(part)
    if core is None:
        return
    reachable = [
        floors[place] > 0 or any(program.upper[column] > 0 for column, _ in steps[place])
        for place in places
    ]
    holders: dict[int, list[int]] = {place: [] for place in summands(core)}
    for atom in atoms(core, reachable):
        column = program.column()
        program.fractional.add(column)
        for place in holders.keys() & atom.cells:
            holders[place].append(column)
    for place, columns in holders.items():
        terms = [(column, 1.0) for column in columns]
        terms += [(column, -factor) for column, factor in steps[places[place]]]
        program.row(terms, floors[places[place]])
