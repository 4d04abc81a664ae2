"""The tables of a youth and of his case: what was recorded, never what was concluded."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmg.cases.rules import Facts
from pmg.clock import now
from pmg.extensions import Model
from pmg.security.encryption import encrypted_date, encrypted_text
from pmg.security.policy import Category


class Named:
    """What names a youth, on a row of `youth` however it was read."""

    __slots__ = ()

    given_name = encrypted_text("given_name_sealed", category=Category.IDENTITY, pad=32)
    # With its tussenvoegsel: 'van den Berg'.
    family_name = encrypted_text("family_name_sealed", category=Category.IDENTITY, pad=32)
    birth_date = encrypted_date("birth_date_sealed", category=Category.IDENTITY)


class Youth(Named, Model):
    """A child or young person. All that names him is encrypted under his own key."""

    __tablename__ = "youth"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "person_id"], ["youth.municipality_id", "youth.id"]
        ),
        CheckConstraint("gender IN ('m', 'v', 'x', 'onbekend')", "gender_known"),
        CheckConstraint("person_id <> id", "person_is_another"),
        Index(
            "youth_bsn",
            "municipality_id",
            "bsn_digest",
            unique=True,
            postgresql_where="person_id IS NULL",
        ),
        Index(
            "youth_person",
            "municipality_id",
            "person_id",
            postgresql_where="person_id IS NOT NULL",
        ),
        Index("youth_changed", "municipality_id", "changed_at"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    given_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    family_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    birth_date_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    bsn_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    bsn_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    area_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    gender: Mapped[str]
    # The row of `youth` that is the same person, when two files turned out to be of one. The
    # database writes it alone; all rows of one person say the same of who he is.
    person_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    bsn = encrypted_text("bsn_sealed", category=Category.BSN, pad=16)
    # The neighbourhood in words; statistics use the focus area of the case.
    area = encrypted_text("area_sealed", category=Category.IDENTITY, pad=32)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def access_case_id(self) -> UUID | None:
        """A youth belongs to no single case."""
        return None

    @property
    def access_youth_id(self) -> UUID:
        """The youth himself."""
        return self.id

    @property
    def access_source_id(self) -> UUID | None:
        """Identity is nobody's own."""
        return None


def facts_of(row: Any) -> Facts:
    """Return what the status of a case rests on, from a row of `case_file` however it was read."""
    return Facts(
        referred_on=row.referred_on,
        triaged_on=row.triaged_on,
        triage_outcome=row.triage_outcome,
        first_intervention_on=row.started_on,
        closed_on=row.closed_on,
        aftercare_until=row.aftercare_until,
    )


class Case(Model):
    """One way of one youth through the programme; its status is computed from its dates."""

    __tablename__ = "case_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "youth_id"], ["youth.municipality_id", "youth.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "director_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        UniqueConstraint("municipality_id", "id", "youth_id", name="case_file_of_youth"),
        UniqueConstraint("municipality_id", "number", name="case_file_number"),
        CheckConstraint(
            "triage_outcome IN ('opnemen', 'doorverwijzen', 'afwijzen')", "triage_outcome_known"
        ),
        CheckConstraint("(triaged_on IS NULL) = (triage_outcome IS NULL)", "triage_whole"),
        CheckConstraint("(closed_on IS NULL) = (close_result IS NULL)", "closure_whole"),
        CheckConstraint("triaged_on >= referred_on", "triaged_after_referral"),
        CheckConstraint("closed_on >= referred_on", "closed_after_referral"),
        # Reports rest on it: everybody knows it, so it has to be so.
        CheckConstraint(
            "started_on IS NULL OR (triage_outcome IS NOT DISTINCT FROM 'opnemen' AND "
            "started_on >= triaged_on)",
            "started_after_triage",
        ),
        CheckConstraint("age_at_referral BETWEEN 0 AND 40", "age_plausible"),
        Index("case_file_youth", "municipality_id", "youth_id"),
        Index("case_file_referred", "municipality_id", "referred_on"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    youth_id: Mapped[UUID]
    number: Mapped[str]
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    focus_area_code: Mapped[str | None]
    age_at_referral: Mapped[int]
    referred_on: Mapped[date]
    triaged_on: Mapped[date | None]
    triage_outcome: Mapped[str | None]
    started_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    close_result: Mapped[str | None]
    aftercare_until: Mapped[date | None]
    director_id: Mapped[UUID | None]
    # Whether it was ever said to be of the same youth as another; the database notes it.
    in_merge: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    youth: Mapped[Youth] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    case_column = "id"  # where a row names its case

    @property
    def access_case_id(self) -> UUID:
        """The case itself."""
        return self.id

    @property
    def access_youth_id(self) -> UUID:
        """The youth whose case it is."""
        return self.youth_id

    @property
    def access_source_id(self) -> UUID | None:
        """A case is of all its members."""
        return None

    @property
    def facts(self) -> Facts:
        """What was recorded, as the rules take it."""
        return facts_of(self)


class OfCase:
    """What every row under a case has in common: to whom it belongs."""

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID]
    youth_id: Mapped[UUID]

    case_column = "case_id"

    @property
    def access_case_id(self) -> UUID:
        """The case it was recorded in."""
        return self.case_id

    @property
    def access_youth_id(self) -> UUID:
        """The youth it is about."""
        return self.youth_id

    @property
    def access_source_id(self) -> UUID | None:
        """The organisation that supplied it; None when it is of all members."""
        return None


def of_case() -> ForeignKeyConstraint:
    """Return the foreign key to the case and its youth, within the municipality."""
    return ForeignKeyConstraint(
        ["municipality_id", "case_id", "youth_id"],
        ["case_file.municipality_id", "case_file.id", "case_file.youth_id"],
    )


class Referral(OfCase, Model):
    """The referral with which a case began: who, why, and whether the youth was told."""

    __tablename__ = "referral"
    __table_args__ = (
        of_case(),
        UniqueConstraint("municipality_id", "case_id", name="referral_one_a_case"),
        CheckConstraint("told OR not_told_reason_sealed IS NOT NULL", "not_told_has_reason"),
        CheckConstraint("told = (told_on IS NOT NULL)", "told_has_day"),
        CheckConstraint("reason_nature IN ('feit', 'mening', 'vermoeden')", "nature_known"),
    )

    referrer_kind: Mapped[str]
    referrer_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reason_nature: Mapped[str]
    told: Mapped[bool]
    told_on: Mapped[date | None]
    not_told_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Somebody much like him was known: why this is not the same youth.
    other_because_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    tell_again_on: Mapped[date | None]
    referred_on: Mapped[date]
    submitted_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)

    referrer_name = encrypted_text("referrer_name_sealed", category=Category.PLAN, pad=32)
    reason = encrypted_text("reason_sealed", category=Category.PLAN)
    not_told_reason = encrypted_text("not_told_reason_sealed", category=Category.PLAN)
    other_because = encrypted_text("other_because_sealed", category=Category.PLAN)


class TriageDecision(OfCase, Model):
    """What triage decided on a referral, and why."""

    __tablename__ = "triage_decision"
    __table_args__ = (
        of_case(),
        UniqueConstraint("municipality_id", "case_id", name="triage_one_a_case"),
        CheckConstraint("outcome IN ('opnemen', 'doorverwijzen', 'afwijzen')", "outcome_known"),
        CheckConstraint(
            "(outcome = 'opnemen') = (director_id IS NOT NULL)", "accepted_has_director"
        ),
    )

    outcome: Mapped[str]
    motivation_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    decided_on: Mapped[date]
    decided_by: Mapped[UUID]
    director_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    motivation = encrypted_text("motivation_sealed", category=Category.PLAN)


class Closure(OfCase, Model):
    """How a case ended, and what comes after."""

    __tablename__ = "closure"
    __table_args__ = (
        of_case(),
        UniqueConstraint("municipality_id", "case_id", name="closure_one_a_case"),
        CheckConstraint(
            "aftercare_until IS NULL OR aftercare_until >= closed_on", "aftercare_later"
        ),
        ForeignKeyConstraint(
            ["municipality_id", "aftercare_by"], ["organisation.municipality_id", "organisation.id"]
        ),
        CheckConstraint("aftercare_by IS NULL OR aftercare_until IS NOT NULL", "aftercare_has_end"),
    )

    result: Mapped[str]
    daytime_activity: Mapped[str]
    motivation_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    closed_on: Mapped[date]
    closed_by: Mapped[UUID]
    aftercare_until: Mapped[date | None]
    # The organisation that gives it; None of what closed before this was asked.
    aftercare_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    motivation = encrypted_text("motivation_sealed", category=Category.PLAN)


class CaseCounter(Model):
    """The last case number given out in a municipality in a year."""

    __tablename__ = "case_counter"

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
