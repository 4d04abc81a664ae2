"""A report as an OpenDocument spreadsheet: what to know first, then a sheet for each indicator."""

import io
import re
from collections.abc import Iterable, Iterator

from odfdo import Cell, Document, Row, Style, Table

from pmg.disclosure.exports import HIDDEN, harmless
from pmg.reports.export import File, file_name
from pmg.reports.models import ReportRelease
from pmg.reports.paper import NUMBER, Aside, Board, Paper, Section, paper

KIND = "application/vnd.oasis.opendocument.spreadsheet"
_LONGEST_NAME = 31
"""What other spreadsheet programs take as the name of a sheet."""
_FORBIDDEN = re.compile(r"[\[\]*?:/\\']")
_NUMBERS, _WORDS = ("9cm", "3.2cm"), ("6cm", "17cm")
"""How wide the first and the other columns of a sheet are."""
_BOLD, _TITLE, _TEXT, _HEAD = "vet", "titel", "tekst", "kop"
_WRAPPED = {"fo:wrap-option": "wrap", "style:vertical-align": "top"}

_PAPER = {
    "style:print-orientation": "landscape",
    "fo:page-width": "29.7cm",
    "fo:page-height": "21cm",
    "style:scale-to-X": "1",
    "style:scale-to-Y": "0",
}
"""Each sheet is as wide as one page."""

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
    sheets = [("Over dit rapport", _about(written), _WORDS)]
    sheets += [(each.title, _numbers(each), _NUMBERS) for each in written.sections]
    sheets += [(_beside_name(each), _aside(each), _NUMBERS) for each in written.asides]
    for title, lines, widths in sheets:
        document.body.append(_sheet(_name(title, names), lines, widths))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _empty() -> Document:
    document = Document("spreadsheet")
    document.body.clear()
    document.language = "nl-NL"
    for style in _styles():
        document.insert_style(style, automatic=True)
    for page in document.get_styles("page-layout"):
        properties = page.get_element("style:page-layout-properties")
        assert properties is not None
        for name, value in _PAPER.items():
            properties.set_attribute(name, value)
    return document


def _styles() -> Iterator[Style]:
    yield Style("table-cell", name=_TITLE, area="text", bold=True, size="14pt")
    for name, is_bold in ((_TEXT, False), (_BOLD, True), (_HEAD, True)):
        style = Style("table-cell", name=name)
        style.set_properties(_WRAPPED, area="table-cell")
        if is_bold:
            style.set_properties({"fo:font-weight": "bold"}, area="text")
        if name == _HEAD:
            style.set_properties({"fo:text-align": "end"}, area="paragraph")
        yield style
    for width in {*_NUMBERS, *_WORDS}:
        yield Style("table-column", name=f"kolom-{width}", width=width)


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
        yield _TEXT, ("", text)
    yield from _part(written.words["reading"], (written.rounding, written.shares))
    yield from _part("Voorbeeld", _example(written))
    yield from _part(written.words["source"], (written.source,))
    sheets = (f"{each.title}. {each.base} {each.definition}" for each in written.sections)
    yield from _part("Wat elk blad telt", sheets)
    yield from _part(written.words["method"], (f"{name}: {value}" for name, value in written.facts))
    yield from _part(written.words["promises"], written.promises)
    yield from _part(written.words["limits"], written.limits)
    yield from _part(written.words["checking"], (*written.steps, written.command))
    yield from _part(written.words["hash"], (written.hash,))
    yield from _part(written.words["key"], (written.public_key,))


def _part(title: str, texts: Iterable[str]) -> Iterator[Line]:
    """Put a title beside the first of its texts, and the others below it."""
    yield "", ()
    for at, text in enumerate(texts):
        yield _TEXT, ("" if at else title, text)


def _example(written: Paper) -> Iterator[str]:
    shown = written.example
    words = written.words
    yield words["example"]
    rows = [
        *(
            (f"{words['area']} {letter}", row)
            for letter, row in zip("ABC", shown.rows, strict=True)
        ),
        (words["total"], shown.total),
    ]
    for name, (counted, released) in rows:
        yield (
            f"{name}: {words['counted'].lower()} {counted}, {words['released'].lower()} "
            f"{_or_hidden(released)}"
        )
    yield written.moral


def _numbers(section: Section) -> Iterator[Line]:
    yield _TITLE, (section.title,)
    yield _TEXT, (f"{section.base} {section.definition}",)
    for board in section.boards:
        yield "", ()
        yield from _board(section, board)


def _beside_name(aside: Aside) -> str:
    return f"Naast: {aside.title.partition(': ')[2]}"


def _aside(aside: Aside) -> Iterator[Line]:
    yield _TITLE, (aside.title,)
    yield _TEXT, (aside.text,)
    yield "", ()
    yield _HEAD, aside.head
    for row in aside.rows:
        yield "", row


def _board(section: Section, board: Board) -> Iterator[Line]:
    if board.title != section.title:
        yield _BOLD, (board.title,)
    head = [f"{NUMBER} {section.unit}" if each == NUMBER else each for each in board.head]
    yield _HEAD, tuple(head)
    *parts, total = board.rows
    for label, values in parts:
        yield "", (label, *map(_or_hidden, values))
    yield _BOLD, (total[0], *map(_or_hidden, total[1]))


def _or_hidden(value: int | None) -> Value:
    return HIDDEN if value is None else value


def _sheet(name: str, lines: Iterable[Line], widths: tuple[str, str]) -> Table:
    table = Table(name)
    for style, values in lines:
        row = Row()
        for at, value in enumerate(values):
            is_title = at == 0 and len(values) > 1 and style in {_TEXT, _HEAD}
            row.append_cell(_cell(value, _BOLD if is_title else style))
        table.append_row(row)
    for at, column in enumerate(table.columns):
        column.style = f"kolom-{widths[min(at, 1)]}"
        table.set_column(at, column)
    return table


def _cell(value: Value, style: str) -> Cell:
    if isinstance(value, int):
        return Cell(value, text=str(value), cell_type="float", style=style or None)
    return Cell(harmless(value), cell_type="string", style=style or None)
