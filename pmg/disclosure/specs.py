"""What is asked for: the categories of each dimension, and the tables made of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pmg.disclosure.errors import BadSpecification

FINEST = ""
"""Name of the level of the finest codes themselves."""


@dataclass(frozen=True)
class Follows:
    """That everybody knows a category of one dimension from that of another.

    An intervention has one track: who knows how many started each intervention, knows the tracks.
    `codes` names for each finest code of the other dimension the code here.
    """

    dimension: str
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Hierarchy:
    """The public categories of one dimension: finest codes, and levels that group them.

    Every level gives each finest code exactly one group, so it is a partition. Levels need not
    nest: focus areas may cut through neighbourhoods. A code means one set of finest codes.
    """

    dimension: str
    codes: tuple[str, ...]
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    follows: Follows | None = None

    def __post_init__(self) -> None:
        if not self.codes:
            raise BadSpecification(f"Dimensie '{self.dimension}' heeft geen categorieën.")
        if len(set(self.codes)) != len(self.codes):
            raise BadSpecification(f"Dimensie '{self.dimension}' noemt een categorie tweemaal.")
        for name, groups in self.levels.items():
            self._check_level(name, groups)
        self._check_meaning()
        unknown = set(self.follows.codes.values()) - self.known if self.follows else None
        if unknown:
            raise BadSpecification(
                f"Dimensie '{self.dimension}' volgt met de onbekende categorie '{min(unknown)}'."
            )

    def _check_level(self, name: str, groups: Mapping[str, str]) -> None:
        where = f"Niveau '{name}' van dimensie '{self.dimension}'"
        if name == FINEST:
            raise BadSpecification(f"{where} heeft een naam nodig.")
        missing = [code for code in self.codes if code not in groups]
        if missing:
            raise BadSpecification(f"{where} zegt niet waar '{missing[0]}' bij hoort.")
        unknown = [code for code in groups if code not in self.known]
        if unknown:
            raise BadSpecification(f"{where} noemt de onbekende categorie '{unknown[0]}'.")

    def _check_meaning(self) -> None:
        meaning: dict[str, frozenset[str]] = {}
        for level in (FINEST, *self.levels):
            for code, members in self.members(level).items():
                if meaning.setdefault(code, members) != members:
                    raise BadSpecification(
                        f"De code '{code}' van dimensie '{self.dimension}' staat voor twee "
                        "verschillende groepen; geef ze elk een eigen code."
                    )

    @cached_property
    def known(self) -> frozenset[str]:
        """All finest codes."""
        return frozenset(self.codes)

    @property
    def categories(self) -> "Hierarchy":
        """Leave out what it follows from: that says nothing of what its codes mean."""
        return replace(self, follows=None)

    def group(self, code: str, level: str) -> str:
        """Give the group of a finest code at a level."""
        return code if level == FINEST else self.levels[level][code]

    def members(self, level: str) -> dict[str, frozenset[str]]:
        """Every group of a level with its finest codes, in the order of the finest codes."""
        found: dict[str, set[str]] = {}
        for code in self.codes:
            found.setdefault(self.group(code, level), set()).add(code)
        return {group: frozenset(codes) for group, codes in found.items()}

    def children(self, fine: str, coarse: str) -> dict[str, tuple[str, ...]]:
        """Write groups of a coarse level as sums of groups of a finer one.

        Raises BadSpecification where the levels overlap without nesting.
        """
        parent: dict[str, str] = {}
        for code in self.codes:
            low, high = self.group(code, fine), self.group(code, coarse)
            if parent.setdefault(low, high) != high:
                raise BadSpecification(
                    f"'{low}' ligt deels in '{parent[low]}' en deels in '{high}' (dimensie "
                    f"'{self.dimension}'); zet overlappende indelingen in aparte tabellen."
                )
        found: dict[str, list[str]] = {}
        for low, high in parent.items():
            found.setdefault(high, []).append(low)
        return {high: tuple(lows) for high, lows in found.items()}

    def as_json(self) -> dict[str, Any]:
        """Write the public text of this hierarchy, as it is hashed and stored."""
        return {
            "dimension": self.dimension,
            "codes": list(self.codes),
            "levels": {name: dict(groups) for name, groups in self.levels.items()},
            **(
                {
                    "follows": {
                        "dimension": self.follows.dimension,
                        "codes": dict(self.follows.codes),
                    }
                }
                if self.follows
                else {}
            ),
        }


@dataclass(frozen=True)
class Axis:
    """One dimension of a table, with the levels that are shown, fine to coarse, below the total."""

    dimension: str
    levels: tuple[str, ...] = (FINEST,)


@dataclass(frozen=True)
class TableSpec:
    """One table: its axes with all margins, and the unit that it counts."""

    name: str
    unit: str
    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        names = [axis.dimension for axis in self.axes]
        if len(set(names)) != len(names):
            raise BadSpecification(f"Tabel '{self.name}' noemt een dimensie tweemaal.")
        for axis in self.axes:
            if not axis.levels or len(set(axis.levels)) != len(axis.levels):
                raise BadSpecification(
                    f"Tabel '{self.name}' noemt voor '{axis.dimension}' geen of dubbele niveaus."
                )

    def as_json(self) -> dict[str, Any]:
        """Write the public text of this table, as it is hashed and stored."""
        return {
            "name": self.name,
            "unit": self.unit,
            "axes": [{"dimension": a.dimension, "levels": list(a.levels)} for a in self.axes],
        }


def flat(dimension: str, codes: Iterable[str]) -> Hierarchy:
    """Describe a dimension with categories and a total, nothing between."""
    return Hierarchy(dimension, tuple(codes))


def table(name: str, unit: str, axes: Sequence[str | Axis]) -> TableSpec:
    """Describe a table over dimensions; a bare name means its finest codes and the total."""
    return TableSpec(name, unit, tuple(Axis(a) if isinstance(a, str) else a for a in axes))


def by_dimension(hierarchies: Iterable[Hierarchy]) -> dict[str, Hierarchy]:
    """Hierarchies by the name of their dimension; raises BadSpecification on two of one name."""
    found: dict[str, Hierarchy] = {}
    for hierarchy in hierarchies:
        if hierarchy.dimension in found:
            raise BadSpecification(f"Dimensie '{hierarchy.dimension}' is tweemaal beschreven.")
        found[hierarchy.dimension] = hierarchy
    return found


def read_hierarchy(data: Any) -> Hierarchy:
    """Read a hierarchy from its public text; raises BadSpecification."""
    try:
        levels = {
            str(name): {str(code): str(group) for code, group in groups.items()}
            for name, groups in data.get("levels", {}).items()
        }
        return Hierarchy(
            str(data["dimension"]), _texts(data["codes"]), levels, _follows(data.get("follows"))
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadSpecification("Een dimensie is niet leesbaar.") from error


def _follows(data: Any) -> Follows | None:
    if data is None:
        return None
    codes = {str(code): str(here) for code, here in data["codes"].items()}
    return Follows(str(data["dimension"]), codes)


def read_table(data: Any) -> TableSpec:
    """Read a table from its public text; raises BadSpecification."""
    try:
        return TableSpec(str(data["name"]), str(data["unit"]), tuple(map(_axis, data["axes"])))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadSpecification("Een tabel is niet leesbaar.") from error


def _axis(data: Any) -> Axis:
    if isinstance(data, str):
        return Axis(data)
    return Axis(str(data["dimension"]), _texts(data.get("levels", [FINEST])))


def _texts(data: Any) -> tuple[str, ...]:
    if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
        raise TypeError("een lijst van teksten verwacht")
    return tuple(data)
