"""Reports as a page shows them: read from the stored release, and from nothing else."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pmg.disclosure.derive import share
from pmg.disclosure.release import Release, read_release
from pmg.extensions import db
from pmg.reports.indicators import TEMPLATES, Dimension, Indicator, Template
from pmg.reports.models import ReportRelease
from pmg.reports.rounding_words import Example, example, rounding_sentence
from pmg.reports.rules import Period, stored_period
from pmg.security import access
from pmg.texts import translated


@dataclass(frozen=True, slots=True)
class Line:
    """One report in the list of what was made."""

    id: UUID
    title: str
    version: int
    period: Period
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Bar:
    """One category: its number, the length of its bar from 0 to 1, and its share where safe."""

    label: str
    value: int
    length: float
    share: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One dimension of a table, added up over the others."""

    label: str
    bars: tuple[Bar, ...]

    @property
    def largest(self) -> Bar | None:
        """The longest bar, if there is exactly one."""
        top = max(bar.value for bar in self.bars)
        found = [bar for bar in self.bars if bar.value == top]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its margins; the last row and the last column are totals."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One indicator of a report, ready to be shown."""

    indicator: Indicator
    total: int
    row_label: str
    charts: tuple[Chart, ...]
    grid: Grid
    blocks: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A stored report, opened."""

    id: UUID
    template: Template
    period: Period
    made_at: datetime
    document: dict[str, Any]
    release: Release
    dimensions: dict[str, Dimension]

    @property
    def certificate(self) -> dict[str, Any]:
        """The certificate as it was signed."""
        found: dict[str, Any] = self.document["certificate"]
        return found

    @property
    def public_key(self) -> str:
        """The key that checks the signature, as hexadecimal text."""
        return str(self.document["signature"]["public_key"])

    @property
    def units(self) -> tuple[str, ...]:
        """What is counted: one base world for each."""
        return tuple(part.unit for part in self.release.parts)

    @property
    def rounding(self) -> str:
        """What rounding means, in one sentence."""
        most = self.release.tolerance
        return translated(rounding_sentence(self.release.base), base=self.release.base, most=most)

    @property
    def example(self) -> Example:
        """A small worked example of this way of rounding."""
        return example(self.release.base)


def releases() -> list[Line]:
    """Return the reports of the reader's municipality, newest period first."""
    found = db.session.execute(
        select(
            ReportRelease.id,
            ReportRelease.template_code,
            ReportRelease.template_version,
            ReportRelease.period_from,
            ReportRelease.period_until,
            ReportRelease.made_at,
        )
        .where(ReportRelease.municipality_id == access.reader().municipality_id)
        .order_by(ReportRelease.period_from.desc(), ReportRelease.made_at.desc())
    )
    return [
        Line(
            row.id,
            TEMPLATES[row.template_code, row.template_version].title,
            row.template_version,
            stored_period(row.period_from, row.period_until),
            row.made_at,
        )
        for row in found
    ]


def opened(item: ReportRelease) -> Report:
    """Open a stored report; raises BadRelease where its text is not what was stored."""
    template = TEMPLATES[item.template_code, item.template_version]
    document = json.loads(item.document)
    return Report(
        id=item.id,
        template=template,
        period=stored_period(item.period_from, item.period_until),
        made_at=item.made_at,
        document=document,
        release=read_release(document["release"]),
        dimensions=template.dimensions(item.municipality_id),
    )


def sheets(report: Report) -> list[Sheet]:
    """Lay out every indicator of a report, in the order of its template."""
    return [_sheet(report, indicator) for indicator in report.template.indicators]


def _sheet(report: Report, indicator: Indicator) -> Sheet:
    blocks: tuple[Grid, ...] = ()
    if indicator.blocks:
        block = report.dimensions[indicator.blocks]
        blocks = tuple(
            _grid(report, indicator, title=translated(title), within={block.code: code})
            for code, title in block.categories.items()
        )
    return Sheet(
        indicator=indicator,
        total=report.release.value(indicator.unit, {}),
        row_label=translated(report.dimensions[indicator.rows].label),
        charts=tuple(_chart(report, indicator, name) for name in indicator.charts),
        grid=_grid(report, indicator, title=translated(indicator.title), within={}),
        blocks=blocks,
    )


def _chart(report: Report, indicator: Indicator, name: str) -> Chart:
    dimension = report.dimensions[name]
    values = {
        code: report.release.value(indicator.unit, {name: code}) for code in dimension.categories
    }
    longest = max(values.values()) or 1
    return Chart(
        translated(dimension.label),
        tuple(
            Bar(
                translated(label),
                values[code],
                values[code] / longest,
                _share(report, indicator, name, code),
            )
            for code, label in dimension.categories.items()
        ),
    )


def _share(report: Report, indicator: Indicator, name: str, code: str) -> str:
    """Give a share in words, or nothing where none can be said."""
    found = share(report.release, indicator.unit, part={name: code}, whole={})
    return translated(found.text) if found else ""


def _grid(report: Report, indicator: Indicator, *, title: str, within: dict[str, str]) -> Grid:
    rows = report.dimensions[indicator.rows]
    columns = report.dimensions[indicator.columns] if indicator.columns else None
    across: list[dict[str, str]] = [{}]
    if columns:
        across = [*({columns.code: code} for code in columns.categories), {}]
    down = [
        *((translated(label), {rows.code: code}) for code, label in rows.categories.items()),
        ("", {}),
    ]
    return Grid(
        title,
        tuple(translated(label) for label in columns.categories.values()) if columns else (),
        tuple(
            (
                label,
                tuple(report.release.value(indicator.unit, within | row | one) for one in across),
            )
            for label, row in down
        ),
    )
