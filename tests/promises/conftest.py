"""A case with planted words, and people in every tie to it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from pmg.cases import services
from pmg.cases.intake import Details, Intake, Told
from pmg.cases.rules import Gender, ReferrerKind
from pmg.clock import now, today
from pmg.documents import services as documents
from pmg.documents.services import Added
from pmg.extensions import db
from pmg.journal import planning
from pmg.journal import services as journal
from pmg.journal.answers import NewNote
from pmg.journal.rules import Kind, Plan, When
from pmg.reference.statements import Nature
from pmg.security import drafts
from pmg.security.policy import Category
from pmg.tasks import services as tasks
from pmg.tasks.answers import NewDay
from pmg.tasks.rules import Wanted
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.documents.files import HOUSE, pdf
from tests.shelf import Shelf

GIVEN, FAMILY, AREA = "Quirijnplant", "van den Zwaluwplant", "Kanariewijkplant"
BSN, REASON = (
    "999990019",
    "Geplante reden: kwam drie keer niet op school.",
)
NOTE, PLACE = "Geplante werkaantekening over een broer.", "Buurthuis Plekplant"
REFERRER, SECRET = "Mevrouw Meldplant", "Geplant: de moeder wil het eerst zelf vertellen."
TASK, WHY = "Geplante taak: bel de mentor.", "Geplante uitleg: de mentor is ziek."
TITLE = "Geplante titel van een brief"
PLANTED = (
    *(GIVEN, "Zwaluwplant", AREA, BSN, "Geplante reden", "Meldplant", "de moeder wil"),
    *("Geplante taak", "Geplante uitleg", "Geplante titel", "Geplante inhoud"),
    *("Geplante werkaantekening", "Plekplant"),
)


@dataclass(frozen=True, slots=True)
class Planted:
    """The ids of the case, of the youth, of a task and of a document of the director."""

    municipality_id: str
    case_id: UUID
    youth_id: UUID
    task_id: UUID
    document_id: UUID


def intake(**changed: object) -> Intake:
    details = {
        "given_name": GIVEN,
        "family_name": FAMILY,
        "birth_date": date(today().year - 15, 2, 3),
        "gender": Gender("m"),
        "bsn": BSN,
        "area": AREA,
        "focus_area_code": None,
        "purpose": "VOORKOMEN",
        "legal_basis": "OPENBARE-ORDE",
    }
    return Intake(
        details=Details(**details | changed),  # type: ignore[arg-type]
        reason=REASON,
        reason_nature=Nature("feit"),
        referrer_kind=ReferrerKind("school"),
        referrer_name=REFERRER,
        told=Told(not_yet_because=SECRET, look_again_on=today() + timedelta(days=14)),
    )


@pytest.fixture
def planted(at_work: AtWork, cast: Cast, shelf: Shelf) -> Planted:
    """That case, for each test anew."""
    return shelf.begin("planted", lambda: plant(cast, at_work))


def plant(cast: Cast, at_work: AtWork) -> Planted:
    """A referral by the case director, so that he and the process director take part; his task.

    He keeps a note for himself alone, plans to meet, and has not sent all that he typed.
    """
    with at_work(cast.bas):
        case = services.refer(intake(), today=today())
        db.session.flush()
        task = tasks.give_task(case, Wanted(TASK, cast.bas.id, today()), today=today())
        tomorrow = today() + timedelta(days=1)
        tasks.move_task(task, NewDay(tomorrow, WHY, task.version), today=today())
        added = Added(TITLE, Category.JOURNAL, pdf("Geplante inhoud"))
        document = documents.add_document(case, added, HOUSE, today=today())
        journal.record_contact(case, NewNote(Kind.TALK, When.NOW, NOTE), moment=now())
        plan = Plan(tomorrow, time(10), 60, PLACE, PLACE)
        planning.plan_appointment(case, plan, moment=now(), seen="")
        drafts.keep("contact", case, json.dumps({"text": [NOTE]}))
        return Planted(case.municipality_id, case.id, case.youth_id, task.id, document.id)


Seat = Callable[..., None]


@pytest.fixture
def seat(superuser: Engine, planted: Planted) -> Seat:
    """Give someone a seat on the planted case, as a thief of the database would: no rule asked."""

    def give(person: Person, *, ended: bool = False) -> None:
        with superuser.begin() as connection:
            connection.execute(
                text("DELETE FROM case_member WHERE case_id = :case AND user_id = :user"),
                {"case": planted.case_id, "user": person.id},
            )
            connection.execute(
                text(
                    "INSERT INTO case_member (municipality_id, id, case_id, youth_id, user_id,"
                    " function, purpose, valid_from, valid_until, granted_by) VALUES"
                    " (:m, :id, :case, :youth, :user, :function, 'VOORKOMEN',"
                    " now() - interval '2 day', :until, :user)"
                ),
                {
                    "m": planted.municipality_id,
                    "id": uuid4(),
                    "case": planted.case_id,
                    "youth": planted.youth_id,
                    "user": person.id,
                    "function": person.role,
                    "until": None,
                },
            )
            if ended:
                connection.execute(
                    text(
                        "UPDATE case_member SET valid_until = now() - interval '1 second'"
                        " WHERE case_id = :case AND user_id = :user"
                    ),
                    {"case": planted.case_id, "user": person.id},
                )

    return give
