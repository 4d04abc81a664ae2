"""The tables of delivery: planned dosage by version, meetings, how they went, pauses, the end."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmg.cases.models import OfCase, of_case
from pmg.clock import now
from pmg.delivery.rules import (
    Attendance,
    Dosage,
    Missed,
    Pause,
    PauseReason,
    PlanState,
    Reached,
    Step,
    Told,
    Went,
)
from pmg.extensions import Model
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category

_BETWEEN = "\n"


def _any_of(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _account(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", column], ["user_account.municipality_id", "user_account.id"]
    )


def _of_trajectory() -> ForeignKeyConstraint:
    """Return the foreign key to a trajectory of the same case."""
    return ForeignKeyConstraint(
        ["municipality_id", "case_id", "trajectory_id"],
        ["trajectory.municipality_id", "trajectory.case_id", "trajectory.id"],
    )


class _OfTrajectory(OfCase):
    """What stands under a trajectory: also open to who carries it out."""

    trajectory_id: Mapped[UUID]

    @property
    def access_trajectory_id(self) -> UUID | None:
        """The trajectory that it belongs to."""
        return self.trajectory_id


def join_names(names: tuple[str, ...]) -> str | None:
    """Return names as they are kept: a line each; None for none."""
    return _BETWEEN.join(names) or None


def split_names(kept: str | None) -> tuple[str, ...]:
    """Return the names that were kept."""
    return tuple(kept.split(_BETWEEN)) if kept else ()


class DosagePlan(_OfTrajectory, Model):
    """One version of what is planned of a trajectory. Once approved it is frozen."""

    __tablename__ = "dosage_plan"
    __table_args__ = (
        of_case(),
        _of_trajectory(),
        _account("made_by"),
        _account("approved_by"),
        UniqueConstraint("municipality_id", "trajectory_id", "number", name="dosage_plan_number"),
        UniqueConstraint("municipality_id", "case_id", "id", name="dosage_plan_of_case"),
        CheckConstraint(f"state IN ({_any_of(PlanState)})", "state_known"),
        CheckConstraint(
            "(state = 'goedgekeurd') = (approved_on IS NOT NULL)"
            " AND (approved_on IS NULL) = (approved_by IS NULL)",
            "approved_whole",
        ),
        CheckConstraint("approved_by IS DISTINCT FROM made_by", "approved_by_another"),
        CheckConstraint("number >= 1", "number_counts"),
        CheckConstraint("number = 1 OR reason_sealed IS NOT NULL", "amended_with_reason"),
        Index(
            "dosage_plan_one_open",
            "municipality_id",
            "trajectory_id",
            unique=True,
            postgresql_where="state <> 'goedgekeurd'",
        ),
        Index("dosage_plan_case", "municipality_id", "case_id"),
    )

    number: Mapped[int]
    state: Mapped[str]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[UUID]
    approved_by: Mapped[UUID | None]
    approved_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    reason = encrypted_text("reason_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class DosageGoal(OfCase, Model):
    """What one version plans for one goal; `goal_key` is the same in every version."""

    __tablename__ = "dosage_goal"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "case_id", "plan_id"],
            ["dosage_plan.municipality_id", "dosage_plan.case_id", "dosage_plan.id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "case_id", "plan_goal_id"],
            ["plan_goal.municipality_id", "plan_goal.case_id", "plan_goal.id"],
        ),
        _account("written_by"),
        UniqueConstraint("municipality_id", "plan_id", "goal_key", name="dosage_goal_once"),
        CheckConstraint("sessions BETWEEN 1 AND 300", "sessions_in_range"),
        CheckConstraint("minutes BETWEEN 1 AND 720", "minutes_in_range"),
        CheckConstraint("until_on >= from_on", "days_in_order"),
        Index("dosage_goal_case", "municipality_id", "case_id"),
    )

    plan_id: Mapped[UUID]
    goal_key: Mapped[UUID]
    place: Mapped[int]
    aim_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    plan_goal_id: Mapped[UUID | None]
    sessions: Mapped[int]
    minutes: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date]
    elements_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    written_by: Mapped[UUID]
    version: Mapped[int] = mapped_column()

    plan: Mapped[DosagePlan] = relationship(
        primaryjoin="and_(foreign(DosageGoal.municipality_id) == DosagePlan.municipality_id,"
        " foreign(DosageGoal.plan_id) == DosagePlan.id)",
        viewonly=True,
    )

    aim = encrypted_text("aim_sealed", category=Category.PLAN)
    element_lines = encrypted_text("elements_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def access_trajectory_id(self) -> UUID | None:
        """The trajectory that its plan belongs to."""
        return self.plan.trajectory_id if self.plan else None

    @property
    def dosage(self) -> Dosage:
        """What is planned; opens its texts."""
        return Dosage(
            aim=self.aim,
            sessions=self.sessions,
            minutes=self.minutes,
            from_on=self.from_on,
            until_on=self.until_on,
            elements=split_names(self.element_lines),
            plan_goal_id=self.plan_goal_id,
        )

    def take(self, dosage: Dosage) -> None:
        """Write what is planned."""
        self.aim, self.element_lines = dosage.aim, join_names(dosage.elements)
        self.sessions, self.minutes = dosage.sessions, dosage.minutes
        self.from_on, self.until_on = dosage.from_on, dosage.until_on
        self.plan_goal_id = dosage.plan_goal_id


class Gathering(_OfTrajectory, Model):
    """One meeting, for one youth. What several youths share is `group_id`, and only that."""

    __tablename__ = "gathering"
    __table_args__ = (
        of_case(),
        _of_trajectory(),
        _account("made_by"),
        UniqueConstraint("municipality_id", "case_id", "id", name="gathering_of_case"),
        UniqueConstraint("municipality_id", "group_id", "trajectory_id", name="gathering_once"),
        CheckConstraint("minutes BETWEEN 1 AND 720", "minutes_in_range"),
        Index("gathering_trajectory", "municipality_id", "trajectory_id", "on_day"),
        Index("gathering_case", "municipality_id", "case_id"),
    )

    goal_key: Mapped[UUID]
    group_id: Mapped[UUID | None]
    on_day: Mapped[date]
    clock: Mapped[time | None]
    minutes: Mapped[int]
    made_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class GatheringRecord(OfCase, Model):
    """How a meeting went, as told once; a correction stands beside it, and neither changes."""

    __tablename__ = "gathering_record"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "case_id", "gathering_id"],
            ["gathering.municipality_id", "gathering.case_id", "gathering.id"],
        ),
        _account("by_id"),
        UniqueConstraint(
            "municipality_id", "gathering_id", "number", name="gathering_record_number"
        ),
        CheckConstraint(f"attendance IN ({_any_of(Attendance)})", "attendance_known"),
        CheckConstraint(f"reason IN ({_any_of(Missed)})", "reason_known"),
        CheckConstraint("happened = (attendance IS NOT NULL)", "attendance_follows"),
        CheckConstraint(
            "(minutes IS NOT NULL) = (attendance IS NOT NULL AND attendance = 'er')"
            " AND (minutes IS NULL) = (reason IS NOT NULL)",
            "answers_whole",
        ),
        CheckConstraint("minutes BETWEEN 1 AND 720", "minutes_in_range"),
        CheckConstraint("number >= 1", "number_counts"),
        CheckConstraint("number = 1 OR why_sealed IS NOT NULL", "corrected_with_reason"),
        Index("gathering_record_case", "municipality_id", "case_id"),
    )

    gathering_id: Mapped[UUID]
    number: Mapped[int]
    happened: Mapped[bool]
    attendance: Mapped[str | None]
    reason: Mapped[str | None]
    minutes: Mapped[int | None]
    elements_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)

    gathering: Mapped[Gathering] = relationship(
        primaryjoin="and_(foreign(GatheringRecord.municipality_id) == Gathering.municipality_id,"
        " foreign(GatheringRecord.gathering_id) == Gathering.id)",
        viewonly=True,
    )

    element_lines = encrypted_text("elements_sealed", category=Category.PLAN)
    words = encrypted_text("words_sealed", category=Category.PLAN)
    why = encrypted_text("why_sealed", category=Category.PLAN)

    @property
    def access_trajectory_id(self) -> UUID | None:
        """The trajectory that its meeting belongs to."""
        return self.gathering.trajectory_id if self.gathering else None

    @property
    def told(self) -> Told:
        """What was told, for the sums; opens the names of what was done, not the words."""
        went = Went(
            happened=self.happened,
            attendance=Attendance(self.attendance) if self.attendance else None,
            reason=Missed(self.reason) if self.reason else None,
            minutes=self.minutes,
            elements=split_names(self.element_lines),
        )
        return Told(self.gathering_id, self.number, went)


class DeliveryPause(_OfTrajectory, Model):
    """Days on which a trajectory rests."""

    __tablename__ = "delivery_pause"
    __table_args__ = (
        of_case(),
        _of_trajectory(),
        _account("made_by"),
        CheckConstraint(f"reason IN ({_any_of(PauseReason)})", "reason_known"),
        CheckConstraint("resumed_on > from_on", "days_in_order"),
        Index(
            "delivery_pause_one_open",
            "municipality_id",
            "trajectory_id",
            unique=True,
            postgresql_where="resumed_on IS NULL",
        ),
        Index("delivery_pause_case", "municipality_id", "case_id"),
    )

    from_on: Mapped[date]
    resumed_on: Mapped[date | None]
    reason: Mapped[str]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)

    words = encrypted_text("words_sealed", category=Category.PLAN)

    @property
    def span(self) -> Pause:
        """Its days."""
        return Pause(self.from_on, self.resumed_on)


class DeliveryEvent(_OfTrajectory, Model):
    """One thing that happened to the delivery, with who and why; never changed."""

    __tablename__ = "delivery_event"
    __table_args__ = (
        of_case(),
        _of_trajectory(),
        ForeignKeyConstraint(
            ["municipality_id", "case_id", "gathering_id"],
            ["gathering.municipality_id", "gathering.case_id", "gathering.id"],
        ),
        _account("by_id"),
        CheckConstraint(f"step IN ({_any_of(Step)})", "step_known"),
        CheckConstraint(
            "step NOT IN ('aanpassing_begonnen', 'teruggestuurd', 'verzet', 'verbeterd', 'zorg',"
            " 'pauze_afgewezen') OR words_sealed IS NOT NULL",
            "reason_given",
        ),
        CheckConstraint(f"pause_reason IN ({_any_of(PauseReason)})", "pause_reason_known"),
        CheckConstraint(
            "(step = 'pauze_gevraagd') = (pause_reason IS NOT NULL)"
            " AND (step <> 'pauze_gevraagd' OR day_after IS NOT NULL)",
            "pause_asked_whole",
        ),
        Index("delivery_event_trajectory", "municipality_id", "trajectory_id", "at"),
        Index("delivery_event_case", "municipality_id", "case_id"),
    )

    gathering_id: Mapped[UUID | None]
    step: Mapped[str]
    plan_number: Mapped[int | None]
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    day_before: Mapped[date | None]
    day_after: Mapped[date | None]
    pause_reason: Mapped[str | None]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    words = encrypted_text("words_sealed", category=Category.PLAN)


class GoalReport(_OfTrajectory, Model):
    """What became of one goal when a trajectory was closed; never changed."""

    __tablename__ = "goal_report"
    __table_args__ = (
        of_case(),
        _of_trajectory(),
        _account("by_id"),
        UniqueConstraint("municipality_id", "trajectory_id", "goal_key", name="goal_report_once"),
        CheckConstraint(f"outcome IN ({_any_of(Reached)})", "outcome_known"),
        Index("goal_report_case", "municipality_id", "case_id"),
    )

    goal_key: Mapped[UUID]
    outcome: Mapped[str]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)

    words = encrypted_text("words_sealed", category=Category.PLAN)
