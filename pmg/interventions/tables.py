"""The catalogue as a table for a spreadsheet."""

import csv
import io
from collections.abc import Iterable

from pmg.reference.interventions import COLUMNS, Intervention

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(entries: Iterable[Intervention]) -> str:
    """Return one line an intervention under the names of the columns; lists are joined by ';'."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow(_cell(getattr(entry, column)) for column in COLUMNS)
    return out.getvalue()


def _cell(value: object) -> str:
    text = (
        ";".join(map(str, value))
        if isinstance(value, tuple)
        else str("" if value is None else value)
    )
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
