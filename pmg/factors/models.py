"""The table of factor observations."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, column_property, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.cases.shares import Thing, reaches_reader
from pmg.clock import now
from pmg.extensions import Model
from pmg.factors.rules import Nature, Presence, Source
from pmg.reference.factors import FACTORS
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category


def _any_of(values: object) -> str:
    return ", ".join(f"'{value}'" for value in values)  # type: ignore[attr-defined]


class FactorObservation(OfCase, Model):
    """One professional saw one factor on one day. Corrected by a new row, never edited."""

    __tablename__ = "factor_observation"
    __table_args__ = (
        of_case(),
        CheckConstraint(f"presence IN ({_any_of(Presence)})", "presence_known"),
        CheckConstraint(f"nature IN ({_any_of(Nature)})", "nature_known"),
        CheckConstraint(f"source IN ({_any_of(Source)})", "source_known"),
        Index(
            "factor_observation_corrected",
            "municipality_id",
            "corrects_id",
            postgresql_where="corrects_id IS NOT NULL",
        ),
        Index("factor_observation_seen", "municipality_id", "seen_on"),
        Index("factor_observation_course", "municipality_id", "case_id", "factor_code", "seen_on"),
    )

    factor_code: Mapped[str]
    presence: Mapped[str]
    nature: Mapped[str]
    source: Mapped[str]
    seen_on: Mapped[date]
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    observer_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    corrects_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def category(self) -> Category:
        """The category of data that the factor belongs to."""
        return Category(FACTORS[self.factor_code].category)

    if TYPE_CHECKING:
        reaches_reader: Mapped[bool]

    @property
    def access_source_id(self) -> UUID:
        """The organisation of who saw it: outside 'plan', others see it only when shared."""
        return self.organisation_id

    @property
    def access_is_shared(self) -> bool:
        """Whether a share that holds now names the organisation of who is at work."""
        return bool(self.reaches_reader)

    note = encrypted_text("note_sealed", category=lambda row: row.category)


# Read with each row: what is shared with the reader's organisation at this moment.
FactorObservation.__mapper__.add_property(
    "reaches_reader",
    column_property(reaches_reader(FactorObservation.__table__.c.id, Thing.FACTOR)),
)
