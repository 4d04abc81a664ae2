"""A release: protected numbers with the public structure that they belong to, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pmg.disclosure.canonical import digest
from pmg.disclosure.errors import BadRelease
from pmg.disclosure.specs import Hierarchy, TableSpec, read_hierarchy, read_table
from pmg.disclosure.tables import Cell, Part, structure
from pmg.disclosure.within import Within, read_within

FORMAT = "pmg-disclosure/1"
ROUNDING, SUPPRESSION = "controlled-rounding", "suppression"
METHODS = (ROUNDING, SUPPRESSION)
_MOST_WITHIN = 20
"""Each is looked for in all cells."""

Values = Sequence[int | None]
"""A number for each cell of a part; None where it is hidden."""


@dataclass(frozen=True)
class Params:
    """How to protect: the release's own name, the base, and the largest deviation ever taken.

    Where cells are hidden instead of rounded (`method`), the base is k: numbers of 1 up to k - 1
    are hidden, and every hidden cell may be numbers that lie k apart.

    `max_tolerance` None means three times the base, less one: what the deviation may be raised to
    where rounding within base - 1 does not exist, or gives something away beside earlier releases.
    Only deviations `above` a given one are taken.

    `contribution` is the most that one person adds to any cell (a youth may have more than one
    trajectory). All numbers become multiples of base times contribution, so that base and k count
    persons: whoever takes one person out moves no cell by more than one k-th of a step.

    `population` names whom the release is about; releases of one population are protected
    together.

    `inside` pairs units of which everybody knows that the first is part of the second: whatever is
    counted in a cell as the first is counted in that cell as the second too. `within` says so of
    some categories only.

    `chances` names what is drawn by: tables of one name that count the same in a cell draw the same
    there, so that laying many of them beside each other tells little more than one. Left empty,
    each release draws by its own name.
    """

    release_id: str
    base: int = 5
    max_tolerance: int | None = None
    above: int = -1
    contribution: int = 1
    population: str = ""
    inside: tuple[tuple[str, str], ...] = ()
    method: str = ROUNDING
    chances: str = ""
    within: tuple[Within, ...] = ()

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise BadRelease("Deze methode van beschermen bestaat niet.")
        if self.base not in (5, 10):
            raise BadRelease("De basis van het beschermen is 5 of 10.")
        if self.contribution < 1:
            raise BadRelease("Een mens telt minstens één keer mee.")
        if not self.release_id:
            raise BadRelease("Een publicatie heeft een eigen naam nodig.")

    @property
    def drawn_by(self) -> str:
        """The name by which chances are drawn."""
        return self.chances or self.release_id

    @property
    def step(self) -> int:
        """What all numbers become a multiple of; where cells are hidden, what k comes to."""
        return self.base * self.contribution

    @property
    def last_tolerance(self) -> int:
        """The largest deviation that may be taken."""
        return 3 * self.step - 1 if self.max_tolerance is None else self.max_tolerance

    @property
    def tolerances(self) -> tuple[int, ...]:
        """The deviations to try, the smallest first; the second does nearly always."""
        step = self.step
        tried = (step - 1, step, step * 6 // 5, step * 3 // 2, 2 * step - 1, 3 * step - 1)
        return tuple(one for one in tried if self.above < one <= self.last_tolerance)


MINIMUM_BASE = 20
"""A share or mean of fewer released units says too little and sounds too certain."""
_BEYOND = 10**12
_STEPS = 4
"""So many steps it is when numbers are rounded to fives; wider steps ask for more units."""


class Figures:
    """Numbers with the public structure that they belong to; of one municipality or of more."""

    specs: tuple[TableSpec, ...]
    hierarchies: tuple[Hierarchy, ...]
    values: tuple[tuple[int | None, ...], ...]

    @property
    def least_base(self) -> int:
        """How many there must be of what a share is a share of."""
        return MINIMUM_BASE

    @property
    def hides(self) -> bool:
        """Whether numbers are hidden here, and the others given exactly."""
        return False

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The public structure of each part, laid out from the public texts."""
        return structure(self.specs, self.hierarchies)

    @cached_property
    def numbers(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of all cells, where none may be hidden; raises BadRelease where one is."""
        found = tuple(tuple(n for n in values if n is not None) for values in self.values)
        if list(map(len, found)) != list(map(len, self.values)):
            raise BadRelease("In deze publicatie zijn getallen verborgen.")
        return found

    @property
    def number_hidden(self) -> int:
        """How many numbers are hidden."""
        return sum(value is None for values in self.values for value in values)

    def value(self, unit: str, codes: Mapping[str, str]) -> int | None:
        """Look up the released number of one cell, None where it is hidden.

        Dimensions left out are at their total.

        Raises KeyError for a cell that is not part of these figures.
        """
        for part, values in zip(self.parts, self.values, strict=True):
            if part.unit == unit:
                cell = tuple(codes.get(name) for name in part.dimensions)
                if set(codes) <= set(part.dimensions) and cell in part.index:
                    return values[part.index[cell]]
        raise KeyError((unit, dict(codes)))

    def rows(self, table: str) -> list[tuple[dict[str, str], int | None]]:
        """All cells of one table with their numbers; a missing dimension is at its total."""
        for part, values in zip(self.parts, self.values, strict=True):
            if table in part.tables:
                return [
                    (named(part, part.cells[place]), values[place]) for place in part.tables[table]
                ]
        raise KeyError(table)

    def parts_json(self) -> list[dict[str, Any]]:
        """Write the cells of each part with their numbers."""
        return [
            {
                "unit": part.unit,
                "dimensions": list(part.dimensions),
                "cells": [list(cell) for cell in part.cells],
                "values": list(values),
            }
            for part, values in zip(self.parts, self.values, strict=True)
        ]

    def fits(self) -> bool:
        """Tell whether there are as many numbers as there are cells."""
        return len(self.values) == len(self.parts) and all(
            len(values) == len(part.cells)
            for part, values in zip(self.parts, self.values, strict=True)
        )


@dataclass(frozen=True)
class Release(Figures):
    """Protected numbers of all parts, with one base and one tolerance for all of them.

    `base` is the step of the numbers themselves: base times contribution of the parameters. A
    hidden number is None; where cells are hidden, all shown numbers are exact (tolerance 0).
    """

    release_id: str
    base: int
    tolerance: int
    specs: tuple[TableSpec, ...]
    hierarchies: tuple[Hierarchy, ...]
    values: tuple[tuple[int | None, ...], ...]
    contribution: int = 1
    inside: tuple[tuple[str, str], ...] = ()
    method: str = ROUNDING
    within: tuple[Within, ...] = ()

    @property
    def hides(self) -> bool:
        """Whether numbers are hidden here, and the others given exactly."""
        return self.method == SUPPRESSION

    @property
    def least_base(self) -> int:
        """How many there must be of what a share is a share of; more where steps are larger."""
        return MINIMUM_BASE if self.hides else max(MINIMUM_BASE, _STEPS * self.base)

    def as_json(self) -> dict[str, Any]:
        """Write what is hashed, signed and stored."""
        return {
            "id": self.release_id,
            "method": self.method,
            "base": self.base,
            **({"contribution": self.contribution} if self.contribution > 1 else {}),
            **({"inside": [list(pair) for pair in self.inside]} if self.inside else {}),
            **({"within": [one.as_json() for one in self.within]} if self.within else {}),
            "tolerance": self.tolerance,
            "hierarchies": [hierarchy.as_json() for hierarchy in self.hierarchies],
            "tables": [spec.as_json() for spec in self.specs],
            "parts": self.parts_json(),
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical text."""
        return digest(self.as_json())


def named(part: Part, cell: Cell) -> dict[str, str]:
    """Write a cell as dimension to code, without the dimensions at their total."""
    return {
        name: code for name, code in zip(part.dimensions, cell, strict=True) if code is not None
    }


def read_release(data: Any) -> Release:
    """Read a release from its stored text.

    Raises BadRelease where its cells are not those of its own tables, BadSpecification where its
    tables or hierarchies cannot be read.
    """
    try:
        release = Release(
            release_id=str(data["id"]),
            base=whole(data["base"]),
            tolerance=whole(data["tolerance"]),
            specs=tuple(read_table(item) for item in data["tables"]),
            hierarchies=tuple(read_hierarchy(item) for item in data["hierarchies"]),
            values=tuple(tuple(map(_whole_or_hidden, part["values"])) for part in data["parts"]),
            contribution=whole(data.get("contribution", 1)),
            inside=tuple((str(small), str(large)) for small, large in data.get("inside", [])),
            method=_method(data["method"]),
            within=_within(data.get("within", [])),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRelease("De publicatie is niet leesbaar.") from error
    if not release.fits():
        raise BadRelease("De publicatie heeft niet evenveel getallen als cellen.")
    if not release.hides and any(None in values for values in release.values):
        raise BadRelease("Deze methode verbergt geen getallen.")
    if release.as_json() != data:
        raise BadRelease("De cellen van de publicatie zijn niet die van haar eigen tabellen.")
    return release


def _method(data: Any) -> str:
    if data not in METHODS:
        raise ValueError(f"onbekende methode {data!r}")
    return str(data)


def _within(data: Any) -> tuple[Within, ...]:
    if len(data) > _MOST_WITHIN:
        raise ValueError("meer delen van elkaar dan iemand kan weten")
    return tuple(map(read_within, data))


def _whole_or_hidden(data: Any) -> int | None:
    return None if data is None else whole(data)


def whole(data: Any) -> int:
    """Return a whole number as it is; raises TypeError for anything else, True included.

    So does a number beyond all that is ever counted: Python would not write it as a text.
    """
    if not isinstance(data, int) or isinstance(data, bool) or not -_BEYOND < data < _BEYOND:
        raise TypeError("geen heel getal dat ergens een aantal van is")
    return data
