"""Pages beside a proposal: take it back, let a chair take part, and say what is shared for it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.clock import today
from pmg.meetings import holding, looking, presenting, proposing, seating, shared
from pmg.meetings.forms import ReasonForm
from pmg.meetings.item_models import AgendaItem
from pmg.meetings.live_forms import ChairForm, SharedForm
from pmg.meetings.rules import ItemState, MeetingState
from pmg.meetings.steps import Words, step
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("proposals", __name__)
_USUAL = timedelta(days=180)


def again(case: Case) -> AgendaItem | None:
    """Return the item that the reader proposes anew, if he came from one."""
    try:
        asked = UUID(request.args.get("opnieuw", ""))
    except ValueError:
        return None
    item = holding.item_of_case(case, asked)
    return item if item is not None and proposing.may_propose_again(item) else None


def beside(item: AgendaItem) -> dict[str, Any]:
    """Return what the page of an item shows of its proposal, and of what was shared for it."""
    state = ItemState(item.state)
    return {
        "may_withdraw": proposing.may_withdraw(item),
        "again_url": url_for("agenda_items.propose", id=item.case_id, opnieuw=item.id.hex)
        if proposing.may_propose_again(item)
        else "",
        "is_off": holding.meeting_of(item).state == MeetingState.CANCELLED,
        "shared": shared.for_item(item),
        "may_mark": shared.may_mark(item) and not state.is_closed,
    }


def no_day(case: Case) -> dict[str, str]:
    """Say what can be done where no meeting to come has a chair who takes part in the case."""
    chairs = [name for _id, name in seating.chairs(case, today=today())]
    if not chairs:
        return {"why_not": _("Er is geen overleg waarin dit kan.")}
    if access.may(Action.CASE_INVITE, case):
        return {
            "why_not": _(
                "Geen voorzitter van een komend overleg neemt deel aan deze zaak, en kan het "
                "onderwerp dus niet zien. Laat eerst een voorzitter deelnemen: %(names)s.",
                names=", ".join(chairs),
            ),
            "more_url": url_for("proposals.seat_chair", id=case.id),
            "more_label": _("Voorzitter laten deelnemen"),
        }
    return {
        "why_not": _(
            "Geen voorzitter van een komend overleg neemt deel aan deze zaak, en kan het "
            "onderwerp dus niet zien. Vraag de casusregisseur (%(director)s) om een voorzitter te "
            "laten deelnemen: %(names)s.",
            director=", ".join(seating.directors(case)) or _("nog niet gekozen"),
            names=", ".join(chairs),
        )
    }


@bp.page(
    "/onderwerp/<uuid:id>/intrekken",
    action=Action.MEETING_PROPOSE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def take_back(item: AgendaItem) -> ResponseReturnValue:
    """Let who proposed an item take it back until it is discussed, with the reason."""
    line = looking.item(item).line
    form = ReasonForm(version=str(item.version))
    return step(
        form,
        lambda: proposing.withdraw_item(item, form.words.data or "", form.seen_version),
        Words(
            title=_("Onderwerp intrekken"),
            button=_("Intrekken"),
            done=_("Het onderwerp is ingetrokken."),
            back_url=url_for("agenda_items.show", id=item.id),
            meta=presenting.title(line),
            lead=line.question,
            consequence=_(
                "De voorzitter en wie is uitgenodigd, zien dat het is ingetrokken. Aan hen wordt "
                "niets meer gevraagd. Opnieuw voorstellen kan altijd."
            ),
            why_not=""
            if proposing.may_withdraw(item)
            else _("Alleen wie dit voorstelde, trekt het in, en alleen tot het wordt besproken."),
        ),
    )


@bp.page(
    "/zaken/<uuid:id>/voorzitter",
    action=Action.CASE_INVITE,
    of=Case,
    methods=("GET", "POST"),
)
def seat_chair(case: Case) -> ResponseReturnValue:
    """Let a chair of a meeting to come take part in a case, so that it can be talked about."""
    form, people = ChairForm(data={"until": today() + _USUAL}), seating.chairs(case, today=today())
    form.offer([("", _("Kies een voorzitter")), *((str(id_), name) for id_, name in people)])
    return step(
        form,
        lambda: seating.seat_chair(case, form.chosen, form.day, today=today()),
        Words(
            title=_("Voorzitter laten deelnemen"),
            button=_("Laten deelnemen"),
            done=_(
                "De voorzitter neemt nu deel en heeft bericht. U kunt het onderwerp voorstellen."
            ),
            back_url=url_for("agenda_items.propose", id=case.id),
            meta=cases.header(case, today=today()).name,
            consequence=_(
                "De voorzitter leest meteen wie de jongere is, de aanmelding, het plan, de inzet "
                "en de taken, en kan in deze zaak doen wat bij de rol van procesregisseur hoort, "
                "zoals beslissen over de aanmelding. Met ‘Deelname stoppen’ houdt het op. Het "
                "staat bij ‘Wie kan dit dossier zien?’ en in het logboek."
            ),
            why_not=""
            if people
            else _("Elke voorzitter van een komend overleg neemt al deel aan deze zaak."),
        ),
    )


@bp.page(
    "/onderwerp/<uuid:id>/gedeeld",
    action=Action.MEETING_CONTRIBUTE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def mark(item: AgendaItem) -> ResponseReturnValue:
    """Let somebody say what his organisation shared of the case for an item."""
    line, offered = looking.item(item).line, shared.choices(item)
    marked = {each.act_id for each in shared.for_item(item)}
    form = SharedForm(
        data={"acts": [str(each.act_id) for each in offered if each.act_id in marked]}
    )
    form.offer(
        (str(each.act_id), f"{each.title} ({', '.join(each.receivers)})") for each in offered
    )
    return step(
        form,
        lambda: shared.mark_shared(item, form.chosen),
        Words(
            title=_("Gedeeld voor dit onderwerp"),
            button=_("Opslaan"),
            done=_("Het staat erbij."),
            back_url=url_for("agenda_items.show", id=item.id),
            meta=presenting.title(line),
            lead=line.question,
            consequence=_(
                "Wie het leest, verandert niet: dat staat in het besluit om te delen. Wie dat "
                "besluit en dit onderwerp kan zien, ziet dat ze bij elkaar horen."
            ),
            more_url=url_for("sharing.overview", id=item.case_id),
            more_label=_("Bekijk wat er in deze zaak is gedeeld"),
            why_not=""
            if offered and not holding.is_fixed(item)
            else _(
                "Uw organisatie deelt in deze zaak nu niets. Delen begint bij het contactmoment, "
                "de waarneming of het document zelf."
            ),
        ),
    )
