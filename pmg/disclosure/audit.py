"""The audit of one release: which numbers stay possible, and whether every promise holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pmg.disclosure.errors import Unsafe
from pmg.disclosure.release import Release, named
from pmg.disclosure.specs import Hierarchy, TableSpec
from pmg.disclosure.tables import Part, Table, structure
from pmg.disclosure.worlds import World


@dataclass(frozen=True)
class Audit:
    """What an outsider can know: per part one interval for each cell, and what is wrong."""

    intervals: tuple[tuple[tuple[int, int], ...], ...]
    findings: tuple[str, ...]

    @property
    def safe(self) -> bool:
        """True only where nothing at all was found."""
        return not self.findings


def audit(
    release: Release,
    worlds: Sequence[World] | None,
    specs: Sequence[TableSpec],
    hierarchies: Sequence[Hierarchy],
) -> Audit:
    """Check the promises of a release from public texts alone, with no access to records.

    The intervals hold by the theorem only where the worlds reproduce the release. No world (None:
    the solver did not decide) counts as unsafe.
    """
    parts = structure(specs, hierarchies)
    findings = [*_shape(release, parts)]
    if not findings:
        for part, values in zip(parts, release.numbers, strict=True):
            findings += [*_sums(part, values), *_numbers(release, part, values)]
        findings += _worlds(parts, release, worlds)
    low_high = tuple(
        tuple(interval(value, release.tolerance) for value in values) for values in release.numbers
    )
    return Audit(low_high, tuple(findings))


def interval(value: int, tolerance: int) -> tuple[int, int]:
    """Give the smallest and largest true number that a released number may stand for."""
    return max(0, value - tolerance), value + tolerance


def check_truth(table: Table, release: Release) -> None:
    """Check inside, where the truth is known, that no number moved too far; raises Unsafe."""
    for part, counts, values in zip(table.parts, table.counts, release.numbers, strict=True):
        for cell, count, value in zip(part.cells, counts, values, strict=True):
            if abs(count - value) > release.tolerance:
                raise Unsafe(f"{named(part, cell)} wijkt meer dan {release.tolerance} af.")


def _shape(release: Release, parts: Sequence[Part]) -> Iterator[str]:
    if [len(part.cells) for part in parts] != [len(values) for values in release.values]:
        yield "De getallen horen niet bij deze tabellen."
    if release.tolerance < release.base - 1:
        yield f"De afwijking {release.tolerance} is te klein om iemand te verbergen."


def _sums(part: Part, values: Sequence[int]) -> Iterator[str]:
    for parent, children in part.relations:
        if values[parent] != sum(values[child] for child in children):
            yield f"{named(part, part.cells[parent])} is niet de som van zijn delen."


def _numbers(release: Release, part: Part, values: Sequence[int]) -> Iterator[str]:
    for cell, value in zip(part.cells, values, strict=True):
        low, high = interval(value, release.tolerance)
        if value < 0 or value % release.base:
            yield f"{named(part, cell)} is geen veelvoud van {release.base}."
        elif high - low < release.base - 1 or (low > 0 and high < release.base):
            yield f"{named(part, cell)} ligt vast tussen {low} en {high}."


def _worlds(
    parts: Sequence[Part], release: Release, worlds: Sequence[World] | None
) -> Iterator[str]:
    if worlds is None or [world.unit for world in worlds] != [part.unit for part in parts]:
        yield "Er is niet van elk deel een basiswereld; dat telt als onveilig."
        return
    for part, values, world in zip(parts, release.numbers, worlds, strict=True):
        if world.dimensions != part.dimensions or any(
            number < 0 or not part.can_be(codes) for codes, number in world.rows
        ):
            yield f"De basiswereld van {part.unit} heeft niet de vorm van de tabellen."
        elif part.count(world.rows) != list(values):
            yield f"De basiswereld van {part.unit} geeft niet de gepubliceerde getallen."
