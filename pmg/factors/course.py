"""The chart of factors through time and the words beside it: nothing is ever summed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from pmg.factors.queries import Sighting
from pmg.factors.rules import Direction, direction
from pmg.reference.factors import Domain, Factor, FactorKind
from pmg.web.formats import day


@dataclass(frozen=True, slots=True)
class Mark:
    """One observation at its place: `x` is the part of the time that had gone by, 0 to 1."""

    x: float
    presence: str
    nature: str
    on: str
    source: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One factor through time."""

    label: str
    latest: str
    sightings: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The factors of one kind."""

    label: str
    kind: str
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A day under the chart."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the macro `course_chart` draws."""

    title: str
    summary: str
    groups: tuple[Group, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What stands of one observation, with what stood there before it was put right."""

    seen: Sighting
    before: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """All that was seen of one factor, newest first, with which way it went."""

    factor: Factor
    latest: Sighting
    direction: Direction | None
    said: tuple[Said, ...]

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """What stands, without what was put right."""
        return tuple(each.seen for each in self.said)

    @property
    def is_good_news(self) -> bool:
        """Whether it went the right way since it was first seen."""
        return self.direction is Direction.BETTER


@dataclass(frozen=True, slots=True)
class DomainCourse:
    """The factors of one part of life."""

    domain: Domain
    threads: tuple[Thread, ...]


def threads(sightings: Sequence[Sighting]) -> tuple[Thread, ...]:
    """Return a thread for each factor with something that still stands, in catalogue order.

    What was put right stands beside its correction, also when that names another factor.
    """
    by_factor: dict[str, list[Sighting]] = {}
    for seen in sightings:
        if not seen.is_corrected:
            by_factor.setdefault(seen.factor.code, []).append(seen)
    all_said = {seen.id: seen for seen in sightings}
    found = [_thread(rows, all_said) for rows in by_factor.values()]
    return tuple(sorted(found, key=_in_catalogue))


def by_domain(found: Iterable[Thread]) -> tuple[DomainCourse, ...]:
    """Return the threads by part of life; a part without any is left out."""
    kept = tuple(found)
    parts = ((domain, tuple(t for t in kept if t.factor.domain is domain)) for domain in Domain)
    return tuple(DomainCourse(domain, mine) for domain, mine in parts if mine)


def chart(found: Sequence[Thread]) -> Chart:
    """Return the drawing of these threads, what helps first; there must be at least one."""
    days = [seen.on for thread in found for seen in thread.sightings]
    first, last = min(days), max(days)
    return Chart(
        title=_("Hoe elke factor verloopt"),
        summary=_summary(found, first, last),
        groups=tuple(
            Group(
                label, shade, tuple(_lane(t, first, last) for t in found if t.factor.kind is kind)
            )
            for kind, label, shade in (
                (FactorKind.PROTECTIVE, _("Wat helpt"), "protective"),
                (FactorKind.RISK, _("Wat zorgen geeft"), "risk"),
            )
        ),
        ticks=_ticks(first, last),
    )


def _thread(standing: list[Sighting], all_said: Mapping[UUID, Sighting]) -> Thread:
    first, last = standing[0], standing[-1]
    moved = direction(first.presence, last.presence, first.factor.kind)
    return Thread(
        factor=first.factor,
        latest=last,
        direction=moved if len(standing) > 1 else None,
        said=tuple(Said(seen, _before(seen, all_said)) for seen in reversed(standing)),
    )


def _before(seen: Sighting, all_said: Mapping[UUID, Sighting]) -> tuple[Sighting, ...]:
    """Return what stood there, the last first: a correction may itself have been put right."""
    found: list[Sighting] = []
    wrong = all_said.get(seen.corrects_id) if seen.corrects_id else None
    while wrong is not None and wrong not in found:
        found.append(wrong)
        wrong = all_said.get(wrong.corrects_id) if wrong.corrects_id else None
    return tuple(found)


def _in_catalogue(thread: Thread) -> tuple[int, int, str]:
    factor = thread.factor
    return factor.domain.order, -factor.kind.order, factor.name


def _lane(thread: Thread, first: date, last: date) -> Lane:
    marks = tuple(_mark(seen, first, last) for seen in reversed(thread.sightings))
    return Lane(thread.factor.name, thread.latest.presence.label, marks)


def _mark(seen: Sighting, first: date, last: date) -> Mark:
    return Mark(
        x=_across(seen.on, first, last),
        presence=seen.presence.value,
        nature=seen.nature.value,
        on=day(seen.on),
        source=f"{seen.source.label} ({seen.organisation})",
    )


def _across(on: date, first: date, last: date) -> float:
    """Return the part of the period that has gone by; the middle when it is a single day."""
    return (on - first) / (last - first) if last > first else 0.5


def _ticks(first: date, last: date) -> tuple[Tick, ...]:
    if first == last:
        return (Tick(0.5, day(first)),)
    return (Tick(0.0, day(first)), Tick(1.0, day(last)))


def _summary(found: Sequence[Thread], first: date, last: date) -> str:
    """Say in words which way each factor went, by name; nothing is counted together."""
    if first == last:
        told = [_("Alles is gezien op %(day)s.", day=day(first))]
    else:
        told = [_("Van %(first)s tot en met %(last)s.", first=day(first), last=day(last))]
    for moved, sentence in (
        (Direction.BETTER, _("Beter")),
        (Direction.SAME, _("Gelijk gebleven")),
        (Direction.WORSE, _("Minder goed")),
    ):
        names = "; ".join(thread.factor.name for thread in found if thread.direction is moved)
        if names:
            told.append(f"{sentence}: {names}.")
    return " ".join(told)
