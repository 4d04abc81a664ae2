"""What was seen of the factors of an invented youth in the course of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Protocol

from pmg.cases.rules import Nature, age_on
from pmg.demo import phrases
from pmg.demo.chances import chance, weighted
from pmg.demo.people import Account
from pmg.demo.themes import Theme
from pmg.factors.rules import Presence, Source
from pmg.reference.factors import FACTORS, Factor, FactorKind

_LADDER = (Presence.ABSENT, Presence.SLIGHT, Presence.CLEAR, Presence.STRONG)
_MOST = 5  # observations of one factor
_USUAL_DAYS = 50  # between two of them
_SOURCES = {
    Source.SEEN_MYSELF: 40, Source.YOUTH: 22, Source.PARENT: 12, Source.SCHOOL: 12,
    Source.CARE: 8, Source.PARTNER: 6,
}  # fmt: skip
# What falls under police or special law is written down by who has the ground for it, or nobody.
_WRITERS = {"police": ("POLITIE",), "special": ("JEUGDHULP", "GI")}
_EVERYONE = ("JONGERENWERK", "JONGERENWERK", "GEM-JEUGD")
_NATURES = {Nature.FACT: 50, Nature.OPINION: 38, Nature.SUSPICION: 12}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One factor on one day, as one professional saw it."""

    factor: str
    presence: Presence
    nature: Nature
    source: Source
    on: date
    note: str | None
    observer: Account


class Told(Protocol):
    """The part of a story that is known before anything is seen."""

    theme: Theme
    birth_date: date
    triaged_on: date | None

    def taking_part(self, partner_code: str) -> Account | None:
        """Return the member of this kind of organisation, if there is one."""


def sightings(rng: Random, story: Told, *, until: date) -> tuple[Sighting, ...]:
    """Return what was seen since triage, up to a day, in order of time."""
    risks = rng.sample(story.theme.factors, rng.randint(2, 3))
    helps = rng.sample(story.theme.protective, rng.randint(1, 2))
    seen = [one for code in (*risks, *helps) for one in _course(rng, story, FACTORS[code], until)]
    return tuple(sorted(seen, key=lambda one: one.on))


def _course(rng: Random, story: Told, factor: Factor, until: date) -> Iterator[Sighting]:
    observer = _observer(rng, story, factor)
    if observer is None or story.triaged_on is None:
        return
    # Whichever way it goes: a risk that lessens and a strength that grows are most common.
    way = weighted(rng, {1: 50, 0: 32, -1: 18}) * (
        1 if factor.kind is FactorKind.PROTECTIVE else -1
    )
    level = rng.randint(0, 1) if way > 0 else rng.randint(1, 3)
    day = story.triaged_on + timedelta(days=rng.randint(0, 14))
    # A long case is looked at as often as a short one, with more time in between.
    stretch = max(1.0, (until - day).days / (_MOST * _USUAL_DAYS))
    for _turn in range(_MOST):
        if day > until:
            return
        if factor.fits_age(age_on(story.birth_date, day)):
            presence = Presence.UNKNOWN if chance(rng, 3) else _LADDER[level]
            yield _sighting(rng, factor, presence, day, observer)
        if chance(rng, 55):
            level = min(len(_LADDER) - 1, max(0, level + way))
        elif chance(rng, 10):
            level = min(len(_LADDER) - 1, max(0, level - way))
        day += timedelta(days=round(stretch * rng.randint(28, 75)))


def _observer(rng: Random, story: Told, factor: Factor) -> Account | None:
    writers = _WRITERS.get(factor.category, _EVERYONE)
    present = [one for one in map(story.taking_part, writers) if one]
    return rng.choice(present) if present else None


def _sighting(
    rng: Random, factor: Factor, presence: Presence, day: date, observer: Account
) -> Sighting:
    nature = weighted(rng, _NATURES)
    noted = nature is Nature.SUSPICION or chance(rng, 45)
    return Sighting(
        factor=factor.code,
        presence=presence,
        nature=nature,
        source=Source.POLICE if factor.category == "police" else weighted(rng, _SOURCES),
        on=day,
        note=phrases.seen(rng, factor.kind, presence) if noted else None,
        observer=observer,
    )
