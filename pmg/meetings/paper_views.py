"""Pages of what is kept of a meeting: the record of an item, carrying a decision on, and paper."""

from datetime import timedelta

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.clock import now, today
from pmg.meetings import closing, holding, looking, pack_pdf, packing, presenting, queries
from pmg.meetings.forms import ReasonForm
from pmg.meetings.item_models import AgendaItem
from pmg.meetings.live_forms import PackForm
from pmg.meetings.models import Meeting, MeetingPack
from pmg.meetings.rules import PACK_DAYS, TRIAGE, MeetingState, Outcome
from pmg.meetings.shown import Item
from pmg.meetings.steps import Words, at_once, step
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("packs", __name__)
_LONG = 9


@bp.page("/onderwerp/<uuid:id>/verslag", action=Action.MEETING_SHOW, of=AgendaItem)
def record(item: AgendaItem) -> ResponseReturnValue:
    """Show the record of an item: the agreements, who confirmed them, and whether it is fixed."""
    found, meeting = looking.item(item), holding.meeting_of(item)
    outcome = found.minutes.outcome if found.minutes else None
    case = holding.case_of(item)
    return render_template(
        "meetings/record.html",
        item=found,
        meeting=meeting,
        title=presenting.title(found.line),
        may_confirm=found.is_invited and found.is_decided and not found.record,
        may_approve=found.leads
        and found.is_decided
        and not found.record
        and meeting.state == MeetingState.CLOSED,
        may_carry=found.record
        and outcome in TRIAGE
        and case.triaged_on is None
        and access.may(Action.CASE_TRIAGE, case),
        may_draft=found.record and outcome is Outcome.CLOSE and access.may(Action.CASE_CLOSE, case),
        form=Form(),
        words=presenting,
    )


@bp.page(
    "/onderwerp/<uuid:id>/bevestigen",
    action=Action.MEETING_CONTRIBUTE,
    of=AgendaItem,
    methods=("POST",),
)
def confirm(item: AgendaItem) -> ResponseReturnValue:
    """Confirm the agreements as they stood on the page."""
    version = _seen()
    return at_once(
        lambda: closing.confirm_agreements(item, version),
        url_for("packs.record", id=item.id),
        _("U hebt de afspraken bevestigd."),
    )


@bp.page(
    "/onderwerp/<uuid:id>/opmerking",
    action=Action.MEETING_CONTRIBUTE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def remark(item: AgendaItem) -> ResponseReturnValue:
    """Let somebody who was invited ask for a correction."""
    form, found = ReasonForm(), looking.item(item)
    why_not = "" if found.is_invited and not found.record else _("Dit kan hier niet meer.")
    return step(
        form,
        lambda: closing.remark_on_record(item, form.words.data or ""),
        Words(
            title=_("Opmerking bij het verslag"),
            button=_("Vastleggen"),
            done=_("Uw opmerking staat bij het verslag. De voorzitter krijgt bericht."),
            back_url=url_for("packs.record", id=item.id),
            meta=presenting.title(found.line),
            why_not=why_not,
        ),
    )


@bp.page(
    "/onderwerp/<uuid:id>/vastzetten",
    action=Action.MEETING_CLOSE,
    of=AgendaItem,
    methods=("POST",),
)
def approve(item: AgendaItem) -> ResponseReturnValue:
    """Fix the record for good."""
    version = _seen()
    return at_once(
        lambda: closing.approve_record(item, version),
        url_for("packs.record", id=item.id),
        _("Het verslag staat vast."),
    )


@bp.page(
    "/onderwerp/<uuid:id>/doorvoeren",
    action=Action.MEETING_SHOW,
    of=AgendaItem,
    methods=("POST",),
)
def draft_triage(item: AgendaItem) -> ResponseReturnValue:
    """Lay the decision ready in the form that decides on the referral, and lead there."""
    case_id = item.case_id
    return at_once(
        lambda: closing.draft_triage(item), url_for("triage.decide", id=case_id), _ready()
    )


@bp.page(
    "/onderwerp/<uuid:id>/afsluiten",
    action=Action.MEETING_SHOW,
    of=AgendaItem,
    methods=("POST",),
)
def draft_closure(item: AgendaItem) -> ResponseReturnValue:
    """Lay the decision ready in the form that closes the case, and lead there."""
    case_id = item.case_id
    return at_once(
        lambda: closing.draft_closure(item), url_for("cases.close", id=case_id), _ready()
    )


def _ready() -> str:
    return str(
        _(
            "Het besluit staat klaar. De woorden komen uit het overleg: iedereen die aan de zaak "
            "deelneemt en de jongere kunnen ze straks lezen. Pas ze aan waar dat nodig is."
        )
    )


@bp.page(
    "/overleg/<uuid:id>/pakket", action=Action.MEETING_PACK, of=Meeting, methods=("GET", "POST")
)
def make(meeting: Meeting) -> ResponseReturnValue:
    """Let somebody take his own items along on paper until a day."""
    form, made = PackForm(data={"recall_on": today() + timedelta(days=1)}), list[MeetingPack]()
    count = len([line for line in queries.agenda(meeting, asked=False) if line.state.is_on_agenda])
    if count and form.submits(
        lambda: made.append(packing.make_pack(meeting, form.day, today=today()))
    ):
        return redirect(url_for("packs.show", id=made[0].id))
    words = Words(
        title=_("Afdrukken"),
        button=_("Maak het pakket"),
        done="",
        back_url=url_for("meetings.show", id=meeting.id),
        meta=f"{meeting.name}, {presenting.when(meeting.on_day, meeting.clock)}",
        consequence=_(
            "Alleen uw eigen onderwerpen staan erin, met uw naam en de datum op elke bladzijde. "
            "Dat u het afdrukt, staat in het logboek."
        ),
        why_not="" if count else _("U hebt in dit overleg geen onderwerpen."),
    )
    return render_template("meetings/step.html", form=form, words=words), form.status


@bp.page("/pakket/<uuid:id>", action=Action.MEETING_PACK, of=MeetingPack)
def show(pack: MeetingPack) -> ResponseReturnValue:
    """Show what somebody may print, until the day on which it goes back."""
    packing.require_open(pack, today=today())
    meeting = packing.meeting_of(pack)
    return render_template(
        "meetings/pack.html",
        pack=pack,
        meeting=meeting,
        items=_items(meeting),
        at=now(),
        days=PACK_DAYS,
        words=presenting,
    )


@bp.page("/pakket/<uuid:id>/pdf", action=Action.MEETING_PACK, of=MeetingPack)
def take(pack: MeetingPack) -> ResponseReturnValue:
    """Give what somebody may print as a tagged PDF, until the day on which it goes back."""
    packing.take_pack(pack, today=today())
    meeting = packing.meeting_of(pack)
    return Response(
        pack_pdf.pdf(pack, meeting, _items(meeting), at=now()),
        mimetype="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="mijn-onderwerpen.pdf"'},
    )


@bp.page(
    "/pakket/<uuid:id>/vernietigd",
    action=Action.MEETING_PACK,
    of=MeetingPack,
    methods=("GET", "POST"),
)
def destroy(pack: MeetingPack) -> ResponseReturnValue:
    """Let somebody say that he destroyed the paper."""
    meeting = packing.meeting_of(pack)
    return step(
        Form(),
        lambda: packing.destroy_pack(pack),
        Words(
            title=_("Papier vernietigen"),
            button=_("Ik heb het vernietigd"),
            done=_("Dank u. U krijgt hierover geen herinnering meer."),
            back_url=url_for("meetings.listing"),
            meta=f"{meeting.name}, {presenting.when(meeting.on_day, meeting.clock)}",
            why_not=_("U hebt dit al gezegd.") if pack.destroyed_at else "",
        ),
    )


def _items(meeting: Meeting) -> list[Item]:
    return [
        looking.item(holding.item_with(meeting, line.id), line)
        for line in queries.agenda(meeting, asked=False)
        if line.state.is_on_agenda
    ]


def _seen() -> int:
    written = request.form.get("version", "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < _LONG else 0
