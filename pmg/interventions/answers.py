"""What people answer on the pages of interventions, and what must hold of it: pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from pmg.action_plans.rules import may_stand_with_goal
from pmg.cases.rules import add_months
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.interventions.rules import (
    CompletionResult,
    Funding,
    FundingReason,
    StopReason,
    check_planned,
)
from pmg.reference.factors import FACTORS, Factor
from pmg.reference.interventions import Intervention

SHORTEST_GOAL = 10
SHORTEST_WORDS = 10
LATEST_START_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Assignment:
    """One intervention for one youth: with whom, what for, from when until when."""

    intervention: Intervention
    provider_id: UUID
    goal: str
    target_factors: tuple[str, ...]
    planned_start: date
    planned_end: date
    is_age_confirmed: bool = False
    funding: Funding = Funding.PMG
    plan_goal_id: UUID | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """The first day, by who saw this version."""

    on: date
    version: int


@dataclass(frozen=True, slots=True)
class Completion:
    """An end as planned, by who saw this version."""

    result: CompletionResult
    on: date
    words: str
    version: int


@dataclass(frozen=True, slots=True)
class Stop:
    """An end before its time, by who saw this version."""

    reason: StopReason
    on: date
    words: str
    version: int


@dataclass(frozen=True, slots=True)
class OtherFunding:
    """Another stream of money, with why, by who saw this version."""

    funding: Funding
    reason: FundingReason
    version: int


def targets(intervention: Intervention) -> tuple[Factor, ...]:
    """Return the factors that an intervention aims at and that can stand with a goal."""
    return tuple(
        FACTORS[code]
        for code in intervention.target_factor_codes
        if may_stand_with_goal(FACTORS[code])
    )


def usual_end(intervention: Intervention, start: date) -> date | None:
    """Return the last day at the usual duration; None when that is not known."""
    weeks = intervention.typical_duration_weeks
    return start + timedelta(weeks=weeks) if weeks else None


def check_assignment(chosen: Assignment, *, age: int, not_before: date, today: date) -> str:
    """Return the clean goal; raise Invalid unless the assignment can be made.

    `age` is the age at the planned start; an intervention for another age must be confirmed.
    """
    goal = check_text("goal", chosen.goal)
    if len(goal) < SHORTEST_GOAL:
        raise Invalid("goal", "Schrijf in een zin op wat de jongere wil bereiken.")
    _check_targets(chosen)
    _check_days(chosen, not_before=not_before, today=today)
    intervention = chosen.intervention
    if not intervention.fits_age(age) and not chosen.is_age_confirmed:
        raise Invalid(
            "is_age_confirmed",
            "Deze inzet is voor %(first)d tot en met %(last)d jaar. De jongere is bij het begin "
            "%(age)d jaar. Bevestig dat u dit met de aanbieder hebt besproken, of kies iets "
            "anders.",
            first=intervention.age_min,
            last=intervention.age_max,
            age=age,
        )
    return goal


def check_words(words: str, *, is_needed: bool) -> str:
    """Return the clean words of an ending; raise Invalid when they are needed and too few."""
    clean = check_text("words", words)
    if is_needed and len(clean) < SHORTEST_WORDS:
        raise Invalid(
            "words",
            "Schrijf in een of twee zinnen op hoe het ging: minstens %(least)d tekens.",
            least=SHORTEST_WORDS,
        )
    return clean


def _check_targets(chosen: Assignment) -> None:
    possible = {factor.code for factor in targets(chosen.intervention)}
    if possible and not chosen.target_factors:
        raise Invalid("target_factors", "Kies waar de inzet op gericht is.")
    if not set(chosen.target_factors) <= possible:
        raise Invalid("target_factors", "Kies uit de factoren waar deze inzet voor bedoeld is.")


def _check_days(chosen: Assignment, *, not_before: date, today: date) -> None:
    if chosen.planned_start < not_before:
        raise Invalid(
            "planned_start", "Het begin ligt voor het besluit van de triage. Kies een latere dag."
        )
    if chosen.planned_start > add_months(today, LATEST_START_MONTHS):
        raise Invalid(
            "planned_start", "Het begin ligt meer dan twee jaar vooruit. Kijk het jaar na."
        )
    check_planned(chosen.planned_start, chosen.planned_end)
