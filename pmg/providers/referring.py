"""Verbs of referrals: send one to a provider, and what the provider answers."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Row, func, select, text

from pmg.cases.models import Case
from pmg.clock import AMSTERDAM
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.providers import rules
from pmg.providers.models import Offer, ProviderReferral
from pmg.providers.rules import Answer, Said
from pmg.security import access, audit, telling
from pmg.security.encryption import Place, data_cipher, seal
from pmg.security.identity import User
from pmg.security.policy import Action
from pmg.security.telling import Kind
from pmg.texts import translated

_PAD = 256
_ANSWER = text("SELECT * FROM pmg_answer_referral(:id, :seen, :says, :day, :why, :words)")
_CONVERSE = text("SELECT * FROM pmg_note_conversation(:id, :seen, :day)")


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a provider is told of a youth: nothing else of the file reaches him."""

    provider_id: UUID
    intervention_code: str
    catalogue_version: int
    name: str
    age: int
    goal: str
    message: str
    target_factors: tuple[str, ...]
    planned_start: date
    planned_end: date


def find_offer(case: Case, provider_id: UUID, code: str, *, start: date) -> Offer:
    """Return the offer that a youth can be referred to.

    Raises Invalid with the reason: no contract, not on that day, not in that area.
    """
    access.require(Action.INTERVENTION_ASSIGN, case)
    offer = db.session.scalars(
        select(Offer).where(
            Offer.municipality_id == case.municipality_id,
            Offer.organisation_id == provider_id,
            Offer.intervention_code == code,
        )
    ).one_or_none()
    if offer is None:
        raise Invalid(
            "provider",
            "Deze aanbieder heeft geen contract voor deze interventie. Kies een andere aanbieder, "
            "of vraag de beleidsmedewerker.",
        )
    reason = rules.why_not(offer.terms, start=start, area=case.focus_area_code)
    if reason:
        raise Invalid("provider", "%(reason)s", reason=reason)
    return offer


def send(case: Case, trajectory_id: UUID, letter: Letter) -> ProviderReferral:
    """Refer a youth to a provider, who is told that there is something to answer.

    Raises NotPermitted, and Invalid when he has no contract for it.
    """
    offer = find_offer(
        case, letter.provider_id, letter.intervention_code, start=letter.planned_start
    )
    referral = ProviderReferral(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        trajectory_id=trajectory_id,
        offer_id=offer.id,
        organisation_id=letter.provider_id,
        intervention_code=letter.intervention_code,
        catalogue_version=letter.catalogue_version,
        told_name=letter.name,
        told_age=str(letter.age),
        goal=letter.goal,
        message=letter.message or None,
        target_factors=list(letter.target_factors),
        planned_start=letter.planned_start,
        planned_end=letter.planned_end,
        sent_by=access.reader().user_id,
    )
    db.session.add(referral)
    db.session.flush()
    audit.wrote(Action.INTERVENTION_ASSIGN, referral, referral.id)
    _tell_provider(Kind.PROVIDER_ASKED, referral)
    return referral


def answer_as_provider(referral: ProviderReferral, said: Said, *, today: date) -> Answer:
    """Accept or refuse for one's own organisation.

    Returns what it came to: who accepts when it is full, puts the youth on the waiting list.
    Raises NotPermitted, Conflict when somebody was first, Invalid when there is still no place, or
    a refusal has no reason.
    """
    access.require(Action.PROVIDER_ANSWER, referral)
    return _answer(referral, said, action=Action.PROVIDER_ANSWER, today=today)


def answer_for_provider(referral: ProviderReferral, said: Said, *, today: date) -> Answer:
    """Note what a provider said who has nobody to answer here. Raises as `answer_as_provider`."""
    access.require(Action.INTERVENTION_MOVE, referral)
    return _answer(referral, said, action=Action.INTERVENTION_MOVE, today=today)


def note_conversation(
    referral: ProviderReferral, on: date, *, action: Action, version: int, today: date
) -> None:
    """Note the day of the first conversation, as the provider or as who works on the case.

    Raises NotPermitted, Conflict when somebody was first, Invalid when it cannot be that day.
    """
    access.require(action, referral)
    sent_on = referral.sent_at.astimezone(AMSTERDAM).date()
    rules.check_conversation(on, sent_on=sent_on, today=today)
    given = {"id": referral.id, "seen": version, "day": on}
    _judge(db.session.execute(_CONVERSE, given).first())
    audit.wrote(action, referral, referral.id, conversation=("", on.isoformat()))
    db.session.expire(referral)


def tell_it_is_over(trajectory_id: UUID) -> None:
    """Tell a provider that what was referred to him has ended; he sees it no more."""
    referral = of_trajectory(trajectory_id)
    if referral is not None and referral.answer != Answer.REFUSED:
        _tell_provider(Kind.PROVIDER_OVER, referral)


def of_trajectory(trajectory_id: UUID) -> ProviderReferral | None:
    """Return the referral of a trajectory; None for one from before there were referrals."""
    return db.session.scalars(
        select(ProviderReferral).where(
            ProviderReferral.municipality_id == access.reader().municipality_id,
            ProviderReferral.trajectory_id == trajectory_id,
        )
    ).one_or_none()


def answers_here(organisation_id: UUID) -> bool:
    """Tell whether an organisation has somebody who answers referrals here."""
    return bool(db.session.execute(select(func.pmg_answers_here(organisation_id))).scalar_one())


def _answer(referral: ProviderReferral, said: Said, *, action: Action, today: date) -> Answer:
    words = rules.check_said(said)
    sealed = None
    if words:
        place = Place(
            referral.municipality_id, referral.__tablename__, "refusal_sealed", referral.id
        )
        sealed = seal(data_cipher(referral.youth_id), place, words.encode(), pad=_PAD)
    before = referral.answer
    given = {
        "id": referral.id,
        "seen": said.version,
        "says": said.answer.value,
        "day": today,
        "why": said.reason.value if said.reason else None,
        "words": sealed,
    }
    outcome = Answer(_judge(db.session.execute(_ANSWER, given).first()))
    audit.wrote(action, referral, referral.id, answer=(before, outcome.value))
    db.session.expire(referral)
    return outcome


def _judge(row: "Row[tuple[str, str, UUID | None]] | None") -> str:
    """Return what was written; raise what stands in its way."""
    if row is None:
        raise NotPermitted("not_provider")
    if row.outcome == "vol":
        raise Invalid(
            "places",
            "Er is nog geen plek, of iemand wacht langer. De verwijzing blijft op de wachtlijst.",
        )
    if row.outcome == "voorbij":
        over = translated("Deze verwijzing is intussen ingetrokken of beëindigd.")
        raise Conflict(theirs={"told": over}, mine={})
    if row.outcome == "anders":
        raise Conflict(theirs={"told": _first(row.first_answer, row.first_by)}, mine={})
    return str(row.outcome)


def _first(answer: str, by: UUID | None) -> str:
    user = db.session.get(User, (access.reader().municipality_id, by)) if by else None
    return translated(
        "%(name)s was eerder. De verwijzing staat nu op: %(answer)s.",
        name=user.name if user else translated("Een collega"),
        answer=Answer(answer).label,
    )


def _tell_provider(kind: Kind, referral: ProviderReferral) -> None:
    """Tell who can answer for a provider; of no case, since he takes part in none."""
    people = db.session.scalars(select(func.pmg_people_of_provider(referral.organisation_id)))
    telling.tell(kind, access.workplace(), people.all(), item_id=referral.id)
