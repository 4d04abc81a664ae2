"""Giving a list: what is taken in, what is not, and what is kept of it."""

import io
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.imports import listing
from tests.cast import Cast
from tests.imports.conftest import Pages, csv_of, many

BOMB = 80_000_000


def bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"0" * BOMB)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("lijst.csv", b"", "Dit bestand is leeg"),
        ("lijst.xlsx", b"This is no workbook at all", "Dit soort bestand kan niet"),
        ("lijst.xlsx", b"PK\x03\x04 and then nothing", "beschadigd"),
        ("lijst.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "geen CSV-bestand"),
        ("lijst.csv", b"\0" * 2000, "geen leesbare tekst"),
        ("lijst.csv", b"Voornaam;Achternaam\r\n", "geen rijen onder de kolomnamen"),
        ("lijst.xlsx", bomb(), "te groot"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_what_to_do(
    pages: Pages, rows_in: Callable[[str], int], name: str, content: bytes, words: str
) -> None:
    answer = pages.upload(content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert rows_in("import_batch") == 0


def test_without_a_file_the_page_asks_for_one(pages: Pages) -> None:
    answer = pages.send("/overnemen")
    assert answer.status_code == 422
    assert "Kies een bestand." in answer.text


def test_a_file_of_eleven_megabytes_is_too_large(pages: Pages) -> None:
    body = b"x" * 11 * 1024 * 1024
    answer = pages.client.post(
        "/overnemen", data=body, content_type="multipart/form-data; boundary=grens"
    )
    assert answer.status_code == 413
    assert "te groot" in answer.text


def test_one_long_text_in_every_cell_is_refused_before_it_fills_the_memory(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_CHARACTERS", 100_000)
    assert pages.upload(csv_of(*[{"Reden aanmelding": "x" * 3_000}] * 30)).status_code == 302
    answer = pages.upload(csv_of(*[{"Reden aanmelding": "x" * 3_000}] * 40))
    assert answer.status_code == 422
    assert "te veel tekst" in answer.text


def test_no_name_of_a_list_stands_readable_in_the_database(pages: Pages, superuser: Engine) -> None:
    pages.keep(csv_of({"Voornaam": "Quirijnplant"}), name="Quirijnplant jongeren.csv")
    with superuser.connect() as connection:
        row = connection.execute(text("SELECT b::text, content_sealed FROM import_batch b")).one()
    assert "Quirijnplant" not in row[0]
    assert b"Quirijnplant" not in bytes(row[1])


def test_the_name_of_a_file_and_its_cells_stand_in_no_log(
    pages: Pages, superuser: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    address = pages.keep(csv_of({"BSN": "Zwaluwplant"}), name="Quirijnplant.csv")
    pages.client.get(address)
    with superuser.connect() as connection:
        events = str(connection.execute(text("SELECT e::text FROM audit_event e")).all())
    told = capsys.readouterr()
    for word in ("Quirijnplant", "Zwaluwplant"):
        assert word not in events + told.out + told.err + address


def test_columns_about_origin_and_scores_are_not_even_kept(pages: Pages) -> None:
    header = ("Voornaam", "Nationaliteit", "Achternaam", "Risicoscore")
    address = pages.keep(csv_of({"Nationaliteit": "Plantland", "Risicoscore": "99"}, header=header))
    page = pages.client.get(address).text
    assert "Nationaliteit, Risicoscore" in page
    assert "Plantland" not in page


def test_earlier_lists_stand_below_the_form(pages: Pages) -> None:
    address = pages.keep(csv_of(*many(3)))
    page = pages.client.get("/overnemen").text
    assert address in page
    assert "Nog niet overgenomen" in page


def test_rows_to_mend_and_lists_left_lying_go_after_two_weeks(
    pages: Pages, superuser: Engine, rows_in: Callable[[str], int]
) -> None:
    done = pages.keep(csv_of({}, {"BSN": "12"}))
    pages.take(done)
    pages.keep(csv_of(*many(3)))
    with superuser.begin() as connection:
        connection.execute(text("UPDATE import_batch SET created_at = now() - interval '15 days'"))
    pages.client.get("/overnemen")
    assert rows_in("import_batch") == 1
    assert rows_in("import_batch WHERE refused_sealed IS NOT NULL") == 0
    assert pages.client.get(done).status_code == 200
    assert pages.client.get(f"{done}/verbeterlijst").status_code == 404


@pytest.mark.parametrize("name", ["sanne", "karim", "els", "jaap", "ans", "ad"])
def test_only_directors_take_lists_over(
    browse: Callable[..., FlaskClient], cast: Cast, name: str
) -> None:
    client = browse(getattr(cast, name))
    assert client.get("/overnemen").status_code == 404


@pytest.mark.parametrize("name", ["fatma", "other_director"])
def test_a_list_of_another_shows_what_a_wrong_id_shows(
    browse: Callable[..., FlaskClient], cast: Cast, pages: Pages, name: str
) -> None:
    address = pages.keep(csv_of({}))
    stranger = Pages(browse(getattr(cast, name)))
    for page in ("", "/verbeterlijst", "/ongedaan"):
        assert stranger.client.get(address + page).status_code == 404
    for act in ("", "/uitvoeren", "/ongedaan", "/weggooien"):
        assert stranger.send(address + act, page="/overnemen").status_code == 404
    assert "Controleer de lijst" in pages.client.get(address).text


def test_a_list_that_is_thrown_away_leaves_nothing(
    pages: Pages, rows_in: Callable[[str], int]
) -> None:
    address = pages.keep(csv_of({}))
    answer = pages.send(f"{address}/weggooien", page=address)
    assert answer.location == "/overnemen"
    assert rows_in("import_batch") == 0
    assert pages.client.get(address).status_code == 404
