"""What waits for a decision of the reader: plans to approve, and pauses that were asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Row, and_, exists, or_, select

from pmg.cases.models import Case
from pmg.cases.naming import names_of
from pmg.catalogue import shelf as catalogue
from pmg.clock import AMSTERDAM
from pmg.delivery import people, resting, writing
from pmg.delivery.models import DeliveryEvent, DosagePlan
from pmg.delivery.rules import PlanState, Step
from pmg.extensions import db
from pmg.interventions.models import Trajectory
from pmg.security import access, policy
from pmg.security.policy import Action

_READ = "delivery.awaiting"
_Found = Row[Trajectory, Case, DosagePlan | None]
_People = dict[UUID, list[tuple[UUID, bool]]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: of which trajectory, of whom, since when; a plan has an id."""

    trajectory_id: UUID
    intervention: str
    who: str
    asked_on: date
    plan_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Awaited:
    """All that waits for the reader, the longest asked first."""

    plans: tuple[Waiting, ...] = ()
    pauses: tuple[Waiting, ...] = ()


def waiting(*, today: date) -> Awaited:
    """Return what waits for a decision of the reader; read once for all lists of a page."""
    kept = access.work().read
    if _READ not in kept:
        may = policy.grants(access.reader().who, Action.DELIVERY_APPROVE)
        kept[_READ] = _waiting(today) if may else Awaited()
    found = kept[_READ]
    assert isinstance(found, Awaited)
    return found


def _waiting(today: date) -> Awaited:
    rows = _rows()
    names = names_of({row.Trajectory.case_id for row in rows})
    open_rows = [row for row in rows if not writing.why_fixed(row.Trajectory, today=today)]
    if not open_rows:
        return Awaited()
    ids = [row.Trajectory.id for row in open_rows]
    events, seats = _events(ids), people.of_all(ids)
    plans, pauses = [], []
    for trajectory, _case, plan in open_rows:
        told, who = events.get(trajectory.id, []), names[trajectory.case_id]
        if plan is not None and _judges(plan, told, seats):
            plans.append(_line(trajectory, who, _submitted(plan, told), plan.id))
        asked = resting.asked_of(told)
        if asked is not None and _answers(trajectory, asked, seats):
            pauses.append(_line(trajectory, who, asked.at.astimezone(AMSTERDAM).date()))
    return Awaited(_by_day(plans), _by_day(pauses))


def _rows() -> list[_Found]:
    """Return the trajectories of the reader's cases where something was asked.

    With the case, which says whether there is still work in it: who only carries a trajectory out
    sees none, and decides on neither.
    """
    asked = exists().where(
        DeliveryEvent.municipality_id == Trajectory.municipality_id,
        DeliveryEvent.trajectory_id == Trajectory.id,
        DeliveryEvent.step == Step.PAUSE_ASKED.value,
    )
    return list(
        db.session.execute(
            select(Trajectory, Case, DosagePlan)
            .join(
                Case,
                and_(
                    Case.municipality_id == Trajectory.municipality_id,
                    Case.id == Trajectory.case_id,
                ),
            )
            .outerjoin(
                DosagePlan,
                and_(
                    DosagePlan.municipality_id == Trajectory.municipality_id,
                    DosagePlan.trajectory_id == Trajectory.id,
                    DosagePlan.state == PlanState.WAITING.value,
                ),
            )
            .where(
                Trajectory.municipality_id == access.reader().municipality_id,
                Trajectory.ended_on.is_(None),
                or_(DosagePlan.id.is_not(None), asked),
            )
        )
    )


def _events(ids: list[UUID]) -> dict[UUID, list[DeliveryEvent]]:
    """Return by trajectory what happened, newest first."""
    rows = db.session.scalars(
        select(DeliveryEvent)
        .where(
            DeliveryEvent.municipality_id == access.reader().municipality_id,
            DeliveryEvent.trajectory_id.in_(ids),
        )
        .order_by(DeliveryEvent.at.desc(), DeliveryEvent.id)
    )
    found: dict[UUID, list[DeliveryEvent]] = {}
    for row in rows:
        found.setdefault(row.trajectory_id, []).append(row)
    return found


def _judges(plan: DosagePlan, told: Iterable[DeliveryEvent], seats: _People) -> bool:
    if not access.may(Action.DELIVERY_APPROVE, plan):
        return False
    can = people.can_approve(seats.get(plan.trajectory_id, []), writing.wrote(plan, told))
    return access.reader().user_id in can


def _answers(trajectory: Trajectory, asked: DeliveryEvent, seats: _People) -> bool:
    me = access.reader().user_id
    if asked.by_id == me or not access.may(Action.DELIVERY_APPROVE, trajectory):
        return False
    return (me, True) in seats.get(trajectory.id, [])


def _submitted(plan: DosagePlan, told: Iterable[DeliveryEvent]) -> date:
    steps = (Step.SUBMITTED, Step.ASKED_AGAIN)
    days = [one.at for one in told if one.plan_number == plan.number and one.step in steps]
    return max(days, default=plan.changed_at).astimezone(AMSTERDAM).date()


def _line(trajectory: Trajectory, who: str, on: date, plan_id: UUID | None = None) -> Waiting:
    name = catalogue.entry(trajectory.intervention_code).name_nl
    return Waiting(trajectory.id, name, who, on, plan_id)


def _by_day(found: Iterable[Waiting]) -> tuple[Waiting, ...]:
    return tuple(sorted(found, key=lambda one: (one.asked_on, one.who.casefold())))
