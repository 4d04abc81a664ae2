"""The audit of a release that hides: what it promises is sought again, from public texts alone."""

from collections.abc import Iterator, Sequence

from pmg.disclosure.errors import Infeasible, Undecided, Unsafe
from pmg.disclosure.findings import place
from pmg.disclosure.proof import witnesses
from pmg.disclosure.release import Release, named
from pmg.disclosure.specs import Hierarchy, TableSpec
from pmg.disclosure.tables import Table


def audit_hidden(
    release: Release, specs: Sequence[TableSpec], hierarchies: Sequence[Hierarchy]
) -> list[str]:
    """Attack a release that hides: name shown cells that are small, and hidden ones that are not.

    Worlds are sought anew; those of a file are not looked at. Undecided counts as found.
    """
    found = [*_small(release)]
    try:
        proof = witnesses(release, specs, hierarchies)
    except Infeasible:
        return [*found, "Er is geen wereld die alle getoonde aantallen geeft."]
    except Undecided:
        return [*found, "Of er een wereld is die alle getoonde aantallen geeft, is niet beslist."]
    for part, cells in zip(release.parts, proof.unproven, strict=True):
        for at in cells:
            where = place(part.unit, named(part, part.cells[at]))
            found.append(f"{where}: geen twee werelden gevonden die hier {release.base} schelen.")
    return found


def _small(release: Release) -> Iterator[str]:
    for part, values in zip(release.parts, release.values, strict=True):
        for cell, value in zip(part.cells, values, strict=True):
            if value is not None and 0 < value < release.base:
                yield f"{place(part.unit, named(part, cell))}: klein, en toch getoond."


def check_shown(table: Table, release: Release) -> None:
    """Check inside, where the truth is known, that every shown number is true; raises Unsafe."""
    for counts, values in zip(table.counts, release.values, strict=True):
        for count, value in zip(counts, values, strict=True):
            if value is not None and value != count:
                raise Unsafe("Een getoond aantal is niet wat er is geteld.")
            if value is None and not count:
                raise Unsafe("Een cel van niemand is verborgen.")
