"""Verbs and queries of one question: whether another organisation knows this youth.

Asked of an organisation with a seat on the case alone: for any other the name would be told without
a ground. The answer is one of three words; it opens nothing of either side.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import aliased, load_only

from pmg.cases import taking_part
from pmg.cases.models import Case
from pmg.cases.naming import names_of
from pmg.clock import AMSTERDAM, now
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reference import share_bases
from pmg.reference.legal_bases import PURPOSES, LegalBasis, Purpose
from pmg.reference.share_bases import SHARE_BASES
from pmg.security import access, audit, telling
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action, Category
from pmg.security.telling import Kind
from pmg.sharing import rules, services
from pmg.sharing.models import KnownQuestion
from pmg.sharing.rules import Answer


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of whom, on what ground and why."""

    organisation_id: UUID
    purpose: str
    legal_basis: str
    words: str


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


def may_be_asked(case: Case) -> list[tuple[UUID, str]]:
    """Return the other organisations with a seat on the case, by name."""
    access.require(Action.KNOWN_ASK, case)
    ours = access.reader().organisation_id
    found = {
        one.organisation_id: one.organisation
        for one in taking_part.people(case)
        if one.organisation_id != ours
    }
    return list(found.items())


def ask(case: Case, wanted: Question, *, today: date) -> KnownQuestion:
    """Ask an organisation of the case whether it knows the youth.

    Raises NotPermitted; Invalid when the case is over, that organisation has no seat, it was asked
    and has yet to answer, or purpose, ground or words are missing.
    """
    access.require(Action.KNOWN_ASK, case)
    if not services.takes_sharing(case, today=today):
        raise Invalid("case", "Deze zaak is voorbij. Er kan niets meer worden gevraagd.")
    names = dict(may_be_asked(case))
    if wanted.organisation_id not in names:
        raise Invalid("organisation", "Kies een organisatie uit de lijst.")
    if wanted.purpose not in PURPOSES:
        raise Invalid("purpose", "Kies waarvoor u dit vraagt.")
    if wanted.legal_basis not in {basis.code for basis in grounds()}:
        raise Invalid("legal_basis", "Kies een grond uit de lijst.")
    words = rules.check_words("words", wanted.words, limit=rules.LINE_LIMIT)
    db.session.refresh(case, with_for_update=True)
    db.session.execute(select(func.pmg_sweep_known()))
    if any(
        one.asked == names[wanted.organisation_id] and not one.is_for_us and one.answer is None
        for one in questions(case)
    ):
        raise Invalid("organisation", "Dit hebt u al gevraagd. Wacht op het antwoord.")
    reader = access.reader()
    question = KnownQuestion(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        asking_id=reader.organisation_id,
        asked_by=reader.user_id,
        organisation_id=wanted.organisation_id,
        purpose=wanted.purpose,
        legal_basis=wanted.legal_basis,
        gone_at=now() + rules.UNANSWERED,
        get_in_touch=False,
        asked_words=words,
    )
    db.session.add(question)
    db.session.flush()
    asked = ("", names[wanted.organisation_id])
    audit.wrote(Action.KNOWN_ASK, question, question.id, asked=asked)
    people = [
        one.id for one in taking_part.people(case) if one.organisation_id == wanted.organisation_id
    ]
    telling.tell(Kind.KNOWN_ASKED, question, people, item_id=question.id)
    return question


def answer(question: KnownQuestion, said: Answer, *, get_in_touch: bool) -> None:
    """Answer for the organisation that is asked; it can be read for a month and opens nothing.

    Raises NotPermitted for any other organisation, Invalid when a colleague answered before.
    """
    access.require(Action.KNOWN_ANSWER, question)
    done = db.session.execute(
        update(KnownQuestion)
        .where(
            KnownQuestion.municipality_id == question.municipality_id,
            KnownQuestion.id == question.id,
            KnownQuestion.answer.is_(None),
        )
        .values(
            answer=said.value,
            get_in_touch=get_in_touch,
            answered_by=access.reader().user_id,
            answered_at=func.now(),
            gone_at=now() + rules.ANSWER_SHOWN,
        )
        .returning(KnownQuestion.id),
        execution_options={"synchronize_session": False},
    ).first()
    if done is None:
        raise Invalid("answer", "Een collega was u voor: hierop is al geantwoord.")
    audit.wrote(Action.KNOWN_ANSWER, question, question.id, answered=("", said.value))
    telling.tell(Kind.KNOWN_ANSWERED, question, [question.asked_by], item_id=question.id)


def grounds() -> list[LegalBasis]:
    """Return on what grounds the reader's organisation may ask."""
    return share_bases.open_for(Category.IDENTITY.value, access.reader().organisation_type)


def questions(case: Case) -> list[Asked]:
    """Return what the reader's organisation asked or is asked on a case, newest first."""
    access.require(Action.SHARE_SHOW, case)
    asking, asked = aliased(Organisation), aliased(Organisation)
    rows = db.session.execute(
        select(KnownQuestion, asking.name, asked.name, User)
        .join(
            asking,
            and_(
                asking.municipality_id == KnownQuestion.municipality_id,
                asking.id == KnownQuestion.asking_id,
            ),
        )
        .join(
            asked,
            and_(
                asked.municipality_id == KnownQuestion.municipality_id,
                asked.id == KnownQuestion.organisation_id,
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
        for row, asking_name, asked_name, user in rows
    ]


def asked(question: KnownQuestion) -> Asked:
    """Return one question that the reader's organisation is asked."""
    access.require(Action.KNOWN_ANSWER, question)
    return next(one for one in questions(case_of(question)) if one.id == question.id)


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
