"""A meeting of today led by Fatma, with one item on it to which Sanne and Karim are invited."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from config import Settings
from pmg.cases import members
from pmg.extensions import db
from pmg.meetings import proposing, running, services
from pmg.meetings.answers import Minute, Placement, Proposal, SeriesWanted
from pmg.meetings.item_models import AgendaItem
from pmg.meetings.models import Meeting
from pmg.meetings.rules import Outcome, Rhythm, Weekday
from pmg.security import access
from pmg.security.identity import Organisation
from pmg.security.policy import Role
from tests import acting, build
from tests.cast import Cast, Person, _employ
from tests.conftest import AtWork
from tests.shelf import Shelf

Browse = Callable[[Person], FlaskClient]
QUESTION = "Wie helpt hem naar school te gaan?"
ASKED = "Kent u hem van de straat in de avond?"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The ids of a case, its meeting, and its item."""

    case_id: UUID
    meeting_id: UUID
    item_id: UUID


def a_series(
    cast: Cast,
    at_work: AtWork,
    *,
    on: date = build.TODAY,
    name: str = "Casusoverleg Zuid",
    place: str = "Stadhuis",
    by: Person | None = None,
) -> UUID:
    """Fatma, or another, begins a series; return its first meeting."""
    with at_work(by or cast.fatma):
        wanted = SeriesWanted(
            name=name,
            place=place,
            weekday=Weekday(str(on.isoweekday())),
            rhythm=Rhythm.WEEKLY,
            clock=time(10),
            minutes=90,
            first_on=on,
            deputy_id=None,
        )
        series = services.make_series(wanted, today=build.TODAY)
        return db.session.scalars(
            select(Meeting.id).where(Meeting.series_id == series.id).order_by(Meeting.on_day)
        ).first()  # type: ignore[return-value]


def an_item(
    cast: Cast, at_work: AtWork, case_id: UUID, meeting_id: UUID, *people: Person, **given: Any
) -> UUID:
    """Sanne proposes, Fatma puts it on the agenda with these people."""
    words = {"question": QUESTION, "minutes": 10} | given
    with at_work(cast.sanne):
        wanted = Proposal(meeting_id, words["question"], words["minutes"], (cast.sanne.id,))
        item_id = proposing.propose_item(build.the_case(case_id), wanted, today=build.TODAY).id
    with at_work(cast.fatma):
        item = the_item(item_id)
        invited = tuple(one.id for one in (cast.sanne, *people))
        proposing.place_item(item, Placement(words["minutes"], invited, item.version))
    return item_id


def the_item(item_id: UUID) -> AgendaItem:
    """The row, for who is at work."""
    return db.session.get_one(AgendaItem, (access.reader().municipality_id, item_id))


def the_meeting(meeting_id: UUID) -> Meeting:
    """The row, for who is at work."""
    return db.session.get_one(Meeting, (access.reader().municipality_id, meeting_id))


def a_minute(**given: Any) -> Minute:
    """A whole weighing and a decision; what is given replaces a part of it."""
    return Minute(
        **{
            "necessity": "Hij gaat al een maand niet naar school.",
            "proportionality": "Het past bij wat er gebeurt.",
            "subsidiarity": "Lichter is geprobeerd en hielp niet.",
            "outcome": Outcome.CONTINUE,
            "words": "De school belt elke ochtend met Sanne.",
            "review_on": None,
            "version": 0,
        }
        | given
    )


@pytest.fixture
def prepared(cast: Cast, at_work: AtWork, shelf: Shelf) -> Prepared:
    return shelf.begin("prepared", lambda: _prepare(cast, at_work))


def _prepare(cast: Cast, at_work: AtWork) -> Prepared:
    case_id = build.a_case(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    meeting_id = a_series(cast, at_work)
    item_id = an_item(cast, at_work, case_id, meeting_id, cast.karim)
    return Prepared(case_id, meeting_id, item_id)


@dataclass(frozen=True, slots=True)
class Others:
    """Who takes part in the case besides: a colleague of Karim, a school, and a deputy."""

    kim: Person
    noor: Person
    dirk: Person


def hire_colleague(owner_url: str, name: str, of: Person) -> Person:
    """Give somebody of the same organisation and role an account."""
    engine = create_engine(owner_url)
    with Session(engine) as session:
        place = session.get_one(Organisation, (of.municipality_id, of.organisation_id))
        found = _employ(session, name, of.role, place)
        session.commit()
    engine.dispose()
    return found


@pytest.fixture
def others(cast: Cast, at_work: AtWork, settings: Settings, prepared: Prepared) -> Others:
    """They have a seat on the case; none of them is invited to its item."""
    url = settings.owner_database_url
    kim = hire_colleague(url, "kim", cast.karim)
    dirk = hire_colleague(url, "dirk", cast.fatma)
    noor = acting.hire_partner(url, "noor", "SCHOOL")
    acting.join(cast, at_work, prepared.case_id, kim, noor)
    with at_work(cast.bas):
        members.seat(build.the_case(prepared.case_id), dirk.id, Role.PROCESS_DIRECTOR)
    return Others(kim, noor, dirk)


def open_it(cast: Cast, at_work: AtWork, meeting_id: UUID) -> None:
    """Fatma opens the meeting."""
    with at_work(cast.fatma):
        running.open_meeting(the_meeting(meeting_id), today=build.TODAY)


@pytest.fixture
def begun(cast: Cast, at_work: AtWork, prepared: Prepared) -> Prepared:
    """The meeting is under way, at its item."""
    open_it(cast, at_work, prepared.meeting_id)
    with at_work(cast.fatma):
        running.begin_item(the_item(prepared.item_id))
    return prepared


def token_of(client: FlaskClient) -> dict[str, str]:
    """What lets a button of a page be pressed that is not shown to this reader."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sessies").text)
    assert found is not None
    return {"csrf_token": found[1]}
