"""The tables of handing over and of dividing work."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.clock import now
from pmg.extensions import Model
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category
from pmg.teams.rules import Reason

_REASONS = ", ".join(f"'{reason}'" for reason in Reason)


def _person(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", column], ["user_account.municipality_id", "user_account.id"]
    )


class Handover(OfCase, Model):
    """One hands a case to another, with what must not be forgotten: it is between the two."""

    __tablename__ = "handover"
    __table_args__ = (
        of_case(),
        _person("from_id"),
        _person("to_id"),
        CheckConstraint("from_id <> to_id", "to_another"),
        CheckConstraint("function IN ('case_director', 'youth_worker')", "function_known"),
        Index("handover_case", "municipality_id", "case_id"),
        Index("handover_to_read", "municipality_id", "to_id", postgresql_where="read_at IS NULL"),
    )

    from_id: Mapped[UUID]
    to_id: Mapped[UUID]
    function: Mapped[str]
    # The last day on which who hands over still takes part.
    last_day: Mapped[date]
    note_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    given_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]

    note = encrypted_text("note_sealed", category=Category.PLAN)


class Allocation(OfCase, Model):
    """A team manager gave a case to another of his team. Written by the database alone."""

    __tablename__ = "allocation"
    __table_args__ = (
        of_case(),
        _person("from_id"),
        _person("to_id"),
        CheckConstraint("from_id <> to_id", "to_another"),
        CheckConstraint(f"reason IN ({_REASONS})", "reason_known"),
        Index("allocation_case", "municipality_id", "case_id"),
    )

    from_id: Mapped[UUID]
    to_id: Mapped[UUID]
    last_day: Mapped[date]
    reason: Mapped[str]
    allocated_by: Mapped[UUID]
    allocated_at: Mapped[datetime]
