"""The tables of agreements between organisations, and of questions whether a youth is known."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from pmg.cases.models import OfCase, of_case
from pmg.clock import now
from pmg.extensions import Model
from pmg.security.access import OfMunicipality
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category
from pmg.sharing.rules import Answer, Scope

_ANSWERS = ", ".join(f"'{answer}'" for answer in Answer)


class Agreement(OfMunicipality, Model):
    """What organisations agreed on sharing: who, for what, on what ground, and from when to when.

    It is about organisations and no youth; an agreement itself is no ground.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "kept_by"], ["user_account.municipality_id", "user_account.id"]
        ),
        CheckConstraint("valid_until >= valid_from", "days_in_order"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    title: Mapped[str]
    purpose: Mapped[str]
    legal_bases: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    partner_codes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    organisation_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    reference: Mapped[str]
    kept_by: Mapped[UUID]
    kept_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def scope(self) -> Scope:
        """For whom it is, and when, as the rules take it."""
        return Scope(
            frozenset(self.partner_codes),
            frozenset(self.organisation_ids),
            self.valid_from,
            self.valid_until,
        )


class KnownQuestion(OfCase, Model):
    """One organisation of a case asks another whether it knows the youth; answering opens nothing.

    It is gone for both when nobody answered in time, or the answer was there to be read.
    """

    __tablename__ = "known_question"
    __table_args__ = (
        of_case(),
        *(
            ForeignKeyConstraint(["municipality_id", column], [f"{to}.municipality_id", f"{to}.id"])
            for column, to in (
                ("asking_id", "organisation"),
                ("asked_by", "user_account"),
                ("organisation_id", "organisation"),
                ("answered_by", "user_account"),
            )
        ),
        CheckConstraint("organisation_id <> asking_id", "of_another"),
        CheckConstraint(f"answer IN ({_ANSWERS})", "answer_known"),
        CheckConstraint(
            "(answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)"
            " AND (answer IS NOT NULL OR NOT get_in_touch)",
            "answer_whole",
        ),
        Index("known_question_case", "municipality_id", "case_id"),
    )

    asking_id: Mapped[UUID]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(default=func.now())
    organisation_id: Mapped[UUID]
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    gone_at: Mapped[datetime]
    answer: Mapped[str | None]
    get_in_touch: Mapped[bool] = mapped_column(default=False)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]

    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012  (SQLAlchemy declares it so)

    asked_words = encrypted_text("words_sealed", category=Category.PLAN)

    @property
    def access_source_id(self) -> UUID:
        """The organisation that is asked: it alone answers."""
        return self.organisation_id
