"""Pages of contact moments: what happened, who may read it, and what is said beside it."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import panels, presenting
from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.clock import now, today
from pmg.errors import Conflict
from pmg.extensions import db
from pmg.journal import on_case, queries, services, sharing
from pmg.journal import presenting as words
from pmg.journal import youths as youths_of_mine
from pmg.journal.answers import ONWARD, PRIVATE, SHARED
from pmg.journal.forms import (
    AudienceForm,
    ContactForm,
    CorrectForm,
    DisputeForm,
    GroupForm,
    JournalFilter,
    RemoveForm,
    ReplyForm,
)
from pmg.journal.models import JournalEntry
from pmg.journal.rules import Kind, When
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.drafts import Drafting
from pmg.web.forms import Form

bp = Feature("journal", __name__)
bp.record(lambda _state: on_case.plug_in())


@bp.page("/zaken/<uuid:id>/contact", action=Action.JOURNAL_SHOW, of=Case)
def show(case: Case) -> ResponseReturnValue:
    """Show all contact with one youth that the reader may read."""
    form = JournalFilter(request.args)
    found = on_case.journal(case)
    header = cases.header(case, today=today())
    kept = words.kept(found.notes, form.soort.data, form.wie.data)
    return render_template(
        "journal/show.html",
        case=case,
        header=header,
        bar=presenting.bar(header),
        tabs=panels.tabs(case, "journal.show"),
        form=form,
        filtered=bool(form.soort.data or form.wie.data),
        notes=kept,
        there_is_more=bool(found.notes),
        planned=words.planned(found.meetings),
        past=words.past(found.meetings),
        shares=sharing.shares_on(case),
        may_share=panels.has_page("sharing.contact"),
        is_open=services.takes_contact(case, today=today()),
    )


@bp.page(
    "/zaken/<uuid:id>/contact/nieuw",
    action=Action.JOURNAL_WRITE,
    of=Case,
    methods=("GET", "POST"),
)
def record(case: Case) -> ResponseReturnValue:
    """Write down what happened: a kind, a sentence, and done."""
    asked = request.args.get("soort")
    form = ContactForm(kind=asked if asked in set(Kind) else None)
    readers = sharing.audience(case)
    if readers.parties and panels.has_page("sharing.contact"):
        form.offer_onward()
    draft = Drafting(form, "contact", case)
    if answer := draft.answer():
        return answer
    kept: list[JournalEntry] = []
    if form.submits(lambda: kept.append(services.record_contact(case, form.note(), moment=now()))):
        draft.drop()
        if form.audience.data == ONWARD:
            return redirect(url_for("sharing.contact", id=kept[0].id))
        flash(words.recorded(is_private=form.audience.data == PRIVATE), "ok")
        return redirect(url_for("journal.show", id=case.id))
    draft.restore()
    return render_template(
        "journal/record.html",
        case=case,
        header=cases.header(case, today=today()),
        form=form,
        draft=draft,
        readers=readers,
        hints=words.audience_hints(readers),
        is_open=services.takes_contact(case, today=today()),
    ), form.status


@bp.page("/contact/groep", action=Action.JOURNAL_GROUP, of=Workplace, methods=("GET", "POST"))
def record_group(desk: Workplace) -> ResponseReturnValue:
    """Write the same down for several youths, in each file by itself."""
    form, youths = GroupForm(), youths_of_mine.my_youths()
    form.choose_from((one.case_id, f"{one.name} ({one.number})") for one in youths)
    draft = Drafting(form, "contact-groep", desk)
    if answer := draft.answer():
        return answer
    if form.submits(lambda: services.record_group(form.group(), moment=now())):
        draft.drop()
        flash(_("De notitie staat in elk dossier apart."), "ok")
        return redirect(url_for("cases.caseload"))
    draft.restore()
    return render_template(
        "journal/record_group.html",
        form=form,
        draft=draft,
        youths=youths,
        hints=words.group_hints(),
        asks_names=bool(form.names_are_seen.errors or form.names_are_seen.data),
    ), form.status


@bp.page(
    "/contactmoment/<uuid:id>/lezers",
    action=Action.JOURNAL_KEEP,
    of=JournalEntry,
    methods=("GET", "POST"),
)
def audience(entry: JournalEntry) -> ResponseReturnValue:
    """Let its writer say whether his organisation may read it; what that means is said before."""
    form = AudienceForm(
        version=str(entry.version), audience=PRIVATE if entry.is_private else SHARED
    )
    readers = sharing.audience(_case_of(entry))
    return _step(
        entry,
        form,
        lambda: services.set_audience(entry, form.wanted()),
        done=_("Vastgelegd is wie dit mag lezen."),
        readers=readers,
        hints=words.audience_hints(readers),
    )


@bp.page(
    "/contactmoment/<uuid:id>/verbeteren",
    action=Action.JOURNAL_KEEP,
    of=JournalEntry,
    methods=("GET", "POST"),
)
def correct(entry: JournalEntry) -> ResponseReturnValue:
    """Put a new text beside a wrong one."""
    wrong = queries.note(entry)
    form = CorrectForm(
        kind=wrong.kind.value,
        text=wrong.text,
        when=When.OTHER.value,
        on=wrong.on,
        clock=wrong.clock,
    )
    draft = Drafting(form, "contact-verbeteren", entry)
    if answer := draft.answer():
        return answer
    return _step(
        entry,
        form,
        lambda: services.correct_contact(entry, form.note(), moment=now()),
        done=_("Het contactmoment is verbeterd. De oude tekst blijft te zien."),
        draft=draft,
    )


@bp.page(
    "/contactmoment/<uuid:id>/verwijderen",
    action=Action.JOURNAL_KEEP,
    of=JournalEntry,
    methods=("GET", "POST"),
)
def remove(entry: JournalEntry) -> ResponseReturnValue:
    """Take the text away for good."""
    form = RemoveForm(version=str(entry.version))
    return _step(
        entry,
        form,
        lambda: services.remove_contact(entry, form.removal()),
        done=_("De tekst is weg. Te zien blijft dat u hem verwijderde, en waarom."),
    )


@bp.page(
    "/contactmoment/<uuid:id>/betwisten",
    action=Action.JOURNAL_DISPUTE,
    of=JournalEntry,
    methods=("GET", "POST"),
)
def dispute(entry: JournalEntry) -> ResponseReturnValue:
    """Write down what the youth says of it, in his own words."""
    form = DisputeForm()
    return _step(
        entry,
        form,
        lambda: services.dispute(entry, form.remark(), today=today()),
        done=_("De woorden van de jongere staan erbij."),
    )


@bp.page(
    "/contactmoment/<uuid:id>/reageren",
    action=Action.JOURNAL_REPLY,
    of=JournalEntry,
    methods=("GET", "POST"),
)
def reply(entry: JournalEntry) -> ResponseReturnValue:
    """Let a director reply."""
    form = ReplyForm()
    return _step(
        entry,
        form,
        lambda: services.reply(entry, form.remark(), today=today()),
        done=_("Uw reactie staat erbij."),
    )


def _step(
    entry: JournalEntry,
    form: Form,
    act: Callable[[], object],
    *,
    done: str,
    draft: Drafting | None = None,
    **context: object,
) -> ResponseReturnValue:
    back_url = url_for("journal.show", id=entry.case_id)
    try:
        if form.submits(act):
            if draft is not None:
                draft.drop()
            flash(done, "ok")
            return redirect(back_url)
    except Conflict:
        page = render_template("errors/conflict.html", return_url=request.path)
        return page, HTTPStatus.CONFLICT
    note = queries.note(entry)
    if draft is not None:
        draft.restore()
    step = (request.endpoint or "").partition(".")[2]
    return render_template(
        f"journal/{step}.html",
        header=cases.header(_case_of(entry), today=today()),
        form=form,
        note=note,
        back_url=back_url,
        draft=draft,
        **context,
    ), form.status


def _case_of(entry: JournalEntry) -> Case:
    return db.session.get_one(Case, (entry.municipality_id, entry.case_id))
