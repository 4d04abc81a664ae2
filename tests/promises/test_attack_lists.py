"""Attacks with lists: names in the name of a file, and undoing under somebody's hands."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from tests.cast import Cast, Person
from tests.data import make_examples
from tests.imports.conftest import Pages, csv_of, many
from tests.promises.waiting import meanwhile

Browse = Callable[[Person], FlaskClient]


@pytest.fixture
def pages(browse: Browse, cast: Cast) -> Pages:
    """Bas, case director, at the pages of imports."""
    return Pages(browse(cast.bas))


@pytest.mark.parametrize(
    "name",
    ["lijst.Quirijn de Vries", "lijst", "lijst.xlsx.<b>vet</b>", "lijst.csv", "lijst.\x07"],
)
def test_nothing_of_the_name_of_a_file_is_kept(pages: Pages, superuser: Engine, name: str) -> None:
    pages.keep(make_examples.CLEAN.read_bytes(), name)
    with superuser.connect() as connection:
        kinds = connection.execute(text("SELECT file_kind FROM import_batch")).scalars().all()
    assert kinds == ["xlsx"]


def test_a_name_with_a_nul_is_no_reason_to_break(pages: Pages) -> None:
    page = pages.client.get("/overnemen").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    part = '--grens\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = (
        part.format("csrf_token", "").encode()
        + token[1].encode()
        + b"\r\n"
        + part.format("file", "; filename*=UTF-8''lijst.%00b").encode()
        + make_examples.CLEAN.read_bytes()
        + b"\r\n--grens--\r\n"
    )
    answer = pages.client.post(
        "/overnemen", data=body, content_type="multipart/form-data; boundary=grens"
    )
    assert answer.status_code in {302, 422}


def test_what_a_colleague_is_just_changing_is_not_undone_under_his_hands(
    pages: Pages, superuser: Engine
) -> None:
    address = pages.keep(csv_of(*many(2)))
    pages.take(address)
    answers: list[int] = []

    def undo() -> None:
        reason = "Dit was de lijst van vorig jaar."
        answers.append(pages.send(f"{address}/ongedaan", reason=reason).status_code)

    with superuser.connect() as colleague:
        colleague.execute(text("UPDATE case_file SET version = version + 1"))
        with meanwhile(superuser, undo):
            colleague.commit()
        left = colleague.execute(text("SELECT count(*) FROM case_file")).scalar_one()
    assert (answers, left) == ([422], 2)
