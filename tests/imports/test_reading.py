"""Lists from Excel are read as people see them; hostile files get a clear no."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pmg.errors import Invalid
from pmg.imports import package, reading
from pmg.imports.reading import Sheet, Value, read_rows

TITLES = ["Voornaam", "Achternaam", "Geboortedatum"]


def workbook(*rows: list[object], change: Callable[[Worksheet], object] = lambda _: None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    change(sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return written.getvalue()


def sheet_with(xml: str) -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    whole = f'<worksheet xmlns="{namespace}">{xml}</worksheet>'
    return repacked(workbook(TITLES), {"xl/worksheets/sheet1.xml": whole.encode()})


SOUND = workbook(TITLES, ["Anna", "Jansen", "3-1-2011"])


def cells(sheet: Sheet) -> list[tuple[int, tuple[Value, ...]]]:
    return list(sheet.rows)


def no(content: bytes, filename: str = "lijst.xlsx") -> str:
    with pytest.raises(Invalid) as refused:
        cells(read_rows(content, filename))
    assert refused.value.field == "file"
    return refused.value.message


# -- what people have


def test_rows_keep_the_number_that_excel_shows() -> None:
    content = workbook(["Caseload 2026"], [], TITLES, ["Anna", "Jansen", "3-1-2011"], [], ["Bo"])
    sheet = read_rows(content, "lijst.xlsx")
    assert sheet.header == tuple(TITLES)
    assert cells(sheet) == [(4, ("Anna", "Jansen", "3-1-2011")), (6, ("Bo", None, None))]


def test_days_numbers_and_yes_or_no_keep_their_kind() -> None:
    moment = datetime(2011, 1, 3, 14, 30)  # noqa: DTZ001  (a workbook knows no time zones)
    sheet = read_rows(workbook(TITLES, [moment, 123456782.0, True]), "lijst.xlsx")
    assert cells(sheet) == [(2, (date(2011, 1, 3), 123456782, True))]


def test_a_formula_gives_its_last_value_and_never_runs() -> None:
    sheet = read_rows(workbook(TITLES, ["Anna", "=1+1", "=cmd|' /C calc'!A0"]), "lijst.xlsx")
    assert cells(sheet) == [(2, ("Anna", None, None))]


def test_a_hidden_first_sheet_is_passed_over() -> None:
    book = load_workbook(io.BytesIO(workbook(["Geheim", "blad"], ["a", "b"])))
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Lijst")
    shown.append(TITLES)
    written = io.BytesIO()
    book.save(written)
    assert read_rows(written.getvalue(), "lijst.xlsx").header == tuple(TITLES)


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    row = '<row r="{0}"><c r="A{0}"><v>{0}</v></c><c r="B{0}"><v>2</v></c></row>'
    rows = "".join(row.format(number) for number in (1, 2, 3))
    content = sheet_with(f'<dimension ref="A1:A1"/><sheetData>{rows}</sheetData>')
    assert [number for number, _ in cells(read_rows(content, "lijst.xlsx"))] == [2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_csv_is_read_in_the_forms_that_excel_writes(encoding: str, sign: str) -> None:
    text = f"Voornaam{sign}Reden\r\nZoë{sign}Praat veel\r\nNoël{sign}\r\n"
    sheet = read_rows(text.encode(encoding), "lijst.CSV")
    assert sheet.header == ("Voornaam", "Reden")
    assert cells(sheet) == [(2, ("Zoë", "Praat veel")), (3, ("Noël", None))]


def test_commas_in_sentences_do_not_part_columns() -> None:
    text = "Voornaam;Reden\nAnna;Hangt rond, spijbelt, zoekt geld, slaapt slecht, eet weinig\n"
    assert read_rows(text.encode(), "lijst.csv").header == ("Voornaam", "Reden")


def test_a_line_that_names_the_separator_is_obeyed_and_left_out() -> None:
    sheet = read_rows(b"sep=,\nVoornaam,Reden\nAnna,x;y;z\n", "lijst.csv")
    assert sheet.header == ("Voornaam", "Reden")
    assert cells(sheet) == [(3, ("Anna", "x;y;z"))]


def test_a_row_with_too_many_cells_keeps_them_for_who_mends_it() -> None:
    sheet = read_rows(b"a;b\n1;2;3\n", "lijst.csv")
    assert cells(sheet) == [(2, ("1", "2", "3"))]


# -- what nobody should have


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"", "lijst.xlsx", "leeg"),
        (b"%PDF-1.7 ...", "lijst.csv", "geen CSV"),
        (b"\x89PNG\r\n\x1a\n", "lijst.xlsx", "Dit soort bestand kan niet"),
        (b"\x00\x01\x02\x03" * 99, "lijst.csv", "geen leesbare tekst"),
        (b"\x81\x8d;\x8f\n", "lijst.csv", "geen leesbare tekst"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 oud", "lijst.xls", r"oud Excel-bestand"),
        (b"PK\x03\x04 half", "lijst.xlsx", "beschadigd"),
        (b"een;kop\n", "lijst.xlsm", "macro"),
        (b"zomaar een zin\n", "lijst.csv", "geen kolomnamen"),
        (b'a;b\n"nooit gesloten;1\n', "lijst.csv", "aanhalingsteken"),
        (b"a;b\n" + b"x" * 140_000 + b";1\n", "lijst.csv", "niet te lezen"),
        (("a;" * 61 + "b\n").encode(), "lijst.csv", "meer dan 60 kolommen"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    content: bytes, filename: str, words: str
) -> None:
    assert words in no(content, filename)


def test_a_locked_workbook_asks_to_take_the_password_off() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert "wachtwoord" in no(locked)


def test_a_file_above_ten_megabytes_is_refused() -> None:
    assert "10 MB" in no(b"a;b\n" * 3_000_000, "lijst.csv")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("xl/vbaProject.bin", "macro"),
        ("xl/externalLinks/externalLink1.xml", "andere bestanden"),
    ],
)
def test_macros_and_links_to_other_files_are_refused(name: str, words: str) -> None:
    assert words in no(repacked(workbook(TITLES), {name: b"x"}))


def test_another_package_is_no_workbook() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    assert "geen Excel-bestand" in no(written.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(workbook(TITLES), {"xl/media/leeg.bin": bytes(package.LARGEST_UNPACKED)})
    assert len(bomb) < reading.LARGEST_FILE
    assert "te groot" in no(bomb)


def test_a_dense_bomb_under_the_limit_is_refused_too() -> None:
    assert "te groot" in no(repacked(workbook(TITLES), {"xl/x.xml": bytes(5_000_000)}))


def test_a_package_of_a_thousand_entries_is_refused() -> None:
    many = {f"xl/media/{n}.bin": b"x" for n in range(1_000)}
    assert "te groot" in no(repacked(workbook(TITLES), many))


def test_a_workbook_with_entities_that_grow_is_refused() -> None:
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8))
        + "]><worksheet>&i;</worksheet>"
    )
    content = repacked(workbook(TITLES), {"xl/worksheets/sheet1.xml": laughs.encode()})
    assert "beschadigd" in no(content)


@pytest.mark.parametrize(
    "xml", ["<sheetData><row", "<sheetData><row r='x'><c r='A1'/></row></sheetData>"]
)
def test_a_broken_sheet_is_called_damaged(xml: str) -> None:
    assert "beschadigd" in no(sheet_with(xml))


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@settings(deadline=None, max_examples=200)
@given(flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_workbook_with_wrong_bytes_is_read_or_refused_and_nothing_else(
    flips: list[tuple[float, int]],
) -> None:
    content = bytearray(SOUND)
    for where, byte in flips:
        content[int(where * len(content))] = byte
    with suppress(Invalid):
        assert len(cells(read_rows(bytes(content), "lijst.xlsx"))) <= 1


def test_a_row_at_the_end_of_the_world_does_not_make_us_walk_there() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}"><v>2</v></c></row>'
        for n in (1, 2, 999_999_999)
    )
    assert "te lang" in no(sheet_with(f"<sheetData>{rows}</sheetData>"))


def test_more_than_fifty_thousand_rows_are_refused() -> None:
    assert "50.000" in no(b"a;b\n" + b"1;2\n" * 50_001, "lijst.csv")
    sheet = read_rows(b"a;b\n" + b"1;2\n" * 50_000, "lijst.csv")
    assert sum(1 for _ in sheet.rows) == 50_000
