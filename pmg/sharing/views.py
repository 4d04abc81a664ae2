"""Pages of sharing: who reads what and why, one decision, a longer day, and taking it back."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import panels, shares
from pmg.cases import presenting as case_words
from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.cases.shares import Share
from pmg.cases.taking_part import Receiver
from pmg.clock import today
from pmg.documents.models import Document
from pmg.factors.models import FactorObservation
from pmg.journal.models import JournalEntry
from pmg.reference import share_bases
from pmg.reference.legal_bases import PURPOSES
from pmg.reference.share_bases import SHARE_BASES
from pmg.security import access
from pmg.security.policy import Action
from pmg.sharing import agenda, asked, items, presenting, queries, rules, services
from pmg.sharing.forms import RenewForm, ShareForm, StepForm
from pmg.sharing.items import Item
from pmg.sharing.rules import Party
from pmg.sharing.services import Decision
from pmg.web.door import Feature

bp = Feature("sharing", __name__)
bp.record(lambda _state: agenda.plug_in())


@bp.page("/zaken/<uuid:id>/delen", action=Action.SHARE_SHOW, of=Case)
def overview(case: Case) -> ResponseReturnValue:
    """Show who takes part and reads what, and what is shared, on what ground, until when."""
    header = cases.header(case, today=today())
    found = queries.lines(case)
    is_open = services.takes_sharing(case, today=today())
    return render_template(
        "sharing/overview.html",
        case=case,
        header=header,
        bar=case_words.bar(header),
        tabs=panels.tabs(case, "sharing.overview"),
        groups=presenting.groups(queries.readings(case)),
        running=[one for one in found if one.is_running],
        over=[one for one in found if not one.is_running],
        made_for=shares.made_for(case),
        questions=asked.questions(case),
        words=presenting,
        step=StepForm(),
        is_open=is_open,
        may_ask=is_open and access.may(Action.KNOWN_ASK, case),
    )


@bp.page(
    "/contactmoment/<uuid:id>/delen",
    action=Action.SHARE_DECIDE,
    of=JournalEntry,
    methods=("GET", "POST"),
)
def contact(entry: JournalEntry) -> ResponseReturnValue:
    """Let the source share a contact moment."""
    return _share(items.item(entry), url_for("journal.show", id=entry.case_id))


@bp.page(
    "/waarneming/<uuid:id>/delen",
    action=Action.SHARE_DECIDE,
    of=FactorObservation,
    methods=("GET", "POST"),
)
def factor(observation: FactorObservation) -> ResponseReturnValue:
    """Let the source share what was seen of one factor."""
    return _share(items.item(observation), url_for("factors.course", id=observation.case_id))


@bp.page(
    "/documenten/<uuid:id>/delen",
    action=Action.SHARE_DECIDE,
    of=Document,
    methods=("GET", "POST"),
)
def document(paper: Document) -> ResponseReturnValue:
    """Let the source share a document."""
    found = items.item(paper)
    if paper.removed_at is not None:
        return redirect(url_for("documents.overview", id=paper.case_id))
    return _share(found, url_for("documents.show", id=paper.id))


@bp.page(
    "/deling/<uuid:id>/verlengen",
    action=Action.SHARE_DECIDE,
    of=Share,
    methods=("GET", "POST"),
)
def renew(share: Share) -> ResponseReturnValue:
    """Let the source share it longer, with the reason."""
    found = services.item_of(share)
    line = queries.line(share)
    form = RenewForm(until=_usual_end(found))
    back_url = url_for("sharing.overview", id=share.case_id)
    if form.submits(
        lambda: services.renew(
            share, form.until.data or today(), form.reason.data or "", today=today()
        )
    ):
        flash(_("Verlengd. De organisatie leest dit tot de nieuwe dag."), "ok")
        return redirect(back_url)
    return render_template(
        "sharing/renew.html",
        header=cases.header(found.case, today=today()),
        form=form,
        line=line,
        words=presenting,
        back_url=back_url,
    ), form.status


@bp.page("/deling/<uuid:id>/intrekken", action=Action.SHARE_DECIDE, of=Share, methods=("POST",))
def withdraw(share: Share) -> ResponseReturnValue:
    """Let the source end sharing with one organisation."""
    services.withdraw(share)
    flash(_("Delen is gestopt. Die organisatie ziet dit niet meer."), "ok")
    return redirect(url_for("sharing.overview", id=share.case_id))


def _share(found: Item, back_url: str) -> ResponseReturnValue:
    """Ask what a decision needs; show what the receiver will see; share once that was checked.

    The page to check is the same form with everything filled in: nothing is kept in between.
    """
    receivers = services.receivers_of(found)
    form = ShareForm(purpose=found.case.purpose, until=_usual_end(found))
    grounds = share_bases.open_for(found.category.value, access.reader().organisation_type)
    form.offer_grounds(grounds)
    agreements = queries.agreements_for(
        (Party(one.organisation_id, one.kind) for one in receivers), today=today()
    )
    form.offer(((one.organisation_id, one.organisation) for one in receivers), agreements)
    is_open = services.takes_sharing(found.case, today=today())
    if answer := _checked(found, form):
        return answer
    return render_template(
        "sharing/share.html",
        header=cases.header(found.case, today=today()),
        form=form,
        name=presenting.named(items.name(found)),
        kind=found.kind,
        receivers=receivers,
        is_open=is_open,
        hints={
            str(one.organisation_id): _("Dit lezen dan: %(names)s", names=", ".join(one.people))
            for one in receivers
        },
        explained=presenting.explained(grounds),
        back_url=back_url,
    ), form.status


def _checked(found: Item, form: ShareForm) -> ResponseReturnValue | None:
    if request.form.get("terug"):
        return None
    will_read: list[Receiver] = []

    def act() -> None:
        if form.is_checked:
            services.share(found, _decision(form), today=today())
        else:
            will_read.extend(services.check(found, _decision(form), today=today()))

    if not form.submits(act):
        return None
    if not will_read:
        flash(_("Gedeeld. Intrekken kan altijd."), "ok")
        return redirect(url_for("sharing.overview", id=found.case.id))
    return render_template(
        "sharing/check.html",
        header=cases.header(found.case, today=today()),
        carried=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in {"checked", "terug"}
        ],
        name=presenting.named(items.name(found)),
        seen=presenting.seen(found),
        receivers=will_read,
        decision=_decision(form),
        purpose=PURPOSES[form.purpose.data],
        basis=SHARE_BASES[form.legal_basis.data],
        agreement=_chosen_label(form),
    )


def _chosen_label(form: ShareForm) -> str:
    return next(
        str(choice.label)
        for choice in form.agreement.choices
        if choice.value == form.agreement.data
    )


def _decision(form: ShareForm) -> Decision:
    return Decision(
        organisations=form.receivers,
        purpose=form.purpose.data,
        legal_basis=form.legal_basis.data,
        why=form.why.data or "",
        until=form.until.data or today(),
        agreement_id=form.agreement_id,
        no_agreement=form.no_agreement.data or "",
    )


def _usual_end(found: Item) -> date:
    usual, case_until = today() + rules.USUAL_SHARE, found.case.aftercare_until
    return min(usual, case_until) if case_until else usual
