"""A case with people of several organisations, and tasks that they give each other."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.extensions import db
from pmg.security import access, telling
from pmg.security.telling import Kind, Told
from pmg.tasks import services
from pmg.tasks.models import Task
from pmg.tasks.rules import Wanted
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork

WHAT = "Bel de mentor over het rooster."
WHY = "Ik ben die week met verlof."
Browse = Callable[[Person], FlaskClient]
Give = Callable[..., UUID]
SOON = build.TODAY + timedelta(days=3)


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    """Sanne works with the youth, Bas directs, Karim of the police takes part."""
    found = build.a_case(cast, at_work)
    acting.join(cast, at_work, found, cast.karim)
    return found


def a_task(owner: Person, **given: Any) -> Wanted:
    """An ordinary task; what is given replaces a part of it."""
    return Wanted(**{"what": WHAT, "owner_id": owner.id, "due_on": SOON} | given)


@pytest.fixture
def give(at_work: AtWork, cast: Cast, case_id: UUID) -> Give:
    """Let someone (Bas) give someone (Sanne) a task; with `accepted` it is taken. Its id."""

    def act(
        owner: Person | None = None,
        by: Person | None = None,
        *,
        accepted: bool = False,
        **given: Any,
    ) -> UUID:
        owner = owner or cast.sanne
        with at_work(by or cast.bas):
            wanted = a_task(owner, **given)
            task_id = services.give_task(build.the_case(case_id), wanted, today=build.TODAY).id
        if accepted:
            with at_work(owner):
                services.accept_task(the_task(task_id), version(task_id))
        return task_id

    return act


def the_task(task_id: UUID) -> Task:
    """The row, for who is at work."""
    return db.session.get_one(Task, (access.reader().municipality_id, task_id))


def version(task_id: UUID) -> int:
    """Which version it has now."""
    return the_task(task_id).version


@contextmanager
def _hear(kind: Kind) -> Iterator[list[Told]]:
    heard: list[Told] = []

    before = list(telling._keepers)

    def keep(told: Told) -> None:
        for each in before:
            each(told)
        if told.kind is kind:
            heard.append(told)

    telling.goes_to(keep)
    yield heard
    telling._keepers[:] = before


@pytest.fixture
def hear() -> Callable[[Kind], AbstractContextManager[list[Told]]]:
    """Hear what is told of tasks."""
    return _hear


def late(superuser: Engine, task_id: UUID, days: int = 2) -> None:
    """Let the day of a task have gone by so many days ago."""
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE task SET due_on = :day WHERE id = :id"),
            {"day": build.TODAY - timedelta(days=days), "id": task_id},
        )
