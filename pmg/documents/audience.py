"""Who can read a document, whether a receiver may take it, and which categories one may enter."""

from dataclasses import dataclass
from uuid import UUID

from pmg.cases import taking_part
from pmg.cases.models import Case
from pmg.documents.models import Document
from pmg.documents.rules import Law
from pmg.extensions import db
from pmg.security import access, policy
from pmg.security.policy import Action, Category, Tie


def readers(document: Document) -> list[taking_part.Person]:
    """Return who takes part and can read this document at this moment."""
    category, source = document.category, document.organisation_id
    return [
        one
        for one in taking_part.people(_case_of(document))
        if one.reads(
            category,
            own=one.organisation_id == source,
            shared=one.organisation_id in document.receivers,
        )
    ]


def may_be_taken(category: Category) -> bool:
    """Tell whether anyone may download a document of this category that was shared with him."""
    return any(
        rule.action is Action.DOCUMENT_DOWNLOAD
        and rule.tie is Tie.SHARED
        and category in rule.categories
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
