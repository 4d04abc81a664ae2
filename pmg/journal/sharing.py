"""Who takes part in a case, and who of them could read what is shared with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import load_only

from pmg.cases.models import Case
from pmg.clock import today
from pmg.extensions import db
from pmg.journal.models import JournalEntry, JournalShare
from pmg.security import access, policy
from pmg.security.identity import CaseMember, Organisation, User
from pmg.security.policy import Action, Category, Facts, Role, Who


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone with a seat on the case now; the function says what he can read."""

    user_id: UUID
    name: str
    function: Role
    organisation_id: UUID
    organisation: str
    partner_code: str

    @property
    def can_be_shared_with(self) -> bool:
        """Whether the policy table lets a share reach him."""
        who = Who(frozenset({self.function}), self.partner_code, active=True)
        facts = Facts(same_municipality=True, member=True, shared=True)
        return policy.decide(who, Action.DATA_READ, Category.JOURNAL, facts).allow


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
    people: tuple[Participant, ...]  # who can come along to an appointment


@dataclass(frozen=True, slots=True)
class Shared:
    """With which organisation it is shared, and until when, if that was said."""

    organisation_id: UUID
    name: str
    until: date | None


def audience(case: Case) -> Audience:
    """Return who takes part, as far as it matters for who may read."""
    access.require(Action.JOURNAL_WRITE, case)
    everyone = _participants(case)
    reader = access.reader()
    others = [one for one in everyone if one.organisation_id != reader.organisation_id]
    mine = [one for one in everyone if one.organisation_id == reader.organisation_id]
    reached = [one for one in others if one.can_be_shared_with]
    parties = _parties(reached)
    known = {party.id for party in parties}
    colleagues = [one for one in mine if one.user_id != reader.user_id]
    return Audience(
        colleagues=tuple(one.name for one in colleagues),
        parties=parties,
        never=_parties(one for one in others if one.organisation_id not in known),
        people=(*colleagues, *reached),
    )


def people_of(case: Case, organisations: Iterable[UUID]) -> list[UUID]:
    """Return who of these organisations takes part and could read what is shared with them."""
    access.require(Action.JOURNAL_WRITE, case)
    wanted = set(organisations)
    return [
        one.user_id
        for one in (_participants(case) if wanted else ())
        if one.organisation_id in wanted and one.can_be_shared_with
    ]


def shared_with(entry: JournalEntry) -> tuple[Shared, ...]:
    """Return the organisations with which it is shared now, by name."""
    access.require(Action.DATA_READ, entry, category=entry.category)
    rows = db.session.execute(
        select(JournalShare.organisation_id, Organisation.name, JournalShare.until)
        .join(
            Organisation,
            (Organisation.municipality_id == JournalShare.municipality_id)
            & (Organisation.id == JournalShare.organisation_id),
        )
        .where(
            JournalShare.municipality_id == entry.municipality_id,
            JournalShare.entry_id == entry.id,
            JournalShare.withdrawn_at.is_(None),
            or_(JournalShare.until.is_(None), JournalShare.until >= today()),
        )
    )
    return tuple(sorted((Shared(*row) for row in rows), key=lambda one: one.name.casefold()))


def shares_on(case: Case) -> dict[UUID, list[str]]:
    """Return of each contact moment that the reader may read with which organisations it is."""
    access.require(Action.JOURNAL_SHOW, case)
    rows = db.session.execute(
        select(JournalShare.entry_id, Organisation.name)
        .join(
            Organisation,
            (Organisation.municipality_id == JournalShare.municipality_id)
            & (Organisation.id == JournalShare.organisation_id),
        )
        .where(
            JournalShare.municipality_id == case.municipality_id,
            JournalShare.case_id == case.id,
            JournalShare.withdrawn_at.is_(None),
            or_(JournalShare.until.is_(None), JournalShare.until >= today()),
        )
        .order_by(Organisation.name)
    )
    found: dict[UUID, list[str]] = {}
    for entry_id, name in rows:
        found.setdefault(entry_id, []).append(name)
    return found


def _participants(case: Case) -> list[Participant]:
    rows = db.session.execute(
        select(CaseMember.function, User, Organisation)
        .join(
            User,
            and_(
                User.municipality_id == CaseMember.municipality_id,
                User.id == CaseMember.user_id,
            ),
        )
        .join(
            Organisation,
            and_(
                Organisation.municipality_id == User.municipality_id,
                Organisation.id == User.organisation_id,
            ),
        )
        .where(
            CaseMember.municipality_id == case.municipality_id,
            CaseMember.case_id == case.id,
            CaseMember.is_current(),
        )
        .options(load_only(User.name_sealed, User.organisation_id))
    )
    found = [
        Participant(user.id, user.name, Role(function), where.id, where.name, where.partner_code)
        for function, user, where in rows
    ]
    return sorted(found, key=lambda one: one.name.casefold())


def _parties(people: Iterable[Participant]) -> tuple[Party, ...]:
    by_id: dict[UUID, list[Participant]] = {}
    for one in people:
        by_id.setdefault(one.organisation_id, []).append(one)
    found = [
        Party(key, some[0].organisation, tuple(one.name for one in some))
        for key, some in by_id.items()
    ]
    return tuple(sorted(found, key=lambda party: party.name.casefold()))
