"""Releases and worlds as CSV that opens safely in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pmg.disclosure.release import Release

SYNTHETIC = "SYNTHETISCH – geen echte personen"
TOTAL = "totaal"
HIDDEN = "verborgen"
_BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cells_csv(release: Release, *, dutch_excel: bool = False) -> str:
    """Write all cells as tidy CSV: one row for each cell of each table.

    `dutch_excel` separates by semicolons and starts with a byte order mark, as Excel with Dutch
    settings expects. Codes that a spreadsheet would take for a formula get an apostrophe.
    """
    names = list(dict.fromkeys(axis.dimension for spec in release.specs for axis in spec.axes))
    rows: list[list[str | int]] = [["tabel", "eenheid", *names, "aantal"]]
    for spec in release.specs:
        shown = {axis.dimension for axis in spec.axes}
        for codes, number in release.rows(spec.name):
            at = [codes.get(name, TOTAL) if name in shown else "" for name in names]
            rows.append([spec.name, spec.unit, *at, HIDDEN if number is None else number])
    return _write(rows, dutch_excel=dutch_excel)


def world_csv(world: Mapping[str, Any], *, dutch_excel: bool = False) -> str:
    """Write one base world of a release file as CSV, headed as synthetic.

    Tabulating its rows gives the published numbers; nobody in it exists.
    """
    return _write([[SYNTHETIC], world["columns"], *world["rows"]], dutch_excel=dutch_excel)


def _write(rows: Iterable[Sequence[str | int]], *, dutch_excel: bool) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if dutch_excel else ",")
    writer.writerows([harmless(value) for value in row] for row in rows)
    return (_BYTE_ORDER_MARK if dutch_excel else "") + text.getvalue()


def harmless(value: str | int) -> str | int:
    """Keep a text from running as a formula (OWASP, CSV injection)."""
    return (
        f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA) else value
    )
