"""A plan with what came of it: own figures from the table, reach from the released report only."""

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from pmg.disclosure.release import Release, read_release
from pmg.extensions import db
from pmg.plans.models import PlanLine
from pmg.plans.rules import subjects
from pmg.reports.models import ReportRelease
from pmg.security import access

_TEMPLATE, _UNIT = "plan", "trajecten"


@dataclass(frozen=True, slots=True)
class Line:
    """One subject of a plan; `reached` is a protected number, None where none was released."""

    id: UUID
    name: str
    places: int
    budget: int
    reached: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a year, beside the report of that year, where there is one."""

    year: int
    tracks: tuple[Line, ...]
    interventions: tuple[Line, ...]
    release_id: UUID | None
    until: date | None
    tolerance: int | None


def plan_of(year: int) -> Plan:
    """Return the plan of a year with what was reached, from the report that was released of it."""
    item = _report_of(year)
    release = read_release(json.loads(item.document)["release"]) if item else None
    names = subjects()
    lines = [
        (row, Line(row.id, names[row.subject], row.places, row.budget, _reached(release, row)))
        for row in _present(year)
        if row.subject in names
    ]
    return Plan(
        year=year,
        tracks=tuple(line for row, line in lines if row.subject.startswith("spoor:")),
        interventions=tuple(line for row, line in lines if row.subject.startswith("inzet:")),
        release_id=item.id if item else None,
        until=item.period_until if item else None,
        tolerance=release.tolerance if release else None,
    )


def _present(year: int) -> list[PlanLine]:
    """Return the newest row of each subject, but those that were taken out, by name."""
    rows = db.session.scalars(
        select(PlanLine)
        .where(PlanLine.municipality_id == access.reader().municipality_id, PlanLine.year == year)
        .order_by(PlanLine.entered_at)
    )
    newest = {row.subject: row for row in rows}
    order = {subject: place for place, subject in enumerate(subjects())}
    found = [row for row in newest.values() if not row.is_withdrawn]
    return sorted(found, key=lambda row: order.get(row.subject, len(order)))


def _report_of(year: int) -> ReportRelease | None:
    """Return the released report that begins with the year: the longest, then the newest."""
    return db.session.scalars(
        select(ReportRelease)
        .where(
            ReportRelease.municipality_id == access.reader().municipality_id,
            ReportRelease.template_code == _TEMPLATE,
            ReportRelease.period_from == date(year, 1, 1),
            ReportRelease.period_until <= date(year + 1, 1, 1),
        )
        .order_by(ReportRelease.period_until.desc(), ReportRelease.made_at.desc())
        .limit(1)
    ).first()


def _reached(release: Release | None, row: PlanLine) -> int | None:
    """Look up the released number of a subject; None where the report does not show it."""
    if release is None:
        return None
    dimension, _colon, code = row.subject.partition(":")
    try:
        return release.value(_UNIT, {dimension: code})
    except KeyError:
        return None
