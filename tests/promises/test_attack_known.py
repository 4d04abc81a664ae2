"""Attacks on 'is this youth known': no hit on a citizen service number without a line."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.cases import services
from pmg.clock import today
from tests.cases.sending import hidden, send
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.imports.conftest import Pages, csv_of
from tests.promises.conftest import BSN, Planted, intake

Browse = Callable[[Person], FlaskClient]
Looks = Callable[[Person], int]
ELSEWHERE = {"given_name": "Ander", "family_name": "Kind", "birth_date": f"5-6-{today().year - 14}"}


@pytest.fixture
def pages(browse: Browse, cast: Cast) -> Pages:
    """Bas, case director, at the pages of imports."""
    return Pages(browse(cast.bas))


@pytest.fixture
def looks(superuser: Engine, planted: Planted) -> Looks:
    """How often the log of the planted youth says that this person looked whether he is known."""

    def count(person: Person) -> int:
        with superuser.connect() as connection:
            found = connection.execute(
                text(
                    "SELECT count(*) FROM audit_subject s JOIN audit_event e ON e.id = s.event_id"
                    " WHERE s.youth_id = :youth AND e.user_id = :user AND 'look_up' = ANY (fields)"
                ),
                {"youth": planted.youth_id, "user": person.id},
            )
            return int(found.scalar_one())

    return count


def referral(client: FlaskClient) -> dict[str, Any]:
    """The answers of a referral of a youth whom nobody knows, with the planted number."""
    return (
        hidden(client.get("/zaken/bekend"))
        | ELSEWHERE
        | {
            "stap": "versturen",
            "gender": "m",
            "bsn": BSN,
            "purpose": "VOORKOMEN",
            "legal_basis": "OPENBARE-ORDE",
            "reason": "Kwam deze maand drie keer niet op school.",
            "reason_nature": "feit",
            "referrer_kind": "school",
            "referrer_name": "Mevrouw Smit",
            "told": "ja",
            "told_on": f"{today():%d-%m-%Y}",
        }
    )


def test_a_referral_that_tells_a_number_is_known_stands_in_the_log_of_that_youth(
    browse: Browse, cast: Cast, planted: Planted, looks: Looks
) -> None:
    client = browse(cast.fatma)
    answer = client.post("/zaken/aanmelding", data=referral(client))
    assert answer.status_code == 422
    assert "al bekend" in answer.text
    assert looks(cast.fatma) == 1


def test_a_correction_that_tells_a_number_is_known_stands_in_the_log_of_that_youth(
    browse: Browse, cast: Cast, planted: Planted, at_work: AtWork, looks: Looks
) -> None:
    with at_work(cast.bas):
        other = services.refer(
            intake(given_name="Ander", family_name="Kind", bsn=None), today=today()
        )
        path = f"/zaken/{other.id}/gegevens"
    answers = ELSEWHERE | {
        "focus_area_code": "",
        "gender": "m",
        "bsn": BSN,
        "purpose": "VOORKOMEN",
        "legal_basis": "OPENBARE-ORDE",
    }
    answer = send(browse(cast.bas), path, answers)
    assert "al bekend" in answer.text
    assert looks(cast.bas) == 1


def test_a_list_that_tells_a_number_is_known_stands_in_the_log_of_that_youth(
    pages: Pages, cast: Cast, planted: Planted, looks: Looks
) -> None:
    address = pages.keep(csv_of({"Voornaam": "Ander", "Achternaam": "Kind", "BSN": BSN}))
    assert "al bekend" in pages.client.get(address).text
    assert looks(cast.bas) == 1


def test_a_row_whose_number_became_known_in_between_stands_in_the_log_of_that_youth(
    pages: Pages, cast: Cast, planted: Planted, superuser: Engine, looks: Looks
) -> None:
    with superuser.begin() as connection:  # the number is not known yet when the list is judged
        digest = connection.execute(text("SELECT bsn_digest FROM youth")).scalar_one()
        connection.execute(text("UPDATE youth SET bsn_digest = NULL"))
    rows = ({"Voornaam": "Ander", "Achternaam": "Kind", "BSN": BSN}, {"Voornaam": "Nog", "BSN": ""})
    address = pages.keep(csv_of(*rows))
    with superuser.begin() as connection:
        connection.execute(text("UPDATE youth SET bsn_digest = :digest"), {"digest": digest})
    page = pages.take(address).text
    assert "al bekend" in page
    assert looks(cast.bas) == 1
