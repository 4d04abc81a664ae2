"""What reports there are: under way, released, delivered, and which follows which."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import aliased

from pmg.definitions.rules import Method, Template, version_name
from pmg.definitions.store import fetch
from pmg.errors import Gone
from pmg.extensions import db
from pmg.reports.models import ReportDelivery, ReportDraft, ReportRelease
from pmg.reports.rules import OPEN, Period, State, split_years, stored_period
from pmg.security import access
from pmg.security.identity import Municipality, User


@dataclass(frozen=True, slots=True)
class Line:
    """One report in the list of what was made, with whether it was succeeded and delivered.

    `is_behind` is that the ministry still has what this one corrects, and not this one.
    """

    id: UUID
    title: str
    version_name: str
    period: Period
    made_at: datetime
    number: int
    is_correction: bool
    is_succeeded: bool
    is_delivered: bool
    is_behind: bool
    hides: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One draft in the list of what is under way."""

    id: UUID
    template_code: str
    title: str
    period: Period
    made_at: datetime
    made_by: str
    state: State
    is_own: bool


@dataclass(frozen=True, slots=True)
class Received:
    """One release in the list of what a ministry received."""

    id: UUID
    municipality: str
    title: str
    period: Period
    delivered_at: datetime
    entry_hash: str


def releases() -> list[Line]:
    """Return the reports of the reader's municipality, newest period first."""
    later, own = aliased(ReportRelease), access.reader().municipality_id
    found = db.session.execute(
        select(
            ReportRelease.id,
            ReportRelease.template_code,
            ReportRelease.template_version,
            ReportRelease.period_from,
            ReportRelease.period_until,
            ReportRelease.made_at,
            ReportRelease.number,
            ReportRelease.succeeds,
            exists()
            .where(later.municipality_id == own, later.succeeds == ReportRelease.id)
            .label("is_succeeded"),
            exists()
            .where(ReportDelivery.sender_id == own, ReportDelivery.release_id == ReportRelease.id)
            .label("is_delivered"),
        )
        .where(ReportRelease.municipality_id == own)
        .order_by(ReportRelease.period_from.desc(), ReportRelease.number.desc())
    ).all()
    before = {row.id: row.succeeds for row in found}
    delivered = {row.id for row in found if row.is_delivered}
    return [
        Line(
            row.id,
            title_of(row.template_code, row.template_version, own),
            version_name(row.template_version),
            stored_period(row.period_from, row.period_until),
            row.made_at,
            row.number,
            row.succeeds is not None,
            row.is_succeeded,
            row.is_delivered,
            not row.is_succeeded and _is_behind(row.id, before, delivered),
            _hides(row.template_code, row.template_version, own),
        )
        for row in found
    ]


def waiting() -> list[Waiting]:
    """Return the drafts of the reader's municipality that someone has to look at, oldest first."""
    reader = access.reader()
    found = db.session.execute(
        select(ReportDraft, User)
        .join(
            User,
            and_(
                User.municipality_id == ReportDraft.municipality_id, User.id == ReportDraft.made_by
            ),
        )
        .where(
            ReportDraft.municipality_id == reader.municipality_id,
            ReportDraft.state.in_((*OPEN, State.FAILED, State.HELD)),
        )
        .order_by(ReportDraft.made_at)
    )
    return [
        Waiting(
            draft.id,
            draft.template_code,
            title_of(draft.template_code, draft.template_version, draft.municipality_id),
            stored_period(draft.period_from, draft.period_until),
            draft.made_at,
            maker.name,
            State(draft.state),
            draft.made_by == reader.user_id,
        )
        for draft, maker in found
    ]


def name_of(municipality_id: str, user_id: UUID | None) -> str:
    """Return the name of a colleague, or '' where no one is known."""
    found = db.session.get(User, (municipality_id, user_id)) if user_id else None
    return found.name if found else ""


def received() -> list[Received]:
    """Return what municipalities delivered to the reader's ministry, newest first."""
    found = db.session.execute(
        select(ReportDelivery, ReportRelease, Municipality.name)
        .join(
            ReportRelease,
            and_(
                ReportRelease.municipality_id == ReportDelivery.sender_id,
                ReportRelease.id == ReportDelivery.release_id,
            ),
        )
        .join(Municipality, Municipality.id == ReportDelivery.sender_id)
        .where(ReportDelivery.municipality_id == access.reader().municipality_id)
        .order_by(ReportDelivery.delivered_at.desc())
    )
    return [
        Received(
            delivery.id,
            name,
            title_of(release.template_code, release.template_version, release.municipality_id),
            stored_period(release.period_from, release.period_until),
            delivery.delivered_at,
            delivery.entry_hash,
        )
        for delivery, release, name in found
    ]


def release_of(delivery: ReportDelivery) -> ReportRelease:
    """Return what was delivered; raises Gone where it is not there any more."""
    found = db.session.get(ReportRelease, (delivery.sender_id, delivery.release_id))
    if found is None:
        raise Gone
    return found


def is_delivered(item: ReportRelease) -> bool:
    """Tell whether the ministry has it."""
    return bool(
        db.session.scalar(
            select(ReportDelivery.id).where(
                ReportDelivery.sender_id == item.municipality_id,
                ReportDelivery.release_id == item.id,
            )
        )
    )


def is_behind(item: ReportRelease) -> bool:
    """Tell whether the ministry still has what a release corrects, and not the release."""
    return any(line.is_behind for line in releases() if line.id == item.id)


def _is_behind(id_: UUID, before: Mapping[UUID, UUID | None], delivered: Container[UUID]) -> bool:
    if id_ in delivered:
        return False
    at = before.get(id_)
    while at is not None and at not in delivered:
        at = before.get(at)
    return at is not None


def successor(item: ReportRelease) -> ReportRelease | None:
    """Return what succeeded a release, if anything did."""
    return db.session.scalar(
        select(ReportRelease).where(
            ReportRelease.municipality_id == item.municipality_id,
            ReportRelease.succeeds == item.id,
        )
    )


def held_attempt(item: ReportRelease) -> ReportDraft | None:
    """Return the newest draft to succeed a release that was held, if it is still there."""
    return db.session.scalars(
        select(ReportDraft)
        .where(
            ReportDraft.municipality_id == item.municipality_id,
            ReportDraft.succeeds == item.id,
            ReportDraft.state == State.HELD,
        )
        .order_by(ReportDraft.made_at.desc())
        .limit(1)
    ).one_or_none()


def hashes_about(draft: ReportDraft) -> list[str]:
    """Return the releases about the same people that stand in the ledger now, oldest first."""
    return list(
        db.session.scalars(
            select(ReportRelease.release_hash)
            .where(
                ReportRelease.municipality_id == draft.municipality_id,
                ReportRelease.population == draft.population,
            )
            .order_by(ReportRelease.number)
        )
    )


def cannot_stand_beside(draft: ReportDraft) -> bool:
    """Tell whether there are earlier releases of these days, and one of them or this one hides.

    Beside such a release no other can be proven safe, unless it says the same.
    """
    earlier = _kinds(ReportRelease.population == draft.population, draft.municipality_id)
    this = (draft.template_code, draft.template_version)
    return bool(earlier) and any(_hides(*kind, draft.municipality_id) for kind in {*earlier, this})


def years_given_up(draft: ReportDraft) -> list[int]:
    """Return the calendar years of which a draft holds a part, and no report of its kind did yet.

    After its approval no report of its kind can be made of such a year.
    """
    return [
        year.first.year
        for year in split_years(stored_period(draft.period_from, draft.period_until))
        if not _kinds(
            and_(
                ReportRelease.template_code == draft.template_code,
                ReportRelease.period_from < year.until,
                ReportRelease.period_until > year.first,
            ),
            draft.municipality_id,
        )
    ]


def _kinds(condition: ColumnElement[bool], municipality_id: str) -> set[tuple[str, int]]:
    rows = db.session.execute(
        select(ReportRelease.template_code, ReportRelease.template_version)
        .where(ReportRelease.municipality_id == municipality_id, condition)
        .distinct()
    )
    return {(row.template_code, row.template_version) for row in rows}


def newest_within(period: Period, code: str) -> ReportRelease | None:
    """Return the newest release of the reader's municipality that shares a day; its kind first."""
    return db.session.scalars(
        select(ReportRelease)
        .where(
            ReportRelease.municipality_id == access.reader().municipality_id,
            ReportRelease.period_from < period.until,
            ReportRelease.period_until > period.first,
        )
        .order_by((ReportRelease.template_code == code).desc(), ReportRelease.number.desc())
        .limit(1)
    ).one_or_none()


def is_overtaken(draft: ReportDraft, certificate: Mapping[str, Any]) -> bool:
    """Tell whether another release about the same people came after a draft was computed."""
    return certificate.get("earlier") != hashes_about(draft)


def predecessor(item: ReportRelease | ReportDraft) -> ReportRelease | None:
    """Return what a release or draft succeeds, if it corrects anything."""
    if item.succeeds is None:
        return None
    return db.session.get(ReportRelease, (item.municipality_id, item.succeeds))


def title_of(code: str, version: int, municipality_id: str) -> str:
    """Return what a report is called; its code where that version is gone."""
    found = _template(code, version, municipality_id)
    return found.title if found else code


def _hides(code: str, version: int, municipality_id: str) -> bool:
    found = _template(code, version, municipality_id)
    return found is not None and found.method is Method.HIDE


def _template(code: str, version: int, municipality_id: str) -> Template | None:
    try:
        return fetch(code, version, municipality_id)
    except Gone:
        return None


def hides(draft: ReportDraft) -> bool:
    """Tell whether small numbers are hidden in a draft; False where its version is gone."""
    return _hides(draft.template_code, draft.template_version, draft.municipality_id)
