"""The tables of messages: what someone is told, how he hears it, and the mails that wait."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model
from pmg.notices.rules import Channel
from pmg.security.access import OfMunicipality
from pmg.security.telling import REMINDERS, Kind

_KINDS = ", ".join(f"'{kind}'" for kind in Kind)
_REMINDED = ", ".join(f"'{kind}'" for kind in Kind if kind in REMINDERS)
_CHANNELS = ", ".join(f"'{channel}'" for channel in Channel)


def _of_user() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", "user_id"], ["user_account.municipality_id", "user_account.id"]
    )


class Notice(OfMunicipality, Model):
    """One thing told to one person: a kind and a place. Row security shows it to him alone."""

    __tablename__ = "notice"
    __table_args__ = (
        _of_user(),
        ForeignKeyConstraint(
            ["municipality_id", "case_id"],
            ["case_file.municipality_id", "case_file.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(f"kind IN ({_KINDS})", "kind_known"),
        Index("notice_mine", "municipality_id", "user_id", "at", "id"),
        Index("notice_case", "municipality_id", "case_id"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID]
    kind: Mapped[str]
    case_id: Mapped[UUID | None]
    # What it is about, when that is not the case: a report. No foreign key: it is only a way there.
    item_id: Mapped[UUID | None]
    # None where the product itself tells it: a report that is ready.
    told_by: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]


class NoticeChoice(OfMunicipality, Model):
    """How someone wants to hear of one kind; without a row it is the channel of the rules."""

    __tablename__ = "notice_choice"
    __table_args__ = (
        _of_user(),
        CheckConstraint(f"kind IN ({_KINDS})", "kind_known"),
        CheckConstraint(f"channel IN ({_CHANNELS})", "channel_known"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]


class OutboxMail(Model):
    """One mail to one person that waits until its hour; made by the database beside the message.

    Neither the address nor a text stands in it. The application itself never reads it.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (
        _of_user(),
        Index(
            "outbox_mail_one_waits",
            "municipality_id",
            "user_id",
            unique=True,
            postgresql_where="done_at IS NULL",
        ),
        Index("outbox_mail_due", "due_at", postgresql_where="done_at IS NULL"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    done_at: Mapped[datetime | None]


class Reminder(Model):
    """One person is reminded of one thing in one mail; written and read by the database alone."""

    __tablename__ = "reminder"
    __table_args__ = (
        _of_user(),
        ForeignKeyConstraint(
            ["municipality_id", "mail_id"],
            ["outbox_mail.municipality_id", "outbox_mail.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(f"kind IN ({_REMINDED})", "kind_known"),
        Index("reminder_mail", "municipality_id", "mail_id"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    # The day of which he is reminded; on another day it is another occasion.
    due_on: Mapped[date] = mapped_column(primary_key=True)
    told_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    mail_id: Mapped[UUID]
