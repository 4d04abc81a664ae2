"""Which reports may not stand beside each other: over days that overlap, about the same people."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pmg.definitions.rules import Template
from pmg.definitions.store import fetch
from pmg.definitions.vocabulary import INSIDE, Unit
from pmg.disclosure.errors import LedgerBroken
from pmg.errors import Gone
from pmg.extensions import db
from pmg.reports.models import ReportDraft, ReportRelease
from pmg.reports.reading import parsed
from pmg.reports.rules import OPEN, Period, stored_period

_EVERYTHING = frozenset(map(str, Unit))


@dataclass(frozen=True, slots=True)
class Counts:
    """What a report counts: its kind, its days and its units, with what they are part of.

    A person who reads two reports over days that overlap in part can subtract them. Reports over
    exactly the same days are protected together, and may count the same.
    """

    municipality_id: str
    template_code: str
    period: Period
    units: frozenset[str]

    def clashes(self, other: "Counts") -> bool:
        """Whether the two would tell together what each hides."""
        if self.period == other.period or not self.period.overlaps(other.period):
            return False
        return self.template_code == other.template_code or bool(self.units & other.units)


def wanted(municipality_id: str, template: Template, period: Period) -> Counts:
    """Say what a report by a definition will count."""
    units = _with_their_wholes(spec.unit for spec in template.specs())
    return Counts(municipality_id, template.code, period, units)


def computed(draft: ReportDraft, document: dict[str, Any]) -> Counts:
    """Say what a draft counts, by the tables of the file that was computed of it."""
    return _stored(draft, units_of(document))


def release_beside(counts: Counts) -> Period | None:
    """Return the days of the newest release that this report may not stand beside, if any."""
    rows = db.session.scalars(
        select(ReportRelease)
        .where(
            ReportRelease.municipality_id == counts.municipality_id,
            ReportRelease.period_from < counts.period.until,
            ReportRelease.period_until > counts.period.first,
        )
        .order_by(ReportRelease.number.desc())
    )
    found = (_stored(row, _units_released(row)) for row in rows)
    return next((each.period for each in found if counts.clashes(each)), None)


def draft_beside(counts: Counts) -> Period | None:
    """Return the days of a draft under way that this report may not stand beside, if any."""
    rows = db.session.scalars(
        select(ReportDraft)
        .where(
            ReportDraft.municipality_id == counts.municipality_id,
            ReportDraft.state.in_(OPEN),
            ReportDraft.period_from < counts.period.until,
            ReportDraft.period_until > counts.period.first,
        )
        .order_by(ReportDraft.made_at)
    )
    found = (_stored(row, _units_asked(row)) for row in rows)
    return next((each.period for each in found if counts.clashes(each)), None)


def _stored(row: ReportRelease | ReportDraft, units: frozenset[str]) -> Counts:
    period = stored_period(row.period_from, row.period_until)
    return Counts(row.municipality_id, row.template_code, period, units)


def units_of(document: dict[str, Any]) -> frozenset[str]:
    """Return what the tables of a file count, with what that is part of."""
    return _with_their_wholes(str(table["unit"]) for table in document["release"]["tables"])


def _units_released(release: ReportRelease) -> frozenset[str]:
    """Return what a release counts; where its file was altered that may be anything."""
    try:
        return units_of(parsed(release.document))
    except (LedgerBroken, LookupError, TypeError):
        return _EVERYTHING


def _units_asked(draft: ReportDraft) -> frozenset[str]:
    """Return what a draft will count; where its definition is gone that may be anything."""
    try:
        template = fetch(draft.template_code, draft.template_version, draft.municipality_id)
    except Gone:
        return _EVERYTHING
    return _with_their_wholes(spec.unit for spec in template.specs())


def _with_their_wholes(units: Iterable[str]) -> frozenset[str]:
    found = set(units)
    return frozenset(found | {large for small, large in INSIDE if small in found})
