"""Places hold: never more youths than places, and who waits longest is next, also at once."""

import threading
from collections import Counter
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.interventions import services as interventions
from pmg.interventions.answers import Stop
from pmg.interventions.rules import StopReason
from pmg.providers import referring
from pmg.providers.rules import Answer, Said
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import the_trajectory
from tests.providers.conftest import Offers, Refer, accept, the_referral


def at_once(at_work: AtWork, person: Person, ids: list[UUID]) -> list[object]:
    """Let each be accepted by a session of its own, all at the same moment."""
    gate = threading.Barrier(len(ids))
    outcomes: list[object] = [None] * len(ids)

    def act(place: int, id_: UUID) -> None:
        try:
            with at_work(person):
                row = the_referral(id_)
                said = Said(Answer.ACCEPTED, row.version)
                gate.wait(timeout=30)
                outcomes[place] = referring.answer_as_provider(row, said, today=build.TODAY)
        except (Conflict, Invalid) as refusal:
            outcomes[place] = type(refusal)

    threads = [threading.Thread(target=act, args=(place, id_)) for place, id_ in enumerate(ids)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


@pytest.fixture
def waiting_room(offers: Offers, refer: Refer) -> tuple[UUID, list[UUID]]:
    """An offer, and six youths who are referred to it in this order."""
    return offers(places=0), [refer() for _ in range(6)]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(places=st.integers(0, 7), asked=st.integers(1, 6))
def test_no_more_youths_than_places_however_many_are_accepted_at_once(
    waiting_room: tuple[UUID, list[UUID]],
    at_work: AtWork,
    noor: Person,
    superuser: Engine,
    places: int,
    asked: int,
) -> None:
    offer_id, ids = waiting_room
    with superuser.begin() as connection:
        connection.execute(
            text(
                "UPDATE provider_referral SET answer = 'aangevraagd', answered_by = NULL,"
                " answered_at = NULL"
            )
        )
        connection.execute(
            text("UPDATE offer SET places = :places WHERE id = :id"),
            {"places": places, "id": offer_id},
        )
    outcomes = Counter(at_once(at_work, noor, ids[:asked]))
    with superuser.connect() as connection:
        stands = Counter(
            connection.execute(
                text("SELECT answer FROM provider_referral WHERE answer <> 'aangevraagd'")
            ).scalars()
        )
    # Who is accepted while an earlier one just came on the list waits behind him.
    assert stands["aangenomen"] <= places
    assert stands["aangenomen"] == min(places, asked)
    assert stands["wachtlijst"] == asked - stands["aangenomen"]
    assert outcomes == Counter({Answer(name): count for name, count in stands.items()})


def test_one_youth_is_accepted_once_by_two_people(
    offers: Offers, refer: Refer, at_work: AtWork, noor: Person
) -> None:
    offers(places=5)
    id_ = refer()
    assert Counter(at_once(at_work, noor, [id_, id_])) == Counter([Answer.ACCEPTED, Conflict])


def test_a_place_that_comes_free_goes_to_who_waits_longest_and_not_by_itself(
    offers: Offers, refer: Refer, at_work: AtWork, cast: Cast, noor: Person
) -> None:
    offers(places=1)
    first, second, third = refer(), refer(), refer()
    # Put on the list in another order than they came.
    assert [accept(at_work, noor, id_) for id_ in (first, third, second)] == [
        Answer.ACCEPTED,
        Answer.WAITS,
        Answer.WAITS,
    ]
    with at_work(cast.sanne):
        row = the_trajectory(the_referral(first).trajectory_id)
        stop = Stop(StopReason.MOVED, build.TODAY, "", row.version)
        interventions.stop_trajectory(row, stop, today=build.TODAY)
    with at_work(noor):
        assert {the_referral(id_).answer for id_ in (second, third)} == {Answer.WAITS}
    with pytest.raises(Invalid, match="iemand wacht langer"):
        accept(at_work, noor, third)
    assert accept(at_work, noor, second) is Answer.ACCEPTED


def test_who_comes_later_does_not_pass_who_waits(
    offers: Offers, refer: Refer, at_work: AtWork, noor: Person, superuser: Engine
) -> None:
    offer_id = offers(places=0)
    first, second = refer(), refer()
    assert accept(at_work, noor, first) is Answer.WAITS
    with superuser.begin() as connection:
        connection.execute(text("UPDATE offer SET places = 1 WHERE id = :id"), {"id": offer_id})
    assert accept(at_work, noor, second) is Answer.WAITS
    assert accept(at_work, noor, first) is Answer.ACCEPTED


def test_what_ran_before_there_were_referrals_takes_a_place(
    offers: Offers, refer: Refer, at_work: AtWork, noor: Person, superuser: Engine
) -> None:
    offers(places=1)
    old, new = refer(), refer()
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM provider_referral WHERE id = :id"), {"id": old})
    assert accept(at_work, noor, new) is Answer.WAITS


def test_the_application_itself_writes_no_answer(
    offers: Offers, refer: Refer, app: Flask, at_work: AtWork, noor: Person
) -> None:
    offers(places=0)
    id_ = refer()
    with at_work(noor):
        with pytest.raises(Exception, match="permission denied"):
            db.session.execute(text("UPDATE provider_referral SET answer = 'aangenomen'"))
        db.session.rollback()
        assert the_referral(id_).answer == Answer.ASKED
