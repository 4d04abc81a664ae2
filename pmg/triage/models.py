"""The tables of triage: its fixed time, and what a referrer may hear of the decision."""

from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.cases.rules import Outcome
from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category
from pmg.triage.rules import Slot, Way, Weekday

_OUTCOMES = ", ".join(f"'{outcome}'" for outcome in Outcome)
_WAYS = ", ".join(f"'{way}'" for way in Way)


def _person(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", column], ["user_account.municipality_id", "user_account.id"]
    )


class TriageSlot(OfMunicipality, Model):
    """Somebody set the fixed time of a municipality; the newest row counts."""

    __tablename__ = "triage_slot"
    __table_args__ = (
        _person("set_by"),
        CheckConstraint("weekday BETWEEN 1 AND 7", "weekday_known"),
        CheckConstraint("minutes BETWEEN 15 AND 240", "minutes_in_range"),
        CheckConstraint("term_days BETWEEN 1 AND 90", "term_in_range"),
        Index("triage_slot_newest", "municipality_id", "set_at"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    weekday: Mapped[int]
    starts: Mapped[time]
    minutes: Mapped[int]
    term_days: Mapped[int]
    set_by: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def slot(self) -> Slot:
        """What was set, as the rules take it."""
        return Slot(Weekday(str(self.weekday)), self.starts, self.minutes, self.term_days)


class ReferralFeedback(OfCase, Model):
    """What the referrer may hear of the decision, and whether he did.

    All that he reads stands in this row: he may have no seat on the case and reads nothing else.
    """

    __tablename__ = "referral_feedback"
    __table_args__ = (
        of_case(),
        _person("to_user_id"),
        _person("decided_by"),
        _person("told_by"),
        UniqueConstraint("municipality_id", "case_id", name="referral_feedback_one"),
        CheckConstraint(f"outcome IN ({_OUTCOMES})", "outcome_known"),
        CheckConstraint(f"way IN ({_WAYS})", "way_known"),
        CheckConstraint(
            "(way IS NULL) = (told_on IS NULL) AND (way IS NULL) = (told_by IS NULL)",
            "telling_whole",
        ),
        CheckConstraint(
            "(to_user_id IS NOT NULL) = (way IS NOT NULL AND way = 'programma')",
            "account_by_program",
        ),
        CheckConstraint("told_on >= decided_on", "told_after_decision"),
        Index("referral_feedback_to", "municipality_id", "to_user_id"),
    )

    number: Mapped[str]
    referred_on: Mapped[date]
    outcome: Mapped[str]
    told_words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    to_user_id: Mapped[UUID | None]
    decided_on: Mapped[date]
    decided_by: Mapped[UUID]
    way: Mapped[str | None]
    told_on: Mapped[date | None]
    told_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    told_words = encrypted_text("told_words_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def access_addressee_id(self) -> UUID | None:
        """The person it is written to, who may have no seat on the case."""
        return self.to_user_id
