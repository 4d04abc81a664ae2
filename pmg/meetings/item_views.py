"""Pages of one item before the meeting: propose, place, ask, introduce, and bring in."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.clock import today
from pmg.meetings import (
    contributing,
    holding,
    looking,
    presenting,
    proposal_views,
    proposing,
    queries,
    reaching,
)
from pmg.meetings.answers import Placement
from pmg.meetings.contribution_views import asked, named, offer, words_of
from pmg.meetings.forms import (
    ContributionForm,
    IntroForm,
    InviteForm,
    ProposeForm,
    QuestionForm,
    ReasonForm,
    RefuseForm,
)
from pmg.meetings.item_models import AgendaItem
from pmg.meetings.rules import ItemState, MeetingState, Refusal
from pmg.meetings.steps import Words, step
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("agenda_items", __name__)


@bp.page(
    "/zaken/<uuid:id>/overleg",
    action=Action.MEETING_PROPOSE,
    of=Case,
    methods=("GET", "POST"),
)
def propose(case: Case) -> ResponseReturnValue:
    """Let who takes part in a case propose to talk about it."""
    again = proposal_views.again(case)
    given: dict[str, object] = {"invitees": [str(access.reader().user_id)]}
    if again:
        given |= {"question": again.question, "minutes": again.planned_minutes}
    form = ProposeForm(data=given)
    days = queries.open_days(case, today=today())
    form.offer(
        [(str(one.id), f"{one.name}, {presenting.when(one.on_day, one.clock)}") for one in days],
        [(str(one.user_id), f"{one.organisation}: {one.name}") for one in holding.members_of(case)],
    )
    header = cases.header(case, today=today())
    return step(
        form,
        lambda: proposing.propose_again(again, case, form.proposal(), today=today()),
        Words(
            title=_("Onderwerp voorstellen"),
            button=_("Voorstellen"),
            done=_("Het onderwerp is voorgesteld."),
            back_url=url_for("cases.show", id=case.id),
            meta=header.name,
            consequence=_(
                "De voorzitter beslist of het op de agenda komt. Pas dan zien genodigden het."
            ),
            **({} if days else proposal_views.no_day(case)),
        ),
    )


@bp.page("/onderwerp/<uuid:id>", action=Action.MEETING_SHOW, of=AgendaItem)
def show(item: AgendaItem) -> ResponseReturnValue:
    """Show one item: the question, who is invited, and what was brought in."""
    found, meeting = looking.item(item), holding.meeting_of(item)
    return render_template(
        "meetings/item.html",
        item=found,
        meeting=meeting,
        title=presenting.title(found.line),
        is_planned=meeting.state == MeetingState.PLANNED,
        may_introduce=not found.record and proposing.may_introduce(item),
        may_contribute=not found.record and contributing.may_contribute(item),
        may_place=found.leads
        and not found.record
        and not found.line.state.is_closed
        and meeting.state != MeetingState.CANCELLED,
        **proposal_views.beside(item),
        form=Form(),
        words=presenting,
    )


@bp.page(
    "/onderwerp/<uuid:id>/agenderen",
    action=Action.MEETING_PREPARE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def place(item: AgendaItem) -> ResponseReturnValue:
    """Let who leads put an item on the agenda, with whom it needs."""
    holding.require_lead(holding.meeting_of(item))
    people = looking.invitables(item)
    form = InviteForm(
        data={
            "invitees": [str(one.user_id) for one in people if one.is_invited],
            "minutes": item.planned_minutes,
            "version": str(item.version),
        }
    )
    form.offer_people((str(one.user_id), f"{one.organisation}: {one.name}") for one in people)
    words = words_of(
        item,
        _("Wie zijn er nodig?"),
        _("Op de agenda zetten") if item.state == ItemState.PROPOSED else _("Opslaan"),
        _("Het onderwerp staat op de agenda. Schrijf nu op wat u wie vraagt."),
        lead=item.question,
        back_url=url_for("agenda_items.ask", id=item.id),
        cancel_url=url_for("agenda_items.show", id=item.id),
    )
    return step(
        form,
        lambda: proposing.place_item(
            item, Placement(form.minutes.data or 0, form.chosen, form.seen_version)
        ),
        words,
    )


@bp.page(
    "/onderwerp/<uuid:id>/vragen",
    action=Action.MEETING_PREPARE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def ask(item: AgendaItem) -> ResponseReturnValue:
    """Let who leads write what each organisation is asked."""
    holding.require_lead(holding.meeting_of(item))
    parties = looking.item(item).parties
    kind = QuestionForm.about((party.organisation_id, party.organisation) for party in parties)
    data = {f"question-{party.organisation_id.hex}": party.question for party in parties}
    form = kind(data=data | {"version": str(item.version)})
    return step(
        form,
        lambda: proposing.ask_organisations(item, form.questions(), form.seen_version),
        words_of(item, _("Wat vraagt u wie?"), _("Opslaan"), _("De vragen staan erbij."),
               lead=item.question,
               why_not="" if parties else _("Er is nog niemand uitgenodigd.")),
    )  # fmt: skip


@bp.page(
    "/onderwerp/<uuid:id>/niet-agenderen",
    action=Action.MEETING_PREPARE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def decline(item: AgendaItem) -> ResponseReturnValue:
    """Let who leads leave a proposal off the agenda, with the reason."""
    meeting = holding.meeting_of(item)
    holding.require_lead(meeting)
    form = ReasonForm(version=str(item.version))
    words = words_of(
        item,
        _("Niet op de agenda zetten"),
        _("Niet op de agenda zetten"),
        _("Wie het voorstelde, krijgt bericht met uw reden."),
        back_url=url_for("meetings.show", id=meeting.id),
    )
    return step(
        form, lambda: proposing.decline_item(item, form.words.data or "", form.seen_version), words
    )


@bp.page(
    "/onderwerp/<uuid:id>/inleiding",
    action=Action.MEETING_CONTRIBUTE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def introduce(item: AgendaItem) -> ResponseReturnValue:
    """Let who works with the youth prepare three sentences."""
    found = looking.item(item).intro
    data: dict[str, str] = {"version": str(found.version if found else 0)}
    if found:
        data |= {"situation": found.situation, "tried": found.tried, "wish": found.wish}
    form = IntroForm(data=data)
    return step(
        form,
        lambda: proposing.introduce_item(item, form.introduction()),
        words_of(
            item,
            _("Drie zinnen voor het overleg"),
            _("Opslaan en bekijken wat partners zien"),
            _("Uw zinnen staan erbij. Zo zien partners het."),
            lead=item.question,
            back_url=url_for("agenda_items.preview", id=item.id),
            cancel_url=url_for("agenda_items.show", id=item.id),
            why_not=""
            if proposing.may_introduce(item)
            else _("De jongerenwerker of de casusregisseur schrijft deze zinnen."),
        ),
    )


@bp.page("/onderwerp/<uuid:id>/voorbeeld", action=Action.MEETING_SHOW, of=AgendaItem)
def preview(item: AgendaItem) -> ResponseReturnValue:
    """Show what each organisation that is invited will see, as far as the reader sees it."""
    found = looking.item(item)
    asked = request.args.get("wie", "")
    chosen = next(
        (party for party in found.parties if party.organisation_id.hex == asked),
        next(iter(found.parties), None),
    )
    return render_template(
        "meetings/preview.html",
        item=found,
        title=presenting.title(found.line),
        chosen=chosen,
        brought_rows=looking.seen_by(found, chosen.organisation_id) if chosen else (),
        words=presenting,
    )


@bp.page(
    "/onderwerp/<uuid:id>/bijdrage",
    action=Action.MEETING_CONTRIBUTE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def contribute(item: AgendaItem) -> ResponseReturnValue:
    """Let who is invited bring in what answers the question."""
    found, there = looking.item(item), reaching.audience(item)
    form = ContributionForm(data={"named": there.mark})
    offer(form, item, found)
    return step(
        form,
        lambda: contributing.contribute(item, form.shared()),
        words_of(
            item,
            _("Iets inbrengen"),
            _("Inbrengen"),
            _("Uw bijdrage staat erbij."),
            lead=asked(found),
            consequence=_(
                "Nu zijn erbij: %(who)s. Wie later wordt uitgenodigd of het overleg later leidt, "
                "leest dit niet, tot u dat zelf toestaat.",
                who=named(there),
            ),
            why_not="" if contributing.may_contribute(item) else _not_invited(),
        ),
    )


@bp.page(
    "/onderwerp/<uuid:id>/niets-delen",
    action=Action.MEETING_CONTRIBUTE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def refuse(item: AgendaItem) -> ResponseReturnValue:
    """Let an organisation say that it does not answer, with a reason of the list."""
    form = RefuseForm()
    return step(
        form,
        lambda: contributing.refuse_to_contribute(item, Refusal(form.reason.data)),
        words_of(
            item,
            _("Niets delen"),
            _("Vastleggen"),
            _("De voorzitter leest uw reden."),
            lead=asked(looking.item(item)),
            why_not="" if contributing.may_contribute(item) else _not_invited(),
        ),
    )


@bp.page(
    "/onderwerp/<uuid:id>/eigen-belang",
    action=Action.MEETING_SHOW,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def declare(item: AgendaItem) -> ResponseReturnValue:
    """Let somebody say that he has an interest of his own: the item closes for him."""
    form, meeting = Form(), holding.meeting_of(item)
    words = words_of(
        item,
        _("Eigen belang melden"),
        _("Melden en sluiten"),
        _("Dit onderwerp is voor u gesloten. De voorzitter ziet uw melding."),
        back_url=url_for("meetings.show", id=meeting.id),
        cancel_url=url_for("agenda_items.show", id=item.id),
        consequence=_(
            "Meld dit als u de jongere of de familie zelf kent. Het onderwerp is dan meteen voor u "
            "gesloten en gaat niet meer open. De voorzitter ziet dat u het meldde, niet waarom."
        ),
    )
    if form.validate_on_submit():
        contributing.declare_interest(item)
        flash(words.done, "ok")
        return redirect(words.back_url)
    return step(form, lambda: None, words)


def _not_invited() -> str:
    return str(_("U bent bij dit onderwerp niet uitgenodigd, of het is ingetrokken."))
