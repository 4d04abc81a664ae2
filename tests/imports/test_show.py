"""The dry run: the counts, every bad row by its number, and who may be known."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text

from pmg.cases.intake import Terms
from pmg.clock import today
from pmg.imports.columns import guess_mapping
from pmg.imports.judging import judge
from pmg.imports.listing import read_listing
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.imports.conftest import HEADER, Pages, csv_of, figures, many

PROBLEM = re.compile(r'Rij (\d+)</span></th>\s*<td role="cell" data-label="Kolom">')


def all_bad_rows(pages: Pages, address: str) -> list[int]:
    found: list[int] = []
    page, at = pages.client.get(address).text, 0
    while True:
        found += [int(row) for row in PROBLEM.findall(page)]
        at += 10
        if f"fout={at}" not in page:
            return found
        page = pages.client.get(f"{address}?fout={at}").text


def test_every_bad_row_of_the_dirty_list_is_named_as_the_rules_say(
    pages: Pages, dirty: bytes
) -> None:
    listing = read_listing(dirty, "vuil.csv")
    terms = Terms("GM0363", "GEM-JEUGD", today())
    verdicts = list(judge(listing.rows, guess_mapping(listing.header), terms))
    bad = [problem.row for each in verdicts for problem in each.problems]
    address = pages.keep(dirty)
    assert all_bad_rows(pages, address) == bad
    assert figures(pages.client.get(address).text) == {
        "Rijen goed": 10,
        "Rijen met een fout": 33,
        "Mogelijk al bekend": 0,
    }


def test_a_dry_run_makes_no_case(pages: Pages, clean: bytes, rows_in: Callable[[str], int]) -> None:
    page = pages.client.get(pages.keep(clean, "schoon.xlsx")).text
    assert figures(page)["Rijen goed"] == 200
    assert rows_in("youth") == rows_in("case_file") == 0


def test_the_look_at_the_names_stands_in_the_log(pages: Pages, superuser: Engine) -> None:
    address = pages.keep(csv_of({}))
    assert "Yassin de Boer" in pages.client.get(address).text
    with superuser.connect() as connection:
        query = "SELECT action, written FROM audit_event WHERE address = :a"
        events = connection.execute(text(query), {"a": address}).all()
    assert [event.action for event in events] == ["case:import"]
    assert events[0].written[0]["table"] == "import_batch"


def test_a_column_under_another_name_is_chosen_by_hand(pages: Pages) -> None:
    header = ["Wie" if title == "Voornaam" else title for title in HEADER]
    address = pages.keep(csv_of({"Wie": "Yara"}, header=header))
    page = pages.client.get(address).text
    assert "Wij herkennen niet alle kolommen" in page
    assert "Voornaam en Achternaam, of Naam" in page

    chosen = {f"kolom_{at}": code for at, code in guess_mapping(HEADER).items()}
    assert pages.send(address, **chosen).status_code == 302
    assert "Yara de Boer" in pages.client.get(address).text


def test_a_choice_of_columns_that_cannot_be_says_why_and_is_kept(pages: Pages) -> None:
    address = pages.keep(csv_of({}))
    chosen = {f"kolom_{at}": code for at, code in guess_mapping(HEADER).items()}
    answer = pages.send(address, **{**chosen, "kolom_3": "", "kolom_0": "family_name"})
    assert answer.status_code == 422
    assert "Kies welke kolom dit is: Geboortedatum." in answer.text
    assert "Achternaam&#39; is voor meer dan een kolom gekozen" in answer.text
    assert figures(pages.client.get(address).text)["Rijen goed"] == 1


@pytest.mark.parametrize("choice", ["nonsense", "\0", "given_name" * 9])
def test_a_field_that_does_not_exist_is_refused(pages: Pages, choice: str) -> None:
    address = pages.keep(csv_of({}))
    assert pages.send(address, kolom_0=choice).status_code == 422


@pytest.mark.parametrize("begin", ["-1", "999999", "abc", "9" * 40, "٣"])
def test_no_address_breaks_the_list_of_bad_rows(pages: Pages, begin: str) -> None:
    address = pages.keep(csv_of({}, {"BSN": "12"}))
    assert pages.client.get(address, query_string={"fout": begin}).status_code == 200


def known(cast: Cast, at_work: AtWork, **given: Any) -> None:
    details = {"given_name": "Yassin", "family_name": "de Boer", "birth_date": date(2011, 1, 3)}
    build.a_case(cast, at_work, **{**details, **given})


def test_a_youth_who_may_be_known_is_shown_with_whom_to_call(
    pages: Pages, cast: Cast, at_work: AtWork, superuser: Engine
) -> None:
    known(cast, at_work)
    address = pages.keep(csv_of({"Voornaam": "Yasin"}, *many(2)))
    page = pages.client.get(address).text
    assert figures(page) == {"Rijen goed": 2, "Rijen met een fout": 0, "Mogelijk al bekend": 1}
    assert re.search(r"Yasin de Boer</td>\s*<td[^>]*>Bas</td>", page)
    with superuser.connect() as connection:
        looks = connection.execute(
            text("SELECT count(*) FROM audit_subject WHERE 'look_up' = ANY (fields)")
        ).scalar_one()
    assert looks == 1


def test_a_number_that_is_taken_is_a_fault_and_no_choice(
    pages: Pages, cast: Cast, at_work: AtWork
) -> None:
    known(cast, at_work, given_name="Iemand", family_name="Anders", bsn=build.BSN, by="bas")
    page = pages.client.get(pages.keep(csv_of({"BSN": build.BSN}))).text
    assert figures(page)["Rijen met een fout"] == 1
    assert "hoort bij een jongere die al bekend is" in page


def test_the_list_to_mend_names_each_row_and_holds_no_formula(pages: Pages, dirty: bytes) -> None:
    address = pages.keep(dirty)
    answer = pages.client.get(f"{address}/verbeterlijst")
    assert answer.headers["Content-Disposition"] == "attachment; filename=verbeterlijst.xlsx"
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0][-2:]) == ["Rij in uw lijst", "Wat moet u verbeteren"]
    assert len(rows) == 1 + 33
    assert all(row[-1] for row in rows)
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not [c for c in cells if isinstance(c.value, str) and c.value[:1] in {"=", "@", "+"}]
