"""What the pages of a series show: how it is set, its days to come, and how it was set before."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from pmg.accounts.queries import names
from pmg.errors import NotPermitted
from pmg.extensions import db
from pmg.meetings import queries, services
from pmg.meetings.answers import SeriesWanted
from pmg.meetings.models import Meeting, MeetingSeries, MeetingSeriesVersion
from pmg.meetings.rules import MeetingState, Rhythm, Weekday
from pmg.meetings.shown import Going, SeriesKept
from pmg.security import access
from pmg.security.policy import Action


def require_lead(series: MeetingSeries) -> None:
    """Raise NotPermitted unless the reader leads this series, or does so when the chair cannot."""
    if access.reader().user_id not in {series.chair_id, series.deputy_id}:
        raise NotPermitted("not_chair")


def require_chair(series: MeetingSeries) -> None:
    """Raise NotPermitted unless the reader is the chair of this series."""
    if access.reader().user_id != series.chair_id:
        raise NotPermitted("not_chair")


def series(*, today: date) -> list[MeetingSeries]:
    """Return the series that the reader leads and that go on."""
    access.require(Action.MEETING_LIST, access.workplace())
    reader = access.reader()
    return list(
        db.session.scalars(
            select(MeetingSeries)
            .where(
                MeetingSeries.municipality_id == reader.municipality_id,
                (MeetingSeries.chair_id == reader.user_id)
                | (MeetingSeries.deputy_id == reader.user_id),
                MeetingSeries.ended_on.is_(None) | (MeetingSeries.ended_on >= today),
            )
            .order_by(MeetingSeries.name, MeetingSeries.id)
        )
    )


def coming(series: MeetingSeries, *, today: date) -> list[Meeting]:
    """Return the days of a series that are planned, the next one first."""
    access.require(Action.MEETING_PREPARE, series)
    return list(
        db.session.scalars(
            select(Meeting)
            .where(
                Meeting.municipality_id == series.municipality_id,
                Meeting.series_id == series.id,
                Meeting.on_day >= today,
                Meeting.state == MeetingState.PLANNED.value,
            )
            .order_by(Meeting.on_day)
        )
    )


def next_on(series: MeetingSeries, *, today: date) -> date:
    """Return the first day to come, from which a change mostly holds."""
    return next((row.on_day for row in coming(series, today=today)), today + timedelta(days=7))


def last_with_items(series: MeetingSeries, *, today: date) -> date:
    """Return the last day on which something stands, after which a series mostly ends."""
    rows = coming(series, today=today)
    found = queries.counts([row.id for row in rows])
    return max((row.on_day for row in rows if _standing(found, row.id)), default=today)


def moving(series: MeetingSeries, wanted: SeriesWanted, *, today: date) -> list[Going]:
    """Return the days that a change is about, each with the day that it becomes."""
    access.require(Action.MEETING_PREPARE, series)
    found = services.moves(series, wanted, today=today)
    return _going((row for row, _day in found), {row.id: day for row, day in found})


def going(series: MeetingSeries, last_on: date, *, today: date) -> list[Going]:
    """Return the days that go when a series ends after a day."""
    access.require(Action.MEETING_PREPARE, series)
    return _going(services.going(series, last_on, today=today), {})


def history(series: MeetingSeries) -> list[SeriesKept]:
    """Return how a series was set, the newest first."""
    access.require(Action.MEETING_PREPARE, series)
    rows = list(
        db.session.scalars(
            select(MeetingSeriesVersion)
            .where(
                MeetingSeriesVersion.municipality_id == series.municipality_id,
                MeetingSeriesVersion.series_id == series.id,
            )
            .order_by(MeetingSeriesVersion.number.desc())
        )
    )
    who = names({row.by_id for row in rows} | {row.deputy_id for row in rows if row.deputy_id})
    return [
        SeriesKept(
            number=row.number,
            name=row.name,
            place=row.place,
            weekday=Weekday(row.weekday),
            rhythm=Rhythm(row.rhythm),
            clock=row.clock,
            minutes=row.minutes,
            deputy=who[row.deputy_id] if row.deputy_id else "",
            from_on=row.from_on,
            ended_on=row.ended_on,
            by=who[row.by_id],
            at=row.at,
        )
        for row in rows
    ]


def _going(rows: Iterable[Meeting], new_days: dict[UUID, date]) -> list[Going]:
    listed = list(rows)
    found = queries.counts([row.id for row in listed])
    return [Going(row.on_day, _standing(found, row.id), new_days.get(row.id)) for row in listed]


def _standing(found: dict[UUID, Counter[str]], meeting_id: UUID) -> int:
    return queries.standing(found.get(meeting_id, Counter()))
