"""What a file would ask of who checks it, told from its text before any of it is laid out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from pmg.disclosure.errors import BadText
from pmg.disclosure.national import PLACE
from pmg.disclosure.specs import Hierarchy, TableSpec, by_dimension, read_hierarchy, read_table

_MOST_CELLS = 100_000
"""More than the largest report there is, and little enough to lay out while someone waits."""
_MOST_STEPS = 2_000_000
"""A hundred times what the largest report asks; a step takes one or two millionths of a second."""
_MOST_CELLS_TOGETHER = 400_000
"""All reports of a municipality for more than ten years."""
_MOST_STEPS_TOGETHER = 20_000_000
"""Of all files that are given at once."""


class TooMuch(BadText):
    """Files that ask more together than is done in one go; each by itself might be right."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """The tables of one unit: their cells, and the steps to lay them out and to go through them.

    `row` is the number of steps to count one row of a world.
    """

    cells: int
    layout: int
    once: int
    row: int


class Scales:
    """Weighs files that are given at once; raises BadText for one, and TooMuch for all of them.

    What is no file of its kind raises whatever reading it raises. A file that is refused by itself
    does not count for the others.
    """

    def __init__(self) -> None:
        self._cells, self._steps = _MOST_CELLS_TOGETHER, _MOST_STEPS_TOGETHER

    def release(self, document: Any) -> None:
        """Weigh the file of a release: its tables, its pairs of units, its worlds."""
        units = _units(document["release"])
        pairs = _pairs(document["release"])
        steps = sum(unit.layout + 2 * pairs * unit.once for unit in units.values())
        steps += sum(_of_world(world, units) for world in document["worlds"])
        self._alone(units, steps)

    def national(self, document: Any, *, added_up: bool) -> None:
        """Weigh a file of national figures, and the sum where every number is computed anew."""
        figures = document["national"]
        units = _units(figures)
        self._alone(units, sum(unit.layout for unit in units.values()))
        if added_up:
            everywhere = _units(figures, without=PLACE)
            once = sum(unit.once for unit in everywhere.values())
            self._together(0, once * len(figures["origins"]))

    def ledger(self, entries: Any) -> None:
        """Weigh a ledger: each release, and every two about the same people beside each other."""
        beside: dict[str, list[tuple[int, int]]] = {}
        for entry in entries:
            release = entry["release"]
            units = _units(release)
            self._together(_cells(units), sum(unit.layout for unit in units.values()))
            once = sum(unit.once for unit in units.values())
            pairs = _pairs(release)
            beside.setdefault(str(entry["population"]), []).append((once, pairs))
        for releases in beside.values():
            pairs = max(pairs for _once, pairs in releases)
            once = sum(once for once, _pairs in releases)
            self._together(0, len(releases) * once * (1 + 4 * pairs) // 2)

    def _alone(self, units: Mapping[str, _Unit], steps: int) -> None:
        if steps > _MOST_STEPS:
            raise BadText("het vraagt veel meer rekenwerk dan een rapport.")
        self._together(_cells(units), steps)

    def _together(self, cells: int, steps: int) -> None:
        if cells > self._cells or steps > self._steps:
            raise TooMuch("samen zijn deze bestanden te groot om in één keer na te kijken.")
        self._cells, self._steps = self._cells - cells, self._steps - steps


def _pairs(release: Any) -> int:
    """Count what each cell is compared with: pairs of units, and the categories that are within."""
    within = release.get("within", ())
    return len(release.get("inside", ())) + sum(1 + len(one["codes"]) for one in within)


def _cells(units: Mapping[str, _Unit]) -> int:
    return sum(unit.cells for unit in units.values())


def _units(figures: Any, *, without: str = "") -> dict[str, _Unit]:
    """Weigh the tables of each unit; raises BadText where there are more cells than in any report.

    `without` names a dimension whose total alone is looked at.
    """
    known = by_dimension(map(read_hierarchy, figures["hierarchies"]))
    groups = {
        (one.dimension, level): len({one.group(code, level) for code in one.codes})
        for one in known.values()
        for level in ("", *one.levels)
    }
    tables: dict[str, list[TableSpec]] = {}
    for table in map(read_table, figures["tables"]):
        axes = tuple(axis for axis in table.axes if axis.dimension != without)
        tables.setdefault(table.unit, []).append(replace(table, axes=axes))
    number, found, cells = sum(map(len, tables.values())), dict[str, _Unit](), 0
    for unit, its in tables.items():
        found[unit] = _unit(its, known, groups, number)
        cells += found[unit].cells
        if cells > _MOST_CELLS:
            raise BadText("de tabellen zijn groter dan die van een rapport.")
    return found


def _unit(
    tables: Sequence[TableSpec],
    known: Mapping[str, Hierarchy],
    groups: Mapping[tuple[str, str], int],
    number: int,
) -> _Unit:
    """Weigh the tables of one unit, among a `number` of tables in all."""
    used = {axis.dimension: known[axis.dimension] for table in tables for axis in table.axes}
    used |= {
        one.follows.dimension: known[one.follows.dimension]
        for one in used.values()
        if one.follows and one.follows.dimension in known
    }
    cells = [
        prod(1 + sum(groups[axis.dimension, level] for level in axis.levels) for axis in table.axes)
        for table in tables
    ]
    axes = [len(table.axes) for table in tables]
    width = 1 + len(used)
    codes = sum(len(one.codes) * (1 + len(one.levels)) for one in used.values())
    codes += sum(
        len(used[axis.dimension].codes) * len(axis.levels)
        for table in tables
        for axis in table.axes
    )
    laid = sum(size * (1 + most) for size, most in zip(cells, axes, strict=True))
    row = sum(prod(1 + len(axis.levels) for axis in table.axes) for table in tables)
    return _Unit(
        sum(cells), number + codes + laid * width, sum(cells) * width, (row + sum(axes)) * width
    )


def _of_world(world: Any, units: Mapping[str, _Unit]) -> int:
    """Return the steps to count a world; what is none is found out before it is counted."""
    known = isinstance(world, dict) and isinstance(world.get("unit"), str)
    unit = units.get(world["unit"]) if known else None
    rows = world.get("rows") if known else None
    return unit.cells + len(rows) * unit.row if unit and isinstance(rows, list) else 0
