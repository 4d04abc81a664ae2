"""A case with many organisations around it, and one item of each kind to decide on."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from config import Settings
from pmg.clock import now
from pmg.extensions import db
from pmg.factors import services as factors
from pmg.factors.models import FactorObservation
from pmg.journal import services as journal
from pmg.journal.answers import NewNote
from pmg.journal.models import JournalEntry
from pmg.journal.rules import Kind, When
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.factors.conftest import ARRESTED, seen

WORDS = "Sleutelplant: hij wil weer naar school."
ARREST = "Woordplant: aangehouden op het plein."
Browse = Callable[[Person], FlaskClient]


@dataclass(frozen=True, slots=True)
class Table:
    """Sanne wrote a note, Karim of the police what he saw; care, school and prosecutor sit too."""

    case_id: UUID
    care: Person
    school: Person
    prosecutor: Person
    note: UUID
    arrest: UUID

    @property
    def page(self) -> str:
        return f"/zaken/{self.case_id}/delen"

    @property
    def contact(self) -> str:
        return f"/zaken/{self.case_id}/contact"

    @property
    def factors(self) -> str:
        return f"/zaken/{self.case_id}/factoren"


@pytest.fixture
def table(cast: Cast, at_work: AtWork, settings: Settings) -> Table:
    case_id = build.a_case(cast, at_work)
    care = acting.hire_partner(settings.owner_database_url, "ruben", "GGZ")
    school = acting.hire_partner(settings.owner_database_url, "noor", "SCHOOL")
    prosecutor = acting.hire_partner(settings.owner_database_url, "olga", "OM")
    acting.join(cast, at_work, case_id, cast.karim, care, school, prosecutor)
    with at_work(cast.sanne):
        said = NewNote(Kind.TALK, When.NOW, WORDS, is_private=False)
        note = journal.record_contact(build.the_case(case_id), said, moment=now()).id
    with at_work(cast.karim):
        saw = seen(ARRESTED, note=ARREST)
        arrest = factors.observe_factor(build.the_case(case_id), saw, today=build.TODAY).id
    return Table(case_id, care, school, prosecutor, note, arrest)


def note_of(table: Table) -> JournalEntry:
    """The note, for who is at work."""
    return db.session.get_one(JournalEntry, ("GM0363", table.note))


def arrest_of(table: Table) -> FactorObservation:
    """What the police saw, for who is at work."""
    return db.session.get_one(FactorObservation, ("GM0363", table.arrest))
