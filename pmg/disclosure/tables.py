"""Counts of linked tables: every cell with all margins once, and the sums that must hold."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from pmg.disclosure.errors import BadRecord, BadSpecification
from pmg.disclosure.specs import Hierarchy, TableSpec, by_dimension

Cell = tuple[str | None, ...]
"""One code for each dimension of the part, None where the dimension is at its total."""

Relation = tuple[int, tuple[int, ...]]
"""A cell and the cells that add up to it."""


@dataclass(frozen=True)
class Part:
    """All tables of one unit, linked: the public structure, without any number."""

    unit: str
    specs: tuple[TableSpec, ...]
    hierarchies: tuple[Hierarchy, ...]
    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...]
    tables: Mapping[str, tuple[int, ...]]

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions, in the order of every cell."""
        return tuple(hierarchy.dimension for hierarchy in self.hierarchies)

    @cached_property
    def ties(self) -> dict[int, tuple[int, Mapping[str, str]]]:
        """For the place of each dimension that follows from another: that one, and how."""
        place = {name: at for at, name in enumerate(self.dimensions)}
        return {
            at: (place[one.follows.dimension], one.follows.codes)
            for at, one in enumerate(self.hierarchies)
            if one.follows and one.follows.dimension in place
        }

    def can_be(self, codes: Sequence[str]) -> bool:
        """Say whether a unit can have these finest codes, one for each dimension."""
        return all(to.get(codes[other]) == codes[at] for at, (other, to) in self.ties.items())

    @cached_property
    def never(self) -> frozenset[int]:
        """Places of the cells that nobody can be counted in, as everybody knows."""
        return frozenset(
            place for place, cell in enumerate(self.cells) if self.ties and not self._can_hold(cell)
        )

    def _can_hold(self, cell: Cell) -> bool:
        for origin in {other for other, _to in self.ties.values()}:
            told = [
                (to, self._finest(at, cell[at]))
                for at, (other, to) in self.ties.items()
                if other == origin
            ]
            codes = self._finest(origin, cell[origin])
            if not any(all(to[code] in within for to, within in told) for code in codes):
                return False
        return True

    def _finest(self, place: int, code: str | None) -> frozenset[str]:
        hierarchy = self.hierarchies[place]
        if code is None:
            return hierarchy.known
        levels = (hierarchy.members(level) for level in ("", *hierarchy.levels))
        return next(groups[code] for groups in levels if code in groups)

    @cached_property
    def index(self) -> dict[Cell, int]:
        """Place of each cell."""
        return {cell: place for place, cell in enumerate(self.cells)}

    @cached_property
    def paths(self) -> tuple[tuple[tuple[int, tuple[str, ...]], ...], ...]:
        """For each table its axes: the dimension's place and the levels shown."""
        place = {name: i for i, name in enumerate(self.dimensions)}
        return tuple(
            tuple((place[axis.dimension], axis.levels) for axis in spec.axes) for spec in self.specs
        )

    def cell(self, codes: Mapping[int, str | None]) -> int:
        """Place of the cell with these codes, by the place of their dimension."""
        return self.index[tuple(map(codes.get, range(len(self.hierarchies))))]

    def covering(self, codes: Sequence[str]) -> frozenset[int]:
        """Places of all cells that a unit with these finest codes is counted in."""
        found: set[int] = set()
        for path in self.paths:
            choices = [self._codes_on(place, levels, codes[place]) for place, levels in path]
            for chosen in product(*choices):
                at = zip((place for place, _ in path), chosen, strict=True)
                found.add(self.cell(dict(at)))
        return frozenset(found)

    def _codes_on(self, place: int, levels: tuple[str, ...], code: str) -> list[str | None]:
        hierarchy = self.hierarchies[place]
        return [None, *(hierarchy.group(code, level) for level in levels)]

    def count(self, world: Iterable[tuple[Sequence[str], int]]) -> list[int]:
        """Tabulate units given by their finest codes: one number for each cell."""
        values = [0] * len(self.cells)
        for codes, number in world:
            for place in self.covering(codes):
                values[place] += number
        return values


@dataclass(frozen=True)
class Table:
    """True counts of one or more parts. Secret: it never leaves the process that protects it."""

    parts: tuple[Part, ...]
    counts: tuple[tuple[int, ...], ...]
    specs: tuple[TableSpec, ...]
    hierarchies: tuple[Hierarchy, ...]


def structure(specs: Sequence[TableSpec], hierarchies: Sequence[Hierarchy]) -> tuple[Part, ...]:
    """Lay out all cells and sums, one part for each unit, from public texts alone.

    Raises BadSpecification for unknown dimensions or levels, tables of one name, and areas that
    overlap within one table.
    """
    known = by_dimension(hierarchies)
    if not specs:
        raise BadSpecification("Er is geen tabel gevraagd.")
    if len({spec.name for spec in specs}) != len(specs):
        raise BadSpecification("Twee tabellen hebben dezelfde naam.")
    for spec in specs:
        _check_axes(spec, known)
    _check_follows(known)
    units = dict.fromkeys(spec.unit for spec in specs)
    return tuple(_part(unit, [s for s in specs if s.unit == unit], known) for unit in units)


def _check_axes(spec: TableSpec, known: Mapping[str, Hierarchy]) -> None:
    for axis in spec.axes:
        hierarchy = known.get(axis.dimension)
        if hierarchy is None:
            raise BadSpecification(
                f"Tabel '{spec.name}' vraagt de onbekende dimensie '{axis.dimension}'."
            )
        for level in axis.levels:
            if level and level not in hierarchy.levels:
                raise BadSpecification(
                    f"Dimensie '{axis.dimension}' heeft geen niveau '{level}' "
                    f"(tabel '{spec.name}')."
                )


def _check_follows(known: Mapping[str, Hierarchy]) -> None:
    for one in known.values():
        other = known.get(one.follows.dimension) if one.follows else None
        if one.follows and other and (other.follows or set(one.follows.codes) != other.known):
            raise BadSpecification(
                f"Dimensie '{one.dimension}' zegt niet van elke categorie van '{other.dimension}' "
                "welke erbij hoort."
            )


def _with_origins(used: Iterable[str], known: Mapping[str, Hierarchy]) -> dict[str, None]:
    """Name the dimensions of tables, before them those that they follow from (if described)."""
    used = dict.fromkeys(used)
    follows = (known[name].follows for name in used)
    origins = (one.dimension for one in follows if one and one.dimension in known)
    return dict.fromkeys((*origins, *used))


def _part(unit: str, specs: Sequence[TableSpec], known: Mapping[str, Hierarchy]) -> Part:
    names = _with_origins((axis.dimension for spec in specs for axis in spec.axes), known)
    hierarchies = tuple(known[name] for name in names)
    place = {name: i for i, name in enumerate(names)}
    index: dict[Cell, int] = {}
    relations: dict[Relation, None] = {}
    tables = {}
    for spec in specs:
        steps = [_steps(known[axis.dimension], axis.levels) for axis in spec.axes]
        places = [place[axis.dimension] for axis in spec.axes]
        tables[spec.name] = _lay(steps, places, len(names), index, relations)
    cells = tuple(index)
    relations.update(dict.fromkeys(_twins(cells, hierarchies)))
    return Part(unit, tuple(specs), hierarchies, cells, tuple(relations), tables)


def _steps(hierarchy: Hierarchy, levels: Sequence[str]) -> dict[str | None, tuple[str, ...]]:
    """Every code shown on an axis, coarse to fine, with the codes that add up to it."""
    found: dict[str | None, tuple[str, ...]] = {None: tuple(hierarchy.members(levels[-1]))}
    for coarse in range(len(levels) - 1, -1, -1):
        shown = hierarchy.members(levels[coarse])
        below = hierarchy.children(levels[coarse - 1], levels[coarse]) if coarse else {}
        for code in shown:
            found.setdefault(code, ())
            if code in below and below[code] != (code,):
                found[code] = below[code]
    return found


def _lay(
    steps: Sequence[Mapping[str | None, tuple[str, ...]]],
    places: Sequence[int],
    width: int,
    index: dict[Cell, int],
    relations: dict[Relation, None],
) -> tuple[int, ...]:
    """Give the cells of one table a number, where they have none yet, and note its sums."""

    def number(chosen: Iterable[str | None]) -> int:
        cell: list[str | None] = [None] * width
        for where, code in zip(places, chosen, strict=True):
            cell[where] = code
        return index.setdefault(tuple(cell), len(index))

    chosen_all = list(product(*steps))
    found = tuple(number(chosen) for chosen in chosen_all)
    for parent, chosen in zip(found, chosen_all, strict=True):
        for axis, code in enumerate(chosen):
            below = steps[axis][code]
            if below:
                lows = (number((*chosen[:axis], low, *chosen[axis + 1 :])) for low in below)
                relations[parent, tuple(lows)] = None
    return found


def _twins(cells: Sequence[Cell], hierarchies: Sequence[Hierarchy]) -> Iterator[Relation]:
    """Cells that always hold the same units under different codes, as sums of one."""
    same = [_same_meaning(hierarchy) for hierarchy in hierarchies]
    first: dict[Cell, int] = {}
    for place, cell in enumerate(cells):
        meaning = tuple(
            code if code is None else names[code] for names, code in zip(same, cell, strict=True)
        )
        other = first.setdefault(meaning, place)
        if other != place:
            yield other, (place,)


def _same_meaning(hierarchy: Hierarchy) -> dict[str, str | None]:
    """For each code the first code, or the total, that stands for the same finest codes."""
    names: dict[frozenset[str], str | None] = {hierarchy.known: None}
    meaning: dict[str, str | None] = {}
    for level in ("", *hierarchy.levels):
        for code, members in hierarchy.members(level).items():
            meaning[code] = names.setdefault(members, code)
    return meaning


def tabulate(
    records: Mapping[str, Iterable[Mapping[str, Any]]],
    specs: Sequence[TableSpec],
    hierarchies: Sequence[Hierarchy],
    *,
    weight: str | None = None,
) -> Table:
    """Count records (by unit, one mapping of dimension to finest code each) in all cells.

    `weight` names a key with the number of units that a record stands for (a GROUP BY's count).
    Records are read once and not kept. Raises BadRecord and BadSpecification.
    """
    parts = structure(specs, hierarchies)
    unknown = [unit for unit in records if unit not in {part.unit for part in parts}]
    missing = [part.unit for part in parts if part.unit not in records]
    if unknown or missing:
        raise BadRecord(f"De tabellen en de gegevens tellen niet hetzelfde: {unknown + missing}.")
    counts = tuple(
        tuple(part.count(_read(records[part.unit], part, weight=weight))) for part in parts
    )
    return Table(parts, counts, tuple(specs), tuple(hierarchies))


def _read(
    records: Iterable[Mapping[str, Any]], part: Part, *, weight: str | None
) -> Iterable[tuple[tuple[str, ...], int]]:
    found: Counter[tuple[str, ...]] = Counter()
    number = _weigher(weight)
    for row, record in enumerate(records, start=1):
        codes = tuple(_code(record, hierarchy, row) for hierarchy in part.hierarchies)
        if not part.can_be(codes):
            raise BadRecord(f"Regel {row}: de categorieën horen niet bij elkaar.")
        found[codes] += number(record, row)
    return found.items()


def _weigher(weight: str | None) -> Callable[[Mapping[str, Any], int], int]:
    if weight is None:
        return lambda _record, _row: 1

    def weigh(record: Mapping[str, Any], row: int) -> int:
        number = record.get(weight)
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise BadRecord(f"Regel {row}: '{weight}' is geen heel getal van 0 of meer.")
        return number

    return weigh


def _code(record: Mapping[str, Any], hierarchy: Hierarchy, row: int) -> str:
    code = record.get(hierarchy.dimension)
    if code is None:
        raise BadRecord(f"Regel {row}: de dimensie '{hierarchy.dimension}' ontbreekt.")
    if not isinstance(code, str) or code not in hierarchy.known:
        raise BadRecord(
            f"Regel {row}: onbekende categorie {code!r} in dimensie '{hierarchy.dimension}'."
        )
    return code
