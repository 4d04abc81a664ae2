"""From groups of units, as they were gathered, to records with a category in each dimension."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from pmg.definitions.vocabulary import AGE, Ages, Unit, age_code, kind_of, read_bands
from pmg.disclosure.specs import Hierarchy
from pmg.reports import indicators, sources
from pmg.reports.indicators import WEIGHT

Record = Mapping[str, str | int]
Records = Mapping[str, Iterable[Record]]
Bands = Mapping[str, Ages]


def records(
    gathered: sources.Gathered, municipality_id: str, *, hierarchies: Iterable[Hierarchy] = ()
) -> Records:
    """Return the records of each unit, with the number that each stands for.

    Of the hierarchies only those of ages matter: each has bands of its own.
    """
    bands = _bands(hierarchies)
    return {
        Unit.YOUTHS: [_person(group, municipality_id, bands) for group in gathered.youths],
        Unit.REFERRALS: [_person(group, municipality_id, bands) for group in gathered.referrals],
        Unit.TRAJECTORIES: [_trajectory(group, municipality_id) for group in gathered.trajectories],
        Unit.FACTORS: [_factor(group) for group in gathered.factors],
    }


def known(
    gathered: sources.Gathered, municipality_id: str, *, hierarchies: Iterable[Hierarchy] = ()
) -> list[dict[str, list[Record]]]:
    """Return for each provider the records that it knows itself, by unit; nobody's name or id."""
    bands = _bands(hierarchies)
    found: dict[UUID, dict[str, list[Record]]] = {}

    def add(provider: UUID, unit: Unit, record: Record) -> None:
        found.setdefault(provider, {}).setdefault(unit, []).append(record)

    for group in gathered.trajectories:
        add(group.provider, Unit.TRAJECTORIES, _trajectory(group, municipality_id))
    for one in (*gathered.known_youths, *gathered.known_referrals, *gathered.known_factors):
        if isinstance(one.group, sources.Factors):
            add(one.provider, Unit.FACTORS, _factor(one.group))
        elif isinstance(one.group, sources.Referrals):
            add(one.provider, Unit.REFERRALS, _person(one.group, municipality_id, bands))
        else:
            add(one.provider, Unit.YOUTHS, _person(one.group, municipality_id, bands))
    return [found[provider] for provider in sorted(found)]


def _bands(hierarchies: Iterable[Hierarchy]) -> Bands:
    return {h.dimension: read_bands(h.codes) for h in hierarchies if kind_of(h.dimension) == AGE}


def _trajectory(group: sources.Trajectories, municipality_id: str) -> Record:
    found = indicators.trajectory_record(
        municipality_id=municipality_id,
        area=group.area,
        intervention_code=group.intervention_code,
        ending=group.ending,
        result=group.result,
        funding=group.funding,
    )
    return found | {WEIGHT: group.number}


def _factor(group: sources.Factors) -> Record:
    found = indicators.factor_record(
        factor_code=group.factor_code, first=group.first, last=group.last
    )
    return found | {WEIGHT: group.number}


def _person(
    group: sources.Youths | sources.Referrals, municipality_id: str, bands: Bands
) -> Record:
    found = indicators.youth_record(
        municipality_id=municipality_id,
        gender=group.gender,
        age=group.age,
        area=group.area,
        days=group.days,
    )
    found |= {name: age_code(group.age, ages) for name, ages in bands.items()}
    if isinstance(group, sources.Referrals):
        found |= indicators.referral_record(
            referrer=group.referrer,
            decision=group.decision,
            days_to_decision=group.days_to_decision,
            days=group.days,
        )
    return found | {WEIGHT: group.number}
