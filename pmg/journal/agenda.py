"""What *Vandaag* shows of appointments: those of today, and those that lack an answer."""

from collections.abc import Sequence
from datetime import date

from flask import url_for

from pmg.clock import now
from pmg.journal import calendar
from pmg.journal.queries import Meeting
from pmg.journal.rules import AppointmentState
from pmg.security import access
from pmg.security.policy import Action
from pmg.texts import to_translate
from pmg.web import agenda
from pmg.web.agenda import Due, Section


def plug_in() -> None:
    """Show appointments on *Vandaag*."""
    agenda.plug_in(Section("afspraken", to_translate("Afspraken vandaag"), _today))
    agenda.plug_in(Section("afspraken-open", to_translate("Is het doorgegaan?"), _unanswered))


def _today(day: date) -> Sequence[Due]:
    if not _has_a_calendar():
        return []
    (found,) = calendar.days((day,))
    return [_due(one) for one in found.meetings if one.state is AppointmentState.PLANNED]


def _unanswered(day: date) -> Sequence[Due]:
    if not _has_a_calendar():
        return []
    return [_due(one, late=True) for one in calendar.unanswered(now()) if one.on < day]


def _has_a_calendar() -> bool:
    return access.may(Action.APPOINTMENT_LIST, access.workplace())


def _due(one: Meeting, *, late: bool = False) -> Due:
    url = url_for("appointments.show", id=one.id)
    return Due(one.place, url, one.on, one.clock, one.youth, late)
