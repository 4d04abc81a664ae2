"""Sentences and choices for the pages of contact."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _

from pmg.journal.answers import ONWARD, PRIVATE, SHARED
from pmg.journal.queries import Meeting, Note
from pmg.journal.rules import AppointmentState
from pmg.journal.sharing import Audience

_REACH = timedelta(days=3650)


def recorded(*, is_private: bool) -> str:
    """Say that it is written down, and who can read it now."""
    if is_private:
        return str(_("Vastgelegd. Alleen u kunt dit lezen."))
    return str(_("Vastgelegd. Ook uw collega’s in deze zaak lezen dit."))


def audience_hints(readers: Audience) -> dict[str, str]:
    """Say, before it is chosen, who would read it."""
    shared = (
        _(
            "Uw collega’s in deze zaak lezen het meteen: %(names)s.",
            names=", ".join(readers.colleagues),
        )
        if readers.colleagues
        else _("U hebt nu geen collega’s in deze zaak. Komen die er, dan lezen zij het ook.")
    )
    names = ", ".join(party.name for party in readers.parties)
    onward = _("Hierna vult u in met wie, waarom en hoelang. Dit kan met: %(names)s.", names=names)
    return {PRIVATE: _nobody(), SHARED: str(shared), ONWARD: str(onward)}


def group_hints() -> dict[str, str]:
    """Say the same where there are several files."""
    shared = _("Uw collega’s lezen het in de dossiers waaraan zij deelnemen.")
    return {PRIVATE: _nobody(), SHARED: str(shared)}


def _nobody() -> str:
    return str(
        _("Niemand anders leest dit, ook de casusregisseur niet. Het komt niet in een overleg.")
    )


def kept(notes: Iterable[Note], kind: str | None, who: str | None) -> list[Note]:
    """Return the notes that pass the filter."""
    wanted = {PRIVATE: True, SHARED: False}.get(who or "")
    return [
        note
        for note in notes
        if (not kind or note.kind == kind) and (wanted is None or note.is_private is wanted)
    ]


def planned(meetings: Iterable[Meeting]) -> list[Meeting]:
    """Return what is still open, first begun first."""
    found = [one for one in meetings if one.state is AppointmentState.PLANNED]
    return sorted(found, key=lambda one: one.span.starts_at)


def past(meetings: Iterable[Meeting]) -> list[Meeting]:
    """Return what did not take place; what did is a contact moment by now."""
    gone = {AppointmentState.MISSED, AppointmentState.CANCELLED}
    return [one for one in meetings if one.state in gone]


def within_reach(day: date, middle: date) -> date:
    """Return the day, or the nearest one that a calendar has use for."""
    return min(max(day, middle - _REACH), middle + _REACH)


def next_of(meetings: Sequence[Meeting]) -> Meeting | None:
    """Return the appointment that comes first, also one that nobody wrote down yet."""
    return next(iter(planned(meetings)), None)
