"""What *Vandaag* shows of sharing: what stops soon, and what waits for an answer."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.security import access
from pmg.security.policy import Action
from pmg.sharing import asked, queries
from pmg.web import agenda
from pmg.web.agenda import Due, Section


def plug_in() -> None:
    """Show on the reader's day what he shared and stops, and what his organisation is asked."""
    agenda.plug_in(
        Section(
            "delingen",
            _l("Delen dat binnen een maand stopt"),
            _lapsing,
            one=_l("deling stopt binnen een maand"),
            more=_l("delingen stoppen binnen een maand"),
        )
    )
    agenda.plug_in(
        Section(
            "bekend",
            _l("Gevraagd: kent u deze jongere?"),
            _asked,
            one=_l("vraag: kent u deze jongere?"),
            more=_l("vragen: kent u deze jongere?"),
        )
    )


def _lapsing(day: date) -> Sequence[Due]:
    if not access.may(Action.SHARE_LIST, access.workplace()):
        return []
    return [
        Due(
            title=_("Delen met %(name)s stopt", name=one.receiver),
            url=url_for("sharing.renew", id=one.id),
            on=one.last_day,
            who=one.who,
        )
        for one in queries.lapsing(today=day)
    ]


def _asked(_day: date) -> Sequence[Due]:
    if not access.may(Action.SHARE_LIST, access.workplace()):
        return []
    return [
        Due(
            title=_("Kent u deze jongere?"),
            url=url_for("known.answer", id=one.id),
            on=one.last_day,
            who=one.who,
        )
        for one in asked.waiting()
    ]
