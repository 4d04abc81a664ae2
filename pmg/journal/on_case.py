"""What the page of a case shows of contact: the last moments, what is planned, lines in time."""

from collections.abc import Iterable, Iterator

from flask import g, url_for
from flask_babel import gettext as _

from pmg.cases import panels
from pmg.cases.models import Case
from pmg.cases.panels import Entry, NextStep, Panel, Position
from pmg.clock import today
from pmg.journal import presenting, queries, services
from pmg.journal.queries import Journal, Meeting, Note
from pmg.journal.rules import Kind
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.formats import day


def plug_in() -> None:
    """Show contact on the page of each case."""
    panels.plug_in(Position.MAIN, _panel)
    panels.plug_in_entries(_entries)
    panels.plug_in_steps(_steps)


def journal(case: Case) -> Journal:
    """Return all contact with one youth, read once a page."""
    if "journal" not in g:
        g.journal = queries.journal(case)
    found: Journal = g.journal
    return found


def _panel(case: Case) -> Panel | None:
    if not access.may(Action.JOURNAL_SHOW, case):
        return None
    may_write = access.may(Action.JOURNAL_WRITE, case)
    context = {
        "case": case,
        "kinds": list(Kind),
        "may_write": may_write and services.takes_contact(case, today=today()),
        "planned": presenting.planned(journal(case).meetings),
        "today": today(),
    }
    return Panel("journal/_panel.html", context)


def _entries(case: Case) -> Iterator[Entry]:
    if not access.may(Action.JOURNAL_SHOW, case):
        return
    found = journal(case)
    yield from (_of_note(case, note) for note in reversed(found.notes))
    yield from (_of_meeting(one) for one in presenting.past(found.meetings))


def _of_note(case: Case, note: Note) -> Entry:
    return Entry(
        on=note.on,
        title=note.kind.label,
        meta=meta(note),
        text=_text(note),
        tag=_tag(note),
        tag_kind="warning" if note.is_disputed else "neutral",
        url=url_for("journal.show", id=case.id, _anchor=f"c{note.id}"),
        removed=note.removed_on is not None or note.is_corrected,
    )


def meta(note: Note) -> str:
    """Return when it was and who wrote it."""
    clock = f", {note.clock:%H.%M}" if note.clock is not None else ""
    own = f" {_('(tijd van het toestel)')}" if clock and note.is_device_time else ""
    return f"{day(note.on)}{clock}{own} · {note.author}, {note.organisation}"


def stub(note: Note) -> str:
    """Return what stays of a removed note: who, when and why."""
    return str(
        _(
            "Verwijderd door %(name)s op %(day)s: %(why)s",
            name=note.author,
            day=day(note.removed_on),
            why=note.removed_because,
        )
    )


def _text(note: Note) -> str:
    """Return the text with what was said of it: wherever the one is shown the other is."""
    own = stub(note) if note.removed_on is not None else note.text
    said = (f"{one.kind.label} ({day(one.on)}): {one.words}" for one in note.remarks)
    return "\n".join([own, *said])


def _tag(note: Note) -> str:
    told = ((note.is_disputed, _("Betwist")), (note.is_corrected, _("Later verbeterd")))
    first = next((words for is_so, words in told if is_so), "")
    return str(first or (_("Alleen u leest dit") if note.is_private else ""))


def _of_meeting(one: Meeting) -> Entry:
    return Entry(
        on=one.on,
        title=_("Afspraak: %(state)s", state=one.state.label.lower()),
        meta=f"{day(one.on)}, {one.clock:%H.%M} · {one.owner}",
        text=one.why,
        url=url_for("appointments.show", id=one.id),
    )


def _steps(case: Case) -> Iterable[NextStep]:
    """Return the next appointment of each that the reader may read, and those without an answer."""
    if case.closed_on is not None or not access.may(Action.APPOINTMENT_KEEP, case):
        return []
    open_ones = presenting.planned(journal(case).meetings)
    late = [one for one in open_ones if one.on < today()]
    coming = [one for one in open_ones if one.on >= today()]
    return [
        *(_step(_("Is het doorgegaan? Afspraak om %(time)s", time=_at(one)), one) for one in late),
        *(_step(_("Afspraak om %(time)s", time=_at(one)), one) for one in coming[:1]),
    ]


def _at(one: Meeting) -> str:
    return f"{one.clock:%H.%M}"


def _step(text: str, one: Meeting) -> NextStep:
    return NextStep(str(text), url_for("appointments.show", id=one.id), one.on)
