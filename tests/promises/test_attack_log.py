"""Attacks on the log: an attempt cannot be written so that nobody finds it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast, Person
from tests.promises.conftest import Planted

Browse = Callable[[Person], FlaskClient]


@pytest.mark.parametrize("write", [str, lambda each: str(each).upper()])
def test_an_attempt_is_found_however_its_address_was_written(
    browse: Browse, cast: Cast, planted: Planted, write: Callable[[object], str]
) -> None:
    assert browse(cast.jaap).get(f"/zaken/{write(planted.case_id)}").status_code == 404
    found = browse(cast.ans).get(
        "/logboek", query_string={"zaak": str(planted.case_id), "uitkomst": "denied"}
    )
    assert "probeerde iets te openen en mocht dat niet" in found.text
