"""Figures from outside as a page shows them, and as a file of their own."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from pmg.extensions import db
from pmg.reference.municipalities import FOCUS_AREAS
from pmg.security import access
from pmg.series.models import ContextSeries, ContextValue
from pmg.series.rules import COLUMNS, WHOLE, SeriesKind


@dataclass(frozen=True, slots=True)
class Line:
    """One import in the list."""

    id: UUID
    kind: SeriesKind
    source: str
    reference_date: date
    imported_at: datetime
    is_newest: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One import with its figures: areas down, periods across; '' where there is none."""

    line: Line
    periods: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Decimal | None, ...]], ...]


def imports() -> list[Line]:
    """Return every import of the reader's municipality, by series, newest first."""
    rows = db.session.scalars(
        select(ContextSeries)
        .where(ContextSeries.municipality_id == access.reader().municipality_id)
        .order_by(ContextSeries.kind, ContextSeries.imported_at.desc(), ContextSeries.id)
    )
    seen: set[str] = set()
    found = []
    for row in rows:
        found.append(_line(row, is_newest=row.kind not in seen))
        seen.add(row.kind)
    return found


def newest() -> list[Opened]:
    """Return the newest import of each series, opened, to be shown beside a report."""
    return [_opened(line) for line in imports() if line.is_newest]


def opened(series: ContextSeries) -> Opened:
    """Open one import."""
    is_newest = any(line.id == series.id and line.is_newest for line in imports())
    return _opened(_line(series, is_newest=is_newest))


def as_csv(series: ContextSeries) -> str:
    """Write one import as a file of its own, with its source in every row."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["reeks", "bron", "peildatum", *COLUMNS])
    head = [series.kind, series.source, series.reference_date.isoformat()]
    for value in _values(series.id):
        writer.writerow([*map(_harmless, head), value.area, value.period, _plain(value.value)])
    return target.getvalue()


def _line(row: ContextSeries, *, is_newest: bool) -> Line:
    return Line(
        row.id, SeriesKind(row.kind), row.source, row.reference_date, row.imported_at, is_newest
    )


def _values(series_id: UUID) -> list[ContextValue]:
    return list(
        db.session.scalars(
            select(ContextValue)
            .where(
                ContextValue.municipality_id == access.reader().municipality_id,
                ContextValue.series_id == series_id,
            )
            .order_by(ContextValue.area != WHOLE, ContextValue.area, ContextValue.period)
        )
    )


def _opened(line: Line) -> Opened:
    values = _values(line.id)
    periods = tuple(sorted({value.period for value in values}))
    table: dict[str, dict[str, Decimal]] = {}
    for value in values:
        table.setdefault(value.area, {})[value.period] = value.value
    rows = tuple(
        (_area_name(area), tuple(found.get(period) for period in periods))
        for area, found in table.items()
    )
    return Opened(line, periods, rows)


def _area_name(code: str) -> str:
    return FOCUS_AREAS[code].name if code in FOCUS_AREAS else ""


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _harmless(cell: str) -> str:
    """Mark a cell as text that a spreadsheet would take for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
