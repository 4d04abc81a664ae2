"""A calendar year as the sum of the periods that were released, and of nothing else."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from pmg.definitions.rules import Indicator
from pmg.disclosure.errors import BadRelease, LedgerBroken
from pmg.disclosure.over_time import OverTime, add_periods
from pmg.disclosure.release import Release
from pmg.extensions import db
from pmg.reports.export import File, numbers_of
from pmg.reports.models import ReportRelease
from pmg.reports.queries import Report, opened
from pmg.reports.reading import parsed
from pmg.reports.rules import Period, gaps, year_around

_LEAST = 2
"""One period is no sum."""


@dataclass(frozen=True, slots=True)
class Year:
    """The sum over a year, laid out as a report, and what it is the sum of."""

    report: Report
    figures: OverTime
    periods: tuple[Period, ...]
    missing: tuple[Period, ...]
    left_out: tuple[Indicator, ...]


def adds_up(item: ReportRelease, report: Report) -> bool:
    """Tell whether there is more than one period to add up in the year of this report.

    Where categories changed between them, there is not; files are compared as they are, unchecked.
    """
    counted = {one.code for one in _counted(report)}
    rows = _periods(item) if counted else []
    shapes = [shape for row in rows if (shape := _shape(row, counted)) is not None]
    return len(rows) >= _LEAST and all(shape == shapes[0] for shape in shapes)


def year_of(item: ReportRelease) -> Year | None:
    """Add up the reports of the same version in the year of this one; None where nothing adds up.

    Of a report that was corrected the last one counts. Raises as `queries.opened` does.
    """
    rows = _periods(item)
    if len(rows) < _LEAST:
        return None
    found = [opened(each) for each in rows]
    first = found[0]
    counted = _counted(first)
    try:
        figures = add_periods(
            [each.release for each in found if isinstance(each.release, Release)],
            tables=[one.code for one in counted],
        )
    except BadRelease:
        return None
    whole = year_around(first.period.first)
    periods = tuple(each.period for each in found)
    report = replace(
        opened(item),
        template=replace(first.template, indicators=counted),
        period=Period(periods[0].first, periods[-1].last),
        release=figures,
    )
    left_out = tuple(one for one in first.template.indicators if one not in counted)
    return Year(report, figures, periods, gaps(whole, periods), left_out)


def numbers(item: ReportRelease, year: Year, *, for_excel: bool) -> File:
    """Write the numbers of a year as CSV, as those of one report are written."""
    period = year.report.period
    name = f"{item.template_code}-{item.municipality_id}-{period.first}-{period.last}-opgeteld"
    return numbers_of(year.report, name, for_excel=for_excel)


def _counted(report: Report) -> tuple[Indicator, ...]:
    if report.release.hides:
        return ()
    return tuple(one for one in report.template.indicators if one.unit.happens)


def _shape(row: ReportRelease, tables: set[str]) -> Any:
    """Return what a file says of its tables and their categories; None where it cannot be read."""
    try:
        release = parsed(row.document)["release"]
        specs = {one["name"]: one for one in release["tables"] if one["name"] in tables}
        used = {axis["dimension"] for one in specs.values() for axis in one["axes"]}
        categories = [
            (one["dimension"], one["codes"], one["levels"])
            for one in release["hierarchies"]
            if one["dimension"] in used
        ]
    except (LedgerBroken, LookupError, TypeError, RecursionError):
        return None
    return specs, categories


def _periods(item: ReportRelease) -> list[ReportRelease]:
    """Return the last release of each period of the year, in order."""
    year, later = year_around(item.period_from), aliased(ReportRelease)
    return list(
        db.session.scalars(
            select(ReportRelease)
            .where(
                ReportRelease.municipality_id == item.municipality_id,
                ReportRelease.template_code == item.template_code,
                ReportRelease.template_version == item.template_version,
                ReportRelease.period_from >= year.first,
                ReportRelease.period_until <= year.until,
                ~exists().where(
                    later.municipality_id == ReportRelease.municipality_id,
                    later.succeeds == ReportRelease.id,
                ),
            )
            .order_by(ReportRelease.period_from)
        )
    )
