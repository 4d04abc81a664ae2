"""Which divisions everybody knows from another one, so that reports protect them together. Pure.

An intervention has one track, a result one state, an age one band; who has started was taken in
before. Who reads two such divisions of the same people side by side adds them up; counted on their
own, they would tell on each other.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from pmg.cases.rules import Outcome as Triage
from pmg.definitions.vocabulary import (
    AGE,
    KINDS,
    Deciding,
    Outcome,
    Unit,
    Waiting,
    age_code,
    kind_of,
    read_bands,
)
from pmg.disclosure.specs import Follows, Hierarchy, flat
from pmg.disclosure.within import Within
from pmg.interventions.rules import CompletionResult
from pmg.reference.interventions import INTERVENTIONS

YEARS, DECIDED, BEGUN = "jaren", "besluit_en_tijd", "besluit_en_start"
"""Divisions that no report shows: others follow from them."""

NOT_YET = "niet"
_DECISIONS, _STARTS = ("besluit", "besluittijd"), "wachttijd"
_TOGETHER = (*_DECISIONS, _STARTS)
_DECIDED_WITHIN = {
    Waiting.TWO_WEEKS: {Deciding.ONE_WEEK, Deciding.TWO_WEEKS},
}
"""Nobody starts before the decision: of who started soon, how soon it was taken. Others: any."""
_STARTED = tuple(str(each) for each in Waiting if each is not Waiting.NOT_STARTED)
WITHIN = (
    Within(str(Unit.YOUTHS), str(Unit.TRAJECTORIES), _STARTS, _STARTED),
    Within(str(Unit.REFERRALS), str(Unit.TRAJECTORIES), _STARTS, _STARTED),
    Within(
        str(Unit.YOUTHS), str(Unit.REFERRALS), _STARTS, _STARTED, {"besluit": str(Triage.ACCEPT)}
    ),
)
"""Who started has a trajectory that began in the period, in that area, and was taken in before.

The start of a case is that of its first trajectory, never before the referral, and each youth that
is counted has a case of his own. Not so of other days that overlap: see docs/threats.md.
"""
_AGES = range(41)  # what a case can hold


def years_code(age: int) -> str:
    """Return the code of an age in whole years."""
    return str(age)


def decided_code(decision: str, time: str) -> str:
    """Return the code of a decision with how long it took; without one there is no time either."""
    return NOT_YET if NOT_YET in {decision, time} else f"{decision}.{time}"


def begun_code(decision: str, time: str, waited: str) -> str:
    """Return the code of a decision, how long it took, and how long it took to start.

    Of a youth only the start is counted: any decision that goes with it will do.
    """
    decided = decided_code(decision, time)
    return NOT_YET if decided == NOT_YET else f"{decided}.{waited}"


def _starts() -> dict[str, tuple[str, str, str]]:
    """Say of each code which decision, which time to it and which time to the start it is."""
    found = {NOT_YET: (NOT_YET, str(Deciding.NOT_DECIDED), str(Waiting.NOT_STARTED))}
    for decision, time in _decisions().values():
        for waited in Waiting:
            if decision != NOT_YET and _can_follow(decision, time, waited):
                found[begun_code(decision, time, waited)] = (decision, time, str(waited))
    return found


def _can_follow(decision: str, time: str, waited: Waiting) -> bool:
    if waited is Waiting.NOT_STARTED:
        return True
    return decision == Triage.ACCEPT and time in _DECIDED_WITHIN.get(waited, set(Deciding))


def _decisions() -> dict[str, tuple[str, str]]:
    found = {NOT_YET: (NOT_YET, str(Deciding.NOT_DECIDED))}
    for decision in KINDS["besluit"].categories:
        for time in Deciding:
            if decision != NOT_YET and time is not Deciding.NOT_DECIDED:
                found[decided_code(decision, time)] = (decision, str(time))
    return found


def _origins() -> dict[str, tuple[str, ...]]:
    return {
        "inzet": tuple(KINDS["inzet"].categories),
        "resultaat": tuple(KINDS["resultaat"].categories),
        DECIDED: tuple(_decisions()),
        BEGUN: tuple(_starts()),
        YEARS: tuple(map(years_code, _AGES)),
    }


def _follows(hierarchy: Hierarchy, beside: AbstractSet[str]) -> Follows | None:
    """Say what a division follows from, as things are now; None where it stands by itself.

    `beside` are all divisions: only where starts stand beside decisions do they follow together.
    """
    name = hierarchy.dimension
    if name in _TOGETHER and _STARTS in beside and not beside.isdisjoint(_DECISIONS):
        at = _TOGETHER.index(name)
        return Follows(BEGUN, {code: each[at] for code, each in _starts().items()})
    if kind_of(name) == AGE:
        bands = read_bands(hierarchy.codes)
        return Follows(YEARS, {years_code(age): age_code(age, bands) for age in _AGES})
    known: Mapping[str, tuple[str, Mapping[str, str]]] = {
        "spoor": ("inzet", {code: str(one.track) for code, one in INTERVENTIONS.items()}),
        "bewijs": ("inzet", {c: str(one.evidence_level) for c, one in INTERVENTIONS.items()}),
        "uitkomst": (
            "resultaat",
            {
                code: str(Outcome.COMPLETED if code in set(CompletionResult) else code)
                for code in KINDS["resultaat"].categories
            },
        ),
        "besluit": (DECIDED, {code: decision for code, (decision, _) in _decisions().items()}),
        "besluittijd": (DECIDED, {code: time for code, (_, time) in _decisions().items()}),
    }
    found = known.get(name)
    return None if found is None else Follows(*found)


def tied(hierarchies: Iterable[Hierarchy]) -> list[Hierarchy]:
    """Say of each division what it follows from, and add what is lacking of that."""
    given = tuple(hierarchies)
    beside = {one.dimension for one in given}
    found = {one.dimension: replace(one, follows=_follows(one, beside)) for one in given}
    origins = _origins()
    for one in tuple(found.values()):
        if one.follows:
            name = one.follows.dimension
            found.setdefault(name, flat(name, origins[name]))
    return list(found.values())
