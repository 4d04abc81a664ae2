"""The tables of offers, their versions, and what is referred to a provider."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.clock import now
from pmg.extensions import Model
from pmg.providers.rules import Answer, RefusalReason, Terms
from pmg.security.access import OfMunicipality
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category

_ANSWERS = ", ".join(f"'{answer}'" for answer in Answer)
_REASONS = ", ".join(f"'{reason}'" for reason in RefusalReason)


class _Offered:
    """What is offered, as it stands or stood."""

    places: Mapped[int]
    price: Mapped[int | None]
    contract_from: Mapped[date]
    contract_until: Mapped[date | None]
    areas: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    contact: Mapped[str]

    @property
    def terms(self) -> Terms:
        """What is offered, as the rules take it."""
        return Terms(
            self.places,
            self.price,
            self.contract_from,
            self.contract_until,
            tuple(self.areas),
            self.contact,
        )


def _checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("places >= 0", "places_not_negative"),
        CheckConstraint("price >= 0", "price_not_negative"),
        CheckConstraint("contract_until >= contract_from", "contract_in_order"),
    )


class Offer(OfMunicipality, _Offered, Model):
    """One intervention of one organisation: places, price, contract and where."""

    __tablename__ = "offer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
        ),
        UniqueConstraint(
            "municipality_id", "organisation_id", "intervention_code", name="offer_once"
        ),
        *_checks(),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID]
    intervention_code: Mapped[str]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class OfferVersion(OfMunicipality, _Offered, Model):
    """What an offer said from a moment on, and why. Rows are added, never changed."""

    __tablename__ = "offer_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "offer_id"], ["offer.municipality_id", "offer.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "entered_by"],
            ["user_account.municipality_id", "user_account.id"],
        ),
        UniqueConstraint("municipality_id", "offer_id", "number", name="offer_version_once"),
        *_checks(),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    offer_id: Mapped[UUID]
    number: Mapped[int]
    reason: Mapped[str]
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime] = mapped_column(default=now)


class ProviderReferral(OfCase, Model):
    """What a provider was told of a youth, and his answer.

    All that he sees stands in this row, as it was when it was sent: he reads no other table about
    the youth. The application only adds it; two functions of the database write the answer.
    """

    __tablename__ = "provider_referral"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "trajectory_id"],
            ["trajectory.municipality_id", "trajectory.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["municipality_id", "offer_id"], ["offer.municipality_id", "offer.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "sent_by"], ["user_account.municipality_id", "user_account.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "answered_by"],
            ["user_account.municipality_id", "user_account.id"],
        ),
        UniqueConstraint("municipality_id", "trajectory_id", name="provider_referral_one"),
        CheckConstraint("planned_end >= planned_start", "planned_in_order"),
        CheckConstraint("catalogue_version >= 0", "catalogue_version_counts"),
        CheckConstraint(f"answer IN ({_ANSWERS})", "answer_known"),
        CheckConstraint(
            "(answer = 'aangevraagd') = (answered_by IS NULL)"
            " AND (answered_by IS NULL) = (answered_at IS NULL)",
            "answer_whole",
        ),
        CheckConstraint(
            "(answer = 'geweigerd') = (refusal_reason IS NOT NULL)"
            " AND (refusal_sealed IS NULL OR answer = 'geweigerd')",
            "refusal_whole",
        ),
        CheckConstraint(f"refusal_reason IN ({_REASONS})", "refusal_known"),
        CheckConstraint(
            "conversation_on IS NULL OR answer = 'aangenomen'", "conversation_after_answer"
        ),
        Index("provider_referral_case", "municipality_id", "case_id"),
        Index("provider_referral_organisation", "municipality_id", "organisation_id", "sent_at"),
        Index("provider_referral_offer", "municipality_id", "offer_id"),
    )

    trajectory_id: Mapped[UUID]
    offer_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    intervention_code: Mapped[str]
    # What the catalogue said of it when it was sent; 0 is how it was shipped.
    catalogue_version: Mapped[int] = mapped_column(default=0)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    age_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    goal_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    message_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    target_factors: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    planned_start: Mapped[date]
    planned_end: Mapped[date]
    sent_by: Mapped[UUID]
    sent_at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str] = mapped_column(default=Answer.ASKED.value)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    refusal_reason: Mapped[str | None]
    refusal_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    conversation_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    told_name = encrypted_text("name_sealed", category=Category.IDENTITY, pad=32)
    told_age = encrypted_text("age_sealed", category=Category.IDENTITY, pad=16)
    goal = encrypted_text("goal_sealed", category=Category.PLAN)
    message = encrypted_text("message_sealed", category=Category.PLAN)
    refusal = encrypted_text("refusal_sealed", category=Category.PLAN)

    @property
    def access_provider_id(self) -> UUID | None:
        """The organisation that it was sent to; None once that refused."""
        return None if self.answer == Answer.REFUSED else self.organisation_id
