"""National figures: the sum of the releases of municipalities, and of nothing else.

A dimension that exists in one municipality only (areas) has no sum; in its place stands the
municipality itself. What municipalities do not mean alike is not added.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from math import gcd, isqrt
from typing import Any

from pmg.disclosure.canonical import digest
from pmg.disclosure.errors import BadRelease
from pmg.disclosure.release import MINIMUM_BASE, Figures, Release, whole
from pmg.disclosure.sentences import Sentence, say
from pmg.disclosure.specs import Axis, Hierarchy, TableSpec, flat, read_hierarchy, read_table

FORMAT = "pmg-national/1"
METHOD = "sum-of-releases"
VERSIONS = {"pmg-disclosure": "1"}
"""Which words a certificate has: those of `promises` and `LIMITS`."""
PLACE = "gemeente"
"""The dimension whose categories are the municipalities themselves."""

_UNLIKELY = 7378
"""1000 times 2·ln(2 / 0.05), rounded up: the usual deviation is passed at most once in twenty."""

LIMITS = (
    (
        "De gebruikelijke afwijking volgt uit de manier van afronden: in elke gemeente los van de "
        "andere, en even vaak omhoog als omlaag. De grootste afwijking heeft dat niet nodig."
    ),
    "Telt alleen gemeenten die een rapport leverden. Het is geen schatting voor heel Nederland.",
    "Wie in twee gemeenten geteld is, telt twee keer mee.",
)


class Difference(StrEnum):
    """In what a municipality means a table otherwise."""

    ABSENT = "ontbreekt"
    HIDDEN = "verborgen"
    SHAPE = "opbouw"
    CATEGORIES = "indeling"
    MEANING = "betekenis"


@dataclass(frozen=True)
class Source:
    """What one municipality brings: its release, who signed it, and what its tables mean."""

    place: str
    release: Release
    public_key: str
    meanings: Mapping[str, str]


@dataclass(frozen=True)
class Wanted:
    """What municipalities have to agree in: tables, categories, and what each table means.

    Dimensions in `areas` are of one municipality only.
    """

    specs: tuple[TableSpec, ...]
    hierarchies: tuple[Hierarchy, ...]
    meanings: Mapping[str, str]
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """One reason why a table is not in the sum; `about` is the dimension, where it is one."""

    table: str
    place: str
    what: Difference
    about: str = ""

    def as_json(self) -> dict[str, str]:
        """Write it as it is hashed and stored."""
        return {
            "table": self.table,
            "place": self.place,
            "what": str(self.what),
            "about": self.about,
        }


@dataclass(frozen=True)
class Origin:
    """Which release of a municipality is in the sum, by its hash."""

    place: str
    release: str
    base: int
    tolerance: int
    public_key: str

    def as_json(self) -> dict[str, str | int]:
        """Write it as it is hashed and stored."""
        return {
            "place": self.place,
            "release": self.release,
            "base": self.base,
            "tolerance": self.tolerance,
            "public_key": self.public_key,
        }


@dataclass(frozen=True)
class National(Figures):
    """Sums of released numbers, with where each came from."""

    name: str
    areas: tuple[str, ...]
    origins: tuple[Origin, ...]
    specs: tuple[TableSpec, ...]
    hierarchies: tuple[Hierarchy, ...]
    values: tuple[tuple[int, ...], ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def base(self) -> int:
        """What all numbers are a multiple of."""
        return gcd(*(origin.base for origin in self.origins))

    @property
    def tolerance(self) -> int:
        """The largest deviation of a sum: every municipality as far off as it can be."""
        return sum(origin.tolerance for origin in self.origins)

    @property
    def usual(self) -> int:
        """The deviation that a sum passes at most once in twenty (see `usual_deviation`)."""
        return usual_deviation([origin.tolerance for origin in self.origins])

    @property
    def least_base(self) -> int:
        """A share of what may be nothing says nothing: the base is more than its own deviation."""
        return max(MINIMUM_BASE, self.tolerance + 1)

    def band(self, codes: Mapping[str, str]) -> int:
        """Return the largest deviation of one cell: that of the municipalities that are in it."""
        return sum(
            one.tolerance for one in self.origins if codes.get(PLACE, one.place) == one.place
        )

    def as_json(self) -> dict[str, Any]:
        """Write what is hashed, signed and stored."""
        return {
            "id": self.name,
            "method": METHOD,
            "areas": list(self.areas),
            "origins": [origin.as_json() for origin in self.origins],
            "hierarchies": [hierarchy.as_json() for hierarchy in self.hierarchies],
            "tables": [spec.as_json() for spec in self.specs],
            "parts": self.parts_json(),
            "left_out": [each.as_json() for each in self.left_out],
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical text."""
        return digest(self.as_json())


def usual_deviation(tolerances: Sequence[int]) -> int:
    """Return a deviation that a sum passes at most once in twenty, in whole numbers.

    Each municipality is rounded by a chance of its own and on average right; its deviation is at
    most its tolerance. Then the sum deviates by s or more with a probability of at most
    2·exp(-s² / (2·Σ tolerance²)) (Hoeffding, 1963). The worst case needs none of this.
    """
    squares = sum(each * each for each in tolerances)
    return min(sum(tolerances), isqrt(_UNLIKELY * squares // 1000) + 1)


def nationwide(spec: TableSpec, areas: Collection[str]) -> TableSpec:
    """Return a table of a municipality as it is added: its areas are the municipality itself."""
    axes: dict[str, Axis] = {}
    for axis in spec.axes:
        name = PLACE if axis.dimension in areas else axis.dimension
        axes.setdefault(name, Axis(PLACE) if name == PLACE else axis)
    return replace(spec, axes=tuple(axes.values()))


def differences(wanted: Wanted, source: Source) -> list[LeftOut]:
    """Say of each wanted table in what a municipality does not agree with it."""
    tables = {spec.name: spec for spec in source.release.specs}
    known = {one.dimension: one.categories for one in source.release.hierarchies}
    found = []
    for spec in wanted.specs:
        if source.release.hides:
            found.append(LeftOut(spec.name, source.place, Difference.HIDDEN))
            continue
        own = tables.get(spec.name)
        if own is None:
            found.append(LeftOut(spec.name, source.place, Difference.ABSENT))
            continue
        if nationwide(own, wanted.areas) != nationwide(spec, wanted.areas):
            found.append(LeftOut(spec.name, source.place, Difference.SHAPE))
        if source.meanings.get(spec.name) != wanted.meanings.get(spec.name):
            found.append(LeftOut(spec.name, source.place, Difference.MEANING))
        found += [
            LeftOut(spec.name, source.place, Difference.CATEGORIES, one.dimension)
            for one in _shared(spec, wanted)
            if known.get(one.dimension) != one.categories
        ]
    return found


def _shared(spec: TableSpec, wanted: Wanted) -> list[Hierarchy]:
    names = {axis.dimension for axis in spec.axes} - {PLACE, *wanted.areas}
    return [one for one in wanted.hierarchies if one.dimension in names]


def add_up(name: str, sources: Sequence[Source], wanted: Wanted) -> National:
    """Add the releases of municipalities; a table in which they differ is left out, and named.

    Raises BadRelease where no table is left, or two are of one municipality.
    """
    ordered = sorted(sources, key=lambda source: source.place)
    if len({source.place for source in ordered}) != len(ordered) or not ordered:
        raise BadRelease("Een som heeft van elke gemeente één publicatie.")
    left_out = [each for source in ordered for each in differences(wanted, source)]
    dropped = {each.table for each in left_out}
    specs = [nationwide(s, wanted.areas) for s in wanted.specs if s.name not in dropped]
    if not specs:
        raise BadRelease("Over geen enkele tabel zijn de gemeenten het eens.")
    used = {axis.dimension for spec in specs for axis in spec.axes}
    places = flat(PLACE, [source.place for source in ordered])
    everywhere = [one.categories for one in wanted.hierarchies]
    hierarchies = [one for one in (*everywhere, places) if one.dimension in used]
    empty = National(
        name=name,
        areas=wanted.areas,
        origins=tuple(map(_origin, ordered)),
        specs=tuple(specs),
        hierarchies=tuple(hierarchies),
        values=(),
        left_out=tuple(left_out),
    )
    releases = {source.place: source.release for source in ordered}
    return replace(empty, values=sums(empty, releases))


def _origin(source: Source) -> Origin:
    release = source.release
    return Origin(source.place, release.hash, release.base, release.tolerance, source.public_key)


def sums(figures: Figures, releases: Mapping[str, Release]) -> tuple[tuple[int, ...], ...]:
    """Compute every number anew from the releases; raises KeyError for a cell that one lacks."""
    return tuple(
        tuple(_sum(part.unit, cell, part.dimensions, releases) for cell in part.cells)
        for part in figures.parts
    )


def _sum(
    unit: str,
    cell: Sequence[str | None],
    dimensions: Sequence[str],
    releases: Mapping[str, Release],
) -> int:
    codes = {name: code for name, code in zip(dimensions, cell, strict=True) if code is not None}
    place = codes.pop(PLACE, None)
    added = releases.values() if place is None else [releases[place]]
    found = [release.value(unit, codes) for release in added]
    known = [value for value in found if value is not None]
    if len(known) < len(found):
        raise KeyError((unit, codes))
    return sum(known)


def read_national(data: Any) -> National:
    """Read national figures from their stored text.

    Raises BadRelease where their cells are not those of their own tables, BadSpecification where
    tables or categories cannot be read.
    """
    try:
        found = National(
            name=str(data["id"]),
            areas=tuple(map(str, data["areas"])),
            origins=tuple(map(_read_origin, data["origins"])),
            specs=tuple(read_table(item) for item in data["tables"]),
            hierarchies=tuple(read_hierarchy(item) for item in data["hierarchies"]),
            values=tuple(tuple(map(whole, part["values"])) for part in data["parts"]),
            left_out=tuple(
                LeftOut(e["table"], e["place"], Difference(e["what"]), e["about"])
                for e in data["left_out"]
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRelease("De publicatie is niet leesbaar.") from error
    _check_places(found)
    if not found.fits():
        raise BadRelease("De publicatie heeft niet evenveel getallen als cellen.")
    if found.as_json() != data:
        raise BadRelease("De cellen van de publicatie zijn niet die van haar eigen tabellen.")
    return found


def _read_origin(data: Any) -> Origin:
    return Origin(
        str(data["place"]),
        str(data["release"]),
        whole(data["base"]),
        whole(data["tolerance"]),
        str(data["public_key"]),
    )


def _check_places(found: National) -> None:
    places = tuple(origin.place for origin in found.origins)
    named = [one.codes for one in found.hierarchies if one.dimension == PLACE]
    if not places or list(places) != sorted(set(places)) or any(each != places for each in named):
        raise BadRelease("De publicatie noemt niet van elke gemeente één rapport.")
    if any(one.base < 1 or one.tolerance < one.base - 1 for one in found.origins):
        raise BadRelease("De afwijking van een gemeente is te klein om iemand te verbergen.")


def certify(
    national: National,
    about: Mapping[str, str],
    *,
    succeeds: str,
    changes: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """Write the certificate of national figures: what they are, and what they promise.

    `succeeds` is the hash of the publication that they take the place of, or ''; `changes` says
    of which municipality there is more, or something else.
    """
    return {
        "format": FORMAT,
        "about": dict(about),
        "national_hash": national.hash,
        "method": METHOD,
        "places": len(national.origins),
        "tolerance": national.tolerance,
        "usual": national.usual,
        "cells": sum(len(part.cells) for part in national.parts),
        "relations": sum(len(part.relations) for part in national.parts),
        "succeeds": succeeds,
        "changes": [dict(each) for each in changes],
        "promises": [promise.text for promise in promises(national)],
        "limits": list(LIMITS),
        "versions": dict(VERSIONS),
    }


def promises(national: National) -> list[Sentence]:
    """Return what the certificate promises of these figures."""
    usual = say(
        "Van de twintig keer wijkt het negentien keer hoogstens %(usual)d af.",
        usual=national.usual,
    )
    return [
        say(
            "Elk aantal is de som van gepubliceerde aantallen van %(places)d gemeenten, en van "
            "niets anders.",
            places=len(national.origins),
        ),
        say(
            "Een landelijk aantal wijkt hoogstens %(most)d af van de werkelijkheid.",
            most=national.tolerance,
        ),
        *([usual] if national.usual < national.tolerance else []),
        say("Er zijn alleen beschermde aantallen gebruikt, geen gegevens van personen."),
    ]
