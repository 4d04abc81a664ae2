"""What the tests of national figures stand on."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from pmg.disclosure.publish import Signer
from pmg.extensions import db
from pmg.national import publishing, services
from pmg.national.examining import Upload
from pmg.national.models import NationalDraft, NationalRelease, WaitingRelease
from pmg.national.rules import Choice
from pmg.reports.keys import ministry_signer
from tests import acting
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.national.build import FIRST, GRONINGEN, LAST, UTRECHT, Asked, release

Browse = Callable[[Person], FlaskClient]
CHOICE = Choice("jaarrapportage", FIRST, LAST)
PLACES = (UTRECHT, GRONINGEN)
TakeIn = Callable[..., list[services.Result]]
Publish = Callable[..., NationalRelease]


def signed_by() -> Signer:
    return ministry_signer(bytes(range(32)))


@pytest.fixture
def take_in(at_work: AtWork, cast: Cast) -> TakeIn:
    """Joost takes files in, and confirms each key that is new."""

    def take(*contents: bytes) -> list[services.Result]:
        with at_work(cast.joost):
            given = [Upload(f"{n}.json", each) for n, each in enumerate(contents)]
            results = services.take_in(given)
            for waiting in db.session.query(WaitingRelease).all():
                if db.session.get(WaitingRelease, (waiting.municipality_id, waiting.id)):
                    results += services.trust(waiting)
        return results

    return take


@pytest.fixture
def two(take_in: TakeIn) -> None:
    """Two municipalities delivered the same report."""
    take_in(*(release(Asked(place)).as_bytes() for place in PLACES))


@pytest.fixture
def publish(at_work: AtWork, cast: Cast) -> Publish:
    """Joost makes a draft, Vera approves it."""

    def make(choice: Choice = CHOICE, reason: str = "") -> NationalRelease:
        with at_work(cast.joost):
            draft_id = publishing.make_draft(choice, reason).id
        with at_work(cast.vera):
            draft = db.session.get_one(NationalDraft, ("JENV", draft_id))
            found = publishing.approve(draft, signer=signed_by())
            db.session.refresh(found)
            db.session.expunge(found)
            return found

    return make


def upload(client: FlaskClient, *files: tuple[str, bytes]) -> TestResponse:
    """Give files on the page, as a browser does."""
    page: MultiDict[str, Any] = acting.filled(client, "/landelijk/inlezen")
    page.setlist("files", [FileStorage(io.BytesIO(each), name) for name, each in files])
    return posted(client, "/landelijk/inlezen", page)


def posted(client: FlaskClient, path: str, page: MultiDict[str, Any]) -> TestResponse:
    """Send a form with files; in memory, since the test client forgets to close a large one."""
    boundary, body = encode_multipart(page)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
