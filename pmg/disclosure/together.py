"""The audit of releases together: what any set of them about the same people leaves possible."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from pmg.disclosure.errors import Infeasible, Undecided
from pmg.disclosure.findings import Finding, distinct
from pmg.disclosure.ledger import (
    Key,
    crossings,
    crossings_inside,
    hidden_beside,
    left_out,
    numbers,
)
from pmg.disclosure.progress import piece
from pmg.disclosure.release import Release, named
from pmg.disclosure.sentences import say
from pmg.disclosure.tables import Part
from pmg.disclosure.witnesses import narrowed

_Box = Mapping[Key, tuple[int, int]]
"""The smallest and largest true number of each cell."""

_NARROWED = say("samen met eerdere publicaties blijft te weinig mogelijk.")
_UNDECIDED = say("wat eerdere publicaties samen hiermee verraden, is niet uit te maken.")
_MOST_SETS = 64
"""More sets of releases than these are not gone through; then nothing is decided."""


def audit_together(earlier: Sequence[Release], release: Release) -> tuple[Finding, ...]:
    """Check a release with all earlier ones about the same people; public texts alone.

    The attacker takes any set of the releases to be about the same data. For each largest set
    that fits one data set, whole worlds that agree with all of it at once must show every small
    cell wide. Where not all releases fit, he also takes every number for unchanged that was not
    visibly corrected; where these fit no data set either, nothing is decided. Undecided counts
    as unsafe. A release that hides numbers stands beside its likes only.
    """
    found = list(hidden_beside(earlier, release))
    if found or release.hides:
        return distinct(found)
    found = [
        *left_out(earlier, release),
        *crossings(earlier, release),
        *crossings_inside(earlier, release),
    ]
    if not found and _moved(earlier, release):
        boxes = list(map(_box, earlier))
        for number, part in enumerate(release.parts):
            k = _finest([*earlier, release], part.unit)
            with piece(number, len(release.parts)):
                found += _part(part, boxes, _box(release), k)
    return distinct(found)


def _finest(releases: Sequence[Release], unit: str) -> int:
    """Return the smallest base that this unit was ever rounded to: more was never promised.

    Also of a number that was never shown before: it can be part of one that was, and the
    certificate names that limit.
    """
    return min(one.base for one in releases if any(part.unit == unit for part in one.parts))


def _moved(earlier: Sequence[Release], release: Release) -> bool:
    """Say whether any number ever was another; else one base world proves all to the finest."""
    now = dict(numbers(release))
    return any(now[key] != value for one in earlier for key, value in numbers(one))


def _box(release: Release) -> _Box:
    most = release.tolerance
    return {key: (max(0, value - most), value + most) for key, value in numbers(release)}


def _part(part: Part, earlier: Sequence[_Box], now: _Box, k: int) -> Iterator[Finding]:
    """Go through the largest sets of releases, each set once, large ones first."""
    keys = [(part.unit, frozenset(named(part, cell).items())) for cell in part.cells]
    own = {key: now[key] for key in keys}
    others = _different(earlier, own)
    waiting = [frozenset(range(len(others)))]
    seen, fit = set[frozenset[int]](), list[frozenset[int]]()
    while waiting:
        waiting.sort(key=len)
        chosen = waiting.pop()
        if chosen in seen or any(chosen <= larger for larger in fit):
            continue
        if len(seen) == _MOST_SETS:
            yield _undecided(part)
            return
        seen.add(chosen)
        drop: Collection[int] = _clash([others[one] for one in chosen], own, list(chosen))
        if not drop:
            try:
                yield from _narrowed(part, _crossed([others[one] for one in chosen], own), k)
                fit.append(chosen)
            except Infeasible:
                drop = chosen
        waiting += [chosen - {one} for one in drop if len(chosen) > 1]
    if frozenset(range(len(others))) not in fit:
        yield from _unchanged(part, others, own, k)


def _different(earlier: Sequence[_Box], own: _Box) -> list[_Box]:
    """Keep of each earlier release what it says of this part, where that is not said already."""
    found: list[_Box] = []
    for box in earlier:
        said = {key: limits for key, limits in box.items() if key in own}
        if said not in found and any(own[key] != limits for key, limits in said.items()):
            found.append(said)
    return found


def _clash(boxes: Sequence[_Box], own: _Box, names: Sequence[int]) -> set[int]:
    """Name two releases (or one, beside the new one) that exclude each other in some cell."""
    for key, (low, high) in own.items():
        limits = [(*box[key], name) for box, name in zip(boxes, names, strict=True) if key in box]
        top = max([(low, -1), *((one[0], one[2]) for one in limits)])
        bottom = min([(high, -1), *((one[1], one[2]) for one in limits)])
        if top[0] > bottom[0]:
            return {top[1], bottom[1]} - {-1}
    return set()


def _crossed(boxes: Sequence[_Box], own: _Box) -> _Box:
    """Cross the limits of every cell, leaving out what has nothing in common with what is there."""
    found = dict(own)
    for box in reversed(boxes):
        for key, (low, high) in box.items():
            crossed = max(low, found[key][0]), min(high, found[key][1])
            if crossed[0] <= crossed[1]:
                found[key] = crossed
    return found


def _unchanged(part: Part, others: Sequence[_Box], own: _Box, k: int) -> Iterator[Finding]:
    try:
        yield from _narrowed(part, _crossed(others, own), k)
    except Infeasible:
        yield _undecided(part)


def _narrowed(part: Part, limits: _Box, k: int) -> Iterator[Finding]:
    lows, highs = zip(*limits.values(), strict=True)
    asked = [place for place, low in enumerate(lows) if low < k and place not in part.never]
    try:
        cells = narrowed(part, lows, highs, asked, k=k)
    except Undecided:
        cells = asked
    for place in cells:
        where = named(part, part.cells[place])
        yield Finding(part.unit, where, _NARROWED)


def _undecided(part: Part) -> Finding:
    return Finding(part.unit, {}, _UNDECIDED, is_of_all=True)
