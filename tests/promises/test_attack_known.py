"""Attacks on 'is this youth known': no hit on a citizen service number without a line."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.cases import known, services
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
    planted: Planted, pages: Pages, cast: Cast, looks: Looks
) -> None:
    address = pages.keep(csv_of({"Voornaam": "Ander", "Achternaam": "Kind", "BSN": BSN}))
    assert "al bekend" in pages.client.get(address).text
    assert looks(cast.bas) == 1


def test_a_row_whose_number_became_known_in_between_stands_in_the_log_of_that_youth(
    planted: Planted, pages: Pages, cast: Cast, superuser: Engine, looks: Looks
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


# -- how much of it there may be in a day

TOO_MANY = "Ga morgen verder"
OTHER_BSN, UNKNOWN_BSN = "123456782", "111222333"


@pytest.fixture
def strangers(
    planted: Planted,
    cast: Cast,
    at_work: AtWork,
    superuser: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two youths with a number, of whom only Bas knows; one may be told of in a day."""
    monkeypatch.setattr(known, "TOLD_A_DAY", 1)
    with at_work(cast.bas):
        services.refer(intake(given_name="Nog", family_name="Een", bsn=OTHER_BSN), today=today())
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE case_member SET valid_until = now() WHERE user_id = :user"),
            {"user": cast.fatma.id},
        )


def refusals(superuser: Engine, person: Person) -> int:
    """How often the log says that this person asked too much."""
    with superuser.connect() as connection:
        found = connection.execute(
            text(
                "SELECT count(*) FROM audit_event WHERE user_id = :user AND outcome = 'denied'"
                " AND code = 'too_many_known'"
            ),
            {"user": person.id},
        )
        return int(found.scalar_one())


@pytest.mark.usefixtures("strangers")
@pytest.mark.parametrize("number", [OTHER_BSN, UNKNOWN_BSN])
def test_who_has_heard_enough_in_a_day_learns_of_no_further_number(
    browse: Browse, cast: Cast, superuser: Engine, number: str
) -> None:
    client = browse(cast.fatma)
    first = client.post("/zaken/aanmelding", data=referral(client))
    assert "Dit BSN hoort bij" in first.text
    second = client.post("/zaken/aanmelding", data=referral(client) | {"bsn": number})
    assert second.status_code == 422
    assert TOO_MANY in second.text
    assert "Dit BSN hoort bij" not in second.text
    assert refusals(superuser, cast.fatma) == 1


@pytest.mark.usefixtures("strangers")
def test_a_list_of_guesses_tells_nothing_and_uses_up_the_day(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    pages = Pages(browse(cast.fatma))
    guesses = [
        {"Voornaam": name, "Achternaam": "Kind", "BSN": number}
        for name, number in (("Ander", BSN), ("Vreemd", OTHER_BSN), ("Geheel", UNKNOWN_BSN))
    ]
    answer = pages.upload(csv_of(*guesses))
    assert answer.status_code == 422
    assert TOO_MANY in answer.text
    with superuser.connect() as connection:
        assert not connection.execute(text("SELECT count(*) FROM import_batch")).scalar_one()
    assert TOO_MANY in pages.upload(csv_of(guesses[2])).text
    assert refusals(superuser, cast.fatma) == 2


@pytest.mark.usefixtures("strangers")
def test_what_is_told_by_name_counts_as_well(browse: Browse, cast: Cast) -> None:
    client = browse(cast.jaap)
    born = f"3-2-{today().year - 15}"
    for name, told in (("Quirijnplant van den Zwaluwplant", True), ("Nog Een", False)):
        given, _space, family = name.partition(" ")
        who = {"given_name": given, "family_name": family, "birth_date": born}
        page = send(client, "/zaken/bekend", who).text
        assert ("Neem contact op" in page, TOO_MANY in page) == (told, not told)


@pytest.mark.usefixtures("strangers")
def test_youths_of_ones_own_cases_do_not_count(browse: Browse, cast: Cast) -> None:
    client = browse(cast.bas)
    for number in (BSN, OTHER_BSN, BSN):
        answer = client.post("/zaken/aanmelding", data=referral(client) | {"bsn": number})
        assert "Dit BSN hoort bij" in answer.text


@pytest.mark.usefixtures("strangers")
def test_one_youth_counts_once_however_often_the_list_is_looked_at(
    browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "TOLD_A_DAY", 2)
    pages = Pages(browse(cast.fatma))
    row = {"Voornaam": "Ander", "Achternaam": "Kind", "BSN": BSN}
    assert [pages.upload(csv_of(row)).status_code for _ in range(4)] == [302] * 4


def test_after_a_day_there_is_room_again(
    strangers: None, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    client = browse(cast.fatma)
    client.post("/zaken/aanmelding", data=referral(client))
    with superuser.begin() as connection:
        connection.execute(text("UPDATE audit_subject SET at = at - interval '25 hours'"))
    answer = client.post("/zaken/aanmelding", data=referral(client) | {"bsn": OTHER_BSN})
    assert "Dit BSN hoort bij" in answer.text
