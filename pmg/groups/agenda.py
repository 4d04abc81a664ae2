"""What of group approaches waits for the reader today: own agreements, and a look back."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.groups import queries
from pmg.web import agenda
from pmg.web.agenda import Due, Section

AHEAD = timedelta(days=7)


def plug_in() -> None:
    """Show the list on *Vandaag*."""
    agenda.plug_in(
        Section(
            "groepsaanpak",
            _l("Groepsaanpak"),
            to_do,
            one=_l("afspraak of terugblik in een groepsaanpak"),
            more=_l("afspraken of terugblikken in een groepsaanpak"),
        )
    )


def to_do(day: date) -> Sequence[Due]:
    """Return the reader's own agreements of this week, and what he has to look back on."""
    agreed = [
        Due(
            f"{line.name}: {one.what}",
            url_for("group_work.answer", id=one.id),
            on=one.due_on,
            late=one.is_late,
        )
        for one, line in queries.due(today=day, until=day + AHEAD)
    ]
    back = [
        Due(
            _("%(name)s: terugkijken en een nieuwe dag kiezen", name=line.name),
            url_for("groups.change", id=line.id),
            on=line.review_on,
            late=line.review_on < day,
        )
        for line in queries.reviews(today=day)
    ]
    return [*agreed, *back]
