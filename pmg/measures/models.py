"""The tables of measures: steps of a job guarantee and weeks around school. Rows are only added."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.clock import now
from pmg.extensions import Model
from pmg.measures.rules import Act, GuaranteeStep, Hours, NotUsed
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category


def _any_of(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _told() -> tuple[Any, ...]:
    """Return what holds of every row that is told of a trajectory."""
    return (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "case_id", "trajectory_id"],
            ["trajectory.municipality_id", "trajectory.case_id", "trajectory.id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "by_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        CheckConstraint(f"act IN ({_any_of(Act)})", "act_known"),
        CheckConstraint("(act = 'genoteerd') = (why_sealed IS NULL)", "changed_with_reason"),
        CheckConstraint("number >= 1", "number_counts"),
        CheckConstraint("number > 1 OR act = 'genoteerd'", "told_first"),
    )


class GuaranteeRow(OfCase, Model):
    """One step of a job guarantee, as told once; the last row of a step counts."""

    __tablename__ = "guarantee_row"
    __table_args__ = (
        *_told(),
        UniqueConstraint(
            "municipality_id", "trajectory_id", "step", "number", name="guarantee_row_number"
        ),
        CheckConstraint(f"step IN ({_any_of(GuaranteeStep)})", "step_known"),
        CheckConstraint("(act = 'teruggenomen') = (words_sealed IS NULL)", "told_in_words"),
        Index("guarantee_row_case", "municipality_id", "case_id"),
    )

    trajectory_id: Mapped[UUID]
    step: Mapped[str]
    number: Mapped[int]
    act: Mapped[str]
    on_day: Mapped[date]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)

    words = encrypted_text("words_sealed", category=Category.PLAN)
    why = encrypted_text("why_sealed", category=Category.PLAN)


class SchoolWeek(OfCase, Model):
    """One week of hours around school, as told once; the last row of a week counts."""

    __tablename__ = "school_week"
    __table_args__ = (
        *_told(),
        UniqueConstraint(
            "municipality_id", "trajectory_id", "monday", "number", name="school_week_number"
        ),
        CheckConstraint("extract(isodow FROM monday) = 1", "begins_on_monday"),
        CheckConstraint("offered BETWEEN 15 AND 2400", "offered_in_range"),
        CheckConstraint("used BETWEEN 0 AND offered", "used_in_range"),
        CheckConstraint(f"reason IN ({_any_of(NotUsed)})", "reason_known"),
        CheckConstraint("(used < offered) = (reason IS NOT NULL)", "reason_follows"),
        Index("school_week_case", "municipality_id", "case_id"),
    )

    trajectory_id: Mapped[UUID]
    monday: Mapped[date]
    number: Mapped[int]
    act: Mapped[str]
    offered: Mapped[int]
    used: Mapped[int]
    reason: Mapped[str | None]
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)

    why = encrypted_text("why_sealed", category=Category.PLAN)

    @property
    def hours(self) -> Hours:
        """The week as the rules take it."""
        reason = NotUsed(self.reason) if self.reason else None
        return Hours(self.monday, self.offered, self.used, reason)
