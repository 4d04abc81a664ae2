"""What *Vandaag* shows of meetings: those of today, and those still to be told of."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from flask_babel import lazy_gettext as _l

from pmg.delivery import mine
from pmg.security import access
from pmg.security.policy import Action
from pmg.web import agenda
from pmg.web.agenda import Due, Section


def plug_in() -> None:
    """Show the reader's meetings on his day."""
    label = _l("Bijeenkomsten van vandaag en nog vast te leggen")
    agenda.plug_in(Section("bijeenkomsten", label, _due))


def _due(day: date) -> Sequence[Due]:
    if not access.may(Action.DELIVERY_LIST, access.workplace()):
        return []
    return [
        Due(
            title=one.intervention,
            url=url_for("gatherings.tell", id=one.id),
            on=one.on_day,
            at=one.clock,
            who=", ".join(one.who),
            late=one.on_day < day,
        )
        for one in mine.coming(today=day)
        if one.on_day <= day
    ]
