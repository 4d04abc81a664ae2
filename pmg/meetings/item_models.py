"""The tables of one item: all in words is sealed under the key of the youth it is about."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.clock import now
from pmg.extensions import Model
from pmg.meetings.models import account, any_of
from pmg.meetings.rules import ItemState, Known, Outcome, Reach, Refusal, Scope
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category

SHARED = (
    Category.PLAN,
    Category.POLICE,
    Category.JUSTICE,
    Category.MEDICAL,
    Category.SPECIAL,
    Category.SCHOOL,
)


def _of_item() -> ForeignKeyConstraint:
    """Return the foreign key to an item of the same case."""
    return ForeignKeyConstraint(
        ["municipality_id", "case_id", "item_id"],
        ["agenda_item.municipality_id", "agenda_item.case_id", "agenda_item.id"],
    )


def _organisation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", "organisation_id"],
        ["organisation.municipality_id", "organisation.id"],
    )


class AgendaItem(OfCase, Model):
    """One case at one meeting, with the question. It exists only for whom it is meant."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "meeting_id"], ["meeting.municipality_id", "meeting.id"]
        ),
        account("proposed_by"),
        UniqueConstraint("municipality_id", "case_id", "id", name="agenda_item_of_case"),
        CheckConstraint(f"state IN ({any_of(ItemState)})", "state_known"),
        CheckConstraint("planned_minutes BETWEEN 1 AND 120", "minutes_in_range"),
        CheckConstraint("spent_seconds >= 0", "spent_counts"),
        CheckConstraint(
            "(state = 'niet_geagendeerd') = (declined_sealed IS NOT NULL)", "declined_with_reason"
        ),
        Index("agenda_item_meeting", "municipality_id", "meeting_id", "position"),
        Index("agenda_item_case", "municipality_id", "case_id"),
    )

    meeting_id: Mapped[UUID]
    proposed_by: Mapped[UUID]
    state: Mapped[str]
    position: Mapped[int]
    planned_minutes: Mapped[int]
    spent_seconds: Mapped[int] = mapped_column(default=0)
    question_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    declined_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    question = encrypted_text("question_sealed", category=Category.PLAN)
    declined = encrypted_text("declined_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class ItemIntro(OfCase, Model):
    """Three sentences of who works with the youth: how it is, what was tried, what is wished."""

    __tablename__ = "item_intro"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("by_id"),
        UniqueConstraint("municipality_id", "item_id", name="item_intro_once"),
    )

    item_id: Mapped[UUID]
    by_id: Mapped[UUID]
    situation_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    tried_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    wish_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    situation = encrypted_text("situation_sealed", category=Category.PLAN)
    tried = encrypted_text("tried_sealed", category=Category.PLAN)
    wish = encrypted_text("wish_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class ItemInvitee(OfCase, Model):
    """That somebody who takes part in the case is needed at an item."""

    __tablename__ = "item_invitee"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("user_id"),
        _organisation(),
        UniqueConstraint("municipality_id", "item_id", "user_id", name="item_invitee_once"),
        Index("item_invitee_user", "municipality_id", "user_id"),
    )

    item_id: Mapped[UUID]
    user_id: Mapped[UUID]
    organisation_id: Mapped[UUID]


class ItemQuestion(OfCase, Model):
    """What one organisation is asked at an item, and whether it knows the youth."""

    __tablename__ = "item_question"
    __table_args__ = (
        of_case(),
        _of_item(),
        _organisation(),
        account("answered_by"),
        UniqueConstraint(
            "municipality_id", "item_id", "organisation_id", name="item_question_once"
        ),
        CheckConstraint(f"known IN ({any_of(Known)})", "known_known"),
        CheckConstraint("(known IS NULL) = (answered_by IS NULL)", "answer_whole"),
    )

    item_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    question_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    known: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    question = encrypted_text("question_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class ItemRefusal(OfCase, Model):
    """That an organisation does not answer, and why; the chair alone reads it, and itself."""

    __tablename__ = "item_refusal"
    __table_args__ = (
        of_case(),
        _of_item(),
        _organisation(),
        account("by_id"),
        UniqueConstraint("municipality_id", "item_id", "organisation_id", name="item_refusal_once"),
        CheckConstraint(f"reason IN ({any_of(Refusal)})", "reason_known"),
    )

    item_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    by_id: Mapped[UUID]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


class ItemContribution(OfCase, Model):
    """What an organisation brings in at an item, for whom, and on what ground."""

    __tablename__ = "item_contribution"
    __table_args__ = (
        of_case(),
        _of_item(),
        _organisation(),
        account("by_id"),
        CheckConstraint(f"category IN ({any_of(SHARED)})", "category_known"),
        CheckConstraint(f"scope IN ({any_of(Scope)})", "scope_known"),
        CheckConstraint("is_needed", "needed_for_this_question"),
        CheckConstraint(
            "CASE scope WHEN 'partners' THEN cardinality(reader_ids) > 0"
            " AND cardinality(chair_ids) = 0"
            " WHEN 'voorzitter' THEN cardinality(reader_ids) = 0 ELSE true END",
            "readers_follow",
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (words_sealed IS NOT NULL)", "withdrawn_is_empty"
        ),
        Index("item_contribution_item", "municipality_id", "item_id"),
    )

    item_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    by_id: Mapped[UUID]
    category: Mapped[str]
    scope: Mapped[str]
    # For whom it was written, of those who were invited and led then: they read it and nobody else.
    reader_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    chair_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    basis: Mapped[str]
    is_needed: Mapped[bool]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    words = encrypted_text("words_sealed", category=lambda row: Category(row.category))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    # Row security gives it to whom its source chose, and to nobody else.
    access_is_shared = True

    @property
    def reach(self) -> Reach:
        """Whom it was written for."""
        return Reach(self.organisation_id, frozenset(self.reader_ids), frozenset(self.chair_ids))

    @property
    def access_source_id(self) -> UUID:
        """The organisation that brings it in."""
        return self.organisation_id


class ItemConflict(OfCase, Model):
    """That somebody has an interest of his own in an item: it is closed to him from then on."""

    __tablename__ = "item_conflict"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("user_id"),
        UniqueConstraint("municipality_id", "item_id", "user_id", name="item_conflict_once"),
    )

    item_id: Mapped[UUID]
    user_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)


class ItemMinutes(OfCase, Model):
    """The weighing and the decision on an item, in the words of the chair."""

    __tablename__ = "item_minutes"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("by_id"),
        UniqueConstraint("municipality_id", "item_id", name="item_minutes_once"),
        CheckConstraint(f"outcome IN ({any_of(Outcome)})", "outcome_known"),
    )

    item_id: Mapped[UUID]
    by_id: Mapped[UUID]
    necessity_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    proportionality_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    subsidiarity_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    outcome: Mapped[str | None]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    review_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    necessity = encrypted_text("necessity_sealed", category=Category.PLAN)
    proportionality = encrypted_text("proportionality_sealed", category=Category.PLAN)
    subsidiarity = encrypted_text("subsidiarity_sealed", category=Category.PLAN)
    words = encrypted_text("words_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class ItemOpinion(OfCase, Model):
    """Whether somebody agrees with what was weighed and decided; a no with why."""

    __tablename__ = "item_opinion"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("user_id"),
        UniqueConstraint("municipality_id", "item_id", "user_id", name="item_opinion_once"),
        CheckConstraint("agrees = (words_sealed IS NULL)", "no_with_reason"),
    )

    item_id: Mapped[UUID]
    user_id: Mapped[UUID]
    agrees: Mapped[bool]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column()

    words = encrypted_text("words_sealed", category=Category.PLAN)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class ItemConfirmation(OfCase, Model):
    """That somebody confirmed the agreements as they stood at this version."""

    __tablename__ = "item_confirmation"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("user_id"),
        UniqueConstraint(
            "municipality_id", "item_id", "user_id", "seen_version", name="item_confirmation_once"
        ),
    )

    item_id: Mapped[UUID]
    user_id: Mapped[UUID]
    seen_version: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)


class ItemRemark(OfCase, Model):
    """A correction that somebody asks for before the record is fixed; it stays beside it."""

    __tablename__ = "item_remark"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("by_id"),
        Index("item_remark_item", "municipality_id", "item_id"),
    )

    item_id: Mapped[UUID]
    by_id: Mapped[UUID]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=now)

    words = encrypted_text("words_sealed", category=Category.PLAN)


class ItemWithdrawal(OfCase, Model):
    """That who proposed an item took it back, and why; the database sets its state by this row."""

    __tablename__ = "item_withdrawal"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("by_id"),
        UniqueConstraint("municipality_id", "item_id", name="item_withdrawal_once"),
    )

    item_id: Mapped[UUID]
    by_id: Mapped[UUID]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=now)

    words = encrypted_text("words_sealed", category=Category.PLAN)


class ItemShare(OfCase, Model):
    """That something was shared for an item; who reads it stays with the decision to share."""

    __tablename__ = "item_share"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("by_id"),
        UniqueConstraint("municipality_id", "item_id", "act_id", name="item_share_once"),
        Index("item_share_act", "municipality_id", "act_id"),
    )

    item_id: Mapped[UUID]
    act_id: Mapped[UUID]
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)


class ItemRecord(OfCase, Model):
    """The record of an item as the chair approved it; no one changes it or what it rests on."""

    __tablename__ = "item_record"
    __table_args__ = (
        of_case(),
        _of_item(),
        account("approved_by"),
        UniqueConstraint("municipality_id", "item_id", name="item_record_once"),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", "digest_whole"),
    )

    item_id: Mapped[UUID]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str]
    approved_by: Mapped[UUID]
    approved_at: Mapped[datetime]

    content = encrypted_text("content_sealed", category=Category.PLAN, pad=1024)
