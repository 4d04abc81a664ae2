"""Rounds: every page for a few seconds, in another order each time: all share the weather."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median

from benchmarks.gates import GateError, Tally, check_counts, check_page, tally
from benchmarks.load import Call, Yield, ask
from benchmarks.servers import Server, cpu_seconds
from benchmarks.sites import Site

_QUIET = 0.3  # seconds without a new row


@dataclass(slots=True)
class Subject:
    """One page to measure: who serves it, and what a request must leave behind."""

    name: str
    server: Server
    call: Call
    site: Site | None = None  # whose log is counted
    subjects: int = 0  # youths in the log for each answer
    observations: int = 0  # rows written for each answer
    cpu: list[float] = field(default_factory=list)  # milliseconds a request, Python and PostgreSQL
    database: list[float] = field(default_factory=list)  # what PostgreSQL has of it
    rate: list[float] = field(default_factory=list)  # requests a second
    p95: list[float] = field(default_factory=list)  # milliseconds
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """A median between its extremes."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """Return the spread of some figures; ValueError without any."""
        found = sorted(values)
        return cls(median(found), found[0], found[-1])

    @property
    def relative(self) -> float:
        """How far the extremes are apart, as a share of the median."""
        return (self.high - self.low) / self.middle


def measure(
    subjects: list[Subject],
    *,
    rounds: int,
    seconds: float,
    postmaster: int,
    told: Callable[[int], None],
) -> None:
    """Ask for every page in every round; GateError when an answer was not what was meant."""
    order = random.Random(2026)
    for subject in subjects:
        check_page(subject.server.url, subject.call, [subject.call.mark], what=subject.name)
        ask(subject.server.url, subject.call, seconds=1)  # templates compiled, caches filled
    for number in range(rounds):
        for subject in order.sample(subjects, len(subjects)):
            _once(subject, seconds=seconds, postmaster=postmaster)
        told(number + 1)


def _once(subject: Subject, *, seconds: float, postmaster: int) -> None:
    before = tally(subject.site) if subject.site else None
    python, database = subject.server.cpu_seconds(), cpu_seconds(postmaster)
    got = ask(subject.server.url, subject.call, seconds=seconds)
    python = subject.server.cpu_seconds() - python
    database = cpu_seconds(postmaster) - database
    if got.wrong or not got.answered:
        raise GateError(f"{subject.name}: {got.wrong} of {got.answered} answers were wrong")
    if before is not None and subject.site is not None:
        _check(subject, got, before, _settled(subject.site))
    subject.answered += got.answered
    subject.cpu.append(1000 * (python + database) / got.answered)
    subject.database.append(1000 * database / got.answered)
    subject.rate.append(got.answered / got.seconds)
    subject.p95.append(got.p95)


def _settled(site: Site) -> Tally:
    """Count when what was under way at the end of the clock has been answered too."""
    last = tally(site)
    while True:
        time.sleep(_QUIET)
        now = tally(site)
        if now == last:
            return now
        last = now


def _check(subject: Subject, got: Yield, before: Tally, after: Tally) -> None:
    events = after.events - before.events
    check_counts(f"{subject.name}, events", answered=got.answered, rows=events)
    if after.subjects - before.subjects != events * subject.subjects:
        raise GateError(
            f"{subject.name}: {after.subjects - before.subjects} youths in the log of {events}"
            f" requests instead of {subject.subjects} each"
        )
    if after.observations - before.observations != events * subject.observations:
        raise GateError(f"{subject.name}: rows written and events in the log differ")


def ratios(one: list[float], other: list[float]) -> Spread:
    """Return one beside the other, round by round."""
    return Spread.of(a / b for a, b in zip(one, other, strict=True))
