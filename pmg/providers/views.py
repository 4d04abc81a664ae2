"""Pages of providers: the offers that the municipality keeps, and the workspace of a provider."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.cases import members
from pmg.catalogue import shelf as catalogue
from pmg.clock import today
from pmg.errors import Conflict
from pmg.providers import agenda, queries, referring, services
from pmg.providers.forms import (
    AcceptForm,
    ConversationForm,
    NewOfferForm,
    OfferForm,
    RefuseForm,
)
from pmg.providers.models import Offer, ProviderReferral
from pmg.providers.rules import Answer
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("providers", __name__)
bp.record(lambda _state: agenda.plug_in())

# The colour only helps; the word says it.
KINDS = {Answer.ASKED: "warning", Answer.WAITS: "info", Answer.ACCEPTED: "ok"}
_TERMS = {
    "places": _l("Plekken"),
    "price": _l("Prijs"),
    "contract_from": _l("Contract vanaf"),
    "contract_until": _l("Contract tot en met"),
    "areas": _l("Gebieden"),
    "contact": _l("Contact"),
}


@bp.page("/aanbod", action=Action.OFFER_KEEP, of=Workplace)
def offers(_desk: Workplace) -> ResponseReturnValue:
    """Show who offers what, under which contract; how many places are taken is not told here."""
    return render_template("providers/offers.html", offers=queries.offers(), today=today())


@bp.page("/aanbod/nieuw", action=Action.OFFER_KEEP, of=Workplace, methods=("GET", "POST"))
def make(_desk: Workplace) -> ResponseReturnValue:
    """Let the policy officer enter what an organisation offers."""
    form = NewOfferForm()
    form.offer_who(
        ((one.id, one.name) for one in members.organisations()), catalogue.offered(today())
    )
    form.offer_areas(_areas())
    if form.submits(
        lambda: services.make_offer(
            form.organisation_id,
            form.intervention.data,
            form.terms(),
            reason=form.reason.data or "",
        )
    ):
        flash(_("Het aanbod staat erin. Wie inzet zoekt, ziet het meteen."), "ok")
        return redirect(url_for("providers.offers"))
    return render_template("providers/make.html", form=form), form.status


@bp.page("/aanbod/<uuid:id>", action=Action.OFFER_KEEP, of=Offer, methods=("GET", "POST"))
def change(offer: Offer) -> ResponseReturnValue:
    """Show one offer with what it said before, and let the policy officer change it."""
    form = OfferForm(data=_present(offer))
    form.offer_areas(_areas())
    try:
        if form.submits(
            lambda: services.change_offer(
                offer, form.terms(), reason=form.reason.data or "", version=form.seen_version
            )
        ):
            flash(_("Het aanbod is gewijzigd. De vorige versie blijft staan."), "ok")
            return redirect(url_for("providers.change", id=offer.id))
    except Conflict as conflict:
        fields = [
            {"label": label, "mine": conflict.mine[name], "theirs": conflict.theirs[name]}
            for name, label in _TERMS.items()
            if conflict.mine[name] != conflict.theirs[name]
        ]
        back_url = url_for("providers.change", id=offer.id)
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    return render_template(
        "providers/change.html",
        form=form,
        offered=queries.offered(offer),
        history=queries.history(offer),
    ), form.status


@bp.page("/aangemeld", action=Action.PROVIDER_LIST, of=Workplace)
def mine(_desk: Workplace) -> ResponseReturnValue:
    """Show a provider what was referred to his organisation, in the order in which it came."""
    found = queries.sent_to_us()
    return render_template(
        "providers/mine.html",
        groups=[
            (answer, [one for one in found if one.answer is answer])
            for answer in (Answer.ASKED, Answer.WAITS, Answer.ACCEPTED)
        ],
        kinds=KINDS,
        is_empty=not found,
        refused=queries.refused_by_us(),
    )


@bp.page("/aangemeld/<uuid:id>", action=Action.PROVIDER_SHOW, of=ProviderReferral)
def show(referral: ProviderReferral) -> ResponseReturnValue:
    """Show a provider all that was sent of a youth, and nothing else."""
    free, waiting = queries.places(referral.offer_id)
    return render_template(
        "providers/show.html",
        letter=queries.letter(referral),
        kinds=KINDS,
        free=free,
        waiting=waiting,
        form=AcceptForm(version=referral.version),
    )


@bp.page(
    "/aangemeld/<uuid:id>/aannemen",
    action=Action.PROVIDER_ANSWER,
    of=ProviderReferral,
    methods=("GET", "POST"),
)
def accept(referral: ProviderReferral) -> ResponseReturnValue:
    """Let a provider give a place, or put the youth on the waiting list when it is full."""
    form = AcceptForm(version=referral.version)

    def act() -> str:
        outcome = referring.answer_as_provider(referral, form.said(), today=today())
        if outcome is Answer.ACCEPTED:
            return str(_("De jongere heeft een plek. Leg het eerste gesprek vast als het er was."))
        return str(_("Er is nu geen plek. De jongere staat op de wachtlijst."))

    free, waiting = queries.places(referral.offer_id)
    return _step(referral, form, act, page="accept", free=free, waiting=waiting)


@bp.page(
    "/aangemeld/<uuid:id>/weigeren",
    action=Action.PROVIDER_ANSWER,
    of=ProviderReferral,
    methods=("GET", "POST"),
)
def refuse(referral: ProviderReferral) -> ResponseReturnValue:
    """Let a provider say no, with the reason; from then on he sees nothing of it any more."""
    form = RefuseForm(version=referral.version)

    def act() -> str:
        referring.answer_as_provider(referral, form.said(), today=today())
        return str(_("U hebt niet aangenomen. De verwijzer krijgt uw reden te lezen."))

    return _step(referral, form, act, page="refuse", ends=True)


@bp.page(
    "/aangemeld/<uuid:id>/gesprek",
    action=Action.PROVIDER_ANSWER,
    of=ProviderReferral,
    methods=("GET", "POST"),
)
def converse(referral: ProviderReferral) -> ResponseReturnValue:
    """Let a provider note when the first conversation was."""
    form = ConversationForm(version=referral.version)

    def act() -> str:
        referring.note_conversation(
            referral,
            form.day(),
            action=Action.PROVIDER_ANSWER,
            version=form.seen_version,
            today=today(),
        )
        return str(_("Het eerste gesprek is vastgelegd."))

    return _step(referral, form, act, page="converse")


def _step(
    referral: ProviderReferral,
    form: Form,
    act: Callable[[], str],
    *,
    page: str,
    ends: bool = False,
    **shown: Any,
) -> ResponseReturnValue:
    """Show what a step asks and do it; `act` returns what to say when it is done."""
    back_url = url_for("providers.show", id=referral.id)
    done: list[str] = []
    try:
        if form.submits(lambda: done.append(act())):
            flash(done[0], "ok")
            return redirect(url_for("providers.mine") if ends else back_url)
    except Conflict as conflict:
        told = conflict.theirs["told"]
        page_url = url_for("providers.mine")
        answer = render_template("providers/first.html", told=told, return_url=page_url)
        return answer, HTTPStatus.CONFLICT
    return render_template(
        f"providers/{page}.html",
        letter=queries.letter(referral),
        form=form,
        back_url=back_url,
        **shown,
    ), form.status


def _areas() -> list[tuple[str, str]]:
    place = MUNICIPALITIES.get(access.reader().municipality_id)
    return [(area.code, area.name) for area in place.focus_areas] if place else []


def _present(offer: Offer) -> dict[str, Any]:
    terms = offer.terms
    return {
        "version": offer.version,
        "places": str(terms.places),
        "price": "" if terms.price is None else str(terms.price),
        "contract_from": terms.contract_from,
        "contract_until": terms.contract_until,
        "areas": list(terms.areas),
        "contact": terms.contact,
    }
