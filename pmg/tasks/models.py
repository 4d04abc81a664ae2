"""The tables of tasks: what is to be done, what happened to it, and the link to a calendar."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category
from pmg.tasks.rules import Origin, Rhythm, Series, State, Step


def _any_of(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _account(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", column], ["user_account.municipality_id", "user_account.id"]
    )


class Task(OfCase, Model):
    """One thing that one person does on a case before the end of one day."""

    __tablename__ = "task"
    __table_args__ = (
        of_case(),
        _account("owner_id"),
        _account("given_by"),
        CheckConstraint(f"state IN ({_any_of(State)})", "state_known"),
        CheckConstraint(f"rhythm IN ({_any_of(Rhythm)})", "rhythm_known"),
        CheckConstraint(f"origin IN ({_any_of(Origin)})", "origin_known"),
        CheckConstraint(
            "(state IN ('aangeboden', 'aangenomen')) = (ended_on IS NULL)", "ending_whole"
        ),
        CheckConstraint(
            "(origin = 'los') = (origin_id IS NULL) AND"
            " (origin_kind IS NULL) = (origin_id IS NULL)",
            "origin_whole",
        ),
        CheckConstraint(
            "(rhythm = 'eenmalig') = (series_until IS NULL AND series_times IS NULL)"
            " AND series_number >= 1",
            "series_whole",
        ),
        Index("task_owner", "municipality_id", "owner_id", "state", "due_on"),
        Index("task_giver", "municipality_id", "given_by", "state"),
        Index("task_case", "municipality_id", "case_id"),
        Index(
            "task_origin",
            "municipality_id",
            "origin_id",
            postgresql_where="origin_id IS NOT NULL",
        ),
        # Done twice at once, a task that comes back still comes back once.
        Index("task_once", "municipality_id", "series_id", "series_number", unique=True),
    )

    what_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    owner_id: Mapped[UUID]
    given_by: Mapped[UUID]
    due_on: Mapped[date]
    state: Mapped[str]
    ended_on: Mapped[date | None]
    rhythm: Mapped[str]
    series_id: Mapped[UUID]
    series_number: Mapped[int]
    series_first: Mapped[date]
    series_until: Mapped[date | None]
    series_times: Mapped[int | None]
    origin: Mapped[str]
    origin_kind: Mapped[str | None]
    origin_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    what = encrypted_text("what_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def series(self) -> Series:
        """The days on which it is to be done."""
        rhythm = Rhythm(self.rhythm)
        return Series(self.series_first, rhythm, self.series_until, self.series_times)


class TaskEvent(OfCase, Model):
    """One thing that happened to a task, with who and why; never changed."""

    __tablename__ = "task_event"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(["municipality_id", "task_id"], ["task.municipality_id", "task.id"]),
        CheckConstraint(f"step IN ({_any_of(Step)})", "step_known"),
        CheckConstraint(
            "step NOT IN ('geweigerd', 'ingetrokken', 'verzet', 'overgedragen')"
            " OR words_sealed IS NOT NULL",
            "reason_given",
        ),
        Index("task_event_task", "municipality_id", "task_id", "at"),
    )

    task_id: Mapped[UUID]
    step: Mapped[str]
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    owner_before: Mapped[UUID | None]
    owner_after: Mapped[UUID]
    due_before: Mapped[date | None]
    due_after: Mapped[date]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    words = encrypted_text("words_sealed", category=Category.PLAN)


class CalendarFeed(OfMunicipality, Model):
    """The link of one person to his own calendar; only the digest of its secret is kept."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        _account("user_id"),
        Index("calendar_feed_one", "municipality_id", "user_id", unique=True),
        Index("calendar_feed_id", "id", unique=True),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID]
    # Not readable for the application: the database compares.
    secret_digest: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
