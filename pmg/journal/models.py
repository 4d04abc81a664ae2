"""The tables of contact with a youth: what happened, who may read it, what was said beside it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from pmg.cases.models import OfCase, of_case
from pmg.cases.shares import Thing, reaches_reader
from pmg.clock import now
from pmg.extensions import Model
from pmg.journal.rules import (
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    AppointmentState,
    Kind,
    RemarkKind,
    Span,
)
from pmg.security import access
from pmg.security.encryption import Encrypted, encrypted_text
from pmg.security.policy import Category


def _any_of(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _of_entry() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", "entry_id"], ["journal_entry.municipality_id", "journal_entry.id"]
    )


class JournalEntry(OfCase, Model):
    """One contact moment: of its author alone, or shared. Corrected by a new row."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "corrects_id"],
            ["journal_entry.municipality_id", "journal_entry.id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "appointment_id"], ["appointment.municipality_id", "appointment.id"]
        ),
        CheckConstraint(f"kind IN ({_any_of(Kind)})", "kind_known"),
        CheckConstraint(
            "(removed_at IS NULL) = (removal_reason_sealed IS NULL)", "removed_with_reason"
        ),
        CheckConstraint(
            "(removed_at IS NULL) = (text_sealed IS NOT NULL)"
            " AND (removed_at IS NULL OR clock_sealed IS NULL)",
            "removed_without_text",
        ),
        Index("journal_entry_case", "municipality_id", "case_id"),
        Index(
            "journal_entry_corrected_once",
            "municipality_id",
            "corrects_id",
            unique=True,
            postgresql_where="corrects_id IS NOT NULL",
        ),
        Index(
            "journal_entry_of_appointment",
            "municipality_id",
            "appointment_id",
            unique=True,
            postgresql_where="appointment_id IS NOT NULL",
        ),
    )

    kind: Mapped[str]
    happened_on: Mapped[date]
    # Sealed: with a time of day, the notes of several youths at once would be known by it.
    clock_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_private: Mapped[bool]
    # Written without a network: day and time are those of the writer's own device.
    is_device_time: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    corrects_id: Mapped[UUID | None]
    appointment_id: Mapped[UUID | None]
    removed_at: Mapped[datetime | None]
    removal_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    if TYPE_CHECKING:
        reaches_reader: Mapped[bool]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def category(self) -> Category:
        """A private note is a category of its own: being of one organisation opens it to nobody."""
        return Category.PRIVATE if self.is_private else Category.JOURNAL

    @property
    def access_source_id(self) -> UUID:
        """The organisation of who wrote it."""
        return self.organisation_id

    @property
    def access_author_id(self) -> UUID:
        """Who wrote it."""
        return self.author_id

    @property
    def access_is_shared(self) -> bool:
        """Whether a share that holds now names the organisation of who is at work."""
        return bool(self.reaches_reader)

    text = encrypted_text("text_sealed", category=lambda row: row.category)
    clock: Encrypted[time] = Encrypted(
        "clock_sealed",
        category=lambda row: row.category,
        pad=16,
        encode=time.isoformat,
        decode=time.fromisoformat,
    )
    removal_reason = encrypted_text("removal_reason_sealed", category=lambda row: row.category)


# Read with each row: what is shared with the reader's organisation at this moment.
JournalEntry.__mapper__.add_property(
    "reaches_reader",
    column_property(reaches_reader(JournalEntry.__table__.c.id, Thing.CONTACT)),
)


class JournalRemark(OfCase, Model):
    """Beside a contact moment: the youth's own words, or a reply. Read by who reads that."""

    __tablename__ = "journal_remark"
    __table_args__ = (
        of_case(),
        _of_entry(),
        CheckConstraint(f"kind IN ({_any_of(RemarkKind)})", "kind_known"),
        Index("journal_remark_entry", "municipality_id", "entry_id"),
    )

    entry_id: Mapped[UUID]
    kind: Mapped[str]
    said_on: Mapped[date]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    author_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)

    entry: Mapped[JournalEntry] = relationship(viewonly=True)

    @property
    def access_source_id(self) -> UUID:
        """As of the contact moment that it stands beside."""
        return self.entry.access_source_id

    @property
    def access_author_id(self) -> UUID:
        """As of the contact moment that it stands beside."""
        return self.entry.access_author_id

    @property
    def access_is_shared(self) -> bool:
        """As of the contact moment that it stands beside."""
        return self.entry.access_is_shared

    words = encrypted_text("words_sealed", category=lambda row: row.entry.category)


class Appointment(OfCase, Model):
    """Somebody plans to meet a youth; read by his own organisation and by who comes along."""

    __tablename__ = "appointment"
    __table_args__ = (
        of_case(),
        CheckConstraint(
            f"minutes BETWEEN {SHORTEST_MINUTES} AND {LONGEST_MINUTES}", "minutes_in_bounds"
        ),
        CheckConstraint("owner_id = ANY (people)", "owner_comes"),
        CheckConstraint(f"state IN ({_any_of(AppointmentState)})", "state_known"),
        CheckConstraint(
            "(state = 'gepland') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)",
            "ending_whole",
        ),
        CheckConstraint(
            "state <> 'afgezegd' OR end_reason_sealed IS NOT NULL", "cancelled_with_reason"
        ),
        Index("appointment_case", "municipality_id", "case_id"),
        Index("appointment_day", "municipality_id", "starts_at"),
    )

    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    with_whom_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    owner_id: Mapped[UUID]
    people: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))  # the owner, and who comes along
    organisation_id: Mapped[UUID]
    state: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    end_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy declares it so)

    @property
    def span(self) -> Span:
        """From when until when."""
        return Span(self.starts_at, self.starts_at + timedelta(minutes=self.minutes))

    @property
    def access_source_id(self) -> UUID:
        """The organisation of who planned it."""
        return self.organisation_id

    @property
    def access_is_shared(self) -> bool:
        """Whether who is at work comes along."""
        return access.reader().user_id in self.people

    place = encrypted_text("place_sealed", category=Category.JOURNAL, pad=64)
    with_whom = encrypted_text("with_whom_sealed", category=Category.JOURNAL, pad=64)
    end_reason = encrypted_text("end_reason_sealed", category=Category.JOURNAL)


class AppointmentChange(OfCase, Model):
    """When and where an appointment was before it was moved, and why it was."""

    __tablename__ = "appointment_change"
    __table_args__ = (
        of_case(),
        ForeignKeyConstraint(
            ["municipality_id", "appointment_id"], ["appointment.municipality_id", "appointment.id"]
        ),
        Index("appointment_change_of", "municipality_id", "appointment_id"),
    )

    appointment_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    moved_because_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    changed_by: Mapped[UUID]
    changed_at: Mapped[datetime] = mapped_column(default=now)

    appointment: Mapped[Appointment] = relationship(viewonly=True)

    @property
    def access_source_id(self) -> UUID:
        """As of the appointment."""
        return self.appointment.access_source_id

    @property
    def access_is_shared(self) -> bool:
        """As of the appointment."""
        return self.appointment.access_is_shared

    place = encrypted_text("place_sealed", category=Category.JOURNAL, pad=64)
    moved_because = encrypted_text("moved_because_sealed", category=Category.JOURNAL)
