"""Which divisions everybody knows from another one, so that reports protect them together. Pure.

An intervention has one track, a result one state, an age one band. Who reads two such divisions of
the same people side by side adds them up; counted on their own, they would tell on each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pmg.definitions.vocabulary import (
    AGE,
    KINDS,
    Deciding,
    Outcome,
    age_code,
    kind_of,
    read_bands,
)
from pmg.disclosure.specs import Follows, Hierarchy, flat
from pmg.interventions.rules import CompletionResult
from pmg.reference.interventions import INTERVENTIONS

YEARS, DECIDED = "jaren", "besluit_en_tijd"
"""Divisions that no report shows: others follow from them."""

NOT_YET = "niet"
_AGES = range(41)  # what a case can hold


def years_code(age: int) -> str:
    """Return the code of an age in whole years."""
    return str(age)


def decided_code(decision: str, time: str) -> str:
    """Return the code of a decision with how long it took; without one there is no time either."""
    return NOT_YET if NOT_YET in {decision, time} else f"{decision}.{time}"


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
        YEARS: tuple(map(years_code, _AGES)),
    }


def _follows(hierarchy: Hierarchy) -> Follows | None:
    """Say what a division follows from, as things are now; None where it stands by itself."""
    if kind_of(hierarchy.dimension) == AGE:
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
    found = known.get(hierarchy.dimension)
    return None if found is None else Follows(*found)


def tied(hierarchies: Iterable[Hierarchy]) -> list[Hierarchy]:
    """Say of each division what it follows from, and add what is lacking of that."""
    found = {one.dimension: replace(one, follows=_follows(one)) for one in hierarchies}
    origins = _origins()
    for one in tuple(found.values()):
        if one.follows:
            name = one.follows.dimension
            found.setdefault(name, flat(name, origins[name]))
    return list(found.values())
