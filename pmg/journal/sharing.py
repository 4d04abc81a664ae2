"""Who takes part in a case, and who of them reads a contact moment: at once, when shared, never."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from pmg.cases import shares, taking_part
from pmg.cases.models import Case
from pmg.cases.shares import Thing
from pmg.cases.taking_part import Person
from pmg.extensions import db
from pmg.security import access
from pmg.security.identity import Organisation
from pmg.security.policy import Action, Category


@dataclass(frozen=True, slots=True)
class Party:
    """The people of one organisation on a case."""

    id: UUID
    name: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who could read a contact moment: colleagues at once, others when it is shared, or nobody."""

    colleagues: tuple[str, ...]
    parties: tuple[Party, ...]
    never: tuple[Party, ...]
    people: tuple[Person, ...]  # who can come along to an appointment


def audience(case: Case) -> Audience:
    """Return who takes part, as far as it matters for who may read."""
    access.require(Action.JOURNAL_WRITE, case)
    everyone, reader = taking_part.people(case), access.reader()
    everyone = sorted(everyone, key=lambda one: one.name.casefold())
    others = [one for one in everyone if one.organisation_id != reader.organisation_id]
    mine = [one for one in everyone if one.organisation_id == reader.organisation_id]
    reached = [one for one in others if one.reads(Category.JOURNAL, own=False, shared=True)]
    parties = _parties(reached)
    known = {party.id for party in parties}
    colleagues = [one for one in mine if one.id != reader.user_id]
    return Audience(
        colleagues=tuple(one.name for one in colleagues),
        parties=parties,
        never=_parties(one for one in others if one.organisation_id not in known),
        people=(*colleagues, *reached),
    )


def shares_on(case: Case) -> dict[UUID, list[str]]:
    """Return with which organisations each contact moment is shared, as far as that may be told."""
    access.require(Action.JOURNAL_SHOW, case)
    found = shares.names_on(case.id, Thing.CONTACT)
    if not found:
        return {}
    rows = db.session.execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.municipality_id == case.municipality_id,
            Organisation.id.in_({one for some in found.values() for one in some}),
        )
    )
    names: dict[UUID, str] = {row.id: row.name for row in rows}
    return {key: sorted(names[one] for one in some) for key, some in found.items()}


def _parties(people: Iterable[Person]) -> tuple[Party, ...]:
    by_id: dict[UUID, list[Person]] = {}
    for one in people:
        by_id.setdefault(one.organisation_id, []).append(one)
    found = [
        Party(key, some[0].organisation, tuple(one.name for one in some))
        for key, some in by_id.items()
    ]
    return tuple(sorted(found, key=lambda party: party.name.casefold()))
