"""The table of trajectories: interventions set to work for a youth."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.clock import now
from pmg.extensions import Model
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category


class Trajectory(OfCase, Model):
    """One intervention for one youth with one provider; its state is computed from its dates."""

    __tablename__ = "trajectory"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "provider_id"],
            ["organisation.municipality_id", "organisation.id"],
        ),
        # A goal of the plan of the same case.
        ForeignKeyConstraint(
            ["municipality_id", "case_id", "goal_id"],
            ["plan_goal.municipality_id", "plan_goal.case_id", "plan_goal.id"],
        ),
        # What is delivered of it belongs to the same case.
        UniqueConstraint("municipality_id", "case_id", "id", name="trajectory_of_case"),
        CheckConstraint("planned_end >= planned_start", "planned_in_order"),
        CheckConstraint("catalogue_version >= 0", "catalogue_version_counts"),
        CheckConstraint("ended_on >= started_on", "ended_after_start"),
        CheckConstraint("ending IN ('afgerond', 'gestopt')", "ending_known"),
        CheckConstraint(
            "(ended_on IS NULL) = (ending IS NULL) AND (ending IS NULL) = (end_reason IS NULL)",
            "ending_whole",
        ),
        CheckConstraint("ending <> 'afgerond' OR started_on IS NOT NULL", "completed_was_started"),
        CheckConstraint(
            "funding IN ('pmg', 'kansrijke_wijk', 'school_en_omgeving', 'anders')", "funding_known"
        ),
        Index("trajectory_case", "municipality_id", "case_id"),
        Index(
            "trajectory_goal",
            "municipality_id",
            "case_id",
            "goal_id",
            postgresql_where="goal_id IS NOT NULL",
        ),
        # What takes a place at a provider.
        Index(
            "trajectory_at_provider",
            "municipality_id",
            "provider_id",
            "intervention_code",
            postgresql_where="ended_on IS NULL",
        ),
        Index("trajectory_started", "municipality_id", "started_on"),
    )

    intervention_code: Mapped[str]
    # What the catalogue said of it when it was assigned; 0 is how it was shipped.
    catalogue_version: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[UUID]
    goal_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    target_factors: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    planned_start: Mapped[date]
    planned_end: Mapped[date]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ending: Mapped[str | None]
    end_reason: Mapped[str | None]
    end_note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    assigned_by: Mapped[UUID]
    goal_id: Mapped[UUID | None]
    # What pays for the place; not known of what was assigned before this was asked.
    funding: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    goal = encrypted_text("goal_sealed", category=Category.PLAN)
    end_note = encrypted_text("end_note_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def access_trajectory_id(self) -> UUID:
        """The trajectory itself: who carries it out reads it."""
        return self.id
