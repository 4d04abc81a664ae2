"""What stands in the files of a report: each is read back as its own readers do."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from odfdo import Document
from sqlalchemy import Engine, text

from pmg.definitions.shipped import YEARLY
from pmg.disclosure.release import Release, read_release
from pmg.reports import export, export_html, export_ods, export_pdf, queries
from pmg.reports.models import ReportRelease
from pmg.reports.paper import clean, paper
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import MakeReport, Work
from tests.reports.test_make import busy
from tests.reports.test_shipped import released

Browse = Callable[..., FlaskClient]
WRITERS = (export_pdf.document, export_html.page, export_ods.spreadsheet)
HOSTILE = '=HYPERLINK("http://x")#set[*a*] <script>$\\n\u202e'


@pytest.fixture
def item(casework: Casework, make: MakeReport) -> ReportRelease:
    busy(casework, youths=60)
    return make().release


@pytest.fixture
def at_desk(app: Flask) -> Any:
    with app.test_request_context():
        yield app


def release_of(item: ReportRelease) -> Release:
    return read_release(json.loads(item.document)["release"])


# -- PDF


def insides(pdf: bytes) -> str:
    """All objects of a PDF as text, those in compressed streams as well."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return b"\n".join(found).decode("latin-1")


@pytest.mark.usefixtures("at_desk")
def test_the_pdf_is_tagged_titled_dutch_and_says_that_it_is_pdf_ua(item: ReportRelease) -> None:
    inside = insides(export_pdf.document(item).content)
    assert re.search(r"/MarkInfo\s*<<[^>]*/Marked true", inside)
    assert "/StructTreeRoot" in inside
    assert "/Lang(nl-NL)" in inside.replace(" ", "")
    assert "/DisplayDocTitle true" in inside
    assert re.search(r"pdfuaid:part(>|=\")1", inside)
    assert "Jaarrapportage Preventie met Gezag, Gemeente Amsterdam" in inside


@pytest.mark.usefixtures("at_desk")
def test_the_pdf_has_headings_table_heads_and_words_for_each_chart(item: ReportRelease) -> None:
    inside = insides(export_pdf.document(item).content)
    charts = sum(len(indicator.charts) for indicator in YEARLY.indicators)
    tags = {tag: len(re.findall(rf"/S\s*/{tag}\b", inside)) for tag in ("H1", "H2", "TH", "Figure")}
    assert tags["H1"] >= len(YEARLY.indicators)
    assert tags["H2"] > charts
    assert tags["TH"] > 20
    assert tags["Figure"] == charts == len(re.findall(r"/Alt\s*[(<]", inside))
    assert "/Outlines" in inside


def told(node: Any) -> Iterator[tuple[str, str, str]]:
    """Each cell of each table: its kind, its scope, and the heads that it names itself."""
    below = node.get("/K", [])
    for each in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(each, pikepdf.Dictionary):
            if str(each.get("/S")) in {"/TH", "/TD"}:
                said = next(one for one in each.A if one.O == "/Table")
                yield str(each.S), str(said.get("/Scope")), str(said.get("/Headers"))
            yield from told(each)


@pytest.mark.usefixtures("at_desk")
def test_the_tables_of_the_pdf_have_heads_of_columns_and_of_rows(item: ReportRelease) -> None:
    content = export_pdf.document(item).content
    assert content.startswith(b"%PDF-1.7")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        cells = list(told(pdf.Root.StructTreeRoot))
    written = paper(item)
    boards = [board for section in written.sections for board in section.boards]
    rows = len(written.example.rows) + 1 + sum(len(board.rows) for board in boards)
    columns = 3 + sum(len(board.head) for board in boards)
    assert cells.count(("/TH", "/Row", "None")) == rows
    assert cells.count(("/TH", "/Column", "None")) == columns
    assert {kind for kind in cells if kind[0] == "/TD"} == {("/TD", "None", "None")}


@pytest.mark.usefixtures("at_desk")
def test_long_heads_of_columns_break_and_leave_the_rows_their_line(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work
) -> None:
    busy(casework, youths=60)
    item = released(at_work, cast, work, "kwartaalmonitor")
    with pikepdf.open(io.BytesIO(export_pdf.document(item).content)) as pdf:
        assert len(pdf.pages) == 3  # reading and the first chart; tables; how to check


@pytest.mark.usefixtures("at_desk")
def test_every_font_of_the_pdf_goes_along_with_it(item: ReportRelease) -> None:
    inside = insides(export_pdf.document(item).content)
    described = len(re.findall(r"/Type\s*/FontDescriptor", inside))
    assert described == len(re.findall(r"/FontFile[23]?\s", inside)) > 0


@pytest.mark.usefixtures("at_desk")
@pytest.mark.parametrize("write", WRITERS[:2])
def test_the_same_release_gives_the_same_bytes(item: ReportRelease, write: Any) -> None:
    assert write(item).content == write(item).content


# -- ODS


@pytest.mark.usefixtures("at_desk")
def test_the_spreadsheet_has_a_sheet_for_each_indicator_with_numbers_as_numbers(
    item: ReportRelease,
) -> None:
    release = release_of(item)
    tables = Document(io.BytesIO(export_ods.spreadsheet(item).content)).body.tables
    assert [table.name for table in tables] == [
        "Over dit rapport",
        *(indicator.title for indicator in YEARLY.indicators),
    ]
    reached = [[value for value in row if value is not None] for row in tables[1].get_values()]
    totals = [row for row in reached if row and row[0] == "Totaal"]
    assert totals[0][-1] == release.value("jongeren", {})
    numbers = [value for row in reached for value in row if not isinstance(value, str)]
    assert len(numbers) == 4 * 7 * 5  # the whole and three areas; six ages, five columns
    assert all(value % 5 == 0 for value in numbers)


@pytest.mark.usefixtures("at_desk")
def test_the_first_sheet_explains_rounding_source_and_check(item: ReportRelease) -> None:
    first = Document(io.BytesIO(export_ods.spreadsheet(item).content)).body.tables[0]
    said = " ".join(str(value) for row in first.get_values() for value in row if value)
    assert "0 betekent 0 tot en met 9" in said  # of tens: a youth can have several trajectories
    assert "pmg disclosure verify" in said
    assert release_of(item).hash in said
    assert all(indicator.definition in said for indicator in YEARLY.indicators)


@pytest.mark.usefixtures("at_desk")
def test_long_texts_of_the_spreadsheet_stay_within_a_page(item: ReportRelease) -> None:
    document = Document(io.BytesIO(export_ods.spreadsheet(item).content))
    for table in document.body.tables:
        for row in table.rows:
            for cell in row.cells:
                if len(str(cell.value or "")) > 60:
                    assert cell.style == "tekst"
    styles = export_ods.spreadsheet(item).content
    with zipfile.ZipFile(io.BytesIO(styles)) as packed:
        assert b'fo:wrap-option="wrap"' in packed.read("content.xml")
        page = packed.read("styles.xml").decode()
    assert 'style:print-orientation="landscape"' in page
    assert 'style:scale-to-X="1"' in page


# -- the stand-alone page


@pytest.mark.usefixtures("at_desk")
def test_the_page_stands_alone_and_runs_nothing(item: ReportRelease) -> None:
    page = export_html.page(item).content.decode()
    assert "<script" not in page
    assert not re.search(r"(src|srcset|action)=|@import|url\(", page)
    assert re.findall(r'href="([^#][^"]*)"', page) == []
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert '<html lang="nl">' in page


@pytest.mark.usefixtures("at_desk")
def test_the_page_holds_the_numbers_of_the_release_and_no_other(item: ReportRelease) -> None:
    page = export_html.page(item).content.decode()
    body = page.split('id="deel-1"', 1)[1]
    shown = {int(number) for number in re.findall(r"<td>(\d+)</td>", body)}
    assert len(shown) > 3
    assert shown <= {number for values in release_of(item).values for number in values}


# -- all of them


@pytest.mark.usefixtures("at_desk")
@pytest.mark.parametrize("write", WRITERS)
def test_hostile_words_of_a_template_are_words(
    item: ReportRelease, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = queries.opened(item)
    indicator = replace(YEARLY.indicators[0], title=HOSTILE, definition=HOSTILE)
    hostile = replace(YEARLY, title=HOSTILE, indicators=(indicator, *YEARLY.indicators[1:]))
    monkeypatch.setattr(queries, "opened", lambda _item: replace(report, template=hostile))
    content = write(item).content
    assert write is export_pdf.document or b"<script>" not in content
    if write is export_ods.spreadsheet:
        cells = [
            str(value)
            for table in Document(io.BytesIO(content)).body.tables
            for row in table.get_values()
            for value in row
        ]
        assert any("HYPERLINK" in cell for cell in cells)
        assert not any(cell.startswith("=") for cell in cells)


@pytest.mark.usefixtures("at_desk")
@pytest.mark.parametrize("for_excel", [True, False])
def test_no_label_runs_as_a_formula_in_a_csv(
    item: ReportRelease, monkeypatch: pytest.MonkeyPatch, *, for_excel: bool
) -> None:
    report = queries.opened(item)
    indicator = replace(YEARLY.indicators[0], title=HOSTILE)
    hostile = replace(YEARLY, indicators=(indicator, *YEARLY.indicators[1:]))
    monkeypatch.setattr(export, "opened", lambda _item: replace(report, template=hostile))
    content = export.numbers(item, for_excel=for_excel).content.decode("utf-8-sig")
    assert not re.search(r"(^|[;,\"])=", content, re.MULTILINE)


def test_what_cannot_be_seen_is_left_out() -> None:
    assert clean("a\x00b\u202ec\nd") == "abcd"


def test_a_file_is_dutch_also_for_a_reader_of_english(
    browse: Browse, cast: Cast, item: ReportRelease
) -> None:
    client = browse(cast.els)
    client.get("/taal?naar=en")
    page = client.get(f"/rapportage/{item.id}/html").text
    assert "Bereikte jongeren" in page
    assert "Het meest:" in page or "Samen" in page
    assert "Youths reached" not in page


def test_a_file_needs_no_casework(
    browse: Browse, cast: Cast, item: ReportRelease, owner: Engine
) -> None:
    client = browse(cast.els)
    before = client.get(f"/rapportage/{item.id}/pdf").data
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM factor_observation"))
        connection.execute(text("DELETE FROM trajectory"))
    assert client.get(f"/rapportage/{item.id}/pdf").data == before
