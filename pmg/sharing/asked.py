"""What the pages show of the question whether a youth is known, to both sides of it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased, load_only

from pmg.cases.models import Case
from pmg.cases.naming import names_of
from pmg.clock import AMSTERDAM
from pmg.extensions import db
from pmg.reference.legal_bases import PURPOSES, LegalBasis, Purpose
from pmg.reference.share_bases import SHARE_BASES
from pmg.security import access
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action
from pmg.sharing.models import KnownQuestion
from pmg.sharing.rules import Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as both sides see it."""

    id: UUID
    case_id: UUID
    asking: str
    asked: str
    by: str
    on: date
    last_day: date
    purpose: Purpose
    basis: LegalBasis
    words: str
    answer: Answer | None
    get_in_touch: bool
    is_for_us: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that waits for the reader's organisation."""

    id: UUID
    last_day: date
    who: str


def questions(case: Case) -> list[Asked]:
    """Return what the reader's organisation asked or is asked on a case, newest first."""
    access.require(Action.SHARE_SHOW, case)
    ours = access.reader().organisation_id
    return [
        Asked(
            id=row.id,
            case_id=row.case_id,
            asking=asking_name,
            asked=asked_name,
            by=user.name,
            on=row.asked_at.astimezone(AMSTERDAM).date(),
            last_day=row.gone_at.astimezone(AMSTERDAM).date(),
            purpose=PURPOSES[row.purpose],
            basis=SHARE_BASES[row.legal_basis],
            words=row.asked_words,
            answer=Answer(row.answer) if row.answer else None,
            get_in_touch=row.get_in_touch,
            is_for_us=row.organisation_id == ours,
        )
        for row, asking_name, asked_name, user in _rows(case)
    ]


def one(question: KnownQuestion) -> Asked:
    """Return one question that the reader's organisation is asked."""
    access.require(Action.KNOWN_ANSWER, question)
    return next(each for each in questions(case_of(question)) if each.id == question.id)


def case_of(question: KnownQuestion) -> Case:
    """Return the case that a question is about."""
    access.require(Action.KNOWN_ANSWER, question)
    return db.session.get_one(Case, (question.municipality_id, question.case_id))


def waiting() -> list[Waiting]:
    """Return what waits for an answer of the reader's organisation, soonest gone first."""
    access.require(Action.SHARE_LIST, access.workplace())
    reader = access.reader()
    rows = db.session.execute(
        select(KnownQuestion.id, KnownQuestion.case_id, KnownQuestion.gone_at)
        .where(
            KnownQuestion.municipality_id == reader.municipality_id,
            KnownQuestion.organisation_id == reader.organisation_id,
            KnownQuestion.answer.is_(None),
        )
        .order_by(KnownQuestion.gone_at)
    ).all()
    names = names_of({row.case_id for row in rows})
    return [
        Waiting(row.id, row.gone_at.astimezone(AMSTERDAM).date(), names.get(row.case_id, ""))
        for row in rows
    ]


def _rows(case: Case) -> list[tuple[KnownQuestion, str, str, User]]:
    asking, other = aliased(Organisation), aliased(Organisation)
    found = db.session.execute(
        select(KnownQuestion, asking.name, other.name, User)
        .join(
            asking,
            and_(
                asking.municipality_id == KnownQuestion.municipality_id,
                asking.id == KnownQuestion.asking_id,
            ),
        )
        .join(
            other,
            and_(
                other.municipality_id == KnownQuestion.municipality_id,
                other.id == KnownQuestion.organisation_id,
            ),
        )
        .join(
            User,
            and_(
                User.municipality_id == KnownQuestion.municipality_id,
                User.id == KnownQuestion.asked_by,
            ),
        )
        .options(load_only(User.name_sealed, User.organisation_id))
        .where(
            KnownQuestion.municipality_id == case.municipality_id,
            KnownQuestion.case_id == case.id,
        )
        .order_by(KnownQuestion.asked_at.desc())
        .execution_options(populate_existing=True)
    )
    return [(row, asking_name, name, user) for row, asking_name, name, user in found]
