"""What the pages of providers show: offers, who has a place free, and what is referred to us."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, text
from sqlalchemy.orm import load_only

from pmg.cases.models import Case
from pmg.catalogue import shelf as catalogue
from pmg.extensions import db
from pmg.providers import referring, rules
from pmg.providers.models import Offer, OfferVersion, ProviderReferral
from pmg.providers.rules import Answer, RefusalReason, Terms
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import Intervention
from pmg.security import access
from pmg.security.encryption import prefetch
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action

_TAKEN = text("SELECT offer_id, given, waiting FROM pmg_offers_taken()")
_REFUSED = text("SELECT intervention_code, answered_by, answered_at FROM pmg_refused_by_us()")


@dataclass(frozen=True, slots=True)
class Offered:
    """One offer in a list, by names."""

    id: UUID
    organisation: str
    intervention: Intervention
    terms: Terms
    areas: str


@dataclass(frozen=True, slots=True)
class Revision:
    """What an offer said from a moment on."""

    number: int
    terms: Terms
    areas: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider of one intervention as a worker sees it; `why_not` says what stands in the way."""

    provider_id: UUID
    name: str
    free: int
    waiting: int
    terms: Terms
    areas: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One referral as the provider sees it: what was sent, and how far it is."""

    id: UUID
    name: str
    age: str
    intervention: Intervention
    answer: Answer
    sent_at: datetime
    planned_start: date
    planned_end: date
    conversation_on: date | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that the reader's organisation did not accept: nothing of the youth is in it."""

    intervention: Intervention
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a referral is, for who works on the case; opens what the provider wrote."""

    id: UUID
    answer: Answer
    answered_by: str
    answered_at: datetime | None
    refusal: str
    words: str
    message: str
    conversation_on: date | None
    answers_here: bool
    version: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One referral in full, with who sent it; nothing in it comes from elsewhere in the file."""

    asked: Asked
    trajectory_id: UUID
    goal: str
    message: str
    targets: tuple[str, ...]
    sent_by: str
    sent_from: str
    answered_by: str
    version: int


def offers() -> list[Offered]:
    """Return every offer of the municipality, by organisation and then by intervention."""
    desk = access.workplace()
    access.require(Action.OFFER_KEEP, desk)
    rows = db.session.execute(
        select(Offer, Organisation.name)
        .join(
            Organisation,
            (Organisation.municipality_id == Offer.municipality_id)
            & (Organisation.id == Offer.organisation_id),
        )
        .where(Offer.municipality_id == desk.municipality_id)
    )
    found = [_offered(offer, name) for offer, name in rows]
    return sorted(found, key=lambda one: (one.organisation.casefold(), one.intervention.name_nl))


def offered(offer: Offer) -> Offered:
    """Return one offer with the names in it."""
    access.require(Action.OFFER_KEEP, offer)
    place = (offer.municipality_id, offer.organisation_id)
    return _offered(offer, db.session.get_one(Organisation, place).name)


def history(offer: Offer) -> list[Revision]:
    """Return what an offer said, newest first."""
    access.require(Action.OFFER_KEEP, offer)
    rows = db.session.execute(
        select(OfferVersion, User)
        .join(
            User,
            (User.municipality_id == OfferVersion.municipality_id)
            & (User.id == OfferVersion.entered_by),
        )
        .options(load_only(User.name_sealed))
        .where(
            OfferVersion.municipality_id == offer.municipality_id,
            OfferVersion.offer_id == offer.id,
        )
        .order_by(OfferVersion.number.desc())
    )
    return [
        Revision(
            row.number,
            row.terms,
            rules.area_names(row.terms.areas),
            row.reason,
            user.name,
            row.entered_at,
        )
        for row, user in rows
    ]


def choices(case: Case, *, start: date) -> dict[str, list[Choice]]:
    """Return who offers what, by code of the intervention and then by name. Two statements.

    Names alone give the order: no provider is put first, and no youth.
    """
    access.require(Action.INTERVENTION_FIND, case)
    taken = {row.offer_id: row for row in db.session.execute(_TAKEN)}
    rows = db.session.execute(
        select(Offer, Organisation.name)
        .join(
            Organisation,
            (Organisation.municipality_id == Offer.municipality_id)
            & (Organisation.id == Offer.organisation_id),
        )
        .where(Offer.municipality_id == case.municipality_id)
    )
    found: dict[str, list[Choice]] = {}
    for offer, name in sorted(rows, key=lambda row: row[1].casefold()):
        counted = taken.get(offer.id)
        given, waiting = (counted.given, counted.waiting) if counted else (0, 0)
        terms = offer.terms
        found.setdefault(offer.intervention_code, []).append(
            Choice(
                provider_id=offer.organisation_id,
                name=name,
                free=max(0, offer.places - given),
                waiting=waiting,
                terms=terms,
                areas=rules.area_names(terms.areas),
                why_not=rules.why_not(terms, start=start, area=case.focus_area_code),
            )
        )
    return found


def places(offer_id: UUID) -> tuple[int, int]:
    """Return how many places of one's own offer are free, and how many youths wait for one."""
    access.require(Action.PROVIDER_LIST, access.workplace())
    offer = db.session.get_one(Offer, (access.reader().municipality_id, offer_id))
    for row in db.session.execute(_TAKEN):
        if row.offer_id == offer_id:
            return max(0, offer.places - row.given), row.waiting
    return 0, 0


def offers_something() -> bool:
    """Tell whether the reader's organisation offers something here, or did.

    Only then is anything referred to it, and is there a meeting for it to hold.
    """
    if not access.may(Action.PROVIDER_LIST, access.workplace()):
        return False
    reader = access.reader()
    ours = exists().where(
        Offer.municipality_id == reader.municipality_id,
        Offer.organisation_id == reader.organisation_id,
    )
    return bool(db.session.execute(select(ours)).scalar_one())


def to_answer() -> list[Asked]:
    """Return what is referred to the reader's organisation and nobody there answered yet."""
    if not access.may(Action.PROVIDER_LIST, access.workplace()):
        return []
    return _sent(ProviderReferral.answer == Answer.ASKED.value)


def sent_to_us() -> list[Asked]:
    """Return what is referred to the reader's organisation and is not over, in order of arrival."""
    access.require(Action.PROVIDER_LIST, access.workplace())
    return _sent()


def _sent(*which: ColumnElement[bool]) -> list[Asked]:
    rows = db.session.scalars(
        select(ProviderReferral)
        .where(
            *which,
            ProviderReferral.municipality_id == access.reader().municipality_id,
            # As row security says it too, for who also takes part in the case.
            ProviderReferral.id.in_(select(text("pmg_my_referrals()"))),
        )
        .order_by(ProviderReferral.sent_at, ProviderReferral.id)
    ).all()
    prefetch(row.youth_id for row in rows)
    return [_asked(row) for row in rows if access.may(Action.PROVIDER_SHOW, row)]


def refused_by_us() -> list[Refused]:
    """Return what one's own organisation did not accept lately, newest first, and who said so."""
    access.require(Action.PROVIDER_LIST, access.workplace())
    rows = db.session.execute(_REFUSED).all()
    here = access.reader().municipality_id
    names = {row.answered_by: db.session.get_one(User, (here, row.answered_by)) for row in rows}
    return [
        Refused(
            catalogue.entry(row.intervention_code), names[row.answered_by].name, row.answered_at
        )
        for row in rows
    ]


def letter(referral: ProviderReferral) -> Letter:
    """Return all that the provider was told; opens it."""
    access.require(Action.PROVIDER_SHOW, referral)
    user, organisation = db.session.execute(
        select(User, Organisation.name)
        .join(
            Organisation,
            (Organisation.municipality_id == User.municipality_id)
            & (Organisation.id == User.organisation_id),
        )
        .where(User.municipality_id == referral.municipality_id, User.id == referral.sent_by)
    ).one()
    by = referral.answered_by
    return Letter(
        asked=_asked(referral),
        trajectory_id=referral.trajectory_id,
        goal=referral.goal,
        message=referral.message or "",
        targets=tuple(FACTORS[code].name for code in referral.target_factors),
        sent_by=user.name,
        sent_from=organisation,
        answered_by=db.session.get_one(User, (referral.municipality_id, by)).name if by else "",
        version=referral.version,
    )


def standing(referral: ProviderReferral) -> Standing:
    """Return how far a referral is, for who takes part in the case."""
    access.require(Action.CASE_SHOW, referral)
    by = referral.answered_by
    reason = referral.refusal_reason
    return Standing(
        id=referral.id,
        answer=Answer(referral.answer),
        answered_by=db.session.get_one(User, (referral.municipality_id, by)).name if by else "",
        answered_at=referral.answered_at,
        refusal=RefusalReason(reason).label if reason else "",
        words=referral.refusal or "",
        message=referral.message or "",
        conversation_on=referral.conversation_on,
        answers_here=referring.answers_here(referral.organisation_id),
        version=referral.version,
    )


def _asked(row: ProviderReferral) -> Asked:
    return Asked(
        id=row.id,
        name=row.told_name,
        age=row.told_age,
        intervention=catalogue.as_of(row.intervention_code, row.catalogue_version),
        answer=Answer(row.answer),
        sent_at=row.sent_at,
        planned_start=row.planned_start,
        planned_end=row.planned_end,
        conversation_on=row.conversation_on,
    )


def _offered(offer: Offer, organisation: str) -> Offered:
    terms = offer.terms
    return Offered(
        id=offer.id,
        organisation=organisation,
        intervention=catalogue.entry(offer.intervention_code),
        terms=terms,
        areas=rules.area_names(terms.areas),
    )
