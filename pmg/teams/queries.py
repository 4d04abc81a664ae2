"""What the pages of handing over and of a team show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from pmg.accounts.queries import names
from pmg.cases import members, rules
from pmg.cases.models import facts_of
from pmg.cases.naming import names_of
from pmg.extensions import db
from pmg.reference.municipalities import FOCUS_AREAS
from pmg.security import access
from pmg.security.policy import Action, Role
from pmg.teams.models import Handover


@dataclass(frozen=True, slots=True)
class Waiting:
    """A handover that the reader has not read yet."""

    id: UUID
    who: str
    given_on: date


@dataclass(frozen=True, slots=True)
class Carried:
    """One case as a team manager knows it: a number, and where it stands."""

    case_id: UUID
    number: str
    status: str
    area: str
    referred_on: date
    function: str
    is_movable: bool


@dataclass(frozen=True, slots=True)
class Carrier:
    """One of the team, with what he carries."""

    user_id: UUID
    name: str
    cases: tuple[Carried, ...]

    def count(self, status: rules.Status) -> int:
        """Return how many of his cases stand at this status."""
        return sum(case.status == status.label for case in self.cases)


def to_read() -> list[Waiting]:
    """Return the handovers to the reader that he has not acknowledged, oldest first."""
    reader = access.reader()
    rows = db.session.execute(
        select(Handover.id, Handover.case_id, Handover.given_at)
        .where(
            Handover.municipality_id == reader.municipality_id,
            Handover.to_id == reader.user_id,
            Handover.read_at.is_(None),
        )
        .order_by(Handover.given_at)
    ).all()
    who = names_of({row.case_id for row in rows})
    return [Waiting(row.id, who.get(row.case_id, ""), row.given_at.date()) for row in rows]


def takers(function: Role) -> list[tuple[str, str]]:
    """Return to whom the reader may hand over, as choices of a form."""
    own = access.reader().user_id
    return [
        (str(who.id), f"{who.name} ({who.organisation})")
        for who in members.colleagues(function)
        if who.id != own
    ]


def team(*, today: date) -> list[Carrier]:
    """Return the reader's team by name with what each carries: numbers of cases, no youths.

    Who carries nothing is there too. Raises NotPermitted for who manages no team.
    """
    access.require(Action.TEAM_SHOW, access.workplace())
    rows = db.session.execute(text("SELECT * FROM pmg_team_seats()")).all()
    workers = {who.id: who.name for who in _own_organisation()}
    others = names({row.user_id for row in rows} - workers.keys())
    everyone = workers | others
    found = [
        Carrier(user_id, name, tuple(_carried(rows, user_id, today)))
        for user_id, name in everyone.items()
    ]
    return sorted(found, key=lambda carrier: carrier.name.casefold())


def _own_organisation() -> Iterable[members.Colleague]:
    own = access.reader().organisation_name
    return [who for who in members.colleagues(Role.YOUTH_WORKER) if who.organisation == own]


def _carried(rows: Iterable[Any], user_id: UUID, today: date) -> Iterable[Carried]:
    for row in sorted(rows, key=lambda row: str(row.number)):
        if row.user_id == user_id:
            area = FOCUS_AREAS.get(row.focus_area_code or "")
            yield Carried(
                row.case_id,
                row.number,
                rules.status(facts_of(row), today).label,
                area.name if area else "",
                row.referred_on,
                Role(row.function).label,
                is_movable=row.function == Role.YOUTH_WORKER and row.valid_until is None,
            )
