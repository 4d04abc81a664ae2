"""Pages of messages: the list, the way to what it is about, and how one wants to hear of it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.clock import AMSTERDAM
from pmg.notices import queries, services
from pmg.notices.forms import ChannelsForm
from pmg.notices.models import Notice
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.security.telling import Kind
from pmg.web import agenda
from pmg.web.agenda import Due, Section
from pmg.web.door import Feature

bp = Feature("notices", __name__)

# Where a message of each kind leads, when that is not the case itself.
_ITEM_PAGES = {
    Kind.REPORT_WAITS: "drafts.show",
    Kind.REPORT_JUDGED: "drafts.show",
    Kind.HANDED_OVER: "teams.take_over",
    Kind.MERGE_ASKED: "merging.show",
    Kind.MERGE_DECIDED: "merging.show",
    Kind.FEEDBACK: "triage.told",
    Kind.GROUP_SEATED: "groups.show",
    Kind.GROUP_AGREED: "groups.show",
    Kind.TASK_GIVEN: "tasks.show",
    Kind.TASK_ANSWERED: "tasks.show",
    Kind.TASK_DONE: "tasks.show",
    Kind.PROVIDER_ASKED: "providers.show",
    Kind.PROVIDER_ANSWERED: "interventions.show",
    Kind.PROVIDER_MET: "interventions.show",
    Kind.DOCUMENT_SHARED: "documents.show",
    Kind.KNOWN_ASKED: "known.answer",
    Kind.APPOINTMENT_CHANGED: "appointments.show",
    Kind.DOSAGE_WAITS: "delivery.show",
    Kind.DOSAGE_JUDGED: "delivery.show",
    Kind.CONCERN: "delivery.show",
    Kind.PAUSE_ASKED: "delivery.show",
    Kind.PAUSE_JUDGED: "delivery.show",
    Kind.DELIVERY_OVER: "delivery.show",
    Kind.ITEM_PROPOSED: "agenda_items.show",
    Kind.ITEM_ANSWERED: "agenda_items.show",
    Kind.ITEM_INVITED: "agenda_items.show",
    Kind.ITEM_CONTRIBUTED: "agenda_items.show",
    Kind.ITEM_READERS: "agenda_items.show",
    Kind.ITEM_CONFLICT: "agenda_items.show",
    Kind.ITEM_AGREED: "packs.record",
    Kind.ITEM_REMARKED: "packs.record",
}
# Where a message leads to a page of the case other than its first.
_CASE_PAGES = {
    Kind.NOTE_SHARED: "journal.show",
    Kind.FACTOR_SHARED: "factors.course",
    Kind.SHARED_CORRECTED: "sharing.overview",
    Kind.KNOWN_ANSWERED: "sharing.overview",
    Kind.REPLIED: "journal.show",
    Kind.DISPUTED: "journal.show",
}


def _due(_day: date) -> Sequence[Due]:
    """Say on *Vandaag* what the reader has not opened yet."""
    return [
        Due(
            title=message.kind.label,
            url=url_for("notices.follow", id=message.id),
            on=message.at.astimezone(AMSTERDAM).date(),
            who=message.who,
        )
        for message in queries.unread()
    ]


bp.record(
    lambda _state: agenda.plug_in(
        Section(
            "berichten",
            _l("Nieuwe berichten"),
            _due,
            one=_l("nieuw bericht"),
            more=_l("nieuwe berichten"),
        )
    )
)


@bp.page("/berichten", action=Action.NOTICE_KEEP, of=Workplace)
def listing(_desk: Workplace) -> ResponseReturnValue:
    """Show the reader's own messages, newest first."""
    page = queries.messages(after=_after())
    return render_template(
        "notices/listing.html",
        messages=page.messages,
        newest_url=url_for("notices.listing") if "na" in request.args else None,
        older_url=page.following and url_for("notices.listing", na=page.following),
    )


def _after() -> UUID | None:
    try:
        return UUID(request.args.get("na", ""))
    except ValueError:
        return None


@bp.page("/berichten/<uuid:id>", action=Action.NOTICE_KEEP, of=Notice)
def follow(notice: Notice) -> ResponseReturnValue:
    """Note that a message was read, and lead to what it is about."""
    services.mark_read(notice)
    kind = Kind(notice.kind)
    if kind is Kind.PROVIDER_OVER:  # what it was about is not shown to him any more
        return redirect(url_for("providers.mine"))
    if kind in _ITEM_PAGES:
        return redirect(url_for(_ITEM_PAGES[kind], id=notice.item_id))
    return redirect(url_for(_CASE_PAGES.get(kind, "cases.show"), id=notice.case_id))


@bp.page("/berichten/gelezen", action=Action.NOTICE_KEEP, of=Workplace, methods=("POST",))
def read_all(_desk: Workplace) -> ResponseReturnValue:
    """Note that all was read."""
    services.mark_all_read()
    flash(_("Alle berichten staan als gelezen."), "ok")
    return redirect(url_for("notices.listing"))


@bp.page(
    "/berichten/instellingen", action=Action.NOTICE_KEEP, of=Workplace, methods=("GET", "POST")
)
def choose(_desk: Workplace) -> ResponseReturnValue:
    """Ask how the reader wants to hear of each kind."""
    form = ChannelsForm(queries.choices())
    if form.submits(lambda: services.choose(form.channels())):
        flash(_("Uw keuze is bewaard en geldt vanaf nu."), "ok")
        return redirect(url_for("notices.listing"))
    sends_mail = current_app.config["SETTINGS"].smtp_url is not None
    page = render_template(
        "notices/choose.html", form=form, kinds=tuple(Kind), sends_mail=sends_mail
    )
    return page, form.status
