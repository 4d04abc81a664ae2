"""The table of merges: what was asked and decided of two files, under the keys of both."""

import json
from datetime import datetime
from typing import Any, Self, overload
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Uuid,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model, db
from pmg.merging.rules import State
from pmg.security import access, encryption
from pmg.security.encryption import Place, data_cipher, seal, unseal
from pmg.security.identity import CaseMember
from pmg.security.policy import Category, Role

_STATES = ", ".join(f"'{state}'" for state in State)
_PAD = 256
_DECIDERS = frozenset({Role.CASE_DIRECTOR, Role.PROCESS_DIRECTOR})


class Paired:
    """Words about two youths, sealed with the key of the one and then with that of the other.

    When either key is destroyed it does not open any more.
    """

    def __init__(self, column: str) -> None:
        self._column = column

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: object, owner: type) -> str | None: ...
    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        access.open_field(row, Category.IDENTITY, self._name)
        subjects = access.work().subjects
        for youth_id in (row.kept_youth_id, row.lost_youth_id):
            subjects.setdefault(youth_id, set()).add(self._name)
        blob = getattr(row, self._column)
        if blob is None:
            return None
        inner = unseal(data_cipher(row.lost_youth_id), self._place(row, "outer"), blob)
        return unseal(data_cipher(row.kept_youth_id), self._place(row, "inner"), inner).decode()

    def __set__(self, row: Any, value: str | None) -> None:
        if value is None:
            setattr(row, self._column, None)
            return
        encryption.prefetch([row.kept_youth_id, row.lost_youth_id])
        kept, lost = data_cipher(row.kept_youth_id), data_cipher(row.lost_youth_id)
        inner = seal(kept, self._place(row, "inner"), value.encode(), pad=_PAD)
        setattr(row, self._column, seal(lost, self._place(row, "outer"), inner, pad=1))

    def _place(self, row: Any, layer: str) -> Place:
        column = f"{self._column}.{layer}"
        return Place(row.municipality_id, row.__tablename__, column, row.id)


class YouthMerge(Model):
    """Somebody says that two files are of one youth; `kept` is the file he said it from."""

    __tablename__ = "youth_merge"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "kept_case_id", "kept_youth_id"],
            ["case_file.municipality_id", "case_file.id", "case_file.youth_id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "lost_case_id", "lost_youth_id"],
            ["case_file.municipality_id", "case_file.id", "case_file.youth_id"],
        ),
        CheckConstraint("kept_youth_id <> lost_youth_id", "of_two"),
        CheckConstraint(f"state IN ({_STATES})", "state_known"),
        CheckConstraint("decided_by <> proposed_by", "four_eyes"),
        CheckConstraint("undone_by <> undo_by", "four_eyes_again"),
        CheckConstraint(
            "(state IN ('voorgesteld', 'ingetrokken')) = (decided_by IS NULL)", "decided"
        ),
        Index(
            "youth_merge_kept_asked",
            "municipality_id",
            "kept_youth_id",
            unique=True,
            postgresql_where="state = 'voorgesteld'",
        ),
        Index(
            "youth_merge_lost_asked",
            "municipality_id",
            "lost_youth_id",
            unique=True,
            postgresql_where="state = 'voorgesteld'",
        ),
        Index("youth_merge_kept_case", "municipality_id", "kept_case_id"),
        Index("youth_merge_lost_case", "municipality_id", "lost_case_id"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kept_case_id: Mapped[UUID]
    kept_youth_id: Mapped[UUID]
    lost_case_id: Mapped[UUID]
    lost_youth_id: Mapped[UUID]
    state: Mapped[str]
    # The fields of which the value of the other file was chosen.
    taken: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    # Who both were, for who decides; gone as soon as nothing is to be decided any more.
    shown_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    refusal_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    undo_until: Mapped[datetime | None]
    undo_by: Mapped[UUID | None]
    undo_at: Mapped[datetime | None]
    undo_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]

    merge_reason = Paired("reason_sealed")
    both_files = Paired("shown_sealed")
    merge_refusal = Paired("refusal_sealed")
    undo_reason = Paired("undo_reason_sealed")

    @property
    def access_case_id(self) -> UUID:
        """The file in which the reader decides; the one it began from when he does so in both."""
        seats = _deciding_seats(self)
        return self.kept_case_id if self.kept_case_id in seats or not seats else self.lost_case_id

    @property
    def access_youth_id(self) -> UUID:
        """The youth of that file."""
        if self.access_case_id == self.kept_case_id:
            return self.kept_youth_id
        return self.lost_youth_id

    @property
    def access_source_id(self) -> UUID | None:
        """It is of who decides in either file."""
        return None

    @property
    def shown(self) -> dict[str, dict[str, str]] | None:
        """Who both were, by field; None when nothing is to be decided any more."""
        found = self.both_files
        return json.loads(found) if found else None


class MergeImage(Model):
    """Who a row of one of the files was, and becomes: the database alone reads it."""

    __tablename__ = "youth_merge_image"
    __table_args__ = (
        PrimaryKeyConstraint("municipality_id", "merge_id", "youth_id", "moment"),
        ForeignKeyConstraint(
            ["municipality_id", "merge_id"],
            ["youth_merge.municipality_id", "youth_merge.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["municipality_id", "youth_id"],
            ["youth.municipality_id", "youth.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("moment IN ('voor', 'na')", "moment_known"),
        Index("youth_merge_image_youth", "municipality_id", "youth_id"),
    )

    municipality_id: Mapped[str]
    merge_id: Mapped[UUID]
    youth_id: Mapped[UUID]
    moment: Mapped[str]
    version: Mapped[int]
    person_id: Mapped[UUID | None]
    given_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    family_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    birth_date_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    bsn_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    bsn_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    area_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    gender: Mapped[str]
    case_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    ages: Mapped[list[int]] = mapped_column(ARRAY(Integer))


def _deciding_seats(merge: YouthMerge) -> frozenset[UUID]:
    """Return in which of both files the reader directs now; asked once in a piece of work."""
    at, both = access.work(), {merge.kept_case_id, merge.lost_case_id}
    unknown = both - at.memberships.keys() - at.asked
    if unknown:
        at.asked |= unknown
        rows = db.session.execute(
            select(CaseMember.case_id, CaseMember.youth_id, CaseMember.function).where(
                CaseMember.municipality_id == at.reader.municipality_id,
                CaseMember.user_id == at.reader.user_id,
                CaseMember.case_id.in_(unknown),
                CaseMember.is_current(),
            )
        )
        for row in rows:
            access.remember(access.Membership(row.case_id, row.youth_id, Role(row.function)))
    return frozenset(
        case_id
        for case_id in both
        if (seat := at.memberships.get(case_id)) and seat.function in _DECIDERS & at.reader.roles
    )
