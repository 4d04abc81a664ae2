"""Reports as a page shows them: read from the stored release, and from nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pmg.definitions.rules import Indicator, Template
from pmg.definitions.store import fetch
from pmg.definitions.vocabulary import Dimension
from pmg.disclosure.audit import interval
from pmg.disclosure.derive import share
from pmg.disclosure.national import National
from pmg.disclosure.over_time import OverTime
from pmg.disclosure.release import Release, read_release
from pmg.errors import Gone, Invalid
from pmg.reports.authentic import authentic
from pmg.reports.models import ReportDraft, ReportRelease
from pmg.reports.rounding_words import (
    HIDING,
    Example,
    ShareExample,
    example,
    example_of_hiding,
    example_of_share,
    rounding_sentence,
    share_band,
)
from pmg.reports.rules import Period, stored_period
from pmg.texts import translated


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction does to one table: its total before and after, and how many cells moved.

    A total that is hidden is None.
    """

    title: str
    before: int | None
    after: int | None
    moved: int
    cells: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One category: its number, what it truly may be, and its share where one can be said.

    `share_band` is between which percents that share truly lies. `length` is that of its bar, from
    0 to 1; `band` where the true number begins and ends on the same scale. A number that is hidden
    is None, and has neither bar nor band.
    """

    label: str
    value: int | None
    low: int
    high: int
    length: float
    band: tuple[float, float]
    share: str
    share_band: tuple[int, int] = (0, 100)


@dataclass(frozen=True, slots=True)
class Chart:
    """One dimension of a table, added up over the others."""

    label: str
    bars: tuple[Bar, ...]

    @property
    def largest(self) -> Bar | None:
        """The category that certainly holds the most, whatever the true numbers are."""
        if any(bar.value is None for bar in self.bars):
            return None
        top = max(self.bars, key=lambda bar: bar.value or 0)
        return top if all(bar is top or bar.high < top.low for bar in self.bars) else None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its margins; the last row and the last column are totals. Hidden is None."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One indicator of a report, ready to be shown."""

    indicator: Indicator
    total: int | None
    low: int
    high: int
    row_label: str
    charts: tuple[Chart, ...]
    grid: Grid
    blocks: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A stored report, opened; of one municipality, or a sum of them laid out as one."""

    id: UUID
    template: Template
    period: Period
    made_at: datetime
    document: dict[str, Any]
    release: Release | National | OverTime
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
    def sure(self) -> int:
        """How far apart two numbers must be to know which was truly larger."""
        return self.release.base * (2 * self.release.tolerance // self.release.base + 1)

    @property
    def least_base(self) -> int:
        """How large a total must be for shares of it to be said."""
        return self.release.least_base

    def may_differ(self, codes: Mapping[str, str]) -> int:
        """How far a number may lie from the truth; of one municipality less than of a sum."""
        if isinstance(self.release, National):
            return self.release.band(codes)
        return self.release.tolerance

    @property
    def cells(self) -> int:
        """How many numbers its own tables hold; those of earlier reports come along unseen."""
        found = {
            (indicator.unit, frozenset(codes.items()))
            for indicator in self.template.indicators
            for codes, _value in self.release.rows(indicator.code)
        }
        return len(found)

    @property
    def come_along(self) -> int:
        """How many numbers of earlier reports stand in the file beside its own."""
        return int(self.certificate["cells"]) - self.cells

    @property
    def units(self) -> tuple[str, ...]:
        """What is counted: one base world for each."""
        return tuple(part.unit for part in self.release.parts)

    @property
    def rounding(self) -> str:
        """What rounding means, or hiding, in one sentence."""
        if self.release.hides:
            return translated(HIDING, most=self.release.base - 1)
        most = self.release.tolerance
        return translated(rounding_sentence(self.release.base), base=self.release.base, most=most)

    @property
    def example(self) -> Example:
        """A small worked example of this way of rounding, or of hiding."""
        made = example_of_hiding if self.release.hides else example
        return made(self.release.base)

    @property
    def share_example(self) -> ShareExample:
        """How far a share may be off, in an invented one."""
        return example_of_share(self.release.base, self.release.tolerance, self.least_base)


def opened(item: ReportRelease) -> Report:
    """Open a stored report.

    Raises Altered where it is not what was signed, Invalid where the definition that it was made
    by is gone.
    """
    return _read(item, authentic(item))


def candidate(draft: ReportDraft) -> Report:
    """Open what was computed of a draft, for who judges it; raises Invalid as `opened` does."""
    return _read(draft, json.loads(draft.document))


def _read(item: ReportRelease | ReportDraft, document: dict[str, Any]) -> Report:
    template, release = _template(item), read_release(document["release"])
    return Report(
        id=item.id,
        template=template,
        period=stored_period(item.period_from, item.period_until),
        made_at=item.made_at,
        document=document,
        release=release,
        dimensions=template.dimensions_as(release.hierarchies, item.municipality_id),
    )


def _template(item: ReportRelease | ReportDraft) -> Template:
    try:
        return fetch(item.template_code, item.template_version, item.municipality_id)
    except Gone as fault:
        raise Invalid(
            "",
            "De versie van het rapport waarmee dit is gemaakt, is er niet meer. De bestanden zijn "
            "onveranderd bewaard. Vraag de functioneel beheerder om die versie terug te zetten.",
        ) from fault


def changes(before: Report, after: Report) -> list[Change]:
    """Say of each table what a correction changes, from released numbers alone."""
    earlier = {table.name for table in before.release.specs}
    found = []
    for indicator in after.template.indicators:
        if indicator.code not in earlier:
            continue
        old = {tuple(sorted(codes.items())): n for codes, n in before.release.rows(indicator.code)}
        new = {tuple(sorted(codes.items())): n for codes, n in after.release.rows(indicator.code)}
        moved = sum(old.get(codes, n) != n for codes, n in new.items())
        found.append(Change(indicator.title, old[()], new[()], moved, len(new)))
    return found


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
    total = report.release.value(indicator.unit, {})
    low, high = (0, 0) if total is None else interval(total, report.release.tolerance)
    return Sheet(
        indicator=indicator,
        total=total,
        low=low,
        high=high,
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
    most = {code: report.may_differ({name: code}) for code in values}
    total = report.release.value(indicator.unit, {})
    whole = interval(total or 0, report.may_differ({}))
    longest = max((most[code] + (value or 0) for code, value in values.items()), default=0) or 1
    bars = []
    for code, label in dimension.categories.items():
        value = values[code]
        low, high = (0, 0) if value is None else interval(value, most[code])
        bars.append(
            Bar(
                translated(label),
                value,
                low,
                high,
                (value or 0) / longest,
                (low / longest, high / longest),
                _share(report, indicator, name, code),
                share_band((low, high), whole),
            )
        )
    return Chart(translated(dimension.label), tuple(bars))


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
