"""Verbs of one question: whether another organisation knows this youth.

Asked of an organisation with a seat on the case alone: for any other the name would be told without
a ground. The answer is one of three words; it opens nothing of either side.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

from pmg.cases import taking_part
from pmg.cases.models import Case
from pmg.clock import now
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reference import share_bases
from pmg.reference.legal_bases import PURPOSES, LegalBasis
from pmg.security import access, audit, telling
from pmg.security.policy import Action, Category
from pmg.security.telling import Kind
from pmg.sharing import asked, rules, services
from pmg.sharing.models import KnownQuestion
from pmg.sharing.rules import Answer


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of whom, on what ground and why."""

    organisation_id: UUID
    purpose: str
    legal_basis: str
    words: str


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
        for one in asked.questions(case)
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
    named = ("", names[wanted.organisation_id])
    audit.wrote(Action.KNOWN_ASK, question, question.id, asked=named)
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
    if asked.case_of(question).closed_on is not None:
        raise Invalid("answer", "Deze zaak is afgesloten. Een antwoord is niet meer nodig.")
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
