"""What there is to add: the newest release of each municipality, delivered here or taken in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from pmg.disclosure.national import Source
from pmg.disclosure.national_checks import meanings_of
from pmg.disclosure.release import read_release
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.national.authentic import authentic_import
from pmg.national.models import ImportedRelease
from pmg.national.rules import Choice
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.reports.authentic import Altered, authentic
from pmg.reports.models import ReportDelivery, ReportRelease
from pmg.reports.rules import stored_period
from pmg.security import access


@dataclass(frozen=True, slots=True)
class Arrival:
    """One release that the ministry has, without what is in it."""

    id: UUID
    place: str
    choice: Choice
    version: int
    at: datetime
    hash: str
    # Why it was made again; '' for a first one.
    reason: str
    is_imported: bool

    @property
    def name(self) -> str:
        """The name of the municipality."""
        return MUNICIPALITIES[self.place].name


def arrivals() -> list[Arrival]:
    """Return the newest release of each municipality, of every report and period."""
    found: dict[tuple[str, Choice], Arrival] = {}
    for one in (*_imported(), *_delivered()):
        found[one.place, one.choice] = one  # what is delivered here comes after what was taken in
    return list(found.values())


def newest(choice: Choice) -> dict[str, Arrival]:
    """Return the newest release of each municipality over these days, by municipality."""
    return {one.place: one for one in arrivals() if one.choice == choice}


def delivers_here() -> set[str]:
    """Return the municipalities that work on this installation: they deliver themselves."""
    return set(
        db.session.scalars(
            select(ReportDelivery.sender_id)
            .where(ReportDelivery.municipality_id == access.reader().municipality_id)
            .distinct()
        )
    )


def _delivered() -> Iterable[Arrival]:
    """Return all that was delivered, each municipality's in the order of its ledger."""
    rows = db.session.execute(
        select(
            ReportDelivery.id,
            ReportDelivery.sender_id,
            ReportDelivery.delivered_at,
            ReportRelease.template_code,
            ReportRelease.template_version,
            ReportRelease.period_from,
            ReportRelease.period_until,
            ReportRelease.release_hash,
            ReportRelease.reason,
        )
        .join(
            ReportRelease,
            and_(
                ReportRelease.municipality_id == ReportDelivery.sender_id,
                ReportRelease.id == ReportDelivery.release_id,
            ),
        )
        .where(ReportDelivery.municipality_id == access.reader().municipality_id)
        .order_by(ReportDelivery.sender_id, ReportRelease.number)
    )
    return [_arrival(row, is_imported=False) for row in rows if row.sender_id in MUNICIPALITIES]


def _imported() -> Iterable[Arrival]:
    """Return all that was taken in, each municipality's in the order in which it succeeds."""
    rows = db.session.execute(
        select(
            ImportedRelease.id,
            ImportedRelease.sender_id,
            ImportedRelease.imported_at,
            ImportedRelease.template_code,
            ImportedRelease.template_version,
            ImportedRelease.period_from,
            ImportedRelease.period_until,
            ImportedRelease.release_hash,
            ImportedRelease.reason,
            ImportedRelease.succeeds,
        ).where(ImportedRelease.municipality_id == access.reader().municipality_id)
    ).all()
    after = {row.succeeds: row for row in rows}
    for first in (row for row in rows if row.succeeds is None):
        one: Any = first
        while one is not None:
            yield _arrival(one, is_imported=True)
            one = after.get(one.id)


def _arrival(row: Any, *, is_imported: bool) -> Arrival:
    period = stored_period(row.period_from, row.period_until)
    return Arrival(
        row.id,
        row.sender_id,
        Choice(row.template_code, period.first, period.last),
        row.template_version,
        row[2],
        row.release_hash,
        row.reason,
        is_imported,
    )


def document_of(arrival: Arrival) -> dict[str, Any]:
    """Return the file of a release, as its municipality signed it; raises Altered otherwise."""
    own = access.reader().municipality_id
    if arrival.is_imported:
        return authentic_import(db.session.get_one(ImportedRelease, (own, arrival.id)))
    release_id = db.session.get_one(ReportDelivery, (own, arrival.id)).release_id
    return authentic(db.session.get_one(ReportRelease, (arrival.place, release_id)))


def source_of(arrival: Arrival) -> Source:
    """Open a release to be added; raises Invalid where it is not any more what was accepted."""
    try:
        document = document_of(arrival)
    except Altered as fault:
        raise _altered(arrival) from fault
    public_key = str(document["signature"]["public_key"])
    release = read_release(document["release"])
    return Source(arrival.place, release, public_key, meanings_of(document))


def _altered(arrival: Arrival) -> Invalid:
    return Invalid(
        "",
        "Het rapport van %(name)s is niet meer wat er is geleverd. Er wordt niets gemaakt. Vraag "
        "de beheerder om een back-up terug te zetten.",
        name=arrival.name,
    )
