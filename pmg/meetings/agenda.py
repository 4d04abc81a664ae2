"""Meetings on *Vandaag* and in calendars; papers that are to be destroyed on *Vandaag*."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from pmg.cases.naming import names_of
from pmg.clock import AMSTERDAM
from pmg.extensions import db
from pmg.meetings import packing, queries
from pmg.meetings.models import Meeting
from pmg.meetings.rules import MeetingState
from pmg.security import access
from pmg.security.policy import Action
from pmg.web import agenda
from pmg.web import feeds as calendars
from pmg.web.agenda import Due, Section
from pmg.web.feeds import Key, Moment

_WEEK = timedelta(weeks=1)
_MEETINGS = text(
    "SELECT id, on_day, clock, minutes, changes, is_off"
    " FROM pmg_feed_meetings(:feed_id, :digest, :since, :until)"
)


def plug_in() -> None:
    """Show meetings and papers on *Vandaag*, and meetings in calendars."""
    agenda.plug_in(Section("overleg", _l("Casusoverleg vandaag"), _due))
    agenda.plug_in(Section("overleg_terug", _l("Terug in een casusoverleg"), _come_back))
    agenda.plug_in(Section("papier", _l("Papier van een overleg vernietigen"), _papers))
    calendars.plug_in(_in_calendar)


def moment_of(meeting: Meeting) -> Moment:
    """Return a meeting as a calendar may have it."""
    return Moment(
        meeting.id,
        _("Casusoverleg"),
        meeting.on_day,
        url_for("meetings.show", id=meeting.id),
        begin=meeting.starts_at,
        end=meeting.starts_at + timedelta(minutes=meeting.minutes),
        changes=meeting.changes,
        is_off=meeting.state == MeetingState.CANCELLED,
    )


def _due(day: date) -> Sequence[Due]:
    if not access.may(Action.MEETING_LIST, access.workplace()):
        return []
    return [
        Due(
            title=line.name,
            url=url_for("meetings.show", id=line.id),
            on=line.on_day,
            at=line.clock,
        )
        for line in queries.meetings(today=day)
        if line.on_day == day and line.state in {MeetingState.PLANNED, MeetingState.RUNNING}
    ]


def _come_back(day: date) -> Sequence[Due]:
    if not access.may(Action.MEETING_LIST, access.workplace()):
        return []
    rows = queries.to_come_back(today=day + _WEEK)
    names = names_of({item.case_id for item, _on in rows})
    return [
        Due(
            title=str(_("Onderwerp voorstellen")),
            url=url_for("agenda_items.propose", id=item.case_id),
            on=on,
            who=names[item.case_id],
            late=on < day,
        )
        for item, on in rows
        if item.case_id in names and access.may(Action.MEETING_PROPOSE, item)
    ]


def _papers(day: date) -> Sequence[Due]:
    if not access.may(Action.MEETING_PACK, access.workplace()):
        return []
    return [
        Due(
            title=str(_("Vernietig wat u afdrukte")),
            url=url_for("packs.destroy", id=pack.id),
            on=pack.recall_on,
            late=pack.recall_on < day,
        )
        for pack in packing.packs()
        if pack.recall_on <= day
    ]


def _in_calendar(key: Key, first: date, last: date) -> Iterator[Moment]:
    given = {"feed_id": key.feed_id, "digest": key.digest, "since": first, "until": last}
    for row in db.session.execute(_MEETINGS, given):
        begin = datetime.combine(row.on_day, row.clock, AMSTERDAM)
        yield Moment(
            row.id,
            _("Casusoverleg"),
            row.on_day,
            url_for("meetings.show", id=row.id),
            begin=begin,
            end=begin + timedelta(minutes=row.minutes),
            changes=row.changes,
            is_off=row.is_off,
        )
