"""Verbs of offers: enter one, or change it. What stood there before is kept, with the reason."""

from uuid import UUID, uuid4

from sqlalchemy import func, select

from pmg.catalogue import shelf as catalogue
from pmg.clock import today
from pmg.entry import check_text
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.providers import rules
from pmg.providers.models import Offer, OfferVersion
from pmg.providers.rules import Terms
from pmg.reference.municipalities import FOCUS_AREAS
from pmg.security import access, audit
from pmg.security.identity import Organisation
from pmg.security.policy import Action

SHORTEST_REASON = 5


def make_offer(organisation_id: UUID, code: str, terms: Terms, *, reason: str) -> Offer:
    """Enter what an organisation offers of an intervention.

    Raises NotPermitted, and Invalid when it is offered already, or something cannot be.
    """
    desk = access.workplace()
    access.require(Action.OFFER_KEEP, desk)
    why = _why(reason)
    contact = _checked(terms)
    place = desk.municipality_id
    found = db.session.execute(
        select(Organisation.id).where(
            Organisation.municipality_id == place, Organisation.id == organisation_id
        )
    ).first()
    if found is None:
        raise Invalid("organisation", "Kies een organisatie uit de lijst.")
    _check_offered(code)
    _lock_the_double(place, organisation_id, code)
    offer = Offer(
        municipality_id=place,
        id=uuid4(),
        organisation_id=organisation_id,
        intervention_code=code,
    )
    _put(offer, terms, contact)
    db.session.add(offer)
    db.session.flush()
    _note(offer, why, number=1)
    return offer


def change_offer(offer: Offer, terms: Terms, *, reason: str, version: int) -> None:
    """Change what is offered. Nobody loses a place: with fewer places nobody new gets one.

    Raises NotPermitted, Conflict when someone changed it since, Invalid when it cannot be.
    """
    access.require(Action.OFFER_KEEP, offer)
    db.session.refresh(offer, with_for_update={"key_share": True})
    if offer.version != version:
        raise Conflict(theirs=rules.texts(offer.terms), mine=rules.texts(terms))
    why = _why(reason)
    contact = _checked(terms)
    if offer.terms == terms:
        raise Invalid("reason", "Er is niets gewijzigd. Wijzig iets, of ga terug.")
    _put(offer, terms, contact)
    db.session.flush()
    _note(offer, why, number=offer.version)


def _check_offered(code: str) -> None:
    """Raise Invalid unless the catalogue has this intervention and it is still set to work."""
    entry = catalogue.entries().get(code)
    if entry is None:
        raise Invalid("intervention", "Kies een interventie uit de lijst.")
    if entry.is_retired(today()):
        raise Invalid(
            "intervention",
            "Deze interventie wordt niet meer ingezet: %(why)s. Kies een andere.",
            why=entry.retired_why.rstrip("."),
        )


def _lock_the_double(place: str, organisation_id: UUID, code: str) -> None:
    """Raise Invalid when this is offered already; who enters the same waits until we are done."""
    key = f"{place}:{organisation_id}:{code}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    double = db.session.execute(
        select(Offer.id).where(
            Offer.municipality_id == place,
            Offer.organisation_id == organisation_id,
            Offer.intervention_code == code,
        )
    ).first()
    if double is not None:
        raise Invalid(
            "intervention",
            "Deze organisatie heeft al een aanbod voor deze interventie. Wijzig dat aanbod.",
        )


def _why(reason: str) -> str:
    clean = check_text("reason", reason)
    if len(clean) < SHORTEST_REASON:
        raise Invalid("reason", "Schrijf kort op waarom, bijvoorbeeld: nieuw contract.")
    return clean


def _checked(terms: Terms) -> str:
    contact = rules.check_terms(terms)
    here = {area for area in FOCUS_AREAS if _is_here(area)}
    if not set(terms.areas) <= here:
        raise Invalid("areas", "Kies gebieden uit de lijst.")
    return contact


def _is_here(area: str) -> bool:
    return FOCUS_AREAS[area].municipality_code == access.reader().municipality_id


def _put(offer: Offer, terms: Terms, contact: str) -> None:
    offer.places, offer.price = terms.places, terms.price
    offer.contract_from, offer.contract_until = terms.contract_from, terms.contract_until
    offer.areas, offer.contact = list(terms.areas), contact


def _note(offer: Offer, why: str, *, number: int) -> None:
    terms = offer.terms
    db.session.add(
        OfferVersion(
            municipality_id=offer.municipality_id,
            id=uuid4(),
            offer_id=offer.id,
            number=number,
            places=terms.places,
            price=terms.price,
            contract_from=terms.contract_from,
            contract_until=terms.contract_until,
            areas=list(terms.areas),
            contact=terms.contact,
            reason=why,
            entered_by=access.reader().user_id,
        )
    )
    audit.wrote(Action.OFFER_KEEP, offer, offer.id)
