"""What the page of a case shows of documents: lines in the timeline, also of what was removed."""

from collections.abc import Iterator
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _

from pmg.cases import panels
from pmg.cases.models import Case
from pmg.cases.panels import Entry
from pmg.clock import AMSTERDAM
from pmg.documents import queries
from pmg.documents.queries import Line
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.formats import day


def plug_in() -> None:
    """Show documents in the timeline of each case."""
    panels.plug_in_entries(_entries)


def day_of(moment: datetime) -> date:
    """Return the Dutch day of a moment."""
    return moment.astimezone(AMSTERDAM).date()


def _entries(case: Case) -> Iterator[Entry]:
    if not access.may(Action.DOCUMENT_SHOW, case):
        return
    for line in queries.overview(case):
        yield from _removed(line) if line.removed_on else _kept(line)


def _kept(line: Line) -> Iterator[Entry]:
    url = url_for("documents.show", id=line.id)
    for file in line.files:
        words = (
            _("Document: %(title)s", title=line.title)
            if file.number == 1
            else _("Nieuwe versie van document: %(title)s", title=line.title)
        )
        meta = f"{day(file.on)} · {file.by}, {line.organisation}"
        yield Entry(on=file.on, title=words, meta=meta, tag=line.law.label, url=url)


def _removed(line: Line) -> Iterator[Entry]:
    assert line.removed_on is not None
    yield Entry(
        on=line.removed_on,
        title=_("Document verwijderd"),
        meta=f"{day(line.removed_on)} · {line.removed_by}, {line.organisation}",
        text=line.removed_because,
        removed=True,
    )
