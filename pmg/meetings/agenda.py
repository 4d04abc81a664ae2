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
from pmg.meetings import awaiting, packing, queries
from pmg.meetings.awaiting import Waiting, Wanted
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
    """Show on *Vandaag* meetings, papers and what items want; and meetings in calendars."""
    for section in (*_of_days(), *_of_items()):
        agenda.plug_in(section)
    calendars.plug_in(_in_calendar)


def _of_days() -> Iterator[Section]:
    yield Section(
        "overleg",
        _l("Casusoverleg vandaag"),
        _due,
        one=_l("casusoverleg vandaag"),
        more=_l("casusoverleggen vandaag"),
    )
    yield Section(
        "overleg_terug",
        _l("Terug in een casusoverleg"),
        _come_back,
        one=_l("zaak komt terug in een casusoverleg"),
        more=_l("zaken komen terug in een casusoverleg"),
    )
    yield Section(
        "papier",
        _l("Papier van een overleg vernietigen"),
        _papers,
        one=_l("afdruk van een overleg moet u vernietigen"),
        more=_l("afdrukken van een overleg moet u vernietigen"),
    )


def _of_items() -> Iterator[Section]:
    yield Section(
        "overleg_voorstel",
        _l("Voorgestelde onderwerpen"),
        lambda day: _waits(Wanted.PLACE, day),
        one=_l("voorgesteld onderwerp wacht op uw besluit"),
        more=_l("voorgestelde onderwerpen wachten op uw besluit"),
    )
    yield Section(
        "overleg_bijdrage",
        _l("Vragen aan u voor een casusoverleg"),
        lambda day: _waits(Wanted.BRING_IN, day),
        one=_l("vraag voor een casusoverleg wacht op uw antwoord"),
        more=_l("vragen voor een casusoverleg wachten op uw antwoord"),
    )
    yield Section(
        "overleg_bevestigen",
        _l("Afspraken om te bevestigen"),
        lambda day: _waits(Wanted.CONFIRM, day),
        one=_l("verslag wacht op uw bevestiging"),
        more=_l("verslagen wachten op uw bevestiging"),
    )
    yield Section(
        "overleg_vastzetten",
        _l("Verslagen om vast te zetten"),
        lambda day: _waits(Wanted.FIX, day),
        one=_l("verslag moet u nog vastzetten"),
        more=_l("verslagen moet u nog vastzetten"),
    )


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
        if line.on_day == day
        and line.state in {MeetingState.PLANNED, MeetingState.RUNNING}
        and (line.leads or line.items)
    ]


def _waits(wanted: Wanted, day: date) -> Sequence[Due]:
    endpoint = "packs.record" if wanted in {Wanted.CONFIRM, Wanted.FIX} else "agenda_items.show"
    return [
        Due(
            title=_with_remark(one) if wanted is Wanted.FIX and one.has_remark else one.meeting,
            url=url_for(endpoint, id=one.item_id),
            on=one.on_day,
            who=one.who,
        )
        for one in awaiting.waiting(wanted, today=day)
    ]


def _with_remark(one: Waiting) -> str:
    return str(_("%(meeting)s. Er is een opmerking bij het verslag", meeting=one.meeting))


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
