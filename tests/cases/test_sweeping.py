"""`pmg keys sweep`: after a crash no key is left for nobody, and no key of a youth is touched."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from config import Settings
from pmg.cases.sweeping import sweep
from pmg.security.encryption import keystore
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork

MUNICIPALITY = "GM0363"
Sweep = Callable[..., Result]


@pytest.fixture
def keys_engine(settings: Settings) -> Iterator[Engine]:
    """The keystore as its owner has it, empty of what other tests left."""
    engine = create_engine(settings.keystore_owner_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM data_key"))
    yield engine
    engine.dispose()


@pytest.fixture
def swept(app: Flask) -> Sweep:
    return lambda *words: CliRunner().invoke(sweep, words, obj=SimpleNamespace(app=lambda: app))


@pytest.fixture
def youth_id(keys_engine: Engine, cast: Cast, at_work: AtWork) -> UUID:
    """A youth whose key is old."""
    case_id = build.a_case(cast, at_work)
    with at_work(cast.bas):
        youth_id: UUID = build.the_case(case_id).youth_id
    make_old(keys_engine, youth_id)
    return youth_id


def make_old(engine: Engine, key_id: UUID) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE data_key SET created_at = now() - interval '2 days' WHERE id = :id"),
            {"id": key_id},
        )


def orphan(app: Flask) -> UUID:
    """Make a key as a request does, which then dies before its youth is kept."""
    key_id = uuid4()
    with app.app_context():
        keystore().create(MUNICIPALITY, [key_id])
    return key_id


def has_key(app: Flask, key_id: UUID) -> bool:
    with app.app_context():
        return key_id in keystore().fetch(MUNICIPALITY, [key_id])


def test_only_old_keys_of_nobody_are_named_and_destroyed(
    app: Flask, keys_engine: Engine, youth_id: UUID, swept: Sweep
) -> None:
    old, fresh = orphan(app), orphan(app)
    make_old(keys_engine, old)
    named = swept()
    assert str(old) in named.output
    assert "1 of 2 keys belong to no youth." in named.output
    assert has_key(app, old)
    assert swept("--destroy", "--yes").exit_code == 0
    assert [has_key(app, key) for key in (old, fresh, youth_id)] == [False, True, True]


def test_nothing_is_destroyed_without_an_answer(
    app: Flask, keys_engine: Engine, youth_id: UUID, swept: Sweep
) -> None:
    old = orphan(app)
    make_old(keys_engine, old)
    assert swept("--destroy").exit_code == 1
    assert has_key(app, old)


def test_the_keys_of_other_data_are_not_destroyed(
    app: Flask, youth_id: UUID, superuser: Engine, swept: Sweep
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("TRUNCATE youth CASCADE"))  # as if the wrong database stood there
    answer = swept("--destroy", "--yes")
    assert answer.exit_code == 1
    assert "this is not the data of these keys" in answer.output
    assert has_key(app, youth_id)
