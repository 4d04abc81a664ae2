"""What the pages show of contact with a youth: only what the reader may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Select,
    Subquery,
    Uuid,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, load_only

from pmg.cases.models import Case
from pmg.clock import AMSTERDAM
from pmg.extensions import db
from pmg.journal.models import Appointment, JournalEntry, JournalRemark
from pmg.journal.rules import AppointmentState, Kind, Moment, RemarkKind, Span
from pmg.security import access
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action, Category


@dataclass(frozen=True, slots=True)
class Remark:
    """What the youth said of a contact moment, or a reply to it."""

    kind: RemarkKind
    on: date
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class Note:
    """One contact moment as the reader may see it; of a removed one `text` is ''."""

    id: UUID
    kind: Kind
    on: date
    clock: time | None
    text: str
    author: str
    organisation: str
    is_mine: bool
    is_private: bool
    is_own: bool
    removed_on: date | None
    removed_because: str
    is_corrected: bool
    is_correction: bool
    created_at: datetime
    is_device_time: bool = False
    remarks: tuple[Remark, ...] = ()

    @property
    def is_disputed(self) -> bool:
        """Whether the youth said that it is not right."""
        return any(remark.kind is RemarkKind.DISPUTED for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One appointment as the reader may see it, at Dutch times."""

    id: UUID
    case_id: UUID
    span: Span
    place: str
    with_whom: str
    state: AppointmentState
    why: str
    owner: str
    is_mine: bool
    youth: str = ""

    @property
    def on(self) -> date:
        """The day on which it begins."""
        return self.span.starts_at.astimezone(AMSTERDAM).date()

    @property
    def clock(self) -> time:
        """The time at which it begins."""
        return self.span.starts_at.astimezone(AMSTERDAM).time()

    @property
    def until(self) -> time:
        """The time at which it ends."""
        return self.span.ends_at.astimezone(AMSTERDAM).time()


@dataclass(frozen=True, slots=True)
class Journal:
    """All contact with one youth that the reader may read, newest first."""

    notes: tuple[Note, ...]
    meetings: tuple[Meeting, ...]


def journal(case: Case) -> Journal:
    """Return what was written and planned on a case; one statement, remarks and names included."""
    access.require(Action.JOURNAL_SHOW, case)
    given = {"municipality_id": case.municipality_id, "case_id": case.id}
    rows = db.session.execute(_rows(), given).all()
    entries = {row[0].id: row for row in rows if row[0] is not None and _may_read_entry(row[0])}
    remarks: dict[UUID, list[Remark]] = {}
    for entry, remark, _appointment, _user, commenter, _name in rows:
        if remark is not None and entry.id in entries:
            said = Remark(RemarkKind(remark.kind), remark.said_on, remark.words, commenter.name)
            remarks.setdefault(entry.id, []).append(said)
    corrected = {row[0].corrects_id for row in entries.values()}
    return Journal(
        notes=tuple(
            _note(entry, user.name, organisation, remarks.get(entry.id, ()), corrected)
            for entry, _remark, _appointment, user, _commenter, organisation in entries.values()
        ),
        meetings=tuple(
            meeting(appointment, user.name)
            for _entry, _remark, appointment, user, _commenter, _name in rows
            if appointment is not None and may_read_appointment(appointment)
        ),
    )


def note(entry: JournalEntry) -> Note:
    """Return one contact moment; raise NotPermitted when it is closed to the reader."""
    access.require(Action.DATA_READ, entry, category=entry.category)
    author = db.session.get_one(User, (entry.municipality_id, entry.author_id))
    organisation = db.session.get_one(Organisation, (entry.municipality_id, entry.organisation_id))
    return _note(entry, author.name, organisation.name, (), set())


def is_written(case: Case, kind: Kind, moment: Moment) -> bool:
    """Tell whether the reader wrote down such contact of this very minute before."""
    access.require(Action.JOURNAL_SHOW, case)
    own = db.session.scalars(
        select(JournalEntry).where(
            JournalEntry.municipality_id == case.municipality_id,
            JournalEntry.case_id == case.id,
            JournalEntry.author_id == access.reader().user_id,
            JournalEntry.happened_on == moment.on,
            JournalEntry.kind == kind.value,
            JournalEntry.clock_sealed.is_not(None),
        )
    )
    return any(entry.clock == moment.clock for entry in own)


def _may_read_entry(entry: JournalEntry) -> bool:
    return access.may(Action.DATA_READ, entry, category=entry.category)


def may_read_appointment(appointment: Appointment) -> bool:
    """Tell whether who is at work may read it."""
    return access.may(Action.DATA_READ, appointment, category=Category.JOURNAL)


def _note(
    entry: JournalEntry,
    author: str,
    organisation: str,
    remarks: Sequence[Remark],
    corrected: set[UUID | None],
) -> Note:
    reader, removed = access.reader(), entry.removed_at
    return Note(
        id=entry.id,
        kind=Kind(entry.kind),
        on=entry.happened_on,
        clock=entry.clock if entry.clock_sealed is not None else None,
        text=entry.text if entry.text_sealed is not None else "",
        author=author,
        organisation=organisation,
        is_mine=entry.author_id == reader.user_id,
        is_private=entry.is_private,
        is_own=entry.organisation_id == reader.organisation_id,
        removed_on=removed.astimezone(AMSTERDAM).date() if removed else None,
        removed_because=entry.removal_reason if removed else "",
        is_corrected=entry.id in corrected,
        is_correction=entry.corrects_id is not None,
        created_at=entry.created_at,
        is_device_time=entry.is_device_time,
        remarks=tuple(remarks),
    )


def meeting(appointment: Appointment, owner: str, youth: str = "") -> Meeting:
    """Return an appointment as the pages take it."""
    return Meeting(
        id=appointment.id,
        case_id=appointment.case_id,
        span=appointment.span,
        place=appointment.place,
        with_whom=appointment.with_whom,
        state=AppointmentState(appointment.state),
        why=appointment.end_reason if appointment.end_reason_sealed is not None else "",
        owner=owner,
        is_mine=access.reader().user_id in appointment.people,
        youth=youth,
    )


def _things(place: BindParameter[str]) -> Subquery:
    of_case: BindParameter[UUID] = bindparam("case_id")
    nothing = literal(None, Uuid())
    return union_all(
        select(JournalEntry.id.label("entry_id"), nothing.label("appointment_id")).where(
            JournalEntry.municipality_id == place, JournalEntry.case_id == of_case
        ),
        select(nothing, Appointment.id).where(
            Appointment.municipality_id == place, Appointment.case_id == of_case
        ),
    ).subquery("things")


@cache
def _rows() -> Select[Any, Any, Any, Any, Any, Any]:
    """Return contact moments with their remarks, and appointments, newest first, in one statement.

    What there is comes first, by id; then each table is joined by its own key.
    """
    commenter = aliased(User)
    place: BindParameter[str] = bindparam("municipality_id")
    things = _things(place)
    return (
        select(JournalEntry, JournalRemark, Appointment, User, commenter, Organisation.name)
        .select_from(things)
        .outerjoin(
            JournalEntry,
            (JournalEntry.municipality_id == place) & (JournalEntry.id == things.c.entry_id),
        )
        .outerjoin(
            JournalRemark,
            (JournalRemark.municipality_id == place)
            & (JournalRemark.entry_id == things.c.entry_id),
        )
        .outerjoin(
            Appointment,
            (Appointment.municipality_id == place) & (Appointment.id == things.c.appointment_id),
        )
        .join(
            User,
            (User.municipality_id == place)
            & (User.id == func.coalesce(JournalEntry.author_id, Appointment.owner_id)),
        )
        .outerjoin(
            commenter,
            (commenter.municipality_id == place) & (commenter.id == JournalRemark.author_id),
        )
        .join(
            Organisation,
            (Organisation.municipality_id == place) & (Organisation.id == User.organisation_id),
        )
        .options(
            load_only(User.name_sealed, User.organisation_id),
            load_only(commenter.name_sealed, commenter.organisation_id),
        )
        .order_by(
            Appointment.starts_at.desc().nulls_last(),
            JournalEntry.happened_on.desc(),
            JournalEntry.created_at.desc(),
            JournalRemark.created_at,
        )
    )
