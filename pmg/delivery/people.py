"""Who works on a trajectory: who takes part in the case, who carries it out, who may approve.

Who carries it out sits on no case. He knows the youth by the letter that was sent to him.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import load_only

from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.extensions import db
from pmg.interventions.models import Trajectory
from pmg.providers import referring
from pmg.providers.models import ProviderReferral
from pmg.security import access, encryption
from pmg.security.identity import User
from pmg.security.policy import Action, Role

_PEOPLE = text("SELECT user_id, answers FROM pmg_people_of_trajectory(:id)")
_OF_ALL = text(
    "SELECT t.id, p.user_id, p.answers FROM unnest(CAST(:ids AS uuid[])) t (id)"
    " CROSS JOIN LATERAL pmg_people_of_trajectory(t.id) p"
)
_CARRIED = text("pmg_my_deliveries()")


@dataclass(frozen=True, slots=True)
class Head:
    """How a page names the youth; of whom it carries out, a provider knows no number of a case."""

    name: str
    number: str = ""
    referral_id: UUID | None = None


def case_of(row: Any) -> Case:
    """Return the case that a row belongs to; only for who takes part in it."""
    return db.session.get_one(Case, (row.municipality_id, row.case_id))


def takes_part(row: Any) -> bool:
    """Tell whether the reader takes part in the case; else he is one who carries it out."""
    return access.may(Action.CASE_SHOW, row)


def head(trajectory: Trajectory, *, today: date) -> Head:
    """Return how a page names the youth."""
    if takes_part(trajectory):
        header = cases.header(case_of(trajectory), today=today)
        return Head(header.name, header.number)
    referral = referring.of_trajectory(trajectory.id)
    if referral is None:
        return Head("")
    return Head(referral.told_name, referral_id=referral.id)


def told_names(case_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return by case the name that the reader's organisation was told of whom it works with."""
    reader = access.reader()
    if Role.PARTNER not in reader.roles:
        return {}
    rows = db.session.scalars(
        select(ProviderReferral).where(
            ProviderReferral.municipality_id == reader.municipality_id,
            ProviderReferral.case_id.in_(list(case_ids)),
            ProviderReferral.trajectory_id.in_(select(_CARRIED)),
        )
    ).all()
    encryption.prefetch(row.youth_id for row in rows)
    return {row.case_id: row.told_name for row in rows}


def referrers(trajectory: Trajectory) -> set[UUID]:
    """Return who answers for the referral now: who assigned it, and who directs the case."""
    return {user_id for user_id, answers in _people(trajectory) if answers}


def approvers(trajectory: Trajectory, writers: set[UUID]) -> set[UUID]:
    """Return who can approve a plan that these people wrote: never one of them.

    Who answers for the referral comes first. Where they all wrote in it themselves, it is another
    worker on the case: the second pair of eyes is what counts.
    """
    return can_approve(_people(trajectory), writers)


def can_approve(people: Collection[tuple[UUID, bool]], writers: set[UUID]) -> set[UUID]:
    """Return who of these can approve, as `approvers` does; each with whether he answers for it."""
    first = {user_id for user_id, answers in people if answers} - writers
    return first or {user_id for user_id, _answers in people} - writers


def of_all(trajectory_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, bool]]]:
    """Return by trajectory who works on its case, and whether he answers for the referral."""
    found: dict[UUID, list[tuple[UUID, bool]]] = {}
    for id_, user_id, answers in db.session.execute(_OF_ALL, {"ids": list(trajectory_ids)}):
        found.setdefault(id_, []).append((user_id, answers))
    return found


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of colleagues."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(User)
        .options(load_only(User.name_sealed))
        .where(User.municipality_id == access.reader().municipality_id, User.id.in_(wanted))
    )
    return {user.id: user.name for user in rows}


def _people(trajectory: Trajectory) -> list[tuple[UUID, bool]]:
    rows = db.session.execute(_PEOPLE, {"id": trajectory.id})
    return [(user_id, answers) for user_id, answers in rows]
