"""Who can read a document, who could after a share decision, and which categories one may enter."""

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import load_only

from pmg.cases.models import Case
from pmg.documents.models import Document
from pmg.documents.rules import Law
from pmg.extensions import db
from pmg.security import access, policy
from pmg.security.identity import CaseMember, Organisation, User
from pmg.security.policy import Action, Category, Facts, Role, Tie, Who


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who takes part in the case now."""

    id: UUID
    name: str
    organisation_id: UUID
    organisation: str
    kind: str
    function: Role

    def reads(self, category: Category, *, own: bool, shared: bool = False) -> bool:
        """Tell what the policy says of a document of this category."""
        who = Who(frozenset({self.function}), self.kind, active=True)
        facts = Facts(same_municipality=True, member=True, own=own, shared=shared)
        return policy.decide(who, Action.DATA_READ, category, facts).allow


@dataclass(frozen=True, slots=True)
class Receiver:
    """An organisation to which a document could be shown, and who there would read it."""

    organisation_id: UUID
    organisation: str
    people: tuple[str, ...]


def people(case: Case) -> list[Person]:
    """Return who takes part in the case now, by organisation and name."""
    access.require(Action.DOCUMENT_SHOW, case)
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


def readers(document: Document) -> list[Person]:
    """Return who takes part and can read this document at this moment."""
    category, source = document.category, document.organisation_id
    return [
        one
        for one in people(_case_of(document))
        if one.reads(
            category,
            own=one.organisation_id == source,
            shared=one.organisation_id in document.receivers,
        )
    ]


def receivers(document: Document) -> list[Receiver]:
    """Return the organisations that could read it after a share decision, with who would."""
    access.require(Action.DOCUMENT_SHARE, document, category=document.category)
    would = [
        one
        for one in people(_case_of(document))
        if one.organisation_id != document.organisation_id
        and one.reads(document.category, own=False, shared=True)
    ]
    grouped = groupby(would, key=lambda one: (one.organisation_id, one.organisation))
    return [Receiver(*key, tuple(one.name for one in group)) for key, group in grouped]


def people_of(document: Document, organisation_id: UUID) -> list[UUID]:
    """Return who of an organisation takes part and reads a document once it is shared with it."""
    access.require(Action.DOCUMENT_SHARE, document, category=document.category)
    return [
        one.id
        for one in people(_case_of(document))
        if one.organisation_id == organisation_id
        and one.reads(document.category, own=False, shared=True)
    ]


def may_be_taken(document: Document) -> bool:
    """Tell whether anyone may download a document of this category that was shared with him."""
    return any(
        rule.action is Action.DOCUMENT_DOWNLOAD
        and rule.tie is Tie.SHARED
        and document.category in rule.categories
        for rule in policy.table()
    )


def laws(case: Case) -> list[Law]:
    """Return the categories that the reader may enter, from the least visible on."""
    access.require(Action.DOCUMENT_ADD, case)
    return [
        law
        for law in Law
        if access.may(Action.DOCUMENT_ADD, case, category=Category(law.value))
        and access.may(Action.DATA_READ, _Own(case), category=Category(law.value))
    ]


@dataclass(frozen=True, slots=True)
class _Own:
    """What the reader's own organisation is about to add to a case."""

    case: Case

    @property
    def municipality_id(self) -> str:
        return self.case.municipality_id

    @property
    def access_case_id(self) -> UUID:
        return self.case.id

    @property
    def access_youth_id(self) -> UUID:
        return self.case.youth_id

    @property
    def access_source_id(self) -> UUID:
        return access.reader().organisation_id


def _case_of(document: Document) -> Case:
    return db.session.get_one(Case, (document.municipality_id, document.case_id))
