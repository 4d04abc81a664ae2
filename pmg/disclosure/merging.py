"""Proposals to merge categories where numbers cannot be protected, each with what it gains."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pmg.disclosure.errors import Infeasible, Undecided
from pmg.disclosure.release import Params
from pmg.disclosure.rounding import protect_by_rounding
from pmg.disclosure.specs import Follows, Hierarchy
from pmg.disclosure.tables import Cell, Table, structure


@dataclass(frozen=True)
class Proposal:
    """Two neighbouring categories made one, with the deviation and how many small cells are gone.

    Small is 1 up to k - 1. Made from true counts: for those who may see these, never published.
    """

    dimension: str
    codes: tuple[str, str]
    tolerance: int
    fewer_small: int

    @property
    def text(self) -> str:
        """The choice in Dutch."""
        first, second = self.codes
        return (
            f"{first} met {second}: afwijking hoogstens {self.tolerance}, "
            f"{self.fewer_small} kleine cellen minder."
        )


def proposals(
    table: Table,
    params: Params,
    key: bytes,
    *,
    may_merge: Callable[[str, tuple[str, str]], bool] = lambda _dimension, _pair: True,
    is_over: Callable[[], bool] = lambda: False,
) -> list[Proposal]:
    """Try each pair of neighbouring categories; the best first. Those that cannot be are left out.

    Only pairs that lie in one group on every level are tried, of dimensions that no other
    follows, and that the caller `may_merge`. No
    new one is begun once it `is_over`: what was found until then is returned.
    """
    found: list[Proposal] = []
    for hierarchy, pair in _pairs(table):
        if may_merge(hierarchy.dimension, pair):
            if is_over():
                break
            found += _tried(table, hierarchy, pair, (params, key))
    return sorted(found, key=lambda one: (one.tolerance, -one.fewer_small, one.codes))


def _pairs(table: Table) -> Iterator[tuple[Hierarchy, tuple[str, str]]]:
    tied = {one.follows.dimension for one in table.hierarchies if one.follows}
    for hierarchy in table.hierarchies:
        if hierarchy.dimension in tied:
            continue
        for pair in pairwise(hierarchy.codes):
            if all(groups[pair[0]] == groups[pair[1]] for groups in hierarchy.levels.values()):
                yield hierarchy, pair


def merged(table: Table, hierarchy: Hierarchy, pair: tuple[str, str]) -> Table:
    """Count anew with two categories of one dimension as one."""
    name = " + ".join(pair)
    to = {code: name if code in pair else code for code in hierarchy.codes}
    levels = {
        level: {to[code]: group for code, group in groups.items()}
        for level, groups in hierarchy.levels.items()
    }
    follows = hierarchy.follows and Follows(
        hierarchy.follows.dimension,
        {code: to[here] for code, here in hierarchy.follows.codes.items()},
    )
    smaller = Hierarchy(hierarchy.dimension, tuple(dict.fromkeys(to.values())), levels, follows)
    known = tuple(smaller if one is hierarchy else one for one in table.hierarchies)
    parts = structure(table.specs, known)
    counts = []
    for part, before, values in zip(parts, table.parts, table.counts, strict=True):
        place = (
            before.dimensions.index(hierarchy.dimension) if hierarchy in before.hierarchies else -1
        )
        sums: Counter[Cell] = Counter()
        for cell, value in zip(before.cells, values, strict=True):
            sums[_moved(cell, place, to)] += value
        counts.append(tuple(sums[cell] for cell in part.cells))
    return replace(table, parts=parts, counts=tuple(counts), hierarchies=known)


def _moved(cell: Cell, place: int, to: dict[str, str]) -> Cell:
    code = cell[place] if place >= 0 else None
    if code is None:
        return cell
    return (*cell[:place], to.get(code, code), *cell[place + 1 :])


def _tried(
    table: Table, hierarchy: Hierarchy, pair: tuple[str, str], how: tuple[Params, bytes]
) -> Iterator[Proposal]:
    smaller = merged(table, hierarchy, pair)
    try:
        release = protect_by_rounding(smaller, *how, with_world=True)
    except (Infeasible, Undecided):
        return
    k = how[0].step
    gain = _small(table.counts, k) - _small(smaller.counts, k)
    yield Proposal(hierarchy.dimension, pair, release.tolerance, gain)


def _small(counts: Sequence[Sequence[int]], k: int) -> int:
    return sum(0 < count < k for numbers in counts for count in numbers)
