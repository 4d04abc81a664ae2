"""What *Vandaag* shows a provider: youths who were referred to it and wait for an answer."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from flask_babel import lazy_gettext as _l

from pmg.clock import AMSTERDAM
from pmg.providers import queries
from pmg.web import agenda
from pmg.web.agenda import Due, Section


def plug_in() -> None:
    """Show the list on *Vandaag*."""
    agenda.plug_in(
        Section(
            "aangemeld",
            _l("Naar u verwezen: aannemen of niet?"),
            _to_answer,
            one=_l("jongere is naar u verwezen en wacht op uw antwoord"),
            more=_l("jongeren zijn naar u verwezen en wachten op uw antwoord"),
        )
    )


def _to_answer(_day: date) -> Sequence[Due]:
    return [
        Due(
            title=one.intervention.name_nl,
            url=url_for("providers.show", id=one.id),
            on=one.sent_at.astimezone(AMSTERDAM).date(),
            who=one.name,
        )
        for one in queries.to_answer()
    ]
