"""What a reader has to do: on his page of today, and in the calendar of a program of his own."""

from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.security import access, policy
from pmg.security.policy import Action
from pmg.tasks import feeds, lists
from pmg.tasks.lines import Line
from pmg.tasks.lists import Asked
from pmg.tasks.rules import When, Which
from pmg.web import agenda
from pmg.web import feeds as calendars
from pmg.web.agenda import Due, Section
from pmg.web.feeds import Key, Moment


def plug_in() -> None:
    """Show tasks on *Vandaag* and in calendars."""
    agenda.plug_in(
        Section(
            "taken",
            _l("Taken voor vandaag en te laat"),
            _to_do,
            one=_l("taak voor vandaag of te laat"),
            more=_l("taken voor vandaag of te laat"),
        )
    )
    agenda.plug_in(
        Section(
            "taken_antwoord",
            _l("Taken die op uw antwoord wachten"),
            _to_answer,
            one=_l("taak wacht op uw antwoord"),
            more=_l("taken wachten op uw antwoord"),
        )
    )
    calendars.plug_in(_in_calendar)


def _to_do(today: date) -> list[Due]:
    return _found(Asked(Which.OPEN, When.TODAY), today)


def _to_answer(today: date) -> list[Due]:
    return _found(Asked(Which.WAITING), today)


def _found(asked: Asked, today: date) -> list[Due]:
    if not policy.grants(access.reader().who, Action.TASK_LIST):
        return []
    return [_due(line) for line in lists.whole(asked, today=today)]


def _due(line: Line) -> Due:
    url = url_for("tasks.show", id=line.id)
    return Due(line.what, url, on=line.due_on, who=line.who, late=line.is_late)


def _in_calendar(key: Key, first: date, last: date) -> Iterator[Moment]:
    for task_id, day in feeds.due(key, first, last):
        yield Moment(task_id, _("Taak"), day, url_for("tasks.show", id=task_id))
