"""The ledger: every release ever made, chained by hash, and what they give away together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from pmg.disclosure.canonical import digest
from pmg.disclosure.errors import LedgerBroken
from pmg.disclosure.findings import Finding
from pmg.disclosure.release import Params, Release, named, read_release
from pmg.disclosure.sentences import say
from pmg.disclosure.specs import TableSpec

Key = tuple[str, frozenset[tuple[str, str]]]
"""A cell by its unit and its codes: the same in every release."""


class Shown(NamedTuple):
    """A released number, the largest deviation of it, and the base that it was rounded to."""

    value: int
    most: int
    base: int

    @property
    def low(self) -> int:
        """The smallest true number that it may stand for, were there numbers below nothing."""
        return self.value - self.most

    @property
    def high(self) -> int:
        """The largest true number that it may stand for."""
        return self.value + self.most


_BESIDE = say("samen met een aantal waar dit deel van is, blijft te weinig mogelijk.")
_CROSSED = say("samen met een eerdere publicatie blijft te weinig mogelijk.")
HIDES = say(
    "een publicatie die getallen verbergt en een andere over dezelfde mensen kunnen samen iets "
    "verraden; dat het niet zo is, is niet te bewijzen."
)
_MISSED = say("stond in een eerdere publicatie; neem de tabel op.")


@dataclass(frozen=True)
class Entry:
    """One release in the ledger: about whom it is, and the hash of the entry before it."""

    population: str
    release: Release
    before: str

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the release, its population and all entries before."""
        return digest([self.before, self.population, self.release.hash])


@dataclass(frozen=True)
class Ledger:
    """All releases in order. Releases of one population count the same people."""

    entries: tuple[Entry, ...] = ()

    @property
    def head(self) -> str:
        """The hash of the last entry; it stands for the whole ledger."""
        return self.entries[-1].hash if self.entries else ""

    def add(self, population: str, release: Release) -> "Ledger":
        """Return the ledger with one release more."""
        return Ledger((*self.entries, Entry(population, release, self.head)))

    def about(self, population: str) -> tuple[Release, ...]:
        """Give all earlier releases about the same people, oldest first."""
        return tuple(entry.release for entry in self.entries if entry.population == population)

    def as_json(self) -> list[dict[str, Any]]:
        """Write the ledger as it is stored."""
        return [
            {
                "population": entry.population,
                "before": entry.before,
                "hash": entry.hash,
                "release": entry.release.as_json(),
            }
            for entry in self.entries
        ]


def read_ledger(data: Any, *, head: str | None = None) -> Ledger:
    """Read a stored ledger; `head` is the hash that it is known to end with.

    Raises LedgerBroken where an entry was changed, is missing or stands in another place.
    """
    ledger = Ledger()
    try:
        for item in data:
            ledger = ledger.add(str(item["population"]), read_release(item["release"]))
            if (item["before"], item["hash"]) != (ledger.entries[-1].before, ledger.head):
                raise LedgerBroken(f"Publicatie {len(ledger.entries)} past niet op de vorige.")
    except (KeyError, TypeError) as error:
        raise LedgerBroken("Het grootboek is niet te lezen.") from error
    if head is not None and ledger.head != head:
        raise LedgerBroken("Het grootboek mist publicaties aan het eind.")
    return ledger


def numbers(release: Release) -> Iterator[tuple[Key, int]]:
    """Name every released cell, with its number."""
    for part, values in zip(release.parts, release.numbers, strict=True):
        for cell, value in zip(part.cells, values, strict=True):
            yield (part.unit, frozenset(named(part, cell).items())), value


def never_beside(
    earlier: Sequence[Release], method: str, specs: Sequence[TableSpec]
) -> list[Finding]:
    """Say for each unit that a new release by this method cannot stand beside the earlier ones."""
    if all(before.method == method for before in earlier):
        return []
    return [
        Finding(unit, {}, HIDES, is_of_all=True)
        for unit in dict.fromkeys(spec.unit for spec in specs)
    ]


def hidden_beside(earlier: Sequence[Release], release: Release) -> Iterator[Finding]:
    """Say which releases cannot be proven safe together, because one of them hides numbers.

    Where numbers are shown exactly, any difference between two releases is about a few people. So
    beside a release that hides there is only one that says and hides exactly the same.
    """
    for before in earlier:
        if (before.hides or release.hides) and not _says_the_same(before, release):
            units = dict.fromkeys(spec.unit for spec in release.specs)
            yield from (Finding(unit, {}, HIDES, is_of_all=True) for unit in units)


def _says_the_same(one: Release, other: Release) -> bool:
    return replace(one, release_id=other.release_id) == other


def crossings(earlier: Sequence[Release], release: Release) -> Iterator[Finding]:
    """Name the cells that a release narrows, each crossed with one earlier release at a time.

    Any set of intervals that have something in common cross as two of them do, so two at a time
    are all. Where two have nothing in common the data were visibly corrected, and the attacker
    takes one of them.
    """
    now = dict(numbers(release))
    for before in earlier:
        for (unit, codes), value in numbers(before):
            here = now.get((unit, codes))
            if here is None:
                continue
            one, other = shown(before, value), shown(release, here)
            if not apart_or_wide(one, other):
                yield Finding(unit, dict(sorted(codes)), _CROSSED)


def crossings_inside(earlier: Sequence[Release], release: Release) -> Iterator[Finding]:
    """Name the cells of a unit that is part of another, where one narrows the other.

    Of all of it (`inside`) or of some categories (`within`). Crossed cell by cell, within the
    release and with each of the earlier ones.
    """
    pairs = [(release, release)]
    for before in earlier:
        pairs += [(before, release), (release, before)]
    for one, other in pairs:
        known = dict(numbers(other))
        for (unit, codes), value in numbers(one):
            for whole in wholes(release, (unit, codes)):
                if whole in known and not apart_or_wide_inside(
                    shown(one, value), shown(other, known[whole])
                ):
                    yield Finding(unit, dict(sorted(codes)), _BESIDE)


def wholes(said: Release | Params, cell: Key) -> Iterator[Key]:
    """Name the cells that everybody knows a cell to be part of."""
    unit, codes = cell
    for small, large in said.inside:
        if unit == small:
            yield large, codes
    for one in said.within:
        whole = one.whole(codes) if unit == one.small else None
        if whole is not None:
            yield one.large, whole


def parts(said: Release | Params, cell: Key) -> Iterator[Key]:
    """Name the cells that everybody knows to be part of a cell."""
    unit, codes = cell
    for small, large in said.inside:
        if unit == large:
            yield small, codes
    for one in said.within:
        if unit == one.large:
            yield from ((one.small, part) for part in one.parts(codes))


def shown(release: Release, value: int) -> Shown:
    """Say of a number what it was released with."""
    return Shown(value, release.tolerance, release.base)


def apart_or_wide(one: Shown, other: Shown) -> bool:
    """Say whether a number that was released twice leaves enough, or was visibly corrected.

    Enough is what the finer of the two left by itself: of that number no more was promised.
    """
    low, high = max(0, one.low, other.low), min(one.high, other.high)
    return low > high or wide_enough(low, high, k=min(one.base, other.base))


def apart_or_wide_inside(less: Shown, more: Shown) -> bool:
    """Say whether a number and one that it is part of leave each other wide enough.

    Only its upper end and the other's lower end can move, and what then is left of the one is left
    of the other too, or is its own interval: looking at the part is enough.
    """
    low, high, k = less.low, more.high, min(less.base, more.base)
    return low > high or wide_enough(max(0, low), min(less.high, high), k=k)


def wide_enough(low: int, high: int, *, k: int) -> bool:
    """Say whether these true ends protect: spread, or certainly k or more.

    A cell that certainly counts k or more needs no protection.
    """
    return low >= k or spread(low, high, k=k)


def spread(low: int, high: int, *, k: int) -> bool:
    """Say whether numbers known to be possible protect, also when more of them are.

    They lie at least k - 1 apart, and are not only small numbers above 0.
    """
    return high - low >= k - 1 and (low == 0 or high >= k)


def left_out(earlier: Sequence[Release], release: Release) -> list[Finding]:
    """Say which earlier cells a later release about the same people lacks or means otherwise.

    A later release shows all that earlier ones did: then one world proves them together.
    """
    here = {key for key, _ in numbers(release)}
    known = {hierarchy.dimension: hierarchy for hierarchy in release.hierarchies}
    found: list[Finding] = []
    for before in earlier:
        found += [
            Finding(
                "indeling",
                {},
                say("de indeling ‘%(dimension)s’ is gewijzigd.", dimension=one.dimension),
                is_of_all=True,
            )
            for one in before.hierarchies
            if known.get(one.dimension, one).categories != one.categories
        ]
        found += [
            Finding(unit, dict(sorted(codes)), _MISSED)
            for (unit, codes), _ in numbers(before)
            if (unit, codes) not in here
        ]
    return found
