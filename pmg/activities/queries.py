"""What pages show of activities: those of the own organisation, and rounded sums of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import extract, select, text

from pmg.activities import rules
from pmg.activities.models import DistrictActivity
from pmg.activities.rules import Act, Held, Mended, Sum
from pmg.extensions import db
from pmg.security import access
from pmg.security.policy import Action


@dataclass(frozen=True, slots=True)
class Telling:
    """An activity as it was told, or taken back."""

    id: UUID
    act: Act
    reason: Mended | None
    held: Held


@dataclass(frozen=True, slots=True)
class Line:
    """One activity that counts, with what was told before; newest first."""

    now: Telling
    earlier: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class OwnYear:
    """The activities of the own organisation in one year, last day first."""

    year: int
    lines: tuple[Line, ...]
    taken_back: tuple[Telling, ...]

    @property
    def months(self) -> Mapping[date, Sum]:
        """Each month added up, last month first."""
        return rules.by_month(line.now.held for line in self.lines)

    @property
    def total(self) -> Sum:
        """The whole year added up."""
        return rules.add_up(line.now.held for line in self.lines)


@dataclass(frozen=True, slots=True)
class Rounded:
    """Activities together; `visitors` is a multiple of five, None for fewer than five."""

    code: str
    activities: int
    visitors: int | None


def own_year(year: int) -> OwnYear:
    """Return the activities of the reader's organisation; raises NotPermitted.

    A correction can move an activity to another year: it stands in the year that counts.
    """
    access.require(Action.ACTIVITY_KEEP, access.workplace())
    ours = (
        DistrictActivity.municipality_id == access.reader().municipality_id,
        DistrictActivity.organisation_id == access.reader().organisation_id,
    )
    ever_here = select(DistrictActivity.activity_key).where(
        *ours, extract("year", DistrictActivity.on_day) == year
    )
    told: dict[UUID, list[Telling]] = {}
    for row in db.session.scalars(
        select(DistrictActivity)
        .where(*ours, DistrictActivity.activity_key.in_(ever_here))
        .order_by(DistrictActivity.number)
    ):
        told.setdefault(row.activity_key, []).append(_telling(row))
    here = [each for each in told.values() if each[-1].held.on.year == year]
    here.sort(key=lambda each: (each[-1].held.on, each[-1].id), reverse=True)
    return OwnYear(
        year,
        tuple(
            Line(each[-1], tuple(each[-2::-1]))
            for each in here
            if each[-1].act is not Act.TAKEN_BACK
        ),
        tuple(each[-1] for each in here if each[-1].act is Act.TAKEN_BACK),
    )


def rounded_year(year: int) -> dict[str, tuple[Rounded, ...]]:
    """Return the activities of a year by month, area, theme, money and age; raises NotPermitted.

    The database rounds: an exact number of visitors does not reach who reads this.
    """
    access.require(Action.ACTIVITY_SHOW, access.workplace())
    rows = db.session.execute(
        text("SELECT division, code, activities, visitors FROM pmg_activities_rounded(:year)"),
        {"year": year},
    )
    found: dict[str, list[Rounded]] = {}
    for division, code, activities, visitors in rows:
        found.setdefault(division, []).append(Rounded(code, activities, visitors))
    return {division: tuple(lines) for division, lines in found.items()}


def _telling(row: DistrictActivity) -> Telling:
    return Telling(row.id, Act(row.act), Mended(row.reason) if row.reason else None, row.held)
