"""A case with people of several organisations, and a way to put documents on it by page."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.documents import files

Browse = Callable[[Person], FlaskClient]
TITLE = "Brief van school"


@dataclass(frozen=True, slots=True)
class Table:
    """Who sits around a case beside the cast."""

    case_id: UUID
    school: Person
    care: Person


@pytest.fixture
def table(cast: Cast, at_work: AtWork, settings: Settings) -> Table:
    case_id = build.a_case(cast, at_work)
    school = acting.hire_partner(settings.owner_database_url, "noor", "SCHOOL")
    care = acting.hire_partner(settings.owner_database_url, "ruben", "GGZ")
    acting.join(cast, at_work, case_id, cast.karim, school, care)
    return Table(case_id, school, care)


@dataclass(frozen=True, slots=True)
class Desk:
    """What people do with documents, through the pages."""

    browse: Browse
    case_id: UUID

    @property
    def list_path(self) -> str:
        return f"/zaken/{self.case_id}/documenten"

    @property
    def add_path(self) -> str:
        return f"{self.list_path}/nieuw"

    def send(
        self, person: Person, content: bytes = b"", *, name: str = "scan.bin", **answers: Any
    ) -> TestResponse:
        """Fill in the page to add a document, and send it."""
        client = self.browse(person)
        form = acting.filled(client, self.add_path, **{"title": TITLE, **answers})
        return client.post(self.add_path, data={**form, "file": (io.BytesIO(content), name)})

    def add(self, person: Person, content: bytes | None = None, **answers: Any) -> UUID:
        """Add a document that is taken; return its id."""
        sent = self.send(person, files.pdf() if content is None else content, **answers)
        assert sent.status_code == 302, told(sent)
        return UUID(sent.location.rsplit("/", 1)[-1])

    def replace(self, person: Person, document_id: UUID, content: bytes) -> TestResponse:
        client, path = self.browse(person), f"/documenten/{document_id}/versie"
        form = acting.filled(client, path)
        return client.post(path, data={**form, "file": (io.BytesIO(content), "x")})

    def share(self, person: Person, document_id: UUID, organisation: Person) -> TestResponse:
        path = f"/documenten/{document_id}/delen"
        return acting.share(self.browse(person), path, organisation.organisation_id)


@pytest.fixture
def desk(app: Flask, browse: Browse, table: Table) -> Desk:
    return Desk(browse, table.case_id)


def told(answer: TestResponse) -> str:
    """What a page says is wrong."""
    found = re.findall(r'(?s)<ul class="pmg-error-summary__list">(.*?)</ul>', answer.text)
    return re.sub(r"<[^>]+>|\s+", " ", "".join(found)).strip() or answer.text[:500]
