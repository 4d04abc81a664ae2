"""A provider with an account, what it offers, and youths who are referred to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from config import Settings
from pmg.extensions import db
from pmg.interventions import services as interventions
from pmg.providers import referring, services
from pmg.providers.models import Offer, ProviderReferral
from pmg.providers.rules import Answer, Said, Terms
from pmg.security import access
from tests import build
from tests.acting import hire_partner
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import SPORT, an_assignment

Browse = Callable[[Person], FlaskClient]
Refer = Callable[..., UUID]
Offers = Callable[..., UUID]
TERMS = Terms(
    places=1,
    price=4_500,
    contract_from=build.TODAY - timedelta(days=30),
    contract_until=build.TODAY + timedelta(days=700),
    areas=(),
    contact="020 555 01 02",
)
MESSAGE = "Bel hem na vier uur, dan is hij thuis."


@pytest.fixture
def noor(settings: Settings, cast: Cast) -> Person:
    """Someone of an organisation that offers help to youths."""
    return hire_partner(settings.owner_database_url, "noor", "JEUGDHULP")


@pytest.fixture
def offers(at_work: AtWork, cast: Cast, noor: Person) -> Offers:
    """Els enters what the organisation of Noor offers; what is given replaces a part of it."""

    def enter(**given: Any) -> UUID:
        with at_work(cast.els):
            terms = replace(TERMS, **given)
            return services.make_offer(
                noor.organisation_id, SPORT.code, terms, reason="nieuw contract"
            ).id

    return enter


@pytest.fixture
def refer(at_work: AtWork, cast: Cast, noor: Person) -> Refer:
    """Sanne refers a youth of a case of his own to the organisation of Noor; returns the id."""
    count = iter(range(1, 400))

    def act(*, case_id: UUID | None = None, **given: Any) -> UUID:
        case_id = case_id or a_youth(cast, at_work, next(count))
        with at_work(cast.sanne):
            chosen = an_assignment(
                cast, **{"provider_id": noor.organisation_id, "message": MESSAGE} | given
            )
            row = interventions.assign_intervention(
                build.the_case(case_id), chosen, today=build.TODAY
            )
            referral = referring.of_trajectory(row.id)
            assert referral is not None
            return referral.id

    return act


def a_youth(cast: Cast, at_work: AtWork, number: int) -> UUID:
    """A case of a youth whom no other can be mistaken for."""
    return build.a_case(
        cast,
        at_work,
        given_name=f"Kind{number}",
        family_name="Verwezen",
        birth_date=date(2010, 1, 1) + timedelta(days=number),
    )


def the_referral(referral_id: UUID) -> ProviderReferral:
    """The row, for who is at work."""
    return db.session.get_one(ProviderReferral, (access.reader().municipality_id, referral_id))


def the_offer(offer_id: UUID) -> Offer:
    """The row, for who is at work."""
    return db.session.get_one(Offer, (access.reader().municipality_id, offer_id))


def accept(at_work: AtWork, person: Person, referral_id: UUID) -> Answer:
    """Somebody of the provider accepts what he sees; returns what it came to."""
    with at_work(person):
        row = the_referral(referral_id)
        return referring.answer_as_provider(
            row, Said(Answer.ACCEPTED, row.version), today=build.TODAY
        )
