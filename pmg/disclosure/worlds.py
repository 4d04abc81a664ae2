"""Base worlds: whole-number tables on the finest cells that give a release exactly."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.atoms import Atoms, atoms, summands
from pmg.disclosure.errors import BadRelease, Infeasible, OnlyFractions, Undecided
from pmg.disclosure.progress import piece
from pmg.disclosure.release import Release
from pmg.disclosure.solver import Program, solve_first
from pmg.disclosure.specs import Axis, Hierarchy, TableSpec
from pmg.disclosure.tables import Part, structure

Row = tuple[tuple[str, ...], int]
"""Finest codes, one for each dimension of the part, and how many units have them."""


Unit = tuple[dict[str, str], int]
Search = Callable[[Part, Sequence[int]], Iterable[Unit]]
"""Finds units for the linked core of a part, whose cells must hold these numbers."""


@dataclass(frozen=True)
class World:
    """Invented units that give all numbers of one part. Synthetic: nobody real is in it."""

    unit: str
    dimensions: tuple[str, ...]
    rows: tuple[Row, ...]


def base_world(
    release: Release, specs: Sequence[TableSpec], hierarchies: Sequence[Hierarchy]
) -> tuple[World, ...]:
    """Find a world for each part from published numbers and public structure alone.

    Reads no records: there is no way to hand it any. Raises Infeasible where no world exists,
    Undecided where the solver stopped, BadRelease where the numbers are not of these tables.
    """
    parts = structure(specs, hierarchies)
    if [len(part.cells) for part in parts] != [len(values) for values in release.values]:
        raise BadRelease("De getallen horen niet bij deze tabellen.")
    found = []
    for number, (part, values) in enumerate(zip(parts, release.numbers, strict=True)):
        with piece(number, len(parts)):
            found.append(world(part, values, partial(_search, base=release.base)))
    return tuple(found)


def world(part: Part, values: Sequence[int], search: Search) -> World:
    """Make a world of the numbers of all cells; `search` finds the units of what links tables."""
    return World(part.unit, part.dimensions, _rows(part, _solve(part, values, search)))


def _rows(part: Part, units: Iterable[Unit]) -> tuple[Row, ...]:
    merged: Counter[tuple[str, ...]] = Counter()
    for codes, number in units:
        merged[_whole(part, codes)] += number
    return tuple(sorted((codes, number) for codes, number in merged.items() if number))


def _whole(part: Part, codes: dict[str, str]) -> tuple[str, ...]:
    """Give a unit a code in every dimension: where tables tell only what follows, any that fits."""
    full = dict(codes)
    for place in {other for other, _to in part.ties.values()}:
        name = part.dimensions[place]
        if name not in full:
            told = [
                (to, codes[part.dimensions[here]])
                for here, (other, to) in part.ties.items()
                if other == place
            ]
            fits = (c for c in part.hierarchies[place].codes if all(to[c] == k for to, k in told))
            found = next(fits, None)
            if found is None:
                raise Infeasible("Zo iemand kan er niet zijn; er is geen wereld bij deze getallen.")
            full[name] = found
    return tuple(full[name] for name in part.dimensions)


def _solve(part: Part, values: Sequence[int], search: Search) -> list[Unit]:
    """Peel off dimensions that one table alone has, solve the rest, and glue them on again.

    A dimension of one table never limits another: given the rest, its units can be spread over it
    in any way that its own table says. What is left for the solver is only what links tables.
    """
    peeled = _peel(part)
    if peeled is part:
        return list(search(part, values))
    found: list[Unit] = [({}, values[part.index[(None,) * len(part.dimensions)]])]
    if peeled is not None:
        found = _solve(peeled, [values[place] for place in _places(peeled, part)], search)
    for spec in part.specs:
        found = _glue(found, spec, part, values)
    return found


def linked_core(part: Part) -> tuple[Part | None, list[int]]:
    """Peel off all dimensions of one table alone; give what is left and where its cells stand.

    None where nothing is left: then every set of numbers that adds up has a world.
    """
    inner = _peel(part)
    if inner is part or inner is None:
        return inner, list(range(len(part.cells)))
    core, within = linked_core(inner)
    places = _places(inner, part)
    return core, [places[place] for place in within]


def _peel(part: Part) -> Part | None:
    shared = _without_private(part)
    if shared == part.specs:
        return part
    if not any(spec.axes for spec in shared):
        return None
    return structure(shared, part.hierarchies)[0]


def _places(inner: Part, part: Part) -> list[int]:
    """Where the cells of an inner part stand in the whole: other dimensions are at their total."""
    position = {name: i for i, name in enumerate(inner.dimensions)}
    order = [position.get(name) for name in part.dimensions]
    return [
        part.index[tuple(None if where is None else cell[where] for where in order)]
        for cell in inner.cells
    ]


def _without_private(part: Part) -> tuple[TableSpec, ...]:
    """Drop dimensions that no other table tells anything of, then tables inside another."""
    family = {
        name: part.dimensions[part.ties[place][0]] if place in part.ties else name
        for place, name in enumerate(part.dimensions)
    }
    uses = Counter(family[axis.dimension] for spec in part.specs for axis in spec.axes)
    kept: list[TableSpec] = []
    for spec in part.specs:
        axes = tuple(axis for axis in spec.axes if uses[family[axis.dimension]] > 1)
        kept.append(TableSpec(spec.name, spec.unit, axes))
    for spec in tuple(kept):
        others = [other for other in kept if other is not spec]
        if any(_inside(spec, other) for other in others):
            kept = others
    return tuple(kept)


def _inside(small: TableSpec, large: TableSpec) -> bool:
    shown = {axis.dimension: set(axis.levels) for axis in large.axes}
    return all(set(axis.levels) <= shown.get(axis.dimension, set()) for axis in small.axes)


def _glue(units: Iterable[Unit], spec: TableSpec, part: Part, values: Sequence[int]) -> list[Unit]:
    """Give units the dimensions of a table that they do not have yet, as its numbers say."""
    units = list(units)
    have = units[0][0].keys() if units else set[str]()
    new = [axis for axis in spec.axes if axis.dimension not in have]
    old = [axis for axis in spec.axes if axis.dimension in have]
    if not new:
        return units
    stock = _stock(spec, part, values, old, new)
    found: list[Unit] = []
    for codes, number in units:
        pool = stock.get(tuple(_shown(part, axis, codes[axis.dimension]) for axis in old), [])
        for extra, share in _take(pool, number):
            found.append(({**codes, **extra}, share))
    return found


def _shown(part: Part, axis: Axis, code: str) -> str:
    hierarchy = part.hierarchies[part.dimensions.index(axis.dimension)]
    return hierarchy.group(code, axis.levels[0])


def _stock(
    spec: TableSpec, part: Part, values: Sequence[int], old: Sequence[Axis], new: Sequence[Axis]
) -> dict[tuple[str, ...], list[Unit]]:
    """List what a table has to give out, by the dimensions that the units have already."""
    at = {axis.dimension: part.dimensions.index(axis.dimension) for axis in spec.axes}
    finest = {
        axis.dimension: part.hierarchies[at[axis.dimension]].members(axis.levels[0])
        for axis in spec.axes
    }
    stock: dict[tuple[str, ...], list[Unit]] = {}
    for place in part.tables[spec.name]:
        codes = {name: part.cells[place][where] for name, where in at.items()}
        if values[place] and all(code in finest[name] for name, code in codes.items()):
            extra = {
                axis.dimension: min(finest[axis.dimension][str(codes[axis.dimension])])
                for axis in new
            }
            group = tuple(str(codes[axis.dimension]) for axis in old)
            stock.setdefault(group, []).append((extra, values[place]))
    return stock


def _take(pool: list[Unit], number: int) -> Iterable[Unit]:
    """Take this many units from a pool, which shrinks."""
    while number:
        if not pool:
            raise Infeasible("De tabellen tellen niet op; er is geen wereld bij deze getallen.")
        extra, left = pool.pop()
        share = min(left, number)
        if left > share:
            pool.append((extra, left - share))
        number -= share
        yield extra, share


def _search(part: Part, values: Sequence[int], base: int) -> list[Unit]:
    """Find whole numbers on the finest cells; first in steps of the base, which are few."""
    found = atoms(part, [value > 0 for value in values])
    wanted = np.array(values, dtype=np.int64)
    step = 1 if (wanted % base).any() else base
    try:
        numbers = step * solve_first(_program(part, wanted // step, found))
    except (OnlyFractions, Undecided):
        if step == 1:
            raise
        numbers = solve_first(_program(part, wanted, found))
    return written_out(part, found, numbers)


def written_out(part: Part, found: Atoms, numbers: NDArray[np.int64]) -> list[Unit]:
    """Write out how many units are in each atom, without the empty ones."""
    return [
        (dict(zip(part.dimensions, found.named(int(place)), strict=True)), int(numbers[place]))
        for place in np.flatnonzero(numbers)
    ]


def _program(part: Part, values: NDArray[np.int64], found: Atoms) -> Program:
    """Each published cell holds what was published; a sum of others follows and is left out."""
    program = Program()
    columns = program.columns(len(found))
    held = [place for place in summands(part) if values[place]]
    rows = program.rows(values[held])
    at, inside = found.within(held)
    program.terms(rows[at], columns[inside])
    return program
