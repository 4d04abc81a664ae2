"""Who takes part in a case now, and what the policy table lets each of them read."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import load_only

from pmg.cases.models import Case
from pmg.extensions import db
from pmg.security import access, policy
from pmg.security.identity import CaseMember, Organisation, User
from pmg.security.policy import Action, Category, Facts, Role, Who


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a seat on the case now; the function says what he can read."""

    id: UUID
    name: str
    organisation_id: UUID
    organisation: str
    kind: str
    function: Role

    def reads(self, category: Category, *, own: bool, shared: bool = False) -> bool:
        """Tell what the policy says of an item of this category."""
        who = Who(frozenset({self.function}), self.kind, active=True)
        facts = Facts(same_municipality=True, member=True, own=own, shared=shared)
        return policy.decide(who, Action.DATA_READ, category, facts).allow

    def supplies(self, category: Category) -> bool:
        """Tell whether the policy lets him enter anything of this category."""
        who = Who(frozenset({self.function}), self.kind, active=True)
        facts = Facts(same_municipality=True, member=True, own=True)
        return any(
            policy.decide(who, action, category, facts).allow
            for action in (Action.DOCUMENT_ADD, Action.FACTOR_OBSERVE)
        )


@dataclass(frozen=True, slots=True)
class Receiver:
    """An organisation to which an item could be shown, and who there would read it."""

    organisation_id: UUID
    organisation: str
    kind: str
    people: tuple[str, ...]
    user_ids: tuple[UUID, ...]


def people(case: Case) -> list[Person]:
    """Return who takes part in the case now, by organisation and name."""
    access.require(Action.CASE_SHOW, case)
    rows = db.session.execute(
        select(User, Organisation, CaseMember.function)
        .join(
            CaseMember,
            and_(CaseMember.municipality_id == User.municipality_id, CaseMember.user_id == User.id),
        )
        .join(
            Organisation,
            and_(
                Organisation.municipality_id == User.municipality_id,
                Organisation.id == User.organisation_id,
            ),
        )
        .options(load_only(User.name_sealed, User.organisation_id))
        .where(
            CaseMember.municipality_id == case.municipality_id,
            CaseMember.case_id == case.id,
            CaseMember.is_current(),
        )
    )
    found = [
        Person(user.id, user.name, of.id, of.name, of.partner_code, Role(function))
        for user, of, function in rows
    ]
    return sorted(found, key=lambda one: (one.organisation.casefold(), one.name.casefold()))


def receivers(case: Case, source_id: UUID, category: Category) -> list[Receiver]:
    """Return the organisations that could read an item after a share decision, with who would."""
    grouped: dict[UUID, list[Person]] = {}
    for one in people(case):
        if one.organisation_id != source_id and one.reads(category, own=False, shared=True):
            grouped.setdefault(one.organisation_id, []).append(one)
    return [
        Receiver(
            key,
            some[0].organisation,
            some[0].kind,
            tuple(one.name for one in some),
            tuple(one.id for one in some),
        )
        for key, some in grouped.items()
    ]


def who_would_read(
    case: Case, source_id: UUID, category: Category, organisations: Iterable[UUID]
) -> list[UUID]:
    """Return who of these organisations reads an item that is shared with them."""
    wanted = set(organisations)
    if not wanted:
        return []
    return [
        user_id
        for one in receivers(case, source_id, category)
        if one.organisation_id in wanted
        for user_id in one.user_ids
    ]
