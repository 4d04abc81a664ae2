"""What the tests of reports stand on."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, create_engine

from config import Settings
from pmg.disclosure.publish import Signer
from pmg.extensions import db
from pmg.reports.rules import Choice, Period
from pmg.reports.services import Made, Secrets, make_report
from tests.cast import Cast
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


MakeReport = Callable[..., Made]


@pytest.fixture
def make(at_work: AtWork, cast: Cast) -> MakeReport:
    """Make a report as the policy officer; the work is committed."""

    def of(period: Period = QUARTER, *, today: date = TODAY) -> Made:
        with at_work(cast.els):
            made = make_report(Choice("jaarrapportage", period), today=today, secrets=secrets())
            db.session.refresh(made.release)
            db.session.expunge(made.release)
            return made

    return of
