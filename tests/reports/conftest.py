"""What the tests of reports stand on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import Engine, create_engine

from config import Settings
from pmg import create_app
from pmg.disclosure.publish import Signer
from pmg.extensions import db
from pmg.reports.computing import take_next
from pmg.reports.judging import approve
from pmg.reports.keys import Secrets
from pmg.reports.models import ReportDraft, ReportRelease
from pmg.reports.rules import Choice, Period
from pmg.reports.services import Asked, ask_report
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.reports.casework import Casework

TODAY = date(2026, 11, 23)
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def owner(settings: Settings) -> Iterator[Engine]:
    engine = create_engine(settings.owner_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def casework(owner: Engine, cast: Cast) -> Casework:
    return Casework(owner, cast.sanne)


@pytest.fixture
def elsewhere(owner: Engine, cast: Cast) -> Casework:
    """The casework of another municipality."""
    return Casework(owner, cast.other)


def secrets() -> Secrets:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return Secrets(rounding=b"r" * 32, signer=Signer(key.sign, key.public_key().public_bytes_raw()))


@dataclass(frozen=True, slots=True)
class Made:
    """A report of a period, and whether it was made now or had been made before."""

    release: ReportRelease
    is_new: bool


Work = Callable[[], bool]
MakeReport = Callable[..., Made]


@pytest.fixture(scope="session")
def worker_app(app: Flask, settings: Settings) -> Iterator[Flask]:
    """The application as the worker has it: in the database it is pmg_worker."""
    url = settings.worker_database_url
    application = create_app(replace(settings, database_url=url, report_database_url=url))
    yield application
    with application.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def work(worker_app: Flask) -> Work:
    """Let the worker take one draft; tell whether there was one."""

    def take() -> bool:
        with worker_app.app_context():
            return take_next(secrets().rounding)

    return take


def ask(at_work: AtWork, person: Person, period: Period = QUARTER, today: date = TODAY) -> Asked:
    with at_work(person):
        return ask_report(Choice("jaarrapportage", period), today=today)


def approved(at_work: AtWork, person: Person, draft_id: UUID) -> ReportRelease:
    """Approve a draft as this person; the release is his to look at afterwards."""
    with at_work(person):
        draft = db.session.get(ReportDraft, (person.municipality_id, draft_id))
        assert draft is not None
        release = approve(draft, signer=secrets().signer)
        db.session.refresh(release)
        db.session.expunge(release)
        return release


@pytest.fixture
def make(at_work: AtWork, cast: Cast, work: Work) -> MakeReport:
    """Els makes a report, the worker computes it, Dewi approves it."""

    def of(period: Period = QUARTER, *, today: date = TODAY) -> Made:
        with at_work(cast.els):
            asked = ask_report(Choice("jaarrapportage", period), today=today)
            if asked.release is not None:
                db.session.expunge(asked.release)
                return Made(asked.release, is_new=False)
            assert asked.draft is not None
            draft_id = asked.draft.id
        work()
        return Made(approved(at_work, cast.dewi, draft_id), is_new=True)

    return of
