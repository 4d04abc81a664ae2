"""Which interventions are set to work in an invented case, and how each of them went."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from pmg.demo import phrases
from pmg.demo.chances import chance, weighted
from pmg.demo.people import Organisation, Staff
from pmg.demo.themes import Theme
from pmg.interventions.rules import CompletionResult, Funding, StopReason, TrajectoryState
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import INTERVENTIONS, Intervention, InterventionKind, Setting

_USUAL_WEEKS = 20
# Sentences of a court are not for a municipality to assign, and a lecture on crime may do harm.
_NOT_OURS = frozenset({"TAAKSTRAF", "JEUGDRECL", "ITBHK", "GBM", "RECLTOEZICHT", "GEBIEDSVERBOD"})
_PROVIDERS = {
    Setting.INDIVIDUAL: ("JEUGDHULP",),
    Setting.FAMILY: ("JEUGDHULP",),
    Setting.GROUP: ("JONGERENWERK", "JEUGDHULP"),
    Setting.SCHOOL: ("SCHOOL",),
    Setting.DISTRICT: ("JONGERENWERK",),
}
_PAID_BY = {
    Setting.SCHOOL: Funding.SCHOOL_AND_SURROUNDINGS,
    Setting.DISTRICT: Funding.KANSRIJKE_WIJK,
}
# What is the work of one kind of organisation, wherever it is done.
_WORK_OF = {
    "JONGERENWERK": (
        "JWOPSCHOOL",
        "JWAMBULANT",
        "TALENTCOACH",
        "CREDMESS",
        "MENTOR",
        "SCHOOLSCOOL",
    ),
    "HALT": ("HALT", "HERSTEL"),
    "LEERPLICHT": ("LEERPLICHT",),
    "GEM-JEUGD": ("IPTA", "JPF", "PIT", "TRIPLEP45"),
    "GEM-OOV": ("JEUGDBOA", "LASTDWANGSOM", "BEVEL12MIN"),
}
_OFFERED_BY = {code: (partner,) for partner, codes in _WORK_OF.items() for code in codes}
_RESULTS = {
    CompletionResult.REACHED: 50,
    CompletionResult.PARTLY_REACHED: 38,
    CompletionResult.NOT_REACHED: 12,
}
_REASONS = {
    StopReason.YOUTH: 34,
    StopReason.NO_FIT: 20,
    StopReason.OTHER_HELP: 18,
    StopReason.NOT_NEEDED: 10,
    StopReason.PARENTS: 8,
    StopReason.MOVED: 4,
    StopReason.PROVIDER: 3,
    StopReason.NO_PLACE: 3,
}


@dataclass(frozen=True, slots=True)
class Work:
    """One intervention for one youth."""

    code: str
    provider: Organisation
    goal: str
    factors: tuple[str, ...]
    assigned_on: date
    planned_start: date
    planned_end: date
    started_on: date | None = None
    ended_on: date | None = None
    ending: str | None = None
    end_reason: str | None = None
    end_note: str | None = None

    @property
    def funding(self) -> str:
        """What pays for it: work at school and in the district also has money of its own."""
        return _PAID_BY.get(INTERVENTIONS[self.code].setting, Funding.PMG).value


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Around which the work is planned: the youth, who is there to help, and until which day."""

    theme: Theme
    staff: Staff
    age: int
    until: date

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors that the work may aim at."""
        return self.theme.factors + self.theme.protective


def work_of(rng: Random, around: Circumstances, *, since: date) -> tuple[Work, ...]:
    """Return one to three interventions, one after another with some overlap, told up to a day."""
    choices = _fitting(around.factors, around.age)
    count = min(weighted(rng, {1: 45, 2: 40, 3: 15}), len(choices))
    found: list[Work] = []
    assigned_on = since + timedelta(days=rng.randint(2, 35))
    for intervention in rng.sample(choices, count):
        if assigned_on > around.until:
            break
        one = _one(rng, intervention, around, assigned_on)
        found.append(one)
        length = (one.planned_end - one.planned_start).days
        assigned_on += timedelta(days=rng.randint(length // 4, length))
    return tuple(found)


@cache
def offered_here() -> tuple[Intervention, ...]:
    """Return what a municipality can have a contract for."""
    return tuple(
        one
        for one in INTERVENTIONS.values()
        if one.kind is not InterventionKind.PARTNERSHIP
        and one.warning is None
        and one.code not in _NOT_OURS
    )


@cache
def _fitting(factors: tuple[str, ...], age: int) -> tuple[Intervention, ...]:
    return tuple(
        one
        for one in offered_here()
        if one.fits_age(age) and set(factors) & set(one.target_factor_codes)
    )


def providers(intervention: Intervention) -> tuple[str, ...]:
    """Return the types of organisation that carry this out."""
    return _OFFERED_BY.get(intervention.code) or _PROVIDERS[intervention.setting]


def _one(rng: Random, intervention: Intervention, around: Circumstances, assigned_on: date) -> Work:
    aims = set(around.factors) & set(intervention.target_factor_codes)
    factors = tuple(sorted(aims))
    weeks = intervention.typical_duration_weeks or _USUAL_WEEKS
    start = assigned_on + timedelta(days=rng.randint(3, 28))
    end = start + timedelta(weeks=max(2, round(weeks * rng.uniform(0.7, 1.1))))
    plan = Work(
        code=intervention.code,
        provider=around.staff.organisation(rng.choice(providers(intervention))),
        goal=phrases.goal(rng, FACTORS[rng.choice(factors)].domain, around.age),
        factors=factors,
        assigned_on=assigned_on,
        planned_start=start,
        planned_end=end,
    )
    return _went(rng, plan, around.until)


def _went(rng: Random, plan: Work, until: date) -> Work:
    """Let a plan happen: it starts and ends, unless that day has not come yet."""
    begun = plan.planned_start + timedelta(days=rng.randint(-2, 12))
    if chance(rng, 5):
        return _stopped(rng, plan, None, plan.planned_start + timedelta(days=14), until)
    if begun > until:
        return plan
    if chance(rng, 22):
        lasted = round((plan.planned_end - begun).days * rng.uniform(0.15, 0.8))
        return _stopped(rng, plan, begun, begun + timedelta(days=max(1, lasted)), until)
    end = plan.planned_end + timedelta(days=rng.randint(-10, 25))
    if end > until or end <= begun:
        return _with(plan, started_on=begun)
    return _with(
        plan,
        started_on=begun,
        ended_on=end,
        ending=TrajectoryState.COMPLETED.value,
        end_reason=weighted(rng, _RESULTS).value,
        end_note=rng.choice(phrases.END_NOTES) if chance(rng, 50) else None,
    )


def _stopped(rng: Random, plan: Work, begun: date | None, end: date, until: date) -> Work:
    if end > until:
        return _with(plan, started_on=begun)
    return _with(
        plan,
        started_on=begun,
        ended_on=end,
        ending=TrajectoryState.STOPPED.value,
        end_reason=weighted(rng, _REASONS).value,
    )


def _with(plan: Work, **changes: object) -> Work:
    fields = {name: getattr(plan, name) for name in plan.__slots__}
    return Work(**(fields | changes))
