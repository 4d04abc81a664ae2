"""A case with colleagues, a director, the police and care around it, and words about a youth."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from config import Settings
from pmg.cases import members
from pmg.clock import now
from pmg.extensions import db
from pmg.journal import services
from pmg.journal.answers import NewNote
from pmg.journal.models import JournalEntry
from pmg.journal.rules import Kind, When
from pmg.security.policy import Role
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork

WORDS = "Hij vertelde dat het op school beter gaat."
Browse = Callable[[Person], FlaskClient]
Write = Callable[..., UUID]


@dataclass(frozen=True, slots=True)
class Table:
    """Who sits around a case: Sanne writes, Jaap is her colleague, Bas directs."""

    case_id: UUID
    care: Person

    @property
    def contact(self) -> str:
        return f"/zaken/{self.case_id}/contact"


@pytest.fixture
def table(cast: Cast, at_work: AtWork, settings: Settings) -> Table:
    case_id = build.a_case(cast, at_work)
    care = acting.hire_partner(settings.owner_database_url, "ruben", "GGZ")
    acting.join(cast, at_work, case_id, cast.karim, care)
    with at_work(cast.bas):
        members.seat(build.the_case(case_id), cast.jaap.id, Role.YOUTH_WORKER)
    return Table(case_id, care)


def said(words: str = WORDS, **given: Any) -> NewNote:
    """An ordinary contact moment of just now; what is given replaces a part of it."""
    return NewNote(**{"kind": Kind.TALK, "when": When.NOW, "text": words} | given)


def with_(*people: Person) -> tuple[UUID, ...]:
    """Shared: with one's own organisation, and those of these people."""
    return tuple(person.organisation_id for person in people)


@pytest.fixture
def write(at_work: AtWork, table: Table) -> Write:
    """Let someone write down contact; returns its id."""

    def act(person: Person, words: str = WORDS, **given: Any) -> UUID:
        with at_work(person):
            case = build.the_case(given.pop("case_id", table.case_id))
            shared = given.pop("sharing", None)
            if shared is not None:
                given["is_private"] = False
            made = services.record_contact(case, said(words, **given), moment=now())
            if shared:
                build.share(made, *shared)
            return made.id

    return act


def entry(entry_id: object) -> JournalEntry:
    """The row, for who is at work."""
    return db.session.get_one(JournalEntry, ("GM0363", entry_id))


def column(superuser: Engine, statement: str) -> list[Any]:
    """What a thief of the database reads."""
    with superuser.connect() as connection:
        return list(connection.execute(text(statement)).scalars())


def tomorrow(later: int = 0) -> str:
    """A day that is still to come, as people write it."""
    return f"{build.TODAY + timedelta(days=1 + later):%d-%m-%Y}"
