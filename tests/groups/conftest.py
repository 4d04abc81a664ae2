"""A group approach that Fatma leads, with whoever takes part in it."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from pmg.extensions import db
from pmg.groups import seats, services
from pmg.groups.models import GroupAgreement, GroupApproach, GroupObservation
from pmg.groups.rules import Agreed, Frame, Sighting, Source
from pmg.reference.statements import Nature
from pmg.security import access
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]
NAME, PLACE = "Plein bij de bibliotheek", "Het plein en de fietsenstalling"
SEEN = "Elke avond harde muziek en vuurwerk, tot na middernacht."
OURS = "De buurt is bang om er 's avonds te lopen."
AGREEMENT = "Twee avonden in de week aanwezig zijn op het plein."
LATER = build.TODAY + timedelta(days=30)


def a_frame(**given: Any) -> Frame:
    return Frame(**{"name": NAME, "place": PLACE, "area": None, "review_on": LATER} | given)


def a_sighting(**given: Any) -> Sighting:
    return Sighting(
        **{
            "on": build.TODAY,
            "at": time(22, 15),
            "place": "Bij de ingang",
            "words": SEEN,
            "source": Source.OWN,
            "nature": Nature.FACT,
        }
        | given
    )


def the_group(group_id: UUID) -> GroupApproach:
    """The row, for who is at work."""
    return db.session.get_one(GroupApproach, (access.reader().municipality_id, group_id))


def a_group(cast: Cast, at_work: AtWork, *joining: Person) -> UUID:
    """Fatma begins a group approach and lets others take part."""
    with at_work(cast.fatma):
        group = services.start(a_frame(), today=build.TODAY)
        for person in joining:
            seats.give_seat(group, person.id)
        return group.id


def observed(at_work: AtWork, person: Person, group_id: UUID, **given: Any) -> UUID:
    with at_work(person):
        return services.observe(the_group(group_id), a_sighting(**given), today=build.TODAY).id


def agreed(cast: Cast, at_work: AtWork, group_id: UUID, owner: Person) -> UUID:
    with at_work(cast.fatma):
        services.agree(the_group(group_id), Agreed(AGREEMENT, LATER), owner.id, today=build.TODAY)
        return db.session.scalars(
            select(GroupAgreement.id).where(GroupAgreement.group_id == group_id)
        ).one()


def the_observation(observation_id: UUID) -> GroupObservation:
    return db.session.get_one(GroupObservation, (access.reader().municipality_id, observation_id))
