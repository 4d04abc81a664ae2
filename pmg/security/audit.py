"""The log: one event for each piece of work, with a row for each youth it was about (NEN 7513).

It is written in the transaction of the work itself, so that there is no act without its line
and no line without its act. No foreign keys: the log never blocks and never loses by deletion.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Insert,
    LargeBinary,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from pmg.clock import now
from pmg.extensions import Model, db
from pmg.security import access, policy
from pmg.security.encryption import Place, data_cipher, seal
from pmg.security.policy import Action

_CHANGES_PAD = 256
_BETWEEN = ","


class AuditEvent(Model):
    """Who did or saw what, when, on what ground."""

    __tablename__ = "audit_event"
    __table_args__ = (
        CheckConstraint("outcome IN ('allowed', 'denied', 'error')", "outcome_known"),
        Index("audit_event_case", "municipality_id", "case_id", "at"),
        Index("audit_event_at", "municipality_id", "at"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    roles: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    action: Mapped[str]
    outcome: Mapped[str]
    code: Mapped[str]
    policy_version: Mapped[str]
    case_id: Mapped[UUID | None]
    address: Mapped[str]
    request_id: Mapped[str]
    written: Mapped[list[dict[str, str]]] = mapped_column(JSONB)


class AuditSubject(Model):
    """A youth whose data was in the event: which fields opened, and old and new values sealed."""

    __tablename__ = "audit_subject"
    __table_args__ = (Index("audit_subject_youth", "municipality_id", "youth_id", "at"),)

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    youth_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    fields: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    changes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


def wrote(action: Action, item: access.Resource, item_id: UUID, **changes: tuple[str, str]) -> None:
    """Note that a verb wrote this row; `changes` maps a field to its old and new text."""
    at = access.work()
    at.written.append((action, getattr(item, "__tablename__", type(item).__name__), item_id))
    if item.access_youth_id is None:
        return
    at.subjects.setdefault(item.access_youth_id, set())
    if changes:
        at.changes.setdefault(str(item.access_youth_id), {}).update(
            {name: json.dumps(pair) for name, pair in changes.items()}
        )


def record(at: access.Work, *, outcome: str) -> UUID:
    """Write the event of this work in the present transaction; return its id."""
    event_id, moment = uuid4(), now()
    municipality_id = at.reader.municipality_id
    event = {
        "municipality_id": municipality_id,
        "id": event_id,
        "at": moment,
        "user_id": at.reader.user_id,
        "organisation_id": at.reader.organisation_id,
        "session_id": at.reader.session_id,
        "roles": sorted(at.reader.roles),
        "action": at.action or "-",
        "outcome": outcome,
        "code": at.code,
        "policy_version": policy.version(),
        "case_id": at.case_id,
        "address": at.address,
        "request_id": at.request_id,
        "written": [
            {"action": action, "table": table, "id": str(row)} for action, table, row in at.written
        ],
    }
    written = insert(AuditEvent).values(event)
    subjects = [_subject(at, youth, event_id, moment) for youth in at.subjects]
    db.session.execute(_of_subjects(subjects, written) if subjects else written)
    return event_id


def _of_subjects(subjects: list[dict[str, object]], event: Insert) -> Insert:
    """Return one statement for the event and all its subjects: a page pays one round trip."""
    columns = AuditSubject.__table__.columns

    def each(name: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
        return func.unnest(literal([subject[name] for subject in subjects], ARRAY(kind)))

    arrays = {
        name: each(name, columns[name].type)
        for name in ("municipality_id", "event_id", "youth_id", "at", "changes_sealed")
    }
    # An array of arrays would fall apart into its elements.
    arrays["fields"] = func.string_to_array(each("fields", TEXT()), _BETWEEN)
    rows = select(*arrays.values()).add_cte(event.cte("event"))
    return insert(AuditSubject).from_select(list(arrays), rows)


def _subject(
    at: access.Work, youth_id: UUID, event_id: UUID, moment: datetime
) -> dict[str, object]:
    changes = at.changes.get(str(youth_id))
    place = Place(at.reader.municipality_id, "audit_subject", "changes_sealed", event_id)
    return {
        "municipality_id": at.reader.municipality_id,
        "event_id": event_id,
        "youth_id": youth_id,
        "at": moment,
        "fields": _BETWEEN.join(sorted(at.subjects[youth_id])),
        "changes_sealed": seal(
            data_cipher(youth_id), place, json.dumps(changes).encode(), pad=_CHANGES_PAD
        )
        if changes
        else None,
    }
