"""From groups of units, as they were gathered, to records with a category in each dimension."""

from collections.abc import Iterable, Mapping

from pmg.definitions.vocabulary import AGE, Ages, Unit, age_code, kind_of, read_bands
from pmg.disclosure.specs import Hierarchy
from pmg.reports import indicators, sources
from pmg.reports.indicators import WEIGHT

Records = Mapping[str, Iterable[Mapping[str, str | int]]]


def records(
    gathered: sources.Gathered, municipality_id: str, *, hierarchies: Iterable[Hierarchy] = ()
) -> Records:
    """Return the records of each unit, with the number that each stands for.

    Of the hierarchies only those of ages matter: each has bands of its own.
    """
    bands = {h.dimension: read_bands(h.codes) for h in hierarchies if kind_of(h.dimension) == AGE}
    return {
        Unit.YOUTHS: [
            _person(group, municipality_id, bands) | {WEIGHT: group.number}
            for group in gathered.youths
        ],
        Unit.REFERRALS: [
            _person(group, municipality_id, bands)
            | indicators.referral_record(
                referrer=group.referrer,
                decision=group.decision,
                days_to_decision=group.days_to_decision,
            )
            | {WEIGHT: group.number}
            for group in gathered.referrals
        ],
        Unit.TRAJECTORIES: [
            indicators.trajectory_record(
                intervention_code=group.intervention_code,
                ending=group.ending,
                result=group.result,
                funding=group.funding,
            )
            | {WEIGHT: group.number}
            for group in gathered.trajectories
        ],
        Unit.FACTORS: [
            indicators.factor_record(
                factor_code=group.factor_code, first=group.first, last=group.last
            )
            | {WEIGHT: group.number}
            for group in gathered.factors
        ],
    }


def _person(
    group: sources.Youths | sources.Referrals, municipality_id: str, bands: Mapping[str, Ages]
) -> dict[str, str]:
    found = indicators.youth_record(
        municipality_id=municipality_id,
        gender=group.gender,
        age=group.age,
        area=group.area,
        days=group.days,
    )
    return found | {name: age_code(group.age, ages) for name, ages in bands.items()}
