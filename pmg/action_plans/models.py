"""The tables of a plan: its versions, its goals, who agreed, and looking back."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from pmg.action_plans.rules import GoalEnding, Means, Outcome, Party, Verdict
from pmg.cases.models import OfCase, of_case
from pmg.clock import AMSTERDAM, now
from pmg.extensions import Model
from pmg.reference.labelled import Labelled
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category


class PlanState(Labelled):
    """Whether a version of a plan is being worked on, or is what was agreed."""

    DRAFT = "concept", "Concept"
    AGREED = "afgesproken", "Afgesproken"


def _any_of(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in values)


class ActionPlan(OfCase, Model):
    """One version of the plan of a case. Once agreed it is frozen, with all that it held.

    `version` counts what changed in a draft: an answer is worth something for that text only.
    """

    __tablename__ = "action_plan"
    __table_args__ = (
        of_case(),
        UniqueConstraint("municipality_id", "case_id", "number", name="action_plan_number"),
        UniqueConstraint("municipality_id", "case_id", "id", name="action_plan_of_case"),
        CheckConstraint(f"state IN ({_any_of(PlanState)})", "state_known"),
        CheckConstraint(
            "(state = 'afgesproken') = (agreed_on IS NOT NULL)"
            " AND (agreed_on IS NULL) = (plan_document_sealed IS NULL)",
            "agreed_whole",
        ),
        CheckConstraint("number >= 1", "number_counts"),
        Index(
            "action_plan_one_draft",
            "municipality_id",
            "case_id",
            unique=True,
            postgresql_where="state = 'concept'",
        ),
    )

    number: Mapped[int]
    state: Mapped[str]
    plan_document_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    agreed_on: Mapped[date | None]
    made_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    plan_document = encrypted_text("plan_document_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.state == PlanState.DRAFT

    @property
    def begun_on(self) -> date:
        """The day on which this version was begun."""
        return self.created_at.astimezone(AMSTERDAM).date()


class PlanGoal(OfCase, Model):
    """One goal of a youth, as it stands now; it lives on from version to version."""

    __tablename__ = "plan_goal"
    __table_args__ = (
        of_case(),
        UniqueConstraint("municipality_id", "case_id", "id", name="plan_goal_of_case"),
        CheckConstraint(f"ending IN ({_any_of(GoalEnding)})", "ending_known"),
        CheckConstraint(
            "(ended_on IS NULL) = (ending IS NULL) AND (ending IS NULL) = (aim_end_sealed IS NULL)",
            "ending_whole",
        ),
        CheckConstraint("cardinality(factor_codes) >= 1", "has_factor"),
        Index("plan_goal_case", "municipality_id", "case_id", "created_at"),
    )

    aim_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    youth_words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    own_steps_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    factor_codes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    ended_on: Mapped[date | None]
    ending: Mapped[str | None]
    aim_end_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    aim = encrypted_text("aim_sealed", category=Category.PLAN)
    youth_words = encrypted_text("youth_words_sealed", category=Category.PLAN)
    own_steps = encrypted_text("own_steps_sealed", category=Category.PLAN)
    aim_end = encrypted_text("aim_end_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def begun_on(self) -> date:
        """The day on which it was written down."""
        return self.created_at.astimezone(AMSTERDAM).date()


class PlanAnswer(OfCase, Model):
    """What the youth, a parent or a guardian answered to a draft; never changed."""

    __tablename__ = "plan_answer"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "case_id", "plan_id"],
            ["action_plan.municipality_id", "action_plan.case_id", "action_plan.id"],
        ),
        CheckConstraint(f"party IN ({_any_of(Party)})", "party_known"),
        CheckConstraint(f"verdict IN ({_any_of(Verdict)})", "verdict_known"),
        CheckConstraint(f"means IN ({_any_of(Means)})", "means_known"),
        CheckConstraint(
            "verdict = 'akkoord' OR answer_words_sealed IS NOT NULL", "refusal_has_reason"
        ),
        Index("plan_answer_plan", "municipality_id", "case_id", "created_at"),
    )

    plan_id: Mapped[UUID]
    plan_version: Mapped[int]
    party: Mapped[str]
    verdict: Mapped[str]
    means: Mapped[str]
    answered_on: Mapped[date]
    answer_words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)

    answer_words = encrypted_text("answer_words_sealed", category=Category.PLAN)


class PlanReview(OfCase, Model):
    """A day on which a plan is looked back on, and what was found; once held, it stays."""

    __tablename__ = "plan_review"
    __table_args__ = (
        of_case(),
        CheckConstraint(f"outcome IN ({_any_of(Outcome)})", "outcome_known"),
        CheckConstraint(
            "(held_on IS NULL) = (outcome IS NULL) AND (held_on IS NULL) = (held_by IS NULL)"
            " AND (held_on IS NULL) = (review_document_sealed IS NULL)",
            "held_whole",
        ),
        Index(
            "plan_review_one_planned",
            "municipality_id",
            "case_id",
            unique=True,
            postgresql_where="held_on IS NULL",
        ),
        Index("plan_review_case", "municipality_id", "case_id"),
        Index(
            "plan_review_due",
            "municipality_id",
            "planned_on",
            postgresql_where="held_on IS NULL",
        ),
    )

    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    outcome: Mapped[str | None]
    review_words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    review_document_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    made_by: Mapped[UUID]
    held_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    review_words = encrypted_text("review_words_sealed", category=Category.PLAN)
    review_document = encrypted_text("review_document_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)
