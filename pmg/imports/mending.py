"""Writes refused rows to a workbook that can be mended and offered again."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from pmg.imports.cells import Problem
from pmg.imports.reading import Value
from pmg.texts import to_translate, translated

ADVICE = to_translate("Wat moet u verbeteren")
ROW = to_translate("Rij in uw lijst")
_LONGEST_CELL = 32_000  # Excel holds 32,767 characters in a cell
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STARTS_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def neutralise(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: with ' in front where needed."""
    return f"'{text}" if _STARTS_FORMULA.match(text) else text


def write_bad_rows(
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[Value]]],
    problems: Iterable[Problem],
) -> bytes:
    """Return an .xlsx with the refused rows as they were, their number, and what to mend."""
    advice: dict[int, list[str]] = {}
    for problem in problems:
        advice.setdefault(problem.row, []).append(f"{problem.title}: {problem.message}")
    book = Workbook(write_only=True)
    sheet = cast("WriteOnlyWorksheet", book.create_sheet(translated("Te verbeteren")))
    sheet.freeze_panes = "A2"
    titles = (*header, translated(ROW), translated(ADVICE))
    sheet.append([_cell(sheet, title, font=Font(bold=True)) for title in titles])
    for number, values in rows:
        padded = [*values, *[None] * (len(header) - len(values))][: len(header)]
        cells = (*padded, number, "\n".join(advice.get(number, ())))
        sheet.append([_cell(sheet, value) for value in cells])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Value, font: Font | None = None) -> Any:
    written: Any = _writable(value)
    cell = WriteOnlyCell(sheet, value=written)
    if isinstance(value, date):
        cell.number_format = "DD-MM-YYYY"
    if isinstance(value, str) and "\n" in value:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if font is not None:
        cell.font = font
    return cell


def _writable(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    return neutralise(_UNPRINTABLE.sub("\ufffd", value))[:_LONGEST_CELL]
