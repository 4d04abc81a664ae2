"""Appointments on *Vandaag*, of today and without an answer, and in the calendar of a program."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from pmg.clock import now
from pmg.journal import calendar, feed
from pmg.journal.queries import Meeting
from pmg.journal.rules import AppointmentState
from pmg.security import access
from pmg.security.policy import Action
from pmg.texts import to_translate
from pmg.web import agenda
from pmg.web import feeds as calendars
from pmg.web.agenda import Due, Section
from pmg.web.feeds import Key, Moment


def plug_in() -> None:
    """Show appointments on *Vandaag* and in calendars."""
    agenda.plug_in(
        Section(
            "afspraken",
            to_translate("Afspraken vandaag"),
            _today,
            one=to_translate("afspraak vandaag"),
            more=to_translate("afspraken vandaag"),
        )
    )
    agenda.plug_in(
        Section(
            "afspraken-open",
            to_translate("Is het doorgegaan?"),
            _unanswered,
            one=to_translate("afspraak: ging die door?"),
            more=to_translate("afspraken: gingen ze door?"),
        )
    )
    calendars.plug_in(_in_calendar)


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


def _in_calendar(key: Key, first: date, last: date) -> Iterator[Moment]:
    for one in feed.appointments(key, first, last):
        yield Moment(
            one.id,
            _("Afspraak (PmG)"),
            one.on,
            url_for("appointments.show", id=one.id),
            begin=one.span.starts_at,
            end=one.span.ends_at,
            changes=one.changes,
            is_off=one.is_off,
        )
