"""What the reader has planned, by day and by week, and what is in the way of something else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, load_only

from pmg.cases.models import Case, Youth
from pmg.cases.rules import short_name
from pmg.clock import AMSTERDAM, now
from pmg.extensions import db
from pmg.journal import rules
from pmg.journal.models import Appointment, AppointmentChange
from pmg.journal.queries import Meeting, may_read_appointment, meeting
from pmg.journal.rules import LONGEST_MINUTES, AppointmentState, Span, Taken
from pmg.security import access, encryption
from pmg.security.access import Membership
from pmg.security.identity import CaseMember, User
from pmg.security.policy import Action, Category, Role
from pmg.texts import to_translate, translated

_LONGEST = timedelta(minutes=LONGEST_MINUTES)
_BUSY = to_translate("bezet")
_YOURS = to_translate("U")
# Older ones that nobody wrote down are not looked for any more.
_LOOKING_BACK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the reader, with what is planned on it in order of time."""

    on: date
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What an appointment was before it was moved, and why it was."""

    on: date
    clock: time
    place: str
    because: str
    by: str
    moved_on: date


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything about one appointment."""

    meeting: Meeting
    people: tuple[str, ...]
    changes: tuple[Change, ...]
    has_begun: bool
    version: int


def days(wanted: Sequence[date]) -> list[Day]:
    """Return what the reader has planned on these days, which follow each other."""
    access.require(Action.APPOINTMENT_LIST, access.workplace())
    whole = Span(rules.day_span(wanted[0]).starts_at, rules.day_span(wanted[-1]).ends_at)
    found = _mine(Appointment.starts_at >= whole.starts_at, Appointment.starts_at < whole.ends_at)
    return [Day(on, tuple(one for one in found if one.on == on)) for on in wanted]


def unanswered(moment: datetime) -> list[Meeting]:
    """Return what has gone by and of which nobody said whether it took place, oldest first."""
    access.require(Action.APPOINTMENT_LIST, access.workplace())
    return [
        one
        for one in _mine(
            Appointment.starts_at >= moment - _LOOKING_BACK,
            Appointment.starts_at < moment,
            Appointment.state == AppointmentState.PLANNED.value,
        )
        if one.span.ends_at <= moment
    ]


def appointment(row: Appointment) -> Whole:
    """Return one appointment with who comes and what it was before, for who may read it."""
    access.require(Action.DATA_READ, row, category=Category.JOURNAL)
    names = _names([row.owner_id, *row.people])
    return Whole(
        meeting=meeting(row, names[row.owner_id]),
        people=tuple(names[user_id] for user_id in row.people),
        changes=_changes(row),
        has_begun=row.starts_at <= now(),
        version=row.version,
    )


def taken(span: Span, colleagues: Sequence[UUID], *, but: UUID | None) -> list[Taken]:
    """Return what may be in the way: of the reader by name, of colleagues only that it is taken."""
    access.require(Action.APPOINTMENT_LIST, access.workplace())
    near = Span(span.starts_at - _LONGEST, span.ends_at)
    mine = [
        Taken(one.span, translated(_YOURS), one.youth)
        for one in _mine(
            Appointment.starts_at >= near.starts_at,
            Appointment.starts_at < near.ends_at,
            Appointment.state == AppointmentState.PLANNED.value,
        )
        if one.id != but
    ]
    return [*mine, *_busy(near, colleagues, but=but)] if colleagues else mine


def _busy(near: Span, colleagues: Sequence[UUID], *, but: UUID | None) -> list[Taken]:
    names = _names(colleagues)
    rows = db.session.execute(
        select(
            func.pmg_busy(list(colleagues), near.starts_at, near.ends_at, but)
            .table_valued("user_id", "starts_at", "minutes")
            .render_derived()
        )
    )
    return [
        Taken(
            Span(starts_at, starts_at + timedelta(minutes=minutes)),
            names[user_id],
            translated(_BUSY),
        )
        for user_id, starts_at, minutes in rows
    ]


def _mine(*conditions: ColumnElement[bool]) -> list[Meeting]:
    """Return the reader's own appointments of open cases, in order of time, with whom they are."""
    me = access.reader()
    rows = db.session.execute(
        select(Appointment, Youth, User, CaseMember.function)
        .join(
            Case,
            (Case.municipality_id == Appointment.municipality_id)
            & (Case.id == Appointment.case_id),
        )
        .join(
            Youth,
            (Youth.municipality_id == Case.municipality_id) & (Youth.id == Case.youth_id),
        )
        .join(
            CaseMember,
            (CaseMember.municipality_id == Case.municipality_id)
            & (CaseMember.case_id == Case.id)
            & (CaseMember.user_id == me.user_id)
            & CaseMember.is_current(),
        )
        .join(
            User,
            (User.municipality_id == Appointment.municipality_id)
            & (User.id == Appointment.owner_id),
        )
        .where(
            Appointment.municipality_id == me.municipality_id,
            Appointment.people.contains([me.user_id]),
            # What was planned for after the end of a case lapsed with it.
            or_(
                Case.closed_on.is_(None),
                Appointment.state != AppointmentState.PLANNED.value,
            ),
            *conditions,
        )
        .options(
            load_only(User.name_sealed, User.organisation_id),
            load_only(Youth.given_name_sealed, Youth.family_name_sealed),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    for row, youth, _user, function in rows:
        access.remember(Membership(row.case_id, youth.id, Role(function)))
    encryption.prefetch(youth.id for _row, youth, _user, _function in rows)
    return [
        meeting(row, user.name, _named(row, youth))
        for row, youth, user, _function in rows
        if may_read_appointment(row)
    ]


def _named(row: Appointment, youth: Youth) -> str:
    if not access.may(Action.DATA_READ, row, category=Category.IDENTITY):
        return ""
    return short_name(youth.given_name, youth.family_name)


def _names(ids: Sequence[UUID]) -> dict[UUID, str]:
    users = db.session.scalars(
        select(User)
        .where(User.municipality_id == access.reader().municipality_id, User.id.in_(ids))
        .options(load_only(User.name_sealed, User.organisation_id))
    )
    return {user.id: user.name for user in users}


def _changes(row: Appointment) -> tuple[Change, ...]:
    mover = aliased(User)
    found = db.session.execute(
        select(AppointmentChange, mover)
        .join(
            mover,
            (mover.municipality_id == AppointmentChange.municipality_id)
            & (mover.id == AppointmentChange.changed_by),
        )
        .where(
            AppointmentChange.municipality_id == row.municipality_id,
            AppointmentChange.appointment_id == row.id,
        )
        .options(load_only(mover.name_sealed, mover.organisation_id))
        .order_by(AppointmentChange.changed_at)
    )
    return tuple(
        Change(
            on=change.starts_at.astimezone(AMSTERDAM).date(),
            clock=change.starts_at.astimezone(AMSTERDAM).time(),
            place=change.place,
            because=change.moved_because,
            by=user.name,
            moved_on=change.changed_at.astimezone(AMSTERDAM).date(),
        )
        for change, user in found
    )
