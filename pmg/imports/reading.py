"""Reads a caseload list from Excel or CSV, bounded, and trusting nothing in it."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

import openpyxl

from pmg.errors import Invalid
from pmg.imports.package import BROKEN, check_package, refusal

if not openpyxl.DEFUSEDXML:
    raise RuntimeError("Workbooks of strangers are read through defusedxml: install it.")

LARGEST_FILE = 10 * 1024 * 1024
MOST_ROWS = 50_000
LONGEST_SHEET = 200_000
MOST_COLUMNS = 60
HEADER_WITHIN = 20
_FEWEST_TITLES = 2
_MOST_CONTROL = 0.01

Value = str | int | float | bool | date | None

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8", b"<html", b"<!DOC")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The titles of the columns, and the rows below them under the numbers Excel shows."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, tuple[Value, ...]]]


def kind_of(content: bytes) -> str:
    """Return what a list that was read turned out to be; its name may say anything."""
    return "xlsx" if content.startswith(_ZIP) else "csv"


def read_rows(content: bytes, filename: str) -> Sheet:
    """Read the first sheet of an .xlsx or the whole of a .csv.

    The header is the first row with two titles or more. Empty rows are left out. Raises
    Invalid('file') with what to do, at once or, for damage further on, while reading rows.
    """
    if not content:
        raise refusal("Dit bestand is leeg. Kies een ander bestand.")
    if len(content) > LARGEST_FILE:
        raise refusal("Dit bestand is groter dan 10 MB. Verdeel de lijst over meer bestanden.")
    kind = PurePath(filename).suffix.lower()
    if kind in {".xlsm", ".xltm", ".xlam"}:
        raise refusal(
            "Dit bestand mag macro's hebben. Bewaar het in Excel als .xlsx zonder macro's."
        )
    if content.startswith(_OLE):
        raise _old_office(content)
    if content.startswith(_ZIP):
        return _with_header(_workbook_rows(content))
    if kind == ".csv":
        return _with_header(csv_rows(content))
    raise refusal("Dit soort bestand kan niet. Bewaar de lijst in Excel als .xlsx of .csv.")


def _old_office(content: bytes) -> Invalid:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return refusal(
            "Er zit een wachtwoord op dit bestand. Haal het weg in Excel en bewaar opnieuw."
        )
    return refusal("Dit is een oud Excel-bestand (.xls). Bewaar het in Excel als .xlsx.")


def _with_header(rows: Iterator[tuple[int, tuple[Value, ...]]]) -> Sheet:
    for number, values in rows:
        titles = tuple(str(value or "").strip() for value in values)
        if sum(1 for title in titles if title) >= _FEWEST_TITLES:
            return Sheet(_trimmed(titles), _filled(rows, len(_trimmed(titles))))
        if number > HEADER_WITHIN:
            break
    raise refusal("Er staan geen kolomnamen boven de lijst. Zet ze in de eerste rij.")


def _trimmed(titles: tuple[str, ...]) -> tuple[str, ...]:
    last = max(at for at, title in enumerate(titles) if title)
    return titles[: last + 1]


def _filled(
    rows: Iterator[tuple[int, tuple[Value, ...]]], width: int
) -> Iterator[tuple[int, tuple[Value, ...]]]:
    count = 0
    for number, values in rows:
        if number > LONGEST_SHEET:
            raise refusal("Dit blad is te lang, ook als rijen leeg zijn. Kopieer alleen de lijst.")
        if all(value is None or value == "" for value in values):
            continue
        count += 1
        if count > MOST_ROWS:
            raise refusal(
                "Er staan meer dan 50.000 rijen in. Verdeel de lijst over meer bestanden."
            )
        yield number, _of_width(values, width)


def _of_width(values: tuple[Value, ...], width: int) -> tuple[Value, ...]:
    """Return the cells under the titles, and any filled cell to the right of them."""
    used = max(at for at, value in enumerate(values, start=1) if value not in {None, ""})
    return (values + (None,) * width)[: max(used, width)]


# -- Excel


def _workbook_rows(content: bytes) -> Iterator[tuple[int, tuple[Value, ...]]]:
    check_package(content)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        sheet = _first_sheet(book)
        # The stored size of a sheet may be wrong, or a lie: read what is there.
        sheet.reset_dimensions()
        for number, row in enumerate(
            sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), start=1
        ):
            is_blank = row.count(None) == len(row)
            yield number, () if is_blank else _narrow(tuple(_value(value) for value in row))
    except BROKEN as fault:
        raise refusal(
            "Dit Excel-bestand is beschadigd. Open het in Excel, bewaar het opnieuw als .xlsx."
        ) from fault


def _first_sheet(book: openpyxl.Workbook) -> Any:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            return sheet
    raise refusal("Er is geen zichtbaar blad. Maak het blad met de lijst zichtbaar.")


def _narrow(values: tuple[Value, ...]) -> tuple[Value, ...]:
    if len(values) > MOST_COLUMNS and values[MOST_COLUMNS] not in {None, ""}:
        raise refusal("Er staan meer dan 60 kolommen in. Bewaar alleen de kolommen die nodig zijn.")
    return values[:MOST_COLUMNS]


def _value(value: object) -> Value:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, str | int | float | date):
        return value
    return str(value)


# -- CSV


def csv_rows(content: bytes) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """Read the rows of a CSV under their numbers; an empty cell is None. Raises Invalid('file')."""
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            if number == 1 and row and row[0].lower().startswith("sep="):
                continue
            yield number, _narrow(tuple(cell.strip(" \t") or None for cell in row))
    except csv.Error as fault:
        raise refusal(
            "Regel %(line)d is niet te lezen. Kijk of elk aanhalingsteken is gesloten.",
            line=reader.line_num,
        ) from fault


def _decoded(content: bytes) -> str:
    if content.lower().startswith(tuple(kind.lower() for kind in _OTHER_KINDS)):
        raise refusal("Dit is geen CSV-bestand. Bewaar de lijst in Excel als .xlsx of .csv.")
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
            break
        return text
    raise refusal("Dit bestand is geen leesbare tekst. Bewaar de lijst in Excel als .xlsx of .csv.")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "cp1252")


def _delimiter(text: str) -> str:
    lines = text.splitlines()[:HEADER_WITHIN]
    if lines and (told := re.fullmatch(r"sep=(.)", lines[0], re.IGNORECASE)):
        return told[1]
    counts = {sign: [n for line in lines if (n := line.count(sign))] for sign in ";\t,"}
    # What parts columns stands in most lines; commas in a sentence do not.
    return max(counts, key=lambda sign: (len(counts[sign]), max(counts[sign], default=0)))
