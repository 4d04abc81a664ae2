"""Two organisations that hold activities, and the form that tells of one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from config import Settings
from pmg.activities.models import DistrictActivity
from pmg.extensions import db
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]
YEAR = build.TODAY.year


def on(days_ago: int) -> str:
    """A day before today, as people type it; in this year where that can be."""
    first = build.TODAY.replace(month=1, day=1)
    return f"{max(first, build.TODAY - timedelta(days=days_ago)):%d-%m-%Y}"


def tell(client: FlaskClient, **given: Any) -> TestResponse:
    """Tell of an activity through the form."""
    answers = {
        "on_day": on(3),
        "area": "buiten",
        "place": "buurthuis",
        "theme": "sport",
        "visitors": "23",
    }
    return acting.send(client, "/activiteiten/nieuw", **answers | given)


def newest(at_work: AtWork, person: Person) -> UUID:
    """The id of the row that was told last."""
    with at_work(person):
        wanted = select(DistrictActivity.id).order_by(DistrictActivity.at.desc())
        return db.session.scalars(wanted.limit(1)).one()


@pytest.fixture
def noor(app: Flask, settings: Settings, cast: Cast) -> Person:
    """A professional of another provider."""
    return acting.hire_partner(settings.owner_database_url, "noor", "JEUGDHULP")
