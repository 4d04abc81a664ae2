"""What the ministry stores and is not what was signed: not shown, not sent, not added up."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.disclosure.canonical import canonical
from pmg.disclosure.publish import signature
from pmg.errors import Invalid
from pmg.national import publishing
from pmg.national.models import NationalRelease
from pmg.national.services import Taken
from pmg.reports.authentic import Altered
from tests import acting
from tests.cast import Cast
from tests.conftest import AtWork
from tests.national.build import GRONINGEN, UTRECHT, Asked, corrected, release, signer
from tests.national.conftest import CHOICE, Browse, Publish, TakeIn, signed_by, upload
from tests.national.test_publish import EXPORTS, MAKE, deliver_as
from tests.national.test_take_in import rows

Alter = Callable[[dict[str, Any]], None]


def a_number(document: dict[str, Any]) -> None:
    document[numbers(document)]["parts"][0]["values"][0] += 5


def a_number_signed_by_another(document: dict[str, Any]) -> None:
    """Who has the database and no key of ours makes it sound again with his own."""
    document["certificate"]["about"]["eerste_dag"] = "2026-01-02"
    document["signature"] = signature(document["certificate"], signer(GRONINGEN))


def a_word(document: dict[str, Any]) -> None:
    document["certificate"]["about"]["rapport"] = "Iets anders"


def no_file(document: dict[str, Any]) -> None:
    document.clear()


def numbers(document: dict[str, Any]) -> str:
    return "national" if "national" in document else "release"


ALTERATIONS = {
    a_number: "De getallen zijn veranderd nadat het certificaat is gemaakt.",
    a_number_signed_by_another: "Het bestand is met een andere sleutel ondertekend.",
    a_word: "De handtekening klopt niet.",
    no_file: "Het bestand is niet te lezen",
}


def change(superuser: Engine, statement: str, **values: object) -> None:
    """Change rows as whoever owns the database can."""
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        assert connection.execute(text(statement), values).rowcount == 1


def altered(superuser: Engine, table: str, row: dict[str, Any], alter: Alter) -> None:
    document = json.loads(row["document"])
    alter(document)
    change(
        superuser,
        f"UPDATE {table} SET document = :document WHERE id = :id",
        document=canonical(document).decode(),
        id=row["id"],
    )


def of(superuser: Engine, place: str) -> dict[str, Any]:
    (row,) = (r for r in rows(superuser, "imported_release") if r["sender_id"] == place)
    return row


def exports(superuser: Engine) -> int:
    with superuser.connect() as connection:
        found = connection.scalar(
            text("SELECT count(*) FROM audit_event WHERE action = 'national:export'")
        )
        return int(found or 0)


def is_refused(client: FlaskClient, address: str, why: str) -> str:
    answer = client.get(address)
    assert (address, answer.status_code) == (address, 409)
    assert answer.content_type.startswith("text/html")
    assert "Content-Disposition" not in answer.headers
    assert why in answer.text
    assert "Bereikte jongeren" not in answer.text
    assert "Meld het de beheerder van het systeem: die zet een back-up terug." in answer.text
    return answer.text


# -- a release that was taken in


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda one: one.__name__)
def test_a_release_that_was_taken_in_is_not_shown_once_it_was_altered(
    two: None, browse: Browse, cast: Cast, superuser: Engine, alter: Alter
) -> None:
    joost, row = browse(cast.joost), of(superuser, UTRECHT)
    address = f"/landelijk/ingelezen/{row['id']}"
    assert "Bereikte jongeren" in joost.get(address).text
    altered(superuser, "imported_release", row, alter)
    said = is_refused(joost, address, ALTERATIONS[alter])
    assert "Gemeente Utrecht" in said
    assert "De gemeente hoeft niets opnieuw te sturen" in said
    other = joost.get(f"/landelijk/ingelezen/{of(superuser, GRONINGEN)['id']}")
    assert "Bereikte jongeren" in other.text


def test_the_key_in_the_row_is_not_believed(
    two: None, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    """Another file under his own key, with a row that fits it in everything."""
    forged = release(Asked(UTRECHT, 200), key=GRONINGEN)
    row = of(superuser, UTRECHT)
    change(
        superuser,
        "UPDATE imported_release SET document = :document, release_hash = :hash,"
        " public_key = :key WHERE id = :id",
        document=forged.as_bytes().decode(),
        hash=forged.release.hash,
        key=signer(GRONINGEN).public_key.hex(),
        id=row["id"],
    )
    why = "Het bestand is met een andere sleutel ondertekend."
    is_refused(browse(cast.joost), f"/landelijk/ingelezen/{row['id']}", why)


def test_a_true_file_of_the_municipality_does_not_take_the_place_of_another(
    two: None, take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine, at_work: AtWork
) -> None:
    """Signed by its own key, but of another kind; the hash in the row is made to fit."""
    other = release(Asked(UTRECHT, code="kwartaalmonitor", version=1))
    row = of(superuser, UTRECHT)
    change(
        superuser,
        "UPDATE imported_release SET document = :document, release_hash = :hash WHERE id = :id",
        document=other.as_bytes().decode(),
        hash=other.release.hash,
        id=row["id"],
    )
    why = "Dit is het bestand van een ander rapport."
    is_refused(browse(cast.joost), f"/landelijk/ingelezen/{row['id']}", why)
    with at_work(cast.joost), pytest.raises(Invalid, match="niet meer wat er is geleverd"):
        publishing.make_draft(CHOICE, "")


def test_why_it_was_made_again_is_what_the_municipality_signed(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    first, second, _ledger = corrected(Asked(UTRECHT), 192)
    take_in(first.as_bytes(), second.as_bytes())
    row = next(r for r in rows(superuser, "imported_release") if r["reason"])
    change(
        superuser, "UPDATE imported_release SET reason = 'Verzonnen.' WHERE id = :id", id=row["id"]
    )
    why = "Dit is het bestand van een ander rapport."
    said = is_refused(browse(cast.joost), f"/landelijk/ingelezen/{row['id']}", why)
    assert "Verzonnen" not in said


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda one: one.__name__)
def test_nothing_is_computed_of_it_and_the_page_says_what_to_do(
    two: None, browse: Browse, cast: Cast, superuser: Engine, alter: Alter
) -> None:
    joost = browse(cast.joost)
    form = acting.filled(joost, MAKE)
    altered(superuser, "imported_release", of(superuser, UTRECHT), alter)
    said = "Het rapport van Utrecht is niet meer wat er is geleverd. Er wordt niets gemaakt."
    assert said in joost.get(MAKE).text
    answer = joost.post(MAKE, data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert rows(superuser, "national_draft") == []


def test_figures_are_not_approved_once_a_release_in_them_was_altered(
    two: None, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    draft = acting.send(browse(cast.joost), MAKE).location
    altered(superuser, "imported_release", of(superuser, UTRECHT), a_number_signed_by_another)
    vera = browse(cast.vera)
    answer = vera.post(f"{draft}/goedkeuren", data=acting.filled(vera, draft))
    assert answer.status_code == 422
    assert "Het rapport van Utrecht is niet meer wat er is geleverd." in answer.text
    assert rows(superuser, "national_release") == []


def test_no_successor_comes_in_on_top_of_it(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    first, second, _ledger = corrected(Asked(UTRECHT), 192)
    take_in(first.as_bytes())
    altered(superuser, "imported_release", of(superuser, UTRECHT), a_word)
    page = upload(browse(cast.joost), ("nieuw.json", second.as_bytes()))
    assert page.status_code == 422
    assert "Vraag de beheerder om een back-up terug te zetten." in page.text
    assert len(rows(superuser, "imported_release")) == 1
    assert {one.what for one in take_in(second.as_bytes())} == {Taken.REFUSED}


def test_a_release_delivered_here_is_checked_by_the_key_of_this_house(
    two: None, superuser: Engine, cast: Cast, at_work: AtWork
) -> None:
    deliver_as(superuser, "GM0202", cast)
    (row,) = rows(superuser, "report_release")
    altered(superuser, "report_release", row, a_number_signed_by_another)
    with at_work(cast.joost), pytest.raises(Invalid, match="rapport van Arnhem is niet meer"):
        publishing.make_draft(CHOICE, "")


# -- figures that were published


@pytest.fixture
def figures(two: None, publish: Publish) -> NationalRelease:
    return publish()


def stored(superuser: Engine) -> dict[str, Any]:
    (row,) = rows(superuser, "national_release")
    return row


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda one: one.__name__)
def test_no_page_and_no_file_of_altered_figures_says_a_number(
    figures: NationalRelease, browse: Browse, cast: Cast, superuser: Engine, alter: Alter
) -> None:
    joost, address = browse(cast.joost), f"/landelijk/cijfers/{figures.id}"
    pages = ("", *(f"/{one}" for one in EXPORTS))
    assert [joost.get(f"{address}{page}").status_code for page in pages] == [200] * len(pages)
    left = exports(superuser)
    altered(superuser, "national_release", stored(superuser), alter)
    for page in pages:
        said = is_refused(joost, f"{address}{page}", ALTERATIONS[alter])
        assert "Deze cijfers worden niet getoond" in said
    assert exports(superuser) == left
    assert joost.get("/landelijk/cijfers").status_code == 200


@pytest.mark.parametrize("column", ["national_hash", "reason"])
def test_a_row_that_says_other_than_its_file_is_found(
    figures: NationalRelease, browse: Browse, cast: Cast, superuser: Engine, column: str
) -> None:
    change(superuser, f"UPDATE national_release SET {column} = 'iets anders'")
    why = "Dit is het bestand van een ander rapport."
    is_refused(browse(cast.joost), f"/landelijk/cijfers/{figures.id}", why)


def test_a_release_of_the_ministrys_key_does_not_pass_for_figures(
    figures: NationalRelease, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    document = json.loads(release(Asked(UTRECHT)).as_bytes())
    document["signature"] = signature(document["certificate"], signed_by())
    change(superuser, "UPDATE national_release SET document = :d", d=canonical(document).decode())
    why = "Dit is het bestand van een ander rapport."
    is_refused(browse(cast.joost), f"/landelijk/cijfers/{figures.id}", why)


def test_no_figures_succeed_what_was_altered(
    figures: NationalRelease,
    take_in: TakeIn,
    browse: Browse,
    cast: Cast,
    superuser: Engine,
    at_work: AtWork,
) -> None:
    take_in(release(Asked("GM0202")).as_bytes())
    joost = browse(cast.joost)
    form = acting.filled(joost, MAKE) | {"reason": "Arnhem leverde."}
    altered(superuser, "national_release", stored(superuser), a_number_signed_by_another)
    answer = joost.post(MAKE, data=form)
    assert answer.status_code == 409
    assert "Deze cijfers worden niet getoond" in answer.text
    assert rows(superuser, "national_draft")[1:] == []
    with at_work(cast.joost), pytest.raises(Altered):
        publishing.make_draft(CHOICE, "Arnhem leverde.")


def test_the_releases_beside_figures_leave_only_as_they_were_signed(
    figures: NationalRelease, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    joost, address = browse(cast.joost), f"/landelijk/cijfers/{figures.id}/rapporten"
    packed = zipfile.ZipFile(io.BytesIO(joost.get(address).data))
    assert packed.namelist() == [f"{GRONINGEN}.json", f"{UTRECHT}.json"]
    left = exports(superuser)
    altered(superuser, "imported_release", of(superuser, UTRECHT), a_word)
    is_refused(joost, address, ALTERATIONS[a_word])
    assert exports(superuser) == left
    assert joost.get(f"/landelijk/cijfers/{figures.id}").status_code == 200
