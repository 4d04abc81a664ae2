"""The tables of people, organisations, sessions, roles and memberships of cases."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model, db
from pmg.security import access
from pmg.security.encryption import Sealed
from pmg.security.policy import Role

MINISTRY = "JENV"
_ROLES = ", ".join(f"'{role}'" for role in Role)


class Municipality(Model):
    """A municipality of the programme, or the ministry; the unit in which data is kept apart."""

    __tablename__ = "municipality"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Organisation(Model):
    """A partner in one municipality; `partner_code` names its type in the reference data."""

    __tablename__ = "organisation"
    __table_args__ = (ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),)

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    partner_code: Mapped[str]
    name: Mapped[str]


class User(Model):
    """A person with an account. Name and address are sealed; sign-in goes by a digest."""

    __tablename__ = "user_account"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
        ),
        Index("user_account_login", "login_digest", unique=True),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID]
    # Not readable for the application either: it is the key to what pmg_find_login() hands out.
    login_digest: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    login_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    # Not readable for the application: pmg_find_login() alone hands it out.
    password_hash: Mapped[str] = mapped_column(deferred=True)
    totp_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    name = Sealed("name_sealed", pad=32)
    login = Sealed("login_sealed", pad=32)
    totp_secret = Sealed("totp_sealed", pad=32)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)


class RoleGrant(Model):
    """A role of a person, from a moment to a moment, granted by one and approved by another."""

    __tablename__ = "role_grant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "user_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        CheckConstraint(f"role IN ({_ROLES})", "role_known"),
        CheckConstraint("approved_by IS DISTINCT FROM granted_by", "approved_by_another"),
        CheckConstraint("approved_by IS DISTINCT FROM user_id", "not_approved_by_oneself"),
        Index("role_grant_user", "municipality_id", "user_id"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID]
    role: Mapped[str]
    granted_by: Mapped[UUID]
    approved_by: Mapped[UUID]
    valid_from: Mapped[datetime] = mapped_column(default=now)
    valid_until: Mapped[datetime | None]


class UserSession(Model):
    """A sign-in on one device. Only the digest of its token is kept."""

    __tablename__ = "user_session"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "user_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        Index("user_session_token", "token_digest", unique=True),
        Index("user_session_user", "municipality_id", "user_id"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    device: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    idle_until: Mapped[datetime]
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CaseMember(Model):
    """A person takes part in a case, in a function, for a purpose, from and until a moment."""

    __tablename__ = "case_member"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "case_id", "youth_id"],
            ["case_file.municipality_id", "case_file.id", "case_file.youth_id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "user_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        CheckConstraint(f"function IN ({_ROLES})", "function_known"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", "ends_after_start"),
        Index("case_member_user", "municipality_id", "user_id", "case_id"),
        # pmg_case_is_new() asks for any seat, also an ended one.
        Index("case_member_case", "municipality_id", "case_id"),
        Index(
            "case_member_once",
            "municipality_id",
            "case_id",
            "user_id",
            unique=True,
            postgresql_where="valid_until IS NULL",
        ),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID]
    youth_id: Mapped[UUID]
    user_id: Mapped[UUID]
    function: Mapped[str]
    purpose: Mapped[str]
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


def load(table: type, item_id: UUID) -> access.Resource | None:
    """Return an item of the reader's municipality by its id, or None.

    What belongs to a case brings the reader's own seat on it along: one statement.
    """
    at = access.work()
    where = {"municipality_id": at.reader.municipality_id, "item_id": item_id}
    if not hasattr(table, "case_column"):
        return cast(
            "access.Resource | None", db.session.get(table, (where["municipality_id"], item_id))
        )
    row = db.session.execute(_with_seat(table), where | {"user_id": at.reader.user_id}).first()
    if row is None:
        return None
    item: access.Resource = row[0]
    access.remember_seat(item, Role(row.function) if row.function else None)
    return item


@cache
def _with_seat(table: Any) -> Select[Any, str | None]:
    case_id = getattr(table, table.case_column)
    seat = and_(
        CaseMember.municipality_id == table.municipality_id,
        CaseMember.case_id == case_id,
        CaseMember.user_id == bindparam("user_id"),
        CaseMember.is_current(),
    )
    return (
        select(table, CaseMember.function)
        .outerjoin(CaseMember, seat)
        .where(
            table.municipality_id == bindparam("municipality_id"),
            table.id == bindparam("item_id"),
        )
    )


def _memberships(at: access.Work, item: access.Resource) -> Mapping[UUID, access.Membership]:
    rows = db.session.execute(
        select(CaseMember.case_id, CaseMember.youth_id, CaseMember.function).where(
            CaseMember.municipality_id == at.reader.municipality_id,
            CaseMember.user_id == at.reader.user_id,
            CaseMember.is_current(),
            CaseMember.case_id == item.access_case_id
            if item.access_case_id
            else CaseMember.youth_id == item.access_youth_id,
        )
    )
    found: dict[UUID, access.Membership] = {}
    for case_id, youth_id, function in rows:
        membership = access.Membership(case_id, youth_id, Role(function))
        found[case_id] = found[youth_id] = membership
    return found


def _carried() -> frozenset[UUID]:
    return frozenset(db.session.scalars(text("SELECT pmg_my_deliveries()")))


access.memberships_come_from(_memberships)
access.carried_comes_from(_carried)
