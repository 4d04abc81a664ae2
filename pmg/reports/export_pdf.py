"""A report as a tagged PDF (PDF/UA-1), laid out by typst from words and numbers alone."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from pmg.reports.export import File, file_name
from pmg.reports.models import ReportRelease
from pmg.reports.paper import Board, Paper, paper, shown
from pmg.reports.row_heads import with_row_heads

_LAYOUT = Path(__file__).with_name("report.typ")


def document(item: ReportRelease) -> File:
    """Write a released report as PDF; the same release always gives the same bytes."""
    return File(file_name(item, "pdf"), "application/pdf", pdf(paper(item)))


def pdf(written: Paper) -> bytes:
    """Set a report. Its texts pass as data, so that none of them can be taken for a command."""
    made = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(_data(written))},
        pdf_standards=["ua-1"],
        timestamp=int(written.made_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return with_row_heads(made)


def _data(written: Paper) -> dict[str, object]:
    """Return the report as JSON takes it, with numbers as they are read."""
    data = asdict(written) | {"example": _example(written)}
    data["made_on"] = [written.made_at.year, written.made_at.month, written.made_at.day]
    del data["made_at"]
    for section, text in zip(written.sections, data["sections"], strict=True):
        text["boards"] = [_board(board) for board in section.boards]
    return data


def _board(board: Board) -> dict[str, object]:
    rows = [[label, *map(shown, values)] for label, values in board.rows]
    return {"title": board.title, "head": board.head, "rows": rows}


def _example(written: Paper) -> dict[str, object]:
    rows = [[shown(number) for number in row] for row in written.example.rows]
    return {"rows": rows, "total": list(written.example.total)}
