"""What *Vandaag* shows of reports: those of a colleague that wait for a second look."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.reports import listing
from pmg.reports.rules import State
from pmg.security import access
from pmg.security.policy import Action
from pmg.texts import translated
from pmg.web import agenda
from pmg.web.agenda import Due, Section
from pmg.web.formats import day


def plug_in() -> None:
    """Show the list on *Vandaag*."""
    agenda.plug_in(
        Section(
            "rapporten",
            _l("Rapporten om na te kijken"),
            _to_judge,
            one=_l("rapport wacht op uw oordeel"),
            more=_l("rapporten wachten op uw oordeel"),
        )
    )


def _to_judge(_day: date) -> Sequence[Due]:
    if not access.may(Action.REPORT_APPROVE, access.workplace()):
        return []
    return [
        Due(
            _(
                "%(title)s, %(first)s tot en met %(last)s",
                title=translated(one.title),
                first=day(one.period.first),
                last=day(one.period.last),
            ),
            url_for("drafts.show", id=one.id),
        )
        for one in listing.waiting()
        if one.state is State.READY and not one.is_own
    ]
