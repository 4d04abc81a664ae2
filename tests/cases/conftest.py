"""What tests of cases need besides the cast."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from config import Settings
from pmg.extensions import db
from pmg.security.identity import Organisation
from pmg.security.policy import Role
from tests.cast import Cast, Person, _employ

Counting = Callable[[str], AbstractContextManager[list[str]]]


@pytest.fixture
def hire_another(cast: Cast, app: Flask, settings: Settings) -> Callable[[str, str, str], Person]:
    """Give one more person an account in the municipality of Sanne."""

    def hire(name: str, partner: str, role: str) -> Person:
        engine = create_engine(settings.owner_database_url)
        with app.app_context(), Session(engine) as session:
            organisation = Organisation(
                municipality_id=cast.sanne.municipality_id,
                partner_code=partner,
                name=f"{partner}-2",
            )
            session.add(organisation)
            session.flush()
            person = _employ(session, name, Role(role), organisation)
            session.commit()
        engine.dispose()
        return person

    return hire


@pytest.fixture
def statements(app: Flask) -> Counting:
    """Return a counter of the statements on one database, bind None being the data."""

    @contextmanager
    def count(bind: str) -> Iterator[list[str]]:
        seen: list[str] = []
        with app.app_context():
            engine = db.engines[bind or None]

        def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    return count
