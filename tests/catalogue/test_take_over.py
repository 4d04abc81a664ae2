"""A file with the catalogue: looked at first, told row by row, kept whole or not at all."""

import base64
import csv
import io
from html import unescape

import pytest
from sqlalchemy import Engine, text

from pmg.catalogue.rules import ALL_COLUMNS
from tests.acting import read_form
from tests.cast import Cast
from tests.catalogue.conftest import UPLOAD, WHY, Browse, Keep, confirm, upload
from tests.interventions.conftest import SPORT

EXPORT = "/interventies/catalogus.csv"
CHANGED = "code;name_nl;age_max;sessions\nAJB;Voetbal met een plan;17;12\nMST;MST;19;\n"


def versions(superuser: Engine) -> list[tuple[str, int]]:
    with superuser.connect() as connection:
        rows = connection.execute(text("SELECT code, number FROM catalogue_edit ORDER BY code"))
        return [(row.code, row.number) for row in rows]


def test_what_was_taken_out_goes_in_without_a_difference(
    browse: Browse, cast: Cast, change: Keep, retire: Keep
) -> None:
    change(
        name_nl="=1+1", notes="'-een streep; en een puntkomma", core_elements="a;b", funding="pmg"
    )
    retire("MST")
    ad = browse(cast.ad)
    file = ad.get(EXPORT).text
    (row,) = [one for one in csv.DictReader(io.StringIO(file)) if one["code"] == "AJB"]
    assert (tuple(row), row["name_nl"]) == (ALL_COLUMNS, "'=1+1")
    answer = upload(ad, file)
    assert (answer.status_code, "Dit bestand wijzigt niets" in answer.text) == (200, True)


def test_the_differences_stand_side_by_side_and_nothing_is_kept_before_a_yes(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    ad = browse(cast.ad)
    preview = upload(ad, CHANGED)
    shown = unescape(preview.text)
    assert preview.status_code == 200
    for told in (SPORT.name_nl, "Voetbal met een plan", "18", "17", "2 interventies wijzigen. 58"):
        assert told in shown
    assert versions(superuser) == []
    answer = confirm(ad, preview)
    assert answer.location == "/interventies"
    assert versions(superuser) == [("AJB", 1), ("MST", 1)]
    assert "Voetbal met een plan" in browse(cast.sanne).get("/interventies").text
    assert WHY in browse(cast.sanne).get("/interventies/versies?code=MST").text


def test_each_bad_row_is_named_and_nothing_of_the_others_is_kept(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    bad = (
        "code;name_nl;age_min;age_max;target_factor_codes;evidence_level;evidence_source;evidence_on\n"
        "AJB;Goed;8;12;;niet_beoordeeld;;\n"
        "MST;Ook;20;12;;niet_beoordeeld;;\n"
        "RGT;;8;12;R-NIET;niet_beoordeeld;;\n"
        "FFT;x;8;12;;goed_onderbouwd;;\n"
        "FAST;x;8;12;;bewezen;nji.nl;1-1-2031\n"
        "NIETS;x;8;12;;;;\n"
    )
    ad = browse(cast.ad)
    answer = upload(ad, bad)
    shown = unescape(answer.text)
    assert answer.status_code == 422
    for number in (3, 4, 5, 6, 7):
        assert f"Rij {number}" in shown
    assert "Rij 2" not in shown
    for told in ("onder de laagste", "R-NIET", "heeft een bron nodig", "bewezen", "NIETS"):
        assert told in shown
    assert 'name="reason"' not in shown
    # Also when somebody sends it on past the page.
    form = read_form(ad.get(UPLOAD).text)
    form["content"], form["seen"] = base64.b64encode(bad.encode()).decode(), ""
    form["reason"] = WHY
    assert ad.post(UPLOAD, data=form).status_code == 422
    assert versions(superuser) == []


def test_who_confirms_what_is_no_longer_so_sees_it_anew_and_loses_nothing(
    browse: Browse, cast: Cast, superuser: Engine, change: Keep
) -> None:
    ad = browse(cast.ad)
    preview = upload(ad, CHANGED)
    change("RGT", notes="Van een ander.")
    stale = confirm(ad, preview, reason="ronde van 2027")
    assert stale.status_code == 409
    for told in ("Iemand anders wijzigde de catalogus", "Voetbal met een plan", "ronde van 2027"):
        assert told in unescape(stale.text)
    assert versions(superuser) == [("RGT", 1)]
    assert confirm(ad, stale, reason="ronde van 2027").status_code == 302
    assert versions(superuser) == [("AJB", 1), ("MST", 1), ("RGT", 1)]


def test_without_a_reason_the_differences_stay_to_be_confirmed(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    ad = browse(cast.ad)
    missing = confirm(ad, upload(ad, CHANGED), reason="")
    assert (missing.status_code, versions(superuser)) == (422, [])
    assert "Schrijf kort op waarom." in unescape(missing.text)
    assert confirm(ad, missing).status_code == 302


def test_a_second_click_adds_nothing(browse: Browse, cast: Cast, superuser: Engine) -> None:
    ad = browse(cast.ad)
    preview = upload(ad, CHANGED)
    assert confirm(ad, preview).location == confirm(ad, preview).location
    assert versions(superuser) == [("AJB", 1), ("MST", 1)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Kies een bestand."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "geen CSV-bestand"),
        (b"code,notes\nAJB," + b"x" * 210_000, "te groot"),
        (b"code,notes\nAJB,a\x00b", "geen CSV-bestand"),
        (b"naam\nx\n", "ontbreekt"),
    ],
)
def test_what_is_no_such_file_is_told(
    browse: Browse, cast: Cast, content: bytes, told: str
) -> None:
    answer = upload(browse(cast.ad), content, name="x.csv" if content else "")
    assert answer.status_code == 422
    assert told in unescape(answer.text)


def test_a_file_of_an_older_spreadsheet_is_read_with_its_accents(
    browse: Browse, cast: Cast
) -> None:
    answer = upload(browse(cast.ad), "code;name_nl\nAJB;Café\n".encode("cp1252"))
    assert "Café" in answer.text


@pytest.mark.parametrize("seen", ["", "een ander"])
@pytest.mark.parametrize("content", ["###", "", "/w==", "bmFhbQp4Cg=="])
def test_a_page_that_was_tampered_with_keeps_nothing(
    browse: Browse, cast: Cast, superuser: Engine, content: str, seen: str
) -> None:
    ad = browse(cast.ad)
    form = read_form(upload(ad, CHANGED).text)
    form["content"], form["seen"], form["reason"] = content, seen, WHY
    assert ad.post(UPLOAD, data=form).status_code == 422
    assert versions(superuser) == []
