"""Attacks on tasks by being there at the same moment, and by what an injected statement can do."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from config import Settings
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.tasks import services
from pmg.tasks.answers import Said
from pmg.tasks.rules import Rhythm
from tests import acting, build
from tests.acting import filled
from tests.cast import Cast
from tests.conftest import AtWork
from tests.promises.waiting import meanwhile
from tests.tasks.conftest import WHY, Browse, a_task, the_task, version


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    """A case in which Karim takes part."""
    found = build.a_case(cast, at_work)
    acting.join(cast, at_work, found, cast.karim)
    return found


@pytest.fixture
def task_id(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    """A task of Sanne's that comes back, and that she accepted."""
    with at_work(cast.bas):
        wanted = a_task(cast.sanne, rhythm=Rhythm.WEEKLY, times=9)
        found = services.give_task(build.the_case(case_id), wanted, today=build.TODAY).id
    with at_work(cast.sanne):
        services.accept_task(the_task(found), version(found))
    return found


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [("gedaan", "gedaan"), ("gedaan", "weigeren"), ("weigeren", "gedaan")],
)
def test_of_two_answers_at_once_one_counts(
    task_id: UUID, browse: Browse, cast: Cast, superuser: Engine, mine: str, theirs: str
) -> None:
    one, other = browse(cast.sanne), browse(cast.sanne)
    forms = [
        filled(client, f"/taak/{task_id}/{step}", words=WHY)
        for client, step in ((one, mine), (other, theirs))
    ]
    answers: list[int] = []

    def answer() -> None:
        answers.append(other.post(f"/taak/{task_id}/{theirs}", data=forms[1]).status_code)

    with superuser.connect() as holder:
        holder.execute(text("SELECT FROM case_file FOR UPDATE"))
        with meanwhile(superuser, answer):
            holder.commit()
            answers.append(one.post(f"/taak/{task_id}/{mine}", data=forms[0]).status_code)
    assert sorted(answers) == [302, 409]
    with superuser.connect() as connection:
        steps = text("SELECT count(*) FROM task_event WHERE step IN ('gedaan', 'geweigerd')")
        assert connection.execute(steps).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM task")).scalar_one() <= 2


def test_what_the_director_withdraws_meanwhile_is_not_done(
    task_id: UUID, browse: Browse, at_work: AtWork, cast: Cast, superuser: Engine
) -> None:
    client, answers = browse(cast.sanne), []
    path = f"/taak/{task_id}/gedaan"
    form = filled(client, path)
    with at_work(cast.bas):
        services.withdraw_task(the_task(task_id), Said(WHY, version(task_id)), today=build.TODAY)
        db.session.flush()
        with meanwhile(superuser, lambda: answers.append(client.post(path, data=form))):
            db.session.commit()
    assert [answer.status_code for answer in answers] == [409]


def test_who_answers_and_who_closes_wait_in_the_same_order(
    task_id: UUID, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    client, answers = browse(cast.sanne), []
    path = f"/taak/{task_id}/gedaan"
    form = filled(client, path)
    with superuser.connect() as closing:
        closing.execute(text("SELECT FROM case_file FOR UPDATE"))
        with meanwhile(superuser, lambda: answers.append(client.post(path, data=form))):
            # The other waits for the case, and has not yet taken what closing needs next.
            closing.execute(text("SELECT FROM task FOR UPDATE NOWAIT"))
            closing.commit()
    assert [answer.status_code for answer in answers] == [302]


def test_no_task_is_given_in_a_case_that_a_colleague_just_closed(
    case_id: UUID, at_work: AtWork, cast: Cast, superuser: Engine
) -> None:
    with at_work(cast.sanne):
        case = build.the_case(case_id)  # as the door loads it, before the colleague closes it
        with superuser.begin() as colleague:
            colleague.execute(
                text("UPDATE case_file SET closed_on = :day, close_result = 'doel_bereikt'"),
                {"day": build.TODAY},
            )
        with pytest.raises(Invalid, match="voorbij"):
            services.give_task(case, a_task(cast.sanne), today=build.TODAY)
        db.session.rollback()


@pytest.fixture
def injected(at_work: AtWork, cast: Cast, settings: Settings) -> Iterator[Any]:
    """A connection as the application has it for a person, for statements that are not its own."""
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:

        def become(person: Any) -> Connection:
            with at_work(person) as reader:
                digest = reader.session_digest.hex()
            connection.execute(text("SELECT set_config('pmg.session', :d, true)"), {"d": digest})
            return connection

        yield become
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM task", "DELETE FROM task_event", "UPDATE task_event SET by_id = by_id"],
)
def test_history_is_only_added_to(task_id: UUID, cast: Cast, injected: Any, statement: str) -> None:
    with pytest.raises(ProgrammingError):
        injected(cast.bas).execute(text(statement))


def test_a_stranger_who_injects_neither_sees_nor_changes_a_task(
    task_id: UUID, cast: Cast, injected: Any
) -> None:
    for stranger in (cast.jaap, cast.other, cast.els):
        connection = injected(stranger)
        assert connection.execute(text("SELECT count(*) FROM task")).scalar_one() == 0
        assert connection.execute(text("UPDATE task SET state = state")).rowcount == 0
        connection.rollback()


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE task SET state = 'klaar'",
        "UPDATE task SET state = 'gedaan'",
        "UPDATE task SET rhythm = 'elke_dag'",
        "UPDATE task SET rhythm = 'eenmalig'",
        "UPDATE task SET origin = 'plan'",
        "UPDATE task SET series_number = 0",
        "UPDATE task SET owner_id = gen_random_uuid()",
        "UPDATE task_event SET step = 'geweigerd'",
        "UPDATE task_event SET step = 'vergeten'",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(
    task_id: UUID, superuser: Engine, wrong: str
) -> None:
    with superuser.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(wrong))
