"""A report as an OpenDocument spreadsheet: what to know first, then a sheet for each indicator."""

import io
import re
from collections.abc import Iterable, Iterator

from odfdo import Cell, Document, Row, Style, Table

from pmg.disclosure.exports import HIDDEN, harmless
from pmg.reports.export import File, file_name
from pmg.reports.models import ReportRelease
from pmg.reports.paper import NUMBER, Board, Paper, Section, paper

KIND = "application/vnd.oasis.opendocument.spreadsheet"
_LONGEST_NAME = 31
"""What other spreadsheet programs take as the name of a sheet."""
_FORBIDDEN = re.compile(r"[\[\]*?:/\\']")
_WIDTHS = ("9cm", "3.2cm")
_BOLD, _TITLE, _WRAPPED = "vet", "titel", "tekst"

Value = str | int
Line = tuple[str, tuple[Value, ...]]
"""The style of a row, and what stands in it."""


def spreadsheet(item: ReportRelease) -> File:
    """Write a released report as ODS; numbers are numbers, and no text runs as a formula."""
    return File(file_name(item, "ods"), KIND, workbook(paper(item)))


def workbook(written: Paper) -> bytes:
    """Set a report as a spreadsheet."""
    document = _empty()
    names: set[str] = set()
    sheets = [("Over dit rapport", _about(written))]
    sheets += [(each.title, _numbers(each)) for each in written.sections]
    for title, lines in sheets:
        document.body.append(_sheet(_name(title, names), lines))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _empty() -> Document:
    document = Document("spreadsheet")
    document.body.clear()
    document.language = "nl-NL"
    for style in (
        Style("table-cell", name=_BOLD, area="text", bold=True),
        Style("table-cell", name=_TITLE, area="text", bold=True, size="14pt"),
        Style("table-column", name="breed", width=_WIDTHS[0]),
        Style("table-column", name="smal", width=_WIDTHS[1]),
    ):
        document.insert_style(style, automatic=True)
    return document


def _name(title: str, taken: set[str]) -> str:
    """Return a name that every spreadsheet program takes, once."""
    plain = _FORBIDDEN.sub(" ", title).strip()[:_LONGEST_NAME] or "Tabel"
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: _LONGEST_NAME - 4]} ({number})"
    taken.add(name.lower())
    return name


def _about(written: Paper) -> Iterator[Line]:
    yield _TITLE, (written.title,)
    for text in (written.place, written.period, written.made):
        yield "", (text,)
    yield from _part(written.words["reading"], [(written.rounding,), (written.shares,)])
    yield from _example(written)
    yield from _part(written.words["source"], [(written.source,)])
    yield from _part(
        "Wat elk blad telt",
        [(each.title, f"{each.base} {each.definition}") for each in written.sections],
    )
    yield from _part(written.words["method"], written.facts)
    yield from _part(written.words["promises"], [(text,) for text in written.promises])
    yield from _part(written.words["limits"], [(text,) for text in written.limits])
    yield from _part(written.words["checking"], [(text,) for text in written.steps])
    yield "", (written.command,)
    yield "", (written.words["hash"], written.hash)
    yield "", (written.words["key"], written.public_key)


def _part(title: str, rows: Iterable[tuple[Value, ...]]) -> Iterator[Line]:
    yield "", ()
    yield _BOLD, (title,)
    for row in rows:
        yield "", row


def _example(written: Paper) -> Iterator[Line]:
    shown = written.example
    rows = zip("ABC", shown.rows, strict=True)
    yield from _part("Voorbeeld", [(written.words["example"],)])
    yield _BOLD, ("", written.words["counted"], written.words["released"])
    for letter, row in rows:
        yield "", (f"{written.words['area']} {letter}", *map(_or_hidden, row))
    yield _BOLD, (written.words["total"], *shown.total)
    yield "", (written.moral,)


def _numbers(section: Section) -> Iterator[Line]:
    yield _TITLE, (section.title,)
    yield "", (f"{section.base} {section.definition}",)
    for board in section.boards:
        yield "", ()
        yield from _board(section, board)


def _board(section: Section, board: Board) -> Iterator[Line]:
    if board.title != section.title:
        yield _BOLD, (board.title,)
    head = [f"{NUMBER} {section.unit}" if each == NUMBER else each for each in board.head]
    yield _BOLD, tuple(head)
    *parts, total = board.rows
    for label, values in parts:
        yield "", (label, *map(_or_hidden, values))
    yield _BOLD, (total[0], *map(_or_hidden, total[1]))


def _or_hidden(value: int | None) -> Value:
    return HIDDEN if value is None else value


def _sheet(name: str, lines: Iterable[Line]) -> Table:
    table = Table(name)
    for style, values in lines:
        row = Row()
        for value in values:
            row.append_cell(_cell(value, style))
        table.append_row(row)
    for at, column in enumerate(table.columns):
        column.style = "breed" if at == 0 else "smal"
        table.set_column(at, column)
    return table


def _cell(value: Value, style: str) -> Cell:
    if isinstance(value, int):
        return Cell(value, text=str(value), cell_type="float", style=style or None)
    return Cell(harmless(value), cell_type="string", style=style or None)
