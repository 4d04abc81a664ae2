"""A definition of a report as data: what it holds, and how it is written down. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Any

from pmg.definitions.ties import tied
from pmg.definitions.vocabulary import (
    DEFAULT_AGES,
    KINDS,
    Ages,
    Dimension,
    Unit,
    dimension,
    kind_of,
)
from pmg.disclosure.canonical import canonical, digest
from pmg.disclosure.release import ROUNDING, SUPPRESSION
from pmg.disclosure.specs import Hierarchy, TableSpec, flat, table
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled
from pmg.texts import translated

FORMAT = "pmg-definition/1"
LAST_SHIPPED = 100
"""Versions up to this number come with the product; a municipality's own have higher ones."""
MOST_TABLES = 10
LONGEST_CODE = 40
LONGEST_TITLE, LONGEST_TEXT = 100, 1000


class Method(Labelled):
    """How persons are protected."""

    ROUND = "afronden", "Afronden: alle aantallen tellen op"
    HIDE = "verbergen", "Verbergen: precieze aantallen, kleine niet"

    @property
    def engine(self) -> str:
        """What this method is called in a release."""
        return SUPPRESSION if self is Method.HIDE else ROUNDING


@dataclass(frozen=True, slots=True)
class Indicator:
    """One table of a report: what it counts, in words, and how it is laid out.

    `rows` and `columns` make the table; each category of `blocks`, if any, has a table of its own;
    each of `charts` has bars. `base` says which units are counted.
    """

    code: str
    title: str
    definition: str
    unit: Unit
    base: str
    rows: str
    columns: str | None = None
    blocks: str | None = None
    charts: tuple[str, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All dimensions, rows first."""
        return tuple(name for name in (self.rows, self.columns, self.blocks) if name)

    def as_json(self) -> dict[str, Any]:
        """Write this table as it is hashed and stored."""
        return {
            "code": self.code,
            "title": self.title,
            "definition": self.definition,
            "unit": str(self.unit),
            "base": self.base,
            "rows": self.rows,
            "columns": self.columns,
            "blocks": self.blocks,
            "charts": list(self.charts),
        }


@dataclass(frozen=True, slots=True)
class Template:
    """A report of a version. A version that was used stays as it is; a change is a new version.

    Numbers become multiples of `base`; each one hides among `k` units of what its table counts.
    These are persons where a table counts youths; of referrals, trajectories and factors one person
    can have several, which the pages of the template and of the report say. Where numbers are
    hidden instead, `base` is k: what is smaller is never shown.
    """

    code: str
    version: int
    title: str
    purpose: str
    indicators: tuple[Indicator, ...]
    ages: Ages = DEFAULT_AGES
    base: int = 5
    k: int = 5
    method: Method = Method.ROUND

    @property
    def is_own(self) -> bool:
        """Whether a municipality made this version itself."""
        return self.version > LAST_SHIPPED

    @property
    def version_name(self) -> str:
        """What people call this version, in the language of the reader."""
        return version_name(self.version)

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """Divisions that nothing is counted by any more, each with the title of its table."""
        return tuple(
            (indicator.title, name)
            for indicator in self.indicators
            for name in indicator.dimensions
            if kind_of(name) not in KINDS
        )

    def dimensions(self, municipality_id: str) -> dict[str, Dimension]:
        """Return the dimensions of the tables, by code, for a municipality.

        Raises Invalid where nothing is counted by one of them any more.
        """
        for _table, name in self.missing:
            raise Invalid(
                "template",
                "Dit rapport telt naar ‘%(name)s’. Die indeling bestaat niet meer. Vraag de "
                "functioneel beheerder om een nieuwe versie van het rapport.",
                name=name,
            )
        used = {name for indicator in self.indicators for name in indicator.dimensions}
        return {
            code: dimension(code, municipality_id, self.ages) for code in sorted(used, key=_place)
        }

    def dimensions_as(
        self, hierarchies: Iterable[Hierarchy], municipality_id: str
    ) -> dict[str, Dimension]:
        """Return the dimensions of the tables as a report that was made has them, by code.

        What has no words any more is called by its code.
        """
        used = {name for indicator in self.indicators for name in indicator.dimensions}
        found = {one.dimension: one for one in hierarchies if one.dimension in used}
        return {
            code: _worded(found[code], municipality_id, self.ages)
            for code in sorted(found, key=_place)
        }

    def specs(self) -> tuple[TableSpec, ...]:
        """Return the tables as disclosure control takes them."""
        return tuple(table(i.code, i.unit, i.dimensions) for i in self.indicators)

    def hierarchies(self, municipality_id: str) -> tuple[Hierarchy, ...]:
        """Return the categories as disclosure control takes them."""
        dimensions = self.dimensions(municipality_id).values()
        return tuple(tied(flat(d.code, d.categories) for d in dimensions))

    def cells(self, municipality_id: str) -> int:
        """Return how many numbers the report has, margins included."""
        sizes = {d.code: len(d.categories) for d in self.dimensions(municipality_id).values()}
        return sum(prod(sizes[name] + 1 for name in i.dimensions) for i in self.indicators)

    def as_json(self) -> dict[str, Any]:
        """Write this version as it is hashed and stored."""
        return {
            "format": FORMAT,
            "code": self.code,
            "version": self.version,
            "title": self.title,
            "purpose": self.purpose,
            "ages": [list(ends) for ends in self.ages],
            "base": self.base,
            "k": self.k,
            "method": str(self.method),
            "indicators": [indicator.as_json() for indicator in self.indicators],
        }

    def as_text(self) -> str:
        """Write this version as canonical JSON."""
        return canonical(self.as_json()).decode()

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical text."""
        return digest(self.as_json())


def _place(code: str) -> int:
    """Order dimensions as the vocabulary does; what it does not know comes last."""
    order = list(KINDS)
    return order.index(kind_of(code)) if kind_of(code) in KINDS else len(order)


def _worded(hierarchy: Hierarchy, municipality_id: str, ages: Ages) -> Dimension:
    code = hierarchy.dimension
    if kind_of(code) not in KINDS:
        return Dimension(code, code, {each: each for each in hierarchy.codes})
    now = dimension(code, municipality_id, ages)
    words = {each: now.categories.get(each, each) for each in hierarchy.codes}
    return Dimension(code, now.label, words)


def version_name(version: int) -> str:
    """Return what people call a version; a municipality's own are counted from 1."""
    if version > LAST_SHIPPED:
        return translated("Eigen versie %(number)d", number=version - LAST_SHIPPED)
    return translated("Versie %(number)d", number=version)


def read_template(data: Any) -> Template:
    """Read a version from its stored form; raises Invalid where it is none of ours."""
    try:
        found = Template(
            code=data["code"],
            version=_whole(data["version"]),
            title=data["title"],
            purpose=data["purpose"],
            indicators=tuple(_read_indicator(each) for each in data["indicators"]),
            ages=tuple((first, last) for first, last in data["ages"]),
            base=_whole(data["base"]),
            k=_whole(data["k"]),
            method=Method(data["method"]),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise Invalid("template", "Deze versie van het rapport is niet leesbaar.") from fault
    if found.as_json() != data:
        raise Invalid("template", "Deze versie van het rapport is niet leesbaar.")
    return found


def _whole(data: Any) -> int:
    if not isinstance(data, int):
        raise TypeError(f"{data!r} is geen heel getal")
    return data


def _read_indicator(data: Any) -> Indicator:
    return Indicator(
        **{**data, "unit": Unit(data["unit"]), "charts": tuple(data["charts"])},
    )
