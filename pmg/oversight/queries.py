"""What the log says: of one case for its director, of everything for the privacy officer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_

from pmg.cases import persons
from pmg.cases.models import Case
from pmg.clock import AMSTERDAM
from pmg.errors import NotPermitted
from pmg.extensions import db
from pmg.security import access, audit
from pmg.security.audit import AuditEvent, AuditSubject
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action

PAGE = 100
# Rows of which not everyone who reads the log of a case may hear that they are there.
_DISCREET = frozenset(
    {"factor_observation", "document", "known_question"}
    | {"journal_entry", "journal_remark", "appointment"}
)
_OF_BOTH = frozenset({Action.MERGE_DECIDE, Action.MERGE_PROPOSE})
_MOMENT = "%Y%m%d%H%M%S%f"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The event after which an older page begins."""

    at: datetime
    event_id: UUID

    def __str__(self) -> str:
        """Return it as it stands in an address."""
        return f"{self.at.astimezone(UTC):{_MOMENT}}-{self.event_id.hex}"

    @classmethod
    def read(cls, written: str) -> "Cursor | None":
        """Return the place that an address names, or None when it names none."""
        moment, _, event_id = written.partition("-")
        try:
            return cls(datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC), UUID(event_id))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log; `name` and `organisation` are those of a colleague, never a youth."""

    id: UUID
    at: datetime
    name: str
    organisation: str
    action: str
    outcome: str
    written: tuple[str, ...]
    case_id: UUID | None
    organisation_id: UUID | None = None
    observed: frozenset[UUID] = frozenset()  # what was written that not everyone may read
    fields: tuple[str, ...] = ()
    is_elsewhere: bool = False  # in another case of the same youth

    @property
    def cursor(self) -> Cursor:
        """The place just after this event."""
        return Cursor(self.at, self.id)


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, newest first, and where older ones begin."""

    events: list[Event]
    older: Cursor | None


@dataclass(frozen=True, slots=True)
class Search:
    """What the privacy officer looks for; both days count."""

    person_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    case_id: UUID | None = None
    outcome: str = ""
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A youth that an event was about, by id only, and which fields opened."""

    youth_id: UUID
    fields: tuple[str, ...]
    has_changes: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything technical about one event."""

    event: Event
    row: AuditEvent
    subjects: list[Subject]


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account, to choose from."""

    id: UUID
    name: str


def seen(case: Case, *, cursor: Cursor | None = None) -> Page:
    """Return who did or saw what in this case and in others of the same youth, newest first.

    What was done to two files at once stands in the log of each; here it is told once.
    """
    access.require(Action.LOG_SHOW, case)
    elsewhere = {other for same in persons.same_as([case.youth_id]) for other in same.cases}
    statement = (
        _events(cursor)
        .add_columns(AuditSubject.fields)
        .outerjoin(
            AuditSubject,
            and_(
                AuditSubject.municipality_id == AuditEvent.municipality_id,
                AuditSubject.event_id == AuditEvent.id,
                AuditSubject.youth_id == case.youth_id,
            ),
        )
        .where(
            AuditEvent.case_id.in_({case.id} | elsewhere),
            or_(AuditEvent.case_id == case.id, AuditEvent.action.not_in(_OF_BOTH)),
        )
    )
    page = _page(db.session.execute(statement).all())
    return replace(
        page,
        events=[replace(one, is_elsewhere=one.case_id != case.id) for one in page.events],
    )


def search(wanted: Search) -> Page:
    """Return the events that fit, newest first; looking is an event itself."""
    desk = access.workplace()
    access.require(Action.LOG_SEARCH, desk)
    audit.wrote(Action.LOG_SEARCH, desk, access.reader().user_id)
    return _page(db.session.execute(_events(wanted.cursor).where(*_conditions(wanted))).all())


def detail(event_id: UUID) -> Detail:
    """Return one event with all that is technical; looking is an event itself."""
    desk = access.workplace()
    access.require(Action.LOG_SEARCH, desk)
    row = db.session.execute(_events(None).where(AuditEvent.id == event_id)).one_or_none()
    if row is None:
        raise NotPermitted("not_found")
    audit.wrote(Action.LOG_SEARCH, desk, event_id)
    subjects = db.session.scalars(
        select(AuditSubject).where(
            AuditSubject.municipality_id == desk.municipality_id,
            AuditSubject.event_id == event_id,
        )
    )
    return Detail(
        event=_event(row),
        row=row.AuditEvent,
        subjects=[
            Subject(one.youth_id, tuple(one.fields), one.changes_sealed is not None)
            for one in subjects
        ],
    )


def people() -> list[Person]:
    """Return everyone with an account in the municipality, by name."""
    desk = access.workplace()
    access.require(Action.LOG_SEARCH, desk)
    users = db.session.scalars(select(User).where(User.municipality_id == desk.municipality_id))
    return sorted((Person(user.id, user.name) for user in users), key=lambda one: one.name)


def _events(cursor: Cursor | None) -> Select[AuditEvent, User, str]:
    statement = (
        select(AuditEvent, User, Organisation.name.label("organisation"))
        .outerjoin(
            User,
            and_(User.municipality_id == AuditEvent.municipality_id, User.id == AuditEvent.user_id),
        )
        .outerjoin(
            Organisation,
            and_(
                Organisation.municipality_id == AuditEvent.municipality_id,
                Organisation.id == AuditEvent.organisation_id,
            ),
        )
        .where(AuditEvent.municipality_id == access.reader().municipality_id)
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(PAGE + 1)
    )
    if cursor is None:
        return statement
    return statement.where(
        tuple_(AuditEvent.at, AuditEvent.id) < tuple_(cursor.at, cursor.event_id)
    )


def _conditions(wanted: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.person_id:
        found.append(AuditEvent.user_id == wanted.person_id)
    if wanted.since:
        found.append(AuditEvent.at >= _midnight(wanted.since))
    if wanted.until and wanted.until < date.max:  # after the last day there is comes nothing
        found.append(AuditEvent.at < _midnight(wanted.until + timedelta(days=1)))
    if wanted.outcome:
        found.append(AuditEvent.outcome == wanted.outcome)
    if wanted.case_id:
        # Whoever tried knew only an address; the log found its case, unless that was gone by then.
        address = AuditEvent.address.startswith(f"/zaken/{wanted.case_id}")
        found.append(or_(AuditEvent.case_id == wanted.case_id, address))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)


def _page(rows: Sequence[Any]) -> Page:
    events = [_event(row) for row in rows[:PAGE]]
    return Page(events, events[-1].cursor if len(rows) > PAGE else None)


def _event(row: Any) -> Event:
    event: AuditEvent = row.AuditEvent
    return Event(
        id=event.id,
        at=event.at,
        name=row.User.name if row.User else "",
        organisation=row.organisation or "",
        action=event.action,
        outcome=event.outcome,
        written=tuple(one["action"] for one in event.written),
        case_id=event.case_id,
        organisation_id=event.organisation_id,
        observed=frozenset(UUID(one["id"]) for one in event.written if one["table"] in _DISCREET),
        fields=tuple(getattr(row, "fields", None) or ()),
    )
