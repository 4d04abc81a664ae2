"""What the tests of imports stand on: lists as people give them, and what is in the database."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from pmg.extensions import db
from tests.data import make_examples

HEADER = (
    "Voornaam",
    "Tussenvoegsel",
    "Achternaam",
    "Geboortedatum",
    "BSN",
    "Reden aanmelding",
    "Aanmelder",
    "Datum aanmelding",
    "Grondslag",
    "Geïnformeerd",
    "Geïnformeerd op",
    "Status",
    "Datum besluit",
)
SOUND = {
    "Voornaam": "Yassin",
    "Tussenvoegsel": "de",
    "Achternaam": "Boer",
    "Geboortedatum": "3-1-2011",
    "Reden aanmelding": "Spijbelt sinds mei veel.",
    "Aanmelder": "Wijkagent",
    "Datum aanmelding": "1-9-2025",
    "Grondslag": "OPENBARE-ORDE",
    "Geïnformeerd": "ja",
    "Geïnformeerd op": "4-9-2025",
}
PEOPLE = ("youth", "case_file", "case_member", "referral", "triage_decision", "imported_case")


def csv_of(*rows: Mapping[str, str], header: Iterable[str] = HEADER) -> bytes:
    written = io.StringIO(newline="")
    titles = list(header)
    writer = csv.writer(written, delimiter=";")
    writer.writerow(titles)
    writer.writerows([({**SOUND, **row}).get(title, "") for title in titles] for row in rows)
    return written.getvalue().encode()


def many(count: int, **changed: str) -> list[dict[str, str]]:
    """Rows about different youths: no two names of them are alike."""
    signs = "abcdefghijklmnopqrstuvwxyz"
    return [
        {
            "Voornaam": signs[at % 26].upper() * 3,
            "Achternaam": f"Ver{signs[at // 26] * 4}",
            **changed,
        }
        for at in range(count)
    ]


@pytest.fixture(scope="session")
def clean() -> bytes:
    return make_examples.CLEAN.read_bytes()


@pytest.fixture(scope="session")
def dirty() -> bytes:
    return make_examples.DIRTY.read_bytes()


@pytest.fixture
def rows_in(superuser: Engine) -> Callable[[str], int]:
    """How many rows a table holds, as a thief would count."""

    def count(table: str) -> int:
        with superuser.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    return count


@pytest.fixture
def keys(app: Flask) -> Callable[[], int]:
    """How many youths got a key since the test began, and have it still."""

    def count() -> int:
        with app.app_context(), db.engines["keystore"].connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM data_key")).scalar_one())

    before = count()
    return lambda: count() - before


class Pages:
    """The pages of imports as somebody goes through them."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def send(self, address: str, page: str | None = None, **fields: Any) -> TestResponse:
        """Fill in the form that stands at `page` and send it to `address`."""
        shown = self.client.get(page or address).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
        return self.client.post(address, data={"csrf_token": token[1] if token else "", **fields})

    def upload(self, content: bytes, name: str = "lijst.csv") -> TestResponse:
        return self.send("/overnemen", file=(io.BytesIO(content), name))

    def keep(self, content: bytes, name: str = "lijst.csv") -> str:
        """Give a list and return its address."""
        answer = self.upload(content, name)
        assert answer.status_code == 302, answer.text
        return answer.location

    def take(self, address: str, **fields: Any) -> TestResponse:
        """Take the next rows; return the page one is led to."""
        answer = self.send(f"{address}/uitvoeren", page=address, **fields)
        assert answer.status_code == 302, answer.text
        return self.client.get(answer.location)


@pytest.fixture
def pages(browse: Callable[..., FlaskClient], cast: Any) -> Pages:
    """Bas, case director, at the pages of imports."""
    return Pages(browse(cast.bas))


def figures(page: str) -> dict[str, int]:
    """The large numbers of a page."""
    pairs = re.findall(r"<dt>([^<]+)</dt>\s*<dd>([\d.]+)</dd>", page)
    return {label: int(number.replace(".", "")) for label, number in pairs}


def batch_id(address: str) -> UUID:
    return UUID(address.rstrip("/").rsplit("/", 1)[-1])
