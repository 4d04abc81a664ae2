"""A plan with what came of it: own figures from the table, reach from the released report only."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from pmg.disclosure.exports import harmless
from pmg.disclosure.release import Release, read_release
from pmg.extensions import db
from pmg.plans.models import PlanLine
from pmg.plans.rules import ABOUT_INTERVENTION, ABOUT_TRACK, areas, subjects
from pmg.reports.authentic import authentic
from pmg.reports.beside import Planned, plug_in
from pmg.reports.models import ReportRelease
from pmg.security import access
from pmg.texts import to_translate

_TEMPLATE, _UNIT, _AREA = "plan", "trajecten", "gebied"
_WHOLE = to_translate("Hele gemeente")


@dataclass(frozen=True, slots=True)
class Line:
    """One subject of a plan; `reached` is a protected number, None where none was released.

    `area` is '' for the municipality as a whole.
    """

    id: UUID
    subject: str
    name: str
    area: str
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
    knows_areas: bool

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, tracks first."""
        return (*self.tracks, *self.interventions)

    @property
    def lacks_areas(self) -> bool:
        """Whether there are lines of areas beside a report that does not count by area."""
        has_areas = any(line.area for line in self.lines)
        return has_areas and self.release_id is not None and not self.knows_areas

    @property
    def above_whole(self) -> tuple[tuple[Line, int], ...]:
        """Lines of the whole municipality of which the areas together have more places."""
        found = (
            (
                line,
                sum(one.places for one in self.lines if one.area and one.subject == line.subject),
            )
            for line in self.lines
            if not line.area
        )
        return tuple((line, places) for line, places in found if places > line.places)


def plan_of(year: int) -> Plan:
    """Return the plan of a year with what was reached, from the report that was released of it.

    Raises Altered where that report is not what was signed.
    """
    item = _report_of(year)
    release = read_release(authentic(item)["release"]) if item else None
    names = subjects()
    parts = areas(access.reader().municipality_id)
    lines = [
        Line(
            row.id,
            row.subject,
            names[row.subject],
            parts[row.area] if row.area else "",
            row.places,
            row.budget,
            _reached(release, row),
        )
        for row in _present(year)
        if row.subject in names and (row.area is None or row.area in parts)
    ]
    return Plan(
        year=year,
        tracks=tuple(line for line in lines if line.subject.startswith(f"{ABOUT_TRACK}:")),
        interventions=tuple(
            line for line in lines if line.subject.startswith(f"{ABOUT_INTERVENTION}:")
        ),
        release_id=item.id if item else None,
        until=item.period_until if item else None,
        tolerance=release.tolerance if release else None,
        knows_areas=release is not None and _counts_by_area(release),
    )


def planned(year: int) -> list[Planned]:
    """Return the plan of a year, to be frozen with the report that is made beside it."""
    names, parts = subjects(), areas(access.reader().municipality_id)
    return [
        Planned(
            row.subject,
            names[row.subject],
            parts[row.area] if row.area else "",
            row.places,
            row.budget,
        )
        for row in _present(year)
        if row.subject in names and (row.area is None or row.area in parts)
    ]


plug_in(planned)


def as_csv(plan: Plan) -> str:
    """Write a plan as a file: own figures, and what was released beside them."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(
        ("jaar", "waarvoor", "naam", "gebied", "plekken", "budget", "gestart", "afwijking")
    )
    for line in plan.lines:
        known = ("", "") if line.reached is None else (line.reached, plan.tolerance)
        words = (line.subject, line.name, line.area or _WHOLE)
        writer.writerow((plan.year, *map(harmless, words), line.places, line.budget, *known))
    return target.getvalue()


def _present(year: int) -> list[PlanLine]:
    """Return the newest row of each subject and area, but those that were taken out, in order."""
    rows = db.session.scalars(
        select(PlanLine)
        .where(PlanLine.municipality_id == access.reader().municipality_id, PlanLine.year == year)
        .order_by(PlanLine.entered_at)
    )
    newest = {(row.subject, row.area): row for row in rows}
    order = {subject: place for place, subject in enumerate(subjects())}
    parts = {part: place for place, part in enumerate(areas(access.reader().municipality_id))}
    found = [row for row in newest.values() if not row.is_withdrawn]

    def place(row: PlanLine) -> tuple[int, int]:
        at = parts.get(row.area, len(parts)) if row.area else -1
        return order.get(row.subject, len(order)), at

    return sorted(found, key=place)


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
    of_area = {_AREA: row.area} if row.area else {}
    try:
        return release.value(_UNIT, {dimension: code, **of_area})
    except KeyError:
        return None


def _counts_by_area(release: Release) -> bool:
    """Tell whether a report counts trajectories by area."""
    return any(part.unit == _UNIT and _AREA in part.dimensions for part in release.parts)
