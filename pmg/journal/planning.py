"""Verbs of appointments: plan one, move it, call it off, and say how it went."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from pmg.cases.models import Case
from pmg.clock import AMSTERDAM, now
from pmg.entry import check_text
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.journal import calendar, rules, services, sharing
from pmg.journal.answers import Ending, Move, NewNote
from pmg.journal.models import Appointment, AppointmentChange, JournalEntry
from pmg.journal.rules import AppointmentState, Plan, Span, Taken
from pmg.security import access, audit, telling
from pmg.security.policy import Action, Category
from pmg.security.telling import Kind

_PLACE_LIMIT = 100


def in_the_way(case: Case, plan: Plan, *, moment: datetime, but: UUID | None) -> tuple[Taken, ...]:
    """Return what is already planned at that time: one's own by name, of colleagues only 'busy'.

    Raises NotPermitted, or Invalid when there is no such time.
    """
    access.require(Action.APPOINTMENT_KEEP, case)
    span = rules.check_plan(plan, now=moment)
    return rules.clashes(span, calendar.taken(span, plan.colleagues, but=but))


def mark_of(found: Sequence[Taken]) -> str:
    """Return a mark of what is in the way: who has seen it may plan all the same; '' of nothing."""
    if not found:
        return ""
    told = "|".join(f"{one.span.starts_at} {one.span.ends_at} {one.whose}" for one in found)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def plan_appointment(case: Case, plan: Plan, *, moment: datetime, seen: str) -> Appointment:
    """Plan to meet a youth.

    Raises NotPermitted, or Invalid when the moment has gone by or does not exist, a colleague does
    not take part, the case is over, or something is in the way that nobody has seen yet.
    """
    access.require(Action.APPOINTMENT_KEEP, case)
    if not services.takes_contact(case, today=moment.astimezone(AMSTERDAM).date()):
        raise Invalid("case", "Deze zaak is voorbij. U kunt er niets meer bij plannen.")
    span = rules.check_plan(plan, now=moment)
    place, with_whom = _check_words(plan)
    _check_colleagues(case, plan.colleagues)
    _check_seen(in_the_way(case, plan, moment=moment, but=None), seen)
    me = access.reader()
    appointment = Appointment(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        starts_at=span.starts_at,
        minutes=plan.minutes,
        owner_id=me.user_id,
        people=[me.user_id, *plan.colleagues],
        organisation_id=me.organisation_id,
        state=AppointmentState.PLANNED.value,
        place=place,
        with_whom=with_whom,
    )
    db.session.add(appointment)
    audit.wrote(Action.APPOINTMENT_KEEP, appointment, appointment.id)
    return appointment


def move_appointment(appointment: Appointment, wanted: Move, *, moment: datetime) -> None:
    """Move an appointment, with the reason; what it was stays to be seen.

    Raises NotPermitted, Conflict when it changed since, Invalid as `plan_appointment` does, or
    when it is over, or nothing would change.
    """
    _may(appointment)
    reason = rules.check_reason("reason", wanted.reason)
    span = rules.check_plan(wanted.plan, now=moment)
    place, _with_whom = _check_words(wanted.plan)
    case = _case_of(appointment)
    _meet(appointment, wanted.version)
    before = appointment.span
    if (before, appointment.place) == (span, place):
        raise Invalid("case", "Er is niets veranderd. Kies een ander moment of een andere plek.")
    found = in_the_way(case, wanted.plan, moment=moment, but=appointment.id)
    _check_seen(found, wanted.seen)
    change = AppointmentChange(
        municipality_id=appointment.municipality_id,
        id=uuid4(),
        case_id=appointment.case_id,
        youth_id=appointment.youth_id,
        appointment_id=appointment.id,
        starts_at=appointment.starts_at,
        minutes=appointment.minutes,
        changed_by=access.reader().user_id,
    )
    change.place, change.moved_because = appointment.place, reason
    db.session.add(change)
    appointment.starts_at, appointment.minutes = span.starts_at, wanted.plan.minutes
    appointment.place = place
    _wrote(appointment, moved=(_told(before), _told(span)))
    _tell_changed(appointment)


def cancel_appointment(appointment: Appointment, ending: Ending) -> None:
    """Call it off, with the reason.

    Raises NotPermitted, Conflict when it changed since, Invalid when it is over or no reason is
    given.
    """
    _may(appointment)
    reason = rules.check_reason("reason", ending.reason)
    _meet(appointment, ending.version)
    _end(appointment, AppointmentState.CANCELLED, reason)
    _tell_changed(appointment)


def miss_appointment(appointment: Appointment, ending: Ending, *, moment: datetime) -> None:
    """Note that the youth did not come.

    Raises NotPermitted, Conflict when it changed since, Invalid when it is over or still to come.
    """
    _may(appointment)
    words = check_text("reason", ending.reason, limit=rules.REASON_LIMIT)
    _meet(appointment, ending.version)
    _check_begun(appointment, moment)
    _end(appointment, AppointmentState.MISSED, words)


def hold_appointment(
    appointment: Appointment, said: NewNote, *, version: int, moment: datetime
) -> JournalEntry:
    """Write down how it went: the appointment is done, and there is a contact moment.

    Raises NotPermitted, Conflict when it changed since, Invalid when it is over or still to come,
    or as `record_contact` does.
    """
    _may(appointment)
    _meet(appointment, version)
    _check_begun(appointment, moment)
    _end(appointment, AppointmentState.HELD, "")
    case = _case_of(appointment)
    return services.record_contact(case, said, moment=moment, appointment_id=appointment.id)


def _may(appointment: Appointment) -> None:
    access.require(Action.APPOINTMENT_KEEP, appointment)
    access.require(Action.DATA_READ, appointment, category=Category.JOURNAL)


def _check_words(plan: Plan) -> tuple[str, str]:
    place = check_text("place", plan.place, limit=_PLACE_LIMIT)
    with_whom = check_text("with_whom", plan.with_whom, limit=_PLACE_LIMIT)
    if not place:
        raise Invalid("place", "Vul in waar u afspreekt.")
    return place, with_whom


def _check_colleagues(case: Case, chosen: Sequence[UUID]) -> None:
    if chosen and not set(chosen) <= {one.id for one in sharing.audience(case).people}:
        raise Invalid("colleagues", "Kies alleen mensen uit de lijst.")


def _check_seen(found: Sequence[Taken], seen: str) -> None:
    if found and mark_of(found) != seen:
        raise Invalid("seen", "Er is op dit moment al iets anders. Kijk hieronder of het toch kan.")


def _check_begun(appointment: Appointment, moment: datetime) -> None:
    if appointment.starts_at > moment:
        raise Invalid("case", "Deze afspraak moet nog komen.")


def _meet(appointment: Appointment, version: int) -> None:
    """Lock the row; raise Conflict when it is no longer what the reader saw."""
    db.session.refresh(appointment, with_for_update=True)
    if appointment.state != AppointmentState.PLANNED:
        raise Invalid("case", "Van deze afspraak is al vastgelegd hoe het ging.")
    if appointment.version != version:
        raise Conflict(theirs={}, mine={})


def _end(appointment: Appointment, state: AppointmentState, words: str) -> None:
    appointment.state, appointment.ended_at = state.value, now()
    appointment.ended_by = access.reader().user_id
    if words:
        appointment.end_reason = words
    _wrote(appointment, state=(AppointmentState.PLANNED.value, state.value))


def _tell_changed(appointment: Appointment) -> None:
    """Tell who plans it or comes along, but for who changed it."""
    people = appointment.people
    telling.tell(Kind.APPOINTMENT_CHANGED, appointment, people, item_id=appointment.id)


def _wrote(appointment: Appointment, **changes: tuple[str, str]) -> None:
    audit.wrote(Action.APPOINTMENT_KEEP, appointment, appointment.id, **changes)


def _told(span: Span) -> str:
    begins = span.starts_at.astimezone(AMSTERDAM)
    return f"{begins:%d-%m-%Y %H.%M}, {(span.ends_at - span.starts_at) // timedelta(minutes=1)} min"


def _case_of(appointment: Appointment) -> Case:
    return db.session.get_one(Case, (appointment.municipality_id, appointment.case_id))
