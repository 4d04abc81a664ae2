"""What came of each intervention over the reader's own cases, read for the team alone.

No name is opened and none is shown; the log says of each youth that he was counted.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from pmg.catalogue import shelf as catalogue
from pmg.delivery import outcomes
from pmg.delivery.models import GoalReport
from pmg.delivery.outcomes import Followed, Outcome, Sighting
from pmg.delivery.rules import Reached
from pmg.extensions import db
from pmg.factors.models import FactorObservation
from pmg.factors.rules import Direction, Presence
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import CompletionResult, StopReason, TrajectoryState
from pmg.reference.factors import FACTORS, Factor
from pmg.reference.interventions import Intervention
from pmg.security import access
from pmg.security.access import Membership
from pmg.security.identity import CaseMember
from pmg.security.policy import Action, Role

COUNTED = "counted"
_Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class FactorLine:
    """How often professionals saw one factor go which way, over the trajectories that ended."""

    factor: Factor
    better: int
    same: int
    worse: int
    unclear: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What came of one intervention."""

    intervention: Intervention
    outcome: Outcome
    factors: tuple[FactorLine, ...]


def interventions() -> list[tuple[Intervention, int]]:
    """Return what is set to work in the reader's own cases, by name, and how often it began."""
    access.require(Action.DELIVERY_COUNT, access.workplace())
    found: dict[str, int] = defaultdict(int)
    for row in _own():
        found[row.intervention_code] += row.started_on is not None
    lines = [(catalogue.entry(code), number) for code, number in found.items()]
    return sorted(lines, key=lambda line: line[0].name_nl.casefold())


def sheet(code: str) -> Sheet | None:
    """Return what came of one intervention in the reader's own cases; None when it is in none."""
    access.require(Action.DELIVERY_COUNT, access.workplace())
    rows = [row for row in _own() if row.intervention_code == code]
    if not rows:
        return None
    for row in rows:
        access.work().subjects.setdefault(row.youth_id, set()).add(COUNTED)
    goals, sightings = _goals(rows), _sightings(rows)
    outcome = outcomes.count(_followed(row, goals[row.id], sightings) for row in rows)
    return Sheet(catalogue.entry(code), outcome, tuple(_lines(outcome)))


def _lines(outcome: Outcome) -> Iterable[FactorLine]:
    for code in sorted(outcome.factors, key=lambda one: FACTORS[one].name_nl.casefold()):
        went = outcome.factors[code]
        yield FactorLine(
            FACTORS[code],
            better=went[Direction.BETTER],
            same=went[Direction.SAME],
            worse=went[Direction.WORSE],
            unclear=went[Direction.UNCLEAR],
        )


def _own() -> list[Trajectory]:
    """Return the trajectories of the cases in which the reader takes part now."""
    reader = access.reader()
    rows = db.session.execute(
        select(Trajectory, CaseMember.function)
        .join(
            CaseMember,
            (CaseMember.municipality_id == Trajectory.municipality_id)
            & (CaseMember.case_id == Trajectory.case_id)
            & CaseMember.is_current(),
        )
        .where(
            Trajectory.municipality_id == reader.municipality_id,
            CaseMember.user_id == reader.user_id,
        )
    ).all()
    for row, function in rows:
        access.remember(Membership(row.case_id, row.youth_id, Role(function)))
    return [row for row, _function in rows if access.may(Action.DELIVERY_SHOW, row)]


def _goals(rows: list[Trajectory]) -> dict[UUID, tuple[Reached, ...]]:
    found: dict[UUID, tuple[Reached, ...]] = defaultdict(tuple)
    told = db.session.execute(
        select(GoalReport.trajectory_id, GoalReport.outcome).where(
            GoalReport.municipality_id == access.reader().municipality_id,
            GoalReport.trajectory_id.in_([row.id for row in rows]),
        )
    )
    for trajectory_id, outcome in told:
        found[trajectory_id] += (Reached(outcome),)
    return found


def _sightings(rows: list[Trajectory]) -> dict[_Key, list[Sighting]]:
    """Return what was said and not corrected of the targeted factors, as far as he may read it."""
    codes = {code for row in rows for code in row.target_factors}
    seen = db.session.scalars(
        select(FactorObservation)
        .where(
            FactorObservation.municipality_id == access.reader().municipality_id,
            FactorObservation.case_id.in_({row.case_id for row in rows}),
        )
        .order_by(FactorObservation.seen_on, FactorObservation.created_at)
    ).all()
    corrected = {one.corrects_id for one in seen}
    found: dict[_Key, list[Sighting]] = defaultdict(list)
    for one in seen:
        if one.id in corrected or one.factor_code not in codes:
            continue
        if access.may(Action.DATA_READ, one, category=one.category):
            place = found[one.case_id, one.factor_code]
            place.append(Sighting(one.seen_on, Presence(one.presence)))
    return found


def _followed(
    row: Trajectory, goals: tuple[Reached, ...], sightings: dict[_Key, list[Sighting]]
) -> Followed:
    is_completed = row.ending == TrajectoryState.COMPLETED
    factors = {}
    if row.started_on is not None and row.ended_on is not None:
        factors = {
            code: outcomes.way(
                sightings[row.case_id, code],
                FACTORS[code].kind,
                started_on=row.started_on,
                ended_on=row.ended_on,
            )
            for code in row.target_factors
        }
    return Followed(
        youth_id=row.youth_id,
        started_on=row.started_on,
        ended_on=row.ended_on,
        result=CompletionResult(row.end_reason) if is_completed and row.end_reason else None,
        stopped=StopReason(row.end_reason) if not is_completed and row.end_reason else None,
        goals=goals,
        factors=factors,
    )
