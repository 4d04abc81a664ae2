"""What *Vandaag* shows of merging: what waits for the reader as the second person."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.merging import queries
from pmg.web import agenda
from pmg.web.agenda import Due, Section


def plug_in() -> None:
    """Show the list on *Vandaag*."""
    agenda.plug_in(
        Section(
            "samenvoegen",
            _l("Twee dossiers van één jongere?"),
            _to_decide,
            one=_l("vraag of twee dossiers van één jongere zijn"),
            more=_l("vragen of twee dossiers van één jongere zijn"),
        )
    )


def _to_decide(_day: date) -> Sequence[Due]:
    return [
        Due(
            _("Weer twee dossiers maken?") if one.is_undo else _("Is dit één jongere?"),
            url_for("merging.show", id=one.id),
            who=one.who,
        )
        for one in queries.to_decide()
    ]
