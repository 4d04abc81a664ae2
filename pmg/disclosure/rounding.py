"""Controlled rounding: every cell to a multiple of the base, by chance, so that all sums hold."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import log

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.atoms import atoms, summands
from pmg.disclosure.errors import BadRelease, Infeasible
from pmg.disclosure.flight import fly
from pmg.disclosure.ledger import Key, Shown, numbers, shown
from pmg.disclosure.progress import piece
from pmg.disclosure.release import Params, Release, named
from pmg.disclosure.solver import Program, solve_first, solve_whole, whole
from pmg.disclosure.sticky import Beside, fits, inside, sticky
from pmg.disclosure.tables import Cell, Part, Table
from pmg.disclosure.worlds import linked_core

_Numbers = NDArray[np.float64]
_Whole = NDArray[np.int64]
_Block = tuple[NDArray[np.intp], int]
"""Columns, one for each cell, and whether they count up or down."""

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
    earlier: Sequence[Release] = ()
    inside: Mapping[Key, Sequence[Beside]] = field(default_factory=dict)

    def shown(self, value: int) -> Shown:
        """Say of a number what it is released with."""
        return Shown(value, self.tolerance, self.params.step)


def protect_by_rounding(
    table: Table,
    params: Params,
    key: bytes,
    *,
    with_world: bool = False,
    earlier: Sequence[Release] = (),
) -> Release:
    """Round all cells of all parts so that every sum holds and no cell moves more than allowed.

    Every number becomes a neighbouring multiple of the base (deviation at most base - 1). Where
    that does not exist, the deviation is raised for the whole release, by little at a time.
    `with_world` also asks that some table of whole numbers gives the result; that table is thrown
    away. Cells of `earlier` releases keep their number where they can (sticky), and never take one
    that would narrow them together. The same table, params and key give the same numbers. Raises
    Infeasible, or Undecided.
    """
    if len(key) < _SHORTEST_KEY:
        raise BadRelease("De sleutel voor het afronden is korter dan 16 bytes.")
    for tolerance in params.tolerances:
        try:
            values = _round_all(table, _Rules(params, key, tolerance, with_world, earlier))
        except Infeasible:
            continue
        return Release(
            params.release_id,
            params.step,
            tolerance,
            table.specs,
            table.hierarchies,
            values,
            params.contribution,
            params.inside,
            within=params.within,
        )
    raise Infeasible(
        f"Afronden binnen {params.last_tolerance} kan niet voor deze tabellen. Voeg categorieën "
        "samen of laat een tabel weg."
    )


def _round_all(table: Table, rules: _Rules) -> tuple[tuple[int, ...], ...]:
    """Round one part after the other; each minds the numbers that it is part of, and its parts.

    What others are within goes first: many small parts that were rounded up may ask more of a whole
    than it can be, and hardly ever the reverse.
    """
    known: list[tuple[Key, Shown]] = [
        (cell, shown(release, value))
        for release in rules.earlier
        for cell, value in numbers(release)
    ]
    found: dict[int, tuple[int, ...]] = {}
    order = sorted(range(len(table.parts)), key=partial(_wholes_of, table, rules.params))
    for number, place in enumerate(order):
        part, counts = table.parts[place], table.counts[place]
        beside = inside(known, rules.params)
        with piece(number, len(order)):
            values = _round(part, counts, replace(rules, inside=beside))
        cells = (_key(part, cell) for cell in part.cells)
        known += [(cell, rules.shown(value)) for cell, value in zip(cells, values, strict=True)]
        found[place] = values
    return tuple(found[place] for place in range(len(table.parts)))


def _wholes_of(table: Table, params: Params, place: int) -> int:
    """Count the units that the unit of a part is within."""
    unit = table.parts[place].unit
    return len({one.large for one in params.within if one.small == unit})


def _key(part: Part, cell: Cell) -> Key:
    return part.unit, frozenset(named(part, cell).items())


def draw(rules: _Rules, part: Part, place: int, count: int, *more: str) -> float:
    """Draw a number between 0 and 1 for a cell, that nobody without the key can guess.

    The same for the same count: who has it counted again learns nothing by the chance.
    """
    what = (rules.params.drawn_by, part.unit, count, *part.cells[place], *more)
    code = hmac.digest(rules.key, ascii(what).encode(), "sha256")
    return (int.from_bytes(code[:6], "big") + 0.5) / float(1 << 48)


def _price(chance: Callable[[int], float], place: int, share: float) -> float:
    """Price rounding up: high where the draw said down, low where it said up.

    Cells that the draw left between go up with probability equal to their share; among cells with
    a fixed sum the cheapest are a Pareto sample, fair to a good approximation (Rosén 1997).
    """
    if share in (0.0, 1.0):
        return _AGAINST_DRAW * (1 - 2 * share)
    drawn = chance(place)
    return log(drawn / (1 - drawn)) - log(share / (1 - share))


def _round(part: Part, counts: Sequence[int], rules: _Rules) -> tuple[int, ...]:
    base = rules.params.step
    if rules.earlier:
        return _stick(part, counts, rules)

    def chance(place: int, *more: str) -> float:
        return draw(rules, part, place, counts[place], *more)

    drawn = fly(part, [count % base / base for count in counts], chance)
    floors = np.array(counts) // base
    ups = whole(drawn)
    if ups is None or rules.with_world:
        prices = [_price(lambda at: chance(at, "landing"), *pair) for pair in enumerate(drawn)]
        ups = _land(part, np.array(counts), np.array(prices), rules)
    values = tuple((base * (floors + ups)).tolist())
    cells = (_key(part, cell) for cell in part.cells)
    if all(
        fits(rules.shown(value), rules.inside.get(cell, ()))
        for cell, value in zip(cells, values, strict=True)
    ):
        return values
    return _stick(part, counts, rules)


def _land(part: Part, counts: _Whole, prices: _Numbers, rules: _Rules) -> _Whole:
    """Find whole steps nearest to the draw for which every sum, and a world if asked, holds."""
    base, floors = rules.params.step, counts // rules.params.step
    program = Program()
    blocks = [(program.columns(len(counts), cost=prices, upper=counts % base > 0), 1)]
    if rules.tolerance >= base:
        for most, sign in _beyond(counts, base, rules.tolerance):
            blocks.append((program.columns(len(counts), cost=_BEYOND, upper=most), sign))
    return _settle(program, part, (floors, blocks), with_world=rules.with_world)


def _settle(
    program: Program, part: Part, made_of: tuple[_Whole, Sequence[_Block]], *, with_world: bool
) -> _Whole:
    """Find the steps, counted from the floors, for which every sum, and a world if asked, holds."""
    floors, blocks = made_of
    _ask_sums(program, part, floors, blocks)
    if with_world:
        _ask_world(program, part, floors, blocks)
    found = solve_first(program) if with_world else solve_whole(program)
    steps: _Whole = sum((sign * found[columns] for columns, sign in blocks), 0 * floors)
    return steps


def _stick(part: Part, counts: Sequence[int], rules: _Rules) -> tuple[int, ...]:
    """Move as few cells as possible away from the numbers that they had before."""
    base = rules.params.step
    history = [dict(numbers(release)) for release in rules.earlier]
    ranges = []
    for place, count in enumerate(counts):
        key = _key(part, part.cells[place])
        before = [
            shown(release, values[key])
            for values, release in zip(history, rules.earlier, strict=True)
            if key in values
        ]
        limits = sticky(
            count,
            before,
            beside=rules.inside.get(key, ()),
            base=base,
            tolerance=rules.tolerance,
            chance=draw(rules, part, place, count),
        )
        ranges.append(limits)
    low, anchor, high = np.array(ranges).T // base
    program = Program()
    up = program.columns(len(anchor), cost=1.0, upper=high - anchor)
    down = program.columns(len(anchor), cost=1.0, upper=anchor - low)
    steps = _settle(program, part, (anchor, [(up, 1), (down, -1)]), with_world=rules.with_world)
    return tuple((base * (anchor + steps)).tolist())


def _beyond(counts: _Whole, base: int, tolerance: int) -> list[tuple[_Whole, int]]:
    """Say how many steps each cell may go past its neighbouring multiples, up and down."""
    up = (counts + tolerance) // base + -counts // base
    lowest = np.maximum(0, -((tolerance - counts) // base))
    return [(up, 1), (np.maximum(0, counts // base - lowest), -1)]


def _ask_sums(program: Program, part: Part, floors: _Whole, blocks: Sequence[_Block]) -> None:
    """Ask that every cell, its floor and its steps, is the sum of the cells that it is made of."""
    parents = np.array([parent for parent, _ in part.relations], dtype=np.intp)
    sizes = [len(children) for _, children in part.relations]
    children = np.array([c for _, below in part.relations for c in below], dtype=np.intp)
    of = np.repeat(np.arange(len(parents)), sizes)
    rows = program.rows(
        np.bincount(of, weights=floors[children], minlength=len(parents)) - floors[parents]
    )
    for columns, sign in blocks:
        program.terms(rows, columns[parents], sign)
        program.terms(rows[of], columns[children], -sign)


def _ask_world(program: Program, part: Part, floors: _Whole, blocks: Sequence[_Block]) -> None:
    """Add finest cells, in units of the base, that must give every rounded cell exactly.

    They may be fractions here, which settles quickly; `base_world` finds the whole numbers later.
    """
    core, places = linked_core(part)
    if core is None:
        return
    at = np.array(places)
    most = floors + sum(program.upper[columns] for columns, sign in blocks if sign > 0)
    found = atoms(core, (most[at] > 0).tolist())
    held = summands(core)
    rows = program.rows(floors[at[held]])
    row, inside = found.within(held)
    program.terms(rows[row], program.columns(len(found), whole=False)[inside])
    for columns, sign in blocks:
        program.terms(rows, columns[at[held]], -sign)
