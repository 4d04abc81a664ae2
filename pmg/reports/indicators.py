"""In which category of each dimension the casework falls. Pure."""

from pmg.cases.rules import Outcome as Triage
from pmg.definitions.ties import (
    BEGUN,
    DECIDED,
    NOT_YET,
    YEARS,
    begun_code,
    decided_code,
    years_code,
)
from pmg.definitions.vocabulary import (
    AGE,
    DEFAULT_AGES,
    OUTSIDE,
    UNKNOWN,
    Deciding,
    Direction,
    Gender,
    Outcome,
    Waiting,
    age_code,
)
from pmg.interventions.rules import CompletionResult
from pmg.reference.factors import FACTORS, FactorKind
from pmg.reference.interventions import INTERVENTIONS
from pmg.reference.municipalities import MUNICIPALITIES

WEIGHT = "aantal"
"""Key of a record with the number of units that it stands for."""

_PRESENCE = {name: step for step, name in enumerate(("afwezig", "beperkt", "duidelijk", "sterk"))}
_WAITED_BELOW = (
    (14, Waiting.TWO_WEEKS),
    (42, Waiting.SIX_WEEKS),
    (91, Waiting.THIRTEEN_WEEKS),
)
_DECIDED_BELOW = (
    (7, Deciding.ONE_WEEK),
    (14, Deciding.TWO_WEEKS),
    (28, Deciding.FOUR_WEEKS),
)


def waiting(days: int | None) -> Waiting:
    """Return the band of a number of days; None means not started."""
    if days is None:
        return Waiting.NOT_STARTED
    return next((band for below, band in _WAITED_BELOW if days < below), Waiting.LONGER)


def deciding(days: int | None) -> Deciding:
    """Return the band of a number of days; None means not decided."""
    if days is None:
        return Deciding.NOT_DECIDED
    return next((band for below, band in _DECIDED_BELOW if days < below), Deciding.LONGER)


def direction(kind: FactorKind, first: str, last: str) -> Direction:
    """Tell which way one factor went, from two presences that are known."""
    change = _PRESENCE[last] - _PRESENCE[first]
    if change == 0:
        return Direction.SAME
    return Direction.BETTER if (change > 0) == (kind is FactorKind.PROTECTIVE) else Direction.WORSE


def area_code(municipality_id: str, area: str | None) -> str:
    """Return the focus area of this municipality that a case is of, or that it is of none."""
    own = {one.code for one in MUNICIPALITIES[municipality_id].focus_areas}
    return area if area in own else OUTSIDE


def youth_record(
    *, municipality_id: str, gender: str, age: int, area: str | None, days: int | None
) -> dict[str, str]:
    """Return the categories of a youth; other bands of ages are added by who knows them."""
    waited = waiting(days)
    return {
        AGE: age_code(age, DEFAULT_AGES),
        YEARS: years_code(age),
        "geslacht": Gender(gender),
        "gebied": area_code(municipality_id, area),
        "wachttijd": waited,
        # How soon it was decided is not counted of a youth.
        BEGUN: begun_code(Triage.ACCEPT, Deciding.ONE_WEEK, waited),
    }


def referral_record(
    *,
    referrer: str | None,
    decision: str | None,
    days_to_decision: int | None,
    days: int | None = None,
) -> dict[str, str]:
    """Return the categories of a referral, beside those of its youth."""
    found = decision or NOT_YET
    time = deciding(days_to_decision)
    return {
        "aanmelder": referrer or UNKNOWN,
        "besluit": found,
        "besluittijd": time,
        DECIDED: decided_code(found, time),
        BEGUN: begun_code(found, time, waiting(days)),
    }


def trajectory_record(  # noqa: PLR0913 - a trajectory is as many things as these
    *,
    municipality_id: str,
    area: str | None,
    intervention_code: str,
    ending: str | None,
    result: str | None = None,
    funding: str | None = None,
) -> dict[str, str]:
    """Return the categories of a trajectory; `ending` is None while it runs."""
    intervention = INTERVENTIONS[intervention_code]
    state = Outcome(ending or Outcome.RUNNING)
    reached = CompletionResult(result) if state is Outcome.COMPLETED and result else state
    return {
        "gebied": area_code(municipality_id, area),
        "bewijs": intervention.evidence_level,
        "spoor": intervention.track,
        "inzet": intervention_code,
        "uitkomst": state,
        "resultaat": str(reached),
        "geldstroom": funding or UNKNOWN,
    }


def factor_record(*, factor_code: str, first: str | None, last: str | None) -> dict[str, str]:
    """Return the categories of one factor of one youth; None where too little is known."""
    factor = FACTORS[factor_code]
    went = direction(factor.kind, first, last) if first and last else Direction.TOO_FEW
    return {"soort": factor.kind, "domein": factor.domain, "richting": went}
