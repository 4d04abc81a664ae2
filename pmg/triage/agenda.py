"""What of triage waits for the reader today: to decide on a referral, to tell its referrer."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.triage import queries
from pmg.web import agenda
from pmg.web.agenda import Due, Section


def plug_in() -> None:
    """Show both lists on *Vandaag*."""
    agenda.plug_in(
        Section(
            "triage",
            _l("Aanmeldingen die op triage wachten"),
            to_decide,
            one=_l("aanmelding wacht op triage"),
            more=_l("aanmeldingen wachten op triage"),
        )
    )
    agenda.plug_in(
        Section(
            "terugkoppeling",
            _l("Terugkoppeling nog doen"),
            to_tell,
            one=_l("aanmelder moet het besluit nog horen"),
            more=_l("aanmelders moeten het besluit nog horen"),
        )
    )


def to_decide(day: date) -> Sequence[Due]:
    """Return the referrals on which the reader decides, the oldest first."""
    return [
        Due(
            _("Aangemeld, nog niet besloten"),
            url_for("triage.decide", id=one.case_id, reeks=1),
            on=one.referred_on,
            who=one.who,
            late=one.clock.is_late,
        )
        for one in queries.waiting(today=day)
    ]


def to_tell(_day: date) -> Sequence[Due]:
    """Return the decisions of which the reader has yet to tell the referrer."""
    return [
        Due(
            _("De aanmelder het besluit vertellen"),
            url_for("triage.keep", id=one.id),
            on=one.decided_on,
            who=one.who,
        )
        for one in queries.to_tell()
    ]
