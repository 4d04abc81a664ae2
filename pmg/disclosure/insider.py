"""The insider: a contributor who knows the units it counted itself, and wonders about others."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.atoms import atoms
from pmg.disclosure.errors import BadRecord, Infeasible, Undecided
from pmg.disclosure.fillings import ceiling
from pmg.disclosure.findings import Finding, distinct
from pmg.disclosure.ledger import numbers
from pmg.disclosure.progress import reached
from pmg.disclosure.release import Release, Values, named
from pmg.disclosure.sentences import say
from pmg.disclosure.tables import Part, Table
from pmg.disclosure.witnesses import Reach

Own = Sequence[tuple[Sequence[str], int]]
"""Finest codes, one for each dimension of a part, with how many units of one's own are there."""

_Numbers = NDArray[np.float64]
_World = NDArray[np.int64]
_Limits = tuple[list[int], list[int]]
_DRAWS = 4
_MOST_QUESTIONS = 1000
"""Programs solved for one release; whoever is not reached by then makes it unsafe."""
_KNOWN = say("wie zijn eigen gevallen kent, kan hier uitrekenen hoeveel andere er precies zijn.")


@dataclass(frozen=True)
class Insiders:
    """What an audit found, of how many contributors."""

    contributors: int
    findings: tuple[Finding, ...] = ()


def audit_insiders(
    table: Table,
    release: Release,
    contributors: Sequence[Mapping[str, Own]],
    *,
    earlier: Sequence[Release] = (),
    questions: int = _MOST_QUESTIONS,
) -> Insiders:
    """Find the numbers of which a contributor could work out exactly how many others are in them.

    He knows his own units (by unit of counting), all that is published and all sums, and lays
    beside it what `earlier` releases about the same people said, where that is still so. A number
    of others that is certainly large (the base or more) protects itself. What the solver leaves
    undecided counts as found, and so does each contributor whom `questions` programs do not reach.
    Raises BadRecord where own units cannot be in this release.
    """
    asker = _Asker(questions)
    found: list[Finding] = []
    missed: set[int] = set()
    parts = zip(release.parts, release.values, table.counts, strict=True)
    for part, values, counts in parts:
        knows = {n: own[part.unit] for n, own in enumerate(contributors) if own.get(part.unit)}
        between = _crossed(part, counts, _between(part, release, values, max(counts)), earlier)
        bare = range(len(counts)) if release.hides else unshielded(part, counts, between[1])
        asked = {
            number: _narrow(_ranges(part, between, own), bare, release)
            for number, own in knows.items()
        }
        limits = _limits(part, between, _most_known(knows.values()))
        doubted = set(_pinned(part, limits, sorted({*chain(*asked.values())}), asker))
        for number, own in knows.items():
            cells = [cell for cell in asked[number] if cell in doubted]
            if cells and asker.left <= 0:
                missed.add(number)
                continue
            limits = _limits(part, between, own)
            found += [
                Finding(part.unit, named(part, part.cells[place]), _KNOWN)
                for place in _pinned(part, limits, cells, asker)
            ]
    if missed:
        found.append(_not_reached(len(missed), of=len(contributors)))
    return Insiders(len(contributors), distinct(found))


def _not_reached(number: int, *, of: int) -> Finding:
    reason = say(
        "van %(number)d van de %(all)d aanbieders kon niet worden nagegaan of zij iets kunnen "
        "uitrekenen: dat zou te lang duren. Wat niet is nagegaan, telt als onveilig. Met minder "
        "groepen of tabellen gaat het sneller.",
        number=number,
        all=of,
    )
    return Finding("aanbieders", {}, reason, is_of_all=True)


def _most_known(knows: Iterable[Own]) -> Own:
    """Return as many units of each kind as the one knows who knows most of them.

    Who knew all these would know at least what each of them does: what he could not tell, none can.
    """
    most: dict[tuple[str, ...], int] = {}
    for own in knows:
        sums: Counter[tuple[str, ...]] = Counter()
        for codes, number in own:
            sums[tuple(codes)] += number
        for kind, number in sums.items():
            most[kind] = max(most.get(kind, 0), number)
    return list(most.items())


def _crossed(
    part: Part, counts: Sequence[int], between: _Limits, earlier: Sequence[Release]
) -> _Limits:
    """Narrow the numbers of each cell by what earlier releases said of it.

    Not by an earlier number that the present count does not fit: that was corrected since, and
    what one works out from it is not so.
    """
    lows, highs = (list(ends) for ends in between)
    for before in earlier:
        said = {} if before.hides else dict(numbers(before))
        for place, cell in enumerate(part.cells):
            value = said.get((part.unit, frozenset(named(part, cell).items())))
            if value is not None and abs(counts[place] - value) <= before.tolerance:
                lows[place] = max(lows[place], value - before.tolerance)
                highs[place] = min(highs[place], value + before.tolerance)
    return lows, highs


def unshielded(part: Part, counts: Sequence[int], highs: Sequence[int]) -> list[int]:
    """Return the cells that have no room for one unit more than there truly are.

    `highs` are the largest numbers that all which is published leaves. Elsewhere nobody knows the
    number of others exactly, whatever he knows of his own: one unit more in that cell would fit.
    """
    full = {place for place, (x, most) in enumerate(zip(counts, highs, strict=True)) if x >= most}
    _spread(full, [(parent, child) for parent, below in part.relations for child in below])
    room = [place not in full for place in range(len(part.cells))]
    shielded = set(map(int, atoms(part, room).cells.ravel()))
    _spread(shielded, [(child, parent) for parent, below in part.relations for child in below])
    return [place for place in range(len(part.cells)) if place not in shielded | part.never]


def _spread(places: set[int], ways: Sequence[tuple[int, int]]) -> None:
    """Add to the places all that these ways, each from one to another, lead to."""
    size = -1
    while size != len(places):
        size = len(places)
        places.update(onward for start, onward in ways if start in places)


def others(release: Release, unit: str, own: Own) -> dict[int, tuple[int, int]]:
    """Give for each cell how many others it may hold, by its own interval alone.

    Raises BadRecord where the own units cannot be in this release.
    """
    part, values = _of(release, unit)
    return _ranges(part, _between(part, release, values, max(part.count(own))), own)


def _ranges(part: Part, between: _Limits, own: Own) -> dict[int, tuple[int, int]]:
    found = {}
    for place, (low, high) in enumerate(zip(*_limits(part, between, own), strict=True)):
        if high < 0:
            raise BadRecord(f"Zoveel passen er niet in {named(part, part.cells[place])}.")
        found[place] = low, high
    return found


class _Asker:
    """Counts how many programs may still be solved."""

    def __init__(self, left: int) -> None:
        self.left = left

    def worlds(self, reach: Reach, prices: _Numbers) -> Iterator[_World]:
        """Ask for a world of others that is cheap by these prices; none where undecided."""
        self.left -= 1
        reached(0.0)  # where whoever waits may stop it
        with suppress(Undecided):
            yield reach.world(prices)


def _narrow(
    ranges: Mapping[int, tuple[int, int]], bare: Sequence[int], release: Release
) -> list[int]:
    """Leave out what is large; and, where numbers are exact, a shown number without others.

    That nobody else is there is then said of nobody, as every 0 that is shown.
    """
    return [
        place
        for place in bare
        if ranges[place][0] < release.base and not (release.hides and ranges[place] == (0, 0))
    ]


def _between(part: Part, release: Release, values: Values, known: int) -> _Limits:
    """Give the ends of each number; a hidden one is 1 up to far beyond what is known of any."""
    most = release.tolerance
    far = max(known + 2 * release.base, ceiling(part, values, k=release.base))
    lows = [1 if value is None else max(0, value - most) for value in values]
    return lows, [far if value is None else value + most for value in values]


def _limits(part: Part, between: _Limits, own: Own) -> _Limits:
    lows, highs = between
    mine = part.count(own)
    return (
        [max(0, low - known) for low, known in zip(lows, mine, strict=True)],
        [high - known for high, known in zip(highs, mine, strict=True)],
    )


def _pinned(part: Part, limits: _Limits, asked: Sequence[int], asker: _Asker) -> list[int]:
    """Return the cells asked for of which no two worlds of others are found that differ there."""
    if not asked:
        return []
    reach, chance = Reach(part, *limits), random.Random(0)  # noqa: S311 - only how fast
    seen: list[_World] = []
    try:
        seen += asker.worlds(reach, np.zeros(len(part.cells)))
        for _ in range(_DRAWS):
            left = _alike(seen, asked)
            signs = np.array([chance.choice((-1.0, 1.0)) for _ in part.cells])
            for prices in (signs, -signs) if left else ():
                seen += asker.worlds(reach, prices)
        for cell in _alike(seen, asked):
            price = np.zeros(len(part.cells))
            price[cell] = 1.0
            seen += [*asker.worlds(reach, price), *asker.worlds(reach, -price)]
    except Infeasible as fault:
        raise BadRecord("De eigen gevallen passen niet in deze publicatie.") from fault
    return _alike(seen, asked)


def _alike(seen: Sequence[_World], asked: Sequence[int]) -> list[int]:
    return [cell for cell in asked if len({int(world[cell]) for world in seen}) <= 1]


def _of(release: Release, unit: str) -> tuple[Part, Values]:
    for part, values in zip(release.parts, release.values, strict=True):
        if part.unit == unit:
            return part, values
    raise BadRecord(f"Deze publicatie telt geen '{unit}'.")
