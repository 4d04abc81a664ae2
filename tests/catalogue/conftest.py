"""The administrator changes, retires and takes over; what the catalogue then says."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pmg.catalogue import services, shelf
from tests import build
from tests.acting import read_form
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import assign, case_id
from tests.providers.conftest import noor, offers, refer

__all__ = ["assign", "case_id", "noor", "offers", "refer"]

Browse = Callable[[Person], FlaskClient]
Keep = Callable[..., None]
WHY = "nieuw oordeel van de commissie"
UPLOAD = "/interventies/inlezen"


@pytest.fixture
def change(at_work: AtWork, cast: Cast) -> Keep:
    """Ad makes a new version of an entry with these cells."""

    def act(code: str = "AJB", **cells: str) -> None:
        with at_work(cast.ad):
            version = shelf.entry(code).version
            services.edit_entry(code, cells, reason=WHY, version=version, today=build.TODAY)

    return act


@pytest.fixture
def retire(at_work: AtWork, cast: Cast) -> Keep:
    """Ad retires an entry, from today on."""

    def act(code: str = "AJB", *, on: date = build.TODAY, reason: str = WHY) -> None:
        with at_work(cast.ad):
            version = shelf.entry(code).version
            services.retire_entry(code, on=on, reason=reason, version=version, today=build.TODAY)

    return act


def upload(client: FlaskClient, content: str | bytes, name: str = "catalogus.csv") -> TestResponse:
    """Send a file to look at."""
    data: dict[str, Any] = dict(read_form(client.get(UPLOAD).text))
    raw = content.encode() if isinstance(content, str) else content
    data["file"] = (io.BytesIO(raw), name)
    return client.post(UPLOAD, data=data, content_type="multipart/form-data")


def confirm(client: FlaskClient, preview: TestResponse, reason: str = WHY) -> TestResponse:
    """Confirm what was looked at."""
    form = read_form(preview.text)
    form["reason"] = reason
    return client.post(UPLOAD, data=form)
