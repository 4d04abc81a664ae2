"""The log: one event for each piece of work, with a row for each youth it was about (NEN 7513).

It is written in the transaction of the work itself, so that there is no act without its line
and no line without its act. No foreign keys: the log never blocks and never loses by deletion.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from pmg.clock import now
from pmg.extensions import Model, db
from pmg.security import access, policy
from pmg.security.encryption import Place, data_cipher, seal
from pmg.security.policy import Action

_CHANGES_PAD = 256
_BETWEEN = ","

_WRITE = text(
    """
WITH event AS (
    INSERT INTO audit_event (municipality_id, id, at, user_id, organisation_id, session_id, roles,
        action, outcome, code, policy_version, case_id, address, request_id, written)
    VALUES (:municipality_id, :id, :at, :user_id, :organisation_id, :session_id, :roles,
        :action, :outcome, :code, :policy_version, :case_id, :address, :request_id,
        CAST(:written AS jsonb))
)
INSERT INTO audit_subject (municipality_id, event_id, youth_id, at, fields, changes_sealed)
SELECT :municipality_id, :id, youth_id, :at, string_to_array(fields, :between), changes
FROM unnest(CAST(:youths AS uuid[]), CAST(:fields AS text[]), CAST(:changes AS bytea[]))
    AS subject (youth_id, fields, changes)
"""
)


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
    __table_args__ = (
        Index("audit_subject_youth", "municipality_id", "youth_id", "at"),
        # pmg_told_in_a_day() counts by it.
        Index(
            "audit_subject_told",
            "municipality_id",
            "at",
            postgresql_where="'look_up' = ANY (fields)",
        ),
    )

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
        at.changes.setdefault(item.access_youth_id, {}).update(
            {name: json.dumps(pair) for name, pair in changes.items()}
        )


def record_undone(at: access.Work) -> None:
    """Write what stays of work that was rolled back: what was seen in it, and a refused verb."""
    if at.refusal:
        at.code = at.refusal
    if at.subjects or at.refusal:
        record(at, outcome="denied" if at.refusal else "allowed")


def record(at: access.Work, *, outcome: str) -> UUID:
    """Write the event of this work in the present transaction; return its id.

    One statement for the event and all its subjects: a page pays one round trip.
    """
    event_id = uuid4()
    youths = list(at.subjects)
    db.session.execute(
        _WRITE,
        {
            "municipality_id": at.reader.municipality_id,
            "id": event_id,
            "at": now(),
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
            "written": json.dumps(
                [
                    {"action": action, "table": table, "id": str(row)}
                    for action, table, row in at.written
                ]
            ),
            "between": _BETWEEN,
            "youths": youths,
            # An array of arrays would fall apart into its elements.
            "fields": [_BETWEEN.join(sorted(at.subjects[youth])) for youth in youths],
            "changes": [_changes_of(at, youth, event_id) for youth in youths],
        },
    )
    return event_id


def _changes_of(at: access.Work, youth_id: UUID, event_id: UUID) -> bytes | None:
    changes = at.changes.get(youth_id)
    if not changes:
        return None
    place = Place(at.reader.municipality_id, "audit_subject", "changes_sealed", event_id)
    return seal(data_cipher(youth_id), place, json.dumps(changes).encode(), pad=_CHANGES_PAD)


@contextmanager
def apart(item: access.Resource) -> Iterator[None]:
    """Do what follows as work of its own: with an event of its own, under this item's case.

    What is written once for several youths stands in the log of each by itself: the event of the
    one tells nothing of the other, neither an id nor the number of the request.
    """
    at = access.work()
    alone = access.Work(
        reader=at.reader,
        request_id=uuid4().hex,
        address=f"/zaken/{item.access_case_id}",
        action=at.action,
        memberships=at.memberships,
        asked=at.asked,
        carried=at.carried,
        ciphers=at.ciphers,
        decisions=at.decisions,
    )
    with access.at_work(alone):
        yield
        db.session.flush()
        record(alone, outcome="allowed")
