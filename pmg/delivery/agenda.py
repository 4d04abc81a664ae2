"""What *Vandaag* shows of delivery: what the reader decides, his meetings of today and untold."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from flask_babel import lazy_gettext as _l

from pmg.delivery import awaiting, mine
from pmg.delivery.awaiting import Waiting
from pmg.security import access
from pmg.security.policy import Action
from pmg.web import agenda
from pmg.web.agenda import Due, Section


def plug_in() -> None:
    """Show on the reader's day his meetings, and what he has to decide."""
    agenda.plug_in(
        Section(
            "dosering",
            _l("Plannen die op uw goedkeuring wachten"),
            _plans,
            one=_l("plan wacht op uw goedkeuring"),
            more=_l("plannen wachten op uw goedkeuring"),
        )
    )
    agenda.plug_in(
        Section(
            "pauze",
            _l("Vragen om een pauze"),
            _pauses,
            one=_l("vraag om een pauze wacht op uw besluit"),
            more=_l("vragen om een pauze wachten op uw besluit"),
        )
    )
    agenda.plug_in(
        Section(
            "bijeenkomsten",
            _l("Bijeenkomsten van vandaag en nog vast te leggen"),
            _due,
            one=_l("bijeenkomst van vandaag of nog vast te leggen"),
            more=_l("bijeenkomsten van vandaag of nog vast te leggen"),
        )
    )


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


def _plans(day: date) -> Sequence[Due]:
    return [
        _waits(one, url_for("delivery.judge", id=one.plan_id))
        for one in awaiting.waiting(today=day).plans
    ]


def _pauses(day: date) -> Sequence[Due]:
    return [
        _waits(one, url_for("delivery.show", id=one.trajectory_id))
        for one in awaiting.waiting(today=day).pauses
    ]


def _waits(one: Waiting, url: str) -> Due:
    return Due(title=one.intervention, url=url, on=one.asked_on, who=one.who)
