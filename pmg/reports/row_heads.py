"""Row heads of the tables in a PDF: what typst sets as an ordinary cell is read out as a head."""

import io
from collections.abc import Iterator, Sequence

from pikepdf import Array, Dictionary, Name, Object, Pdf


def with_row_heads(content: bytes) -> bytes:
    """Make the first cell of each row of each table its head, so that a screen reader says it.

    Which heads a number has then follows from their scope, column and row: cells no longer name
    them one by one. The same content always gives the same bytes.
    """
    written = io.BytesIO()
    with Pdf.open(io.BytesIO(content)) as pdf:
        for cells in _rows(pdf.Root.StructTreeRoot):
            for cell in cells:
                said = _about_table(cell)
                if "/Headers" in said:
                    del said.Headers
            _make_head(cells[0])
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _rows(node: Object) -> Iterator[Sequence[Object]]:
    """Give the cells of every row, heads of columns as well as what stands below them."""
    below = [each for each in _children(node) if isinstance(each, Dictionary)]
    if node.get("/S") == Name.TR:
        yield below
        return
    for each in below:
        yield from _rows(each)


def _children(node: Object) -> list[Object]:
    found = node.get("/K", Array())
    return list(found) if isinstance(found, Array) else [found]


def _about_table(cell: Object) -> Object:
    """Return what a cell says of itself as part of a table."""
    said = cell.get("/A", Array())
    for each in said if isinstance(said, Array) else [said]:
        if each.get("/O") == Name.Table:
            return each
    raise ValueError("a cell says nothing of its table")


def _make_head(cell: Object) -> None:
    if cell.S == Name.TD:
        cell.S = Name.TH
        _about_table(cell).Scope = Name.Row
