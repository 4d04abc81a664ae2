"""What every test stands on: one embedded PostgreSQL, one application, one cast of people."""

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Playwright, sync_playwright
from sqlalchemy import Engine, create_engine, text
from werkzeug.serving import make_server

from config import Settings
from pmg import create_app
from pmg.cases import search
from pmg.embedded import Cluster, Family, start
from pmg.extensions import db
from pmg.schema import DATA, KEYSTORE, migrate
from pmg.security import access, sessions
from tests.cast import Cast, Person, hire
from tests.shelf import Shelf

KEPT = frozenset({"municipality", "alembic_version"})
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    server = start(tmp_path_factory.mktemp("postgres"), fast=True)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def settings(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    instance = tmp_path_factory.mktemp("instance")
    environ = {
        "PMG_ENV": "test",
        "PMG_LOG_LEVEL": "WARNING",
        "PMG_SIGNING_KEY": bytes(range(32)).hex(),  # tests sign with it too
    }
    return Settings.from_environment(environ, instance, embedded=lambda _folder: cluster.urls)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    migrate(settings.owner_database_url, DATA)
    migrate(settings.keystore_owner_url, KEYSTORE)
    application = create_app(settings)
    yield application
    with application.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def superuser(cluster: Cluster, app: Flask) -> Iterator[Engine]:
    """The database as its thief would have it: no row security."""
    engine = create_engine(cluster.superuser_url("pmg"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def filled_tables(superuser: Engine) -> list[str]:
    """The tables that tests fill, by name."""
    with superuser.connect() as connection:
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        return sorted(set(tables) - KEPT)


@pytest.fixture(scope="session")
def shelf(cluster: Cluster, superuser: Engine, filled_tables: list[str]) -> Iterator[Shelf]:
    """What tests begin with, kept to be put back."""
    keys = create_engine(cluster.superuser_url(Family.KEYSTORE))
    yield Shelf(superuser, keys, filled_tables, forget=lambda: search._indexes().clear())
    keys.dispose()


@pytest.fixture
def empty(shelf: Shelf) -> None:
    """No rows but the municipalities."""
    shelf.empty()


@pytest.fixture
def cast(app: Flask, shelf: Shelf, settings: Settings) -> Cast:
    """People with accounts, in two municipalities."""

    def make() -> Cast:
        shelf.empty()
        with app.app_context():
            return hire(settings.owner_database_url)

    return shelf.begin("hired", make)


AtWork = Callable[[Person], contextlib.AbstractContextManager[access.Reader]]


@pytest.fixture
def at_work(app: Flask, cast: Cast) -> AtWork:
    """Do work as a person, without HTTP; what was done is committed at the end."""
    tokens: dict[UUID, str] = {}

    @contextlib.contextmanager
    def begin(person: Person) -> Iterator[access.Reader]:
        with app.app_context():
            reader = sessions.find(tokens.get(person.id, ""), idle=timedelta(minutes=15))
            if reader is None:  # nobody yet, or the test ended his session
                tokens[person.id] = open_session(person)
                reader = sessions.find(tokens[person.id], idle=timedelta(minutes=15))
            assert reader is not None
            work = access.Work(reader, request_id="test", address="/test")
            with access.at_work(work):
                db.session.rollback()
                yield reader
                db.session.commit()

    return begin


def open_session(person: Person) -> str:
    token = sessions.start(
        municipality_id=person.municipality_id,
        user_id=person.id,
        device="test",
        idle=timedelta(minutes=15),
        lifetime=timedelta(hours=8),
    )
    db.session.commit()
    return token


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Callable[[Person], FlaskClient]:
    """Return a client of a person who is signed in."""

    def sign_in(person: Person) -> FlaskClient:
        client = app.test_client()
        with app.app_context():
            token = open_session(person)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return sign_in


@pytest.fixture(scope="session")
def live(app: Flask) -> Iterator[str]:
    """Return the address of the application behind a real HTTP server."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the browser that the test command found or installed."""
    found = os.environ.get("PMG_CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.fail("Geen browser: start de tests met `make test`, dat installeert er een.")
    return Path(found)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return what drives browsers: there can be one at a time."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def opened(playwright: Playwright, chromium: Path) -> Iterator[Browser]:
    """Return one browser for all that a worker does: to start one costs as much as a journey.

    It is Chromium without windows where the test command found that: the same build, and little
    more than half the work.
    """
    named = os.environ.get("PMG_CHROMIUM_LIGHT") or os.environ.get("PMG_CHROMIUM")
    light = named or shutil.which("chromium-headless-shell") or chromium
    started = playwright.chromium.launch(executable_path=str(light), args=FLAGS)
    yield started
    started.close()


@pytest.fixture
def browser(opened: Browser) -> Iterator[Browser]:
    """Return the browser; what a test opened in it is closed with all that it kept."""
    yield opened
    for context in opened.contexts:
        context.close()
