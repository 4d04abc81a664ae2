"""Proposals to merge categories where numbers cannot be protected, each with what it gains.

What a proposal says was tried: the table with the categories merged was protected and audited as it
would be for release, beside earlier releases too. What they showed stays shown: a merged category
then stands beside the categories that it is the sum of, as a division that follows from them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pmg.disclosure.errors import DisclosureError, ReleaseHeld, Stopped
from pmg.disclosure.findings import Finding
from pmg.disclosure.insider import Own
from pmg.disclosure.ledger import Key
from pmg.disclosure.progress import watched
from pmg.disclosure.release import Release, named
from pmg.disclosure.specs import Axis, Follows, Hierarchy, TableSpec
from pmg.disclosure.tables import Cell, Part, Table, structure

Attempt = Callable[["Merged"], int]
"""Protects what was merged as for release; gives its deviation, raises what `publish` raises."""
ALL_HELD = None
"""Instead of a number of cells: nothing at all can be published."""


@dataclass(frozen=True)
class Proposal:
    """Two neighbouring categories made one, with what was found when that was tried.

    `still_held` cells would be held then (0: everything can be published), which is `fewer_held`
    less than now; None where now nothing can be published. `tolerance` is the largest deviation
    then, None where cells are held. Small is 1 up to k - 1. Made from true counts: for those who
    may see these, never published.
    """

    dimension: str
    codes: tuple[str, str]
    tolerance: int | None
    fewer_small: int
    still_held: int = 0
    fewer_held: int | None = 0

    @property
    def text(self) -> str:
        """The choice in Dutch."""
        return f"{self.codes[0]} met {self.codes[1]}: {', '.join(self._gains())}."

    def _gains(self) -> Iterator[str]:
        if self.still_held:
            yield f"nog {_cells(self.still_held)} vastgehouden"
        else:
            yield "alle cellen te publiceren"
        if self.fewer_held is ALL_HELD:
            yield "waar nu niets te publiceren is"
        elif self.fewer_held:
            yield f"{self.fewer_held} minder {'dan nu' if self.still_held else 'vastgehouden'}"
        if self.tolerance is not None:
            yield f"afwijking hoogstens {self.tolerance}"
        if self.fewer_small > 0:
            yield f"{_cells(self.fewer_small, 'kleine ')} minder"


def _cells(number: int, kind: str = "") -> str:
    return f"{number} {kind}{'cel' if number == 1 else 'cellen'}"


@dataclass(frozen=True)
class Asked:
    """What is known before any merging is tried.

    `held` says what holds the table now: nothing, findings, or None where it cannot be protected at
    all. `earlier` are the releases about the same people, `own` the tables that are asked for; the
    others only come along, because an earlier release showed them.
    """

    k: int
    held: Sequence[Finding] | None = ()
    earlier: Sequence[Release] = ()
    own: Collection[str] | None = None

    def has(self, spec: TableSpec) -> bool:
        """Whether a table is asked for, and does not only come along."""
        return self.own is None or spec.name in self.own


@dataclass(frozen=True)
class Merged:
    """A table with two categories of one dimension as one, and how it came of the table before."""

    table: Table
    before: Table
    hierarchy: Hierarchy
    dimension: str
    to: Mapping[str, str]

    def knows(self, own: Mapping[str, Own]) -> dict[str, Own]:
        """Write what a contributor knows of the table before as what it knows of this one."""
        parts = {part.unit: part for part in self.table.parts}
        old = {part.unit: part for part in self.before.parts}
        return {
            unit: [(self._moved(codes, old[unit], parts[unit]), n) for codes, n in units]
            for unit, units in own.items()
        }

    def _moved(self, codes: Sequence[str], old: Part, part: Part) -> list[str]:
        known = dict(zip(old.dimensions, codes, strict=True))
        if self.hierarchy.dimension in known:
            known[self.dimension] = self.to[known[self.hierarchy.dimension]]
        return [known[name] for name in part.dimensions]


def proposals(
    table: Table,
    asked: Asked,
    attempt: Attempt,
    *,
    may_merge: Callable[[str, tuple[str, str]], bool] = lambda _dimension, _pair: True,
    is_over: Callable[[], bool] = lambda: False,
) -> list[Proposal]:
    """Try each pair of neighbouring categories; the best first. What frees nothing is left out.

    Only pairs that lie in one group on every level are tried, of dimensions that no other
    follows, that the caller `may_merge`, and that `can_merge` leaves. Once it `is_over` no new one
    is begun, and the one under way stops at its next step: what was found until then is returned.
    """

    def stop_in_time(_share: float) -> None:
        if is_over():
            raise Stopped("Samenvoegen duurde te lang.")

    found: list[Proposal] = []
    for hierarchy, pair in _pairs(table):
        if not (may_merge(hierarchy.dimension, pair) and can_merge(table, asked, hierarchy)):
            continue
        if is_over():
            break
        try:
            with watched(stop_in_time):
                found += _tried(merged(table, hierarchy, pair, asked), asked, attempt, pair)
        except Stopped:
            break
    return sorted(
        found, key=lambda one: (one.still_held, one.tolerance or 0, -one.fewer_small, one.codes)
    )


def can_merge(table: Table, asked: Asked, hierarchy: Hierarchy) -> bool:
    """Say whether a number by these categories is asked for that no earlier release showed.

    What an earlier release showed is shown again: merging takes nothing of it away.
    """
    shown = {key for before in asked.earlier for part in before.parts for key in _keys(part)}
    for part in table.parts:
        keys = list(_keys(part))
        for spec in part.specs:
            if asked.has(spec) and _by(spec, hierarchy):
                own = {keys[place] for place in part.tables[spec.name]}
                if any(hierarchy.dimension in dict(codes) for _unit, codes in own - shown):
                    return True
    return False


def _keys(part: Part) -> Iterator[Key]:
    return ((part.unit, frozenset(named(part, cell).items())) for cell in part.cells)


def _by(spec: TableSpec, hierarchy: Hierarchy) -> bool:
    return any(axis.dimension == hierarchy.dimension for axis in spec.axes)


def _pairs(table: Table) -> Iterator[tuple[Hierarchy, tuple[str, str]]]:
    tied = {one.follows.dimension for one in table.hierarchies if one.follows}
    for hierarchy in table.hierarchies:
        if hierarchy.dimension in tied:
            continue
        for pair in pairwise(hierarchy.codes):
            if all(groups[pair[0]] == groups[pair[1]] for groups in hierarchy.levels.values()):
                yield hierarchy, pair


def merged(
    table: Table, hierarchy: Hierarchy, pair: tuple[str, str], asked: Asked | None = None
) -> Merged:
    """Count anew with two categories of one dimension as one.

    Where an earlier release has this dimension, its tables stay as they were, and the tables that
    are asked for are by a dimension of its own, that follows from it.
    """
    earlier = asked.earlier if asked else ()
    stays = any(hierarchy.dimension == one.dimension for r in earlier for one in r.hierarchies)
    name = " + ".join(pair)
    to = {code: name if code in pair else code for code in hierarchy.codes}
    dimension = f"{hierarchy.dimension}: {name}" if stays else hierarchy.dimension
    smaller = _smaller(hierarchy, dimension, to, stays=stays)
    if stays:
        known = (*table.hierarchies, smaller)
    else:
        known = tuple(smaller if one is hierarchy else one for one in table.hierarchies)
    fixed = {spec.name for release in earlier for spec in release.specs} if stays else set[str]()
    specs: list[TableSpec] = []
    for spec in table.specs:
        is_shown = spec.name in fixed
        if is_shown:
            specs.append(spec)
        if not is_shown or (_by(spec, hierarchy) and asked and asked.has(spec)):
            as_new = f"{spec.name}: {name}" if is_shown else spec.name
            specs.append(_on(spec, hierarchy.dimension, dimension, as_new))
    parts = structure(specs, known)
    before = zip(table.parts, table.counts, strict=True)
    sums = {part.unit: _Sums(part, values) for part, values in before}
    move = hierarchy.dimension, dimension, {name: pair}
    counts = tuple(
        tuple(sums[part.unit].of(part, cell, *move) for cell in part.cells) for part in parts
    )
    after = replace(table, parts=parts, counts=counts, specs=tuple(specs), hierarchies=known)
    return Merged(after, table, hierarchy, dimension, to)


def _smaller(
    hierarchy: Hierarchy, dimension: str, to: Mapping[str, str], *, stays: bool
) -> Hierarchy:
    levels = {
        level: {to[code]: group for code, group in groups.items()}
        for level, groups in hierarchy.levels.items()
    }
    follows = hierarchy.follows and Follows(
        hierarchy.follows.dimension,
        {code: to[here] for code, here in hierarchy.follows.codes.items()},
    )
    if stays and follows is None:
        follows = Follows(hierarchy.dimension, to)
    return Hierarchy(dimension, tuple(dict.fromkeys(to.values())), levels, follows)


def _on(spec: TableSpec, old: str, new: str, name: str) -> TableSpec:
    axes = tuple(
        Axis(new if axis.dimension == old else axis.dimension, axis.levels) for axis in spec.axes
    )
    return replace(spec, name=name, axes=axes)


@dataclass(frozen=True)
class _Sums:
    """The counts of a part, to add up for cells by other categories."""

    part: Part
    values: Sequence[int]

    def of(
        self, part: Part, cell: Cell, old: str, new: str, made_of: Mapping[str, tuple[str, ...]]
    ) -> int:
        """Add up the cells that a cell of another part is made of."""
        codes = dict(zip(part.dimensions, cell, strict=True))
        code = codes.pop(new, None)
        if code is not None:
            choices: Sequence[str | None] = made_of.get(code, (code,))
        else:
            choices = (codes.get(old),)
        cells = [
            tuple(one if name == old else codes.get(name) for name in self.part.dimensions)
            for one in choices
        ]
        return sum(self.values[self.part.index[cell]] for cell in dict.fromkeys(cells))


def _tried(
    found: Merged, asked: Asked, attempt: Attempt, pair: tuple[str, str]
) -> Iterator[Proposal]:
    tolerance, held = None, 0
    try:
        tolerance = attempt(found)
    except ReleaseHeld as fault:
        cells = cells_held(fault.findings)
        if cells is ALL_HELD:
            return
        held = cells
    except Stopped:
        raise
    except DisclosureError:
        return
    small = _small(found.before.counts, asked.k) - _small(found.table.counts, asked.k)
    now = ALL_HELD if asked.held is None else cells_held(asked.held)
    fewer = ALL_HELD if now is ALL_HELD else now - held
    if fewer is ALL_HELD or fewer > 0 or not (now or held):
        yield Proposal(found.hierarchy.dimension, pair, tolerance, small, held, fewer)


def cells_held(findings: Sequence[Finding]) -> int | None:
    """Count the cells that findings are about; None where one is about no single cell."""
    if any(finding.is_of_all for finding in findings):
        return ALL_HELD
    return len({(finding.unit, frozenset(finding.codes.items())) for finding in findings})


def _small(counts: Sequence[Sequence[int]], k: int) -> int:
    return sum(0 < count < k for numbers in counts for count in numbers)
