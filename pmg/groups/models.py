"""The tables of a group approach. None has a column for a person it is about: there is none.

Everything stands under a key of the group itself, so that it can be made unreadable as a whole.
"""

from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    and_,
    func,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.groups.rules import Outcome, Removal, Result, Source, Stage
from pmg.reference.statements import Nature
from pmg.security.access import OfMunicipality
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category, Role

FUNCTIONS = (Role.PROCESS_DIRECTOR, Role.CASE_DIRECTOR, Role.YOUTH_WORKER, Role.PARTNER)


def _one_of(column: str, vocabulary: object, name: str) -> CheckConstraint:
    codes = ", ".join(f"'{code}'" for code in vocabulary)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({codes})", name)


def _person(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", column], ["user_account.municipality_id", "user_account.id"]
    )


def _organisation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", "organisation_id"],
        ["organisation.municipality_id", "organisation.id"],
    )


def _of_group() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", "group_id"],
        ["group_approach.municipality_id", "group_approach.id"],
        ondelete="CASCADE",
    )


class OfGroup(OfMunicipality):
    """What every row under a group approach has in common: its group, which is its key too."""

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    group_id: Mapped[UUID]

    @property
    def access_group_id(self) -> UUID:
        """The group approach it was written in."""
        return self.group_id

    @property
    def access_key_id(self) -> UUID:
        """Under whose key it stands."""
        return self.group_id


class GroupApproach(OfMunicipality, Model):
    """One approach to the behaviour of one group at some places."""

    __tablename__ = "group_approach"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        _person("opened_by"),
        _person("closed_by"),
        _one_of("result", Result, "result_known"),
        CheckConstraint("closed_on >= opened_on", "closed_after_opened"),
        CheckConstraint(
            "(closed_on IS NULL) = (result IS NULL) AND (closed_on IS NULL) = (closed_by IS NULL)"
            " AND (closed_on IS NULL) = (ending_sealed IS NULL)",
            "closing_whole",
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    place_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    area_code: Mapped[str | None]
    review_on: Mapped[date]
    opened_on: Mapped[date]
    opened_by: Mapped[UUID]
    closed_on: Mapped[date | None]
    closed_by: Mapped[UUID | None]
    result: Mapped[str | None]
    ending_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column()

    name = encrypted_text("name_sealed", category=Category.GROUP, pad=64)
    place = encrypted_text("place_sealed", category=Category.GROUP, pad=64)
    ending = encrypted_text("ending_sealed", category=Category.GROUP)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def access_group_id(self) -> UUID:
        """The group approach itself."""
        return self.id

    @property
    def access_key_id(self) -> UUID:
        """Under whose key it stands: its own."""
        return self.id


class GroupSeat(OfGroup, Model):
    """A colleague takes part in a group approach, in a function, from and until a moment."""

    __tablename__ = "group_seat"
    __table_args__ = (
        _of_group(),
        _person("user_id"),
        _person("granted_by"),
        _one_of("function", FUNCTIONS, "function_known"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", "ends_after_start"),
        Index("group_seat_user", "municipality_id", "user_id", "group_id"),
        Index(
            "group_seat_once",
            "municipality_id",
            "group_id",
            "user_id",
            unique=True,
            postgresql_where="valid_until IS NULL",
        ),
    )

    user_id: Mapped[UUID]
    function: Mapped[str]
    # The clock of the database: row security compares with it in the same transaction.
    valid_from: Mapped[datetime] = mapped_column(default=func.now())
    valid_until: Mapped[datetime | None]
    granted_by: Mapped[UUID]

    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012  (not readable before it counts)

    @classmethod
    def is_current(cls) -> ColumnElement[bool]:
        """Tell, in the words of the database, whether the seat counts now."""
        moment = func.now()
        return and_(
            cls.valid_from <= moment, or_(cls.valid_until.is_(None), cls.valid_until > moment)
        )


class GroupStep(OfGroup, Model):
    """What came of one of the seven steps."""

    __tablename__ = "group_step"
    __table_args__ = (
        _of_group(),
        _person("by_id"),
        UniqueConstraint("municipality_id", "group_id", "stage", name="group_step_once"),
        _one_of("stage", Stage, "stage_known"),
    )

    stage: Mapped[str]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    done_on: Mapped[date | None]
    by_id: Mapped[UUID]
    version: Mapped[int] = mapped_column()

    words = encrypted_text("words_sealed", category=Category.GROUP)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class GroupObservation(OfGroup, Model):
    """What a partner saw of a group. Never edited; what should not be there is taken away."""

    __tablename__ = "group_observation"
    __table_args__ = (
        _of_group(),
        _person("by_id"),
        _person("removed_by"),
        _organisation(),
        _one_of("source", Source, "source_known"),
        _one_of("nature", Nature, "nature_known"),
        _one_of("removed_because", Removal, "removal_known"),
        CheckConstraint(
            "(removed_because IS NULL) = (words_sealed IS NOT NULL)"
            " AND (removed_because IS NULL) = (place_sealed IS NOT NULL)"
            " AND (removed_because IS NULL) = (removed_by IS NULL)",
            "removal_whole",
        ),
        Index("group_observation_seen", "municipality_id", "group_id", "on_day"),
    )

    on_day: Mapped[date]
    clock: Mapped[time | None]
    place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    source: Mapped[str]
    nature: Mapped[str]
    organisation_id: Mapped[UUID]
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    removed_because: Mapped[str | None]
    removed_by: Mapped[UUID | None]

    place = encrypted_text("place_sealed", category=Category.GROUP, pad=64)
    words = encrypted_text("words_sealed", category=Category.GROUP)


class GroupPicture(OfGroup, Model):
    """How one organisation sees the group; the others read it only when it is shared."""

    __tablename__ = "group_picture"
    __table_args__ = (
        _of_group(),
        _person("by_id"),
        _organisation(),
        UniqueConstraint(
            "municipality_id", "group_id", "organisation_id", name="group_picture_one"
        ),
    )

    organisation_id: Mapped[UUID]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    is_shared: Mapped[bool]
    by_id: Mapped[UUID]
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    words = encrypted_text("words_sealed", category=Category.PICTURE)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def access_source_id(self) -> UUID:
        """The organisation whose picture it is."""
        return self.organisation_id

    @property
    def access_is_shared(self) -> bool:
        """Whether that organisation shares it with who takes part."""
        return self.is_shared


class GroupAgreement(OfGroup, Model):
    """What a participant will do for the group approach: no task of a case, and of no youth."""

    __tablename__ = "group_agreement"
    __table_args__ = (
        _of_group(),
        _person("owner_id"),
        _person("made_by"),
        _person("answered_by"),
        _one_of("outcome", Outcome, "outcome_known"),
        CheckConstraint(
            "(outcome IS NULL) = (answered_on IS NULL)"
            " AND (outcome IS NULL) = (answered_by IS NULL)",
            "answer_whole",
        ),
        Index("group_agreement_group", "municipality_id", "group_id"),
        Index("group_agreement_owner", "municipality_id", "owner_id", "due_on"),
    )

    what_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    owner_id: Mapped[UUID]
    due_on: Mapped[date]
    made_by: Mapped[UUID]
    outcome: Mapped[str | None]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_on: Mapped[date | None]
    answered_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    what = encrypted_text("what_sealed", category=Category.GROUP)
    words = encrypted_text("words_sealed", category=Category.GROUP)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class GroupTransfer(OfGroup, Model):
    """That somebody began a referral from here: who and on which day, and never of whom."""

    __tablename__ = "group_transfer"
    __table_args__ = (
        _of_group(),
        _person("by_id"),
        Index("group_transfer_group", "municipality_id", "group_id"),
    )

    by_id: Mapped[UUID]
    on_day: Mapped[date]
