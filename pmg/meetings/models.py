"""The tables of a meeting as a whole: series, days, who was there, papers. About no youth."""

from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import AMSTERDAM, now
from pmg.extensions import Model
from pmg.meetings.rules import MeetingState, Rhythm, Weekday
from pmg.security.access import OfMunicipality


def any_of(values: Iterable[str]) -> str:
    """Return a vocabulary as a CHECK lists it."""
    return ", ".join(f"'{value}'" for value in values)


def account(column: str) -> ForeignKeyConstraint:
    """Return the foreign key to a person."""
    return ForeignKeyConstraint(
        ["municipality_id", column], ["user_account.municipality_id", "user_account.id"]
    )


def _of_meeting() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", "meeting_id"], ["meeting.municipality_id", "meeting.id"]
    )


class MeetingSeries(OfMunicipality, Model):
    """A case meeting that comes back: when, where, led by whom. No word about a youth."""

    __tablename__ = "meeting_series"
    __table_args__ = (
        account("chair_id"),
        account("deputy_id"),
        CheckConstraint(f"weekday IN ({any_of(Weekday)})", "weekday_known"),
        CheckConstraint(f"rhythm IN ({any_of(Rhythm)})", "rhythm_known"),
        CheckConstraint("minutes BETWEEN 1 AND 480", "minutes_in_range"),
        CheckConstraint("deputy_id IS DISTINCT FROM chair_id", "deputy_is_another"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    place: Mapped[str]
    weekday: Mapped[str]
    rhythm: Mapped[str]
    clock: Mapped[time]
    minutes: Mapped[int]
    first_on: Mapped[date]
    chair_id: Mapped[UUID]
    deputy_id: Mapped[UUID | None]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class MeetingSeriesVersion(OfMunicipality, Model):
    """A series as somebody set it, from which day on; never changed."""

    __tablename__ = "meeting_series_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "series_id"],
            ["meeting_series.municipality_id", "meeting_series.id"],
        ),
        account("deputy_id"),
        account("by_id"),
        UniqueConstraint(
            "municipality_id", "series_id", "number", name="meeting_series_version_number"
        ),
        CheckConstraint("number >= 1", "number_counts"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    series_id: Mapped[UUID]
    number: Mapped[int]
    name: Mapped[str]
    place: Mapped[str]
    weekday: Mapped[str]
    rhythm: Mapped[str]
    clock: Mapped[time]
    minutes: Mapped[int]
    deputy_id: Mapped[UUID | None]
    from_on: Mapped[date]
    ended_on: Mapped[date | None]
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)


class Meeting(OfMunicipality, Model):
    """One day of a series. `tick` counts whatever changes in it: screens look at that alone."""

    __tablename__ = "meeting"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "series_id"],
            ["meeting_series.municipality_id", "meeting_series.id"],
        ),
        account("chair_id"),
        account("deputy_id"),
        # Looked at at the end: the days of a series may change places.
        UniqueConstraint(
            *("municipality_id", "series_id", "on_day"),
            name="meeting_once",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint(f"state IN ({any_of(MeetingState)})", "state_known"),
        CheckConstraint("minutes BETWEEN 1 AND 480", "minutes_in_range"),
        CheckConstraint("deputy_id IS DISTINCT FROM chair_id", "deputy_is_another"),
        CheckConstraint(
            "(state IN ('gepland', 'vervallen')) = (opened_at IS NULL)", "opened_follows"
        ),
        CheckConstraint("(state = 'gesloten') = (closed_at IS NOT NULL)", "closed_follows"),
        CheckConstraint("(current_item_id IS NULL) = (item_started_at IS NULL)", "item_whole"),
        Index("meeting_day", "municipality_id", "on_day"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    series_id: Mapped[UUID]
    name: Mapped[str]
    place: Mapped[str]
    on_day: Mapped[date]
    clock: Mapped[time]
    minutes: Mapped[int]
    chair_id: Mapped[UUID]
    deputy_id: Mapped[UUID | None]
    state: Mapped[str]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # Which item is discussed. No foreign key: an item belongs to a meeting already.
    current_item_id: Mapped[UUID | None]
    item_started_at: Mapped[datetime | None]
    tick: Mapped[int] = mapped_column(server_default="0")  # the database counts it alone
    changes: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.on_day, self.clock, AMSTERDAM)


class MeetingPresence(OfMunicipality, Model):
    """That somebody was at a meeting, from when until when."""

    __tablename__ = "meeting_presence"
    __table_args__ = (
        _of_meeting(),
        account("user_id"),
        UniqueConstraint("municipality_id", "meeting_id", "user_id", name="meeting_presence_once"),
        CheckConstraint("left_at >= arrived_at", "left_after_arrived"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    meeting_id: Mapped[UUID]
    user_id: Mapped[UUID]
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class MeetingPack(OfMunicipality, Model):
    """That somebody took his part of a meeting along on paper, and until when he may have it."""

    __tablename__ = "meeting_pack"
    __table_args__ = (
        _of_meeting(),
        account("user_id"),
        CheckConstraint("recall_on > made_on", "recalled_later"),
        Index("meeting_pack_mine", "municipality_id", "user_id", "recall_on"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    meeting_id: Mapped[UUID]
    user_id: Mapped[UUID]
    made_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(default=now)
    recall_on: Mapped[date]
    destroyed_at: Mapped[datetime | None]
