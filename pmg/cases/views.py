"""Pages of cases: the own list, the way in, the file, and the way out."""

import dataclasses
from http import HTTPStatus
from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import (
    agenda,
    drafting,
    finding,
    known,
    panels,
    presenting,
    queries,
    rules,
    services,
)
from pmg.cases import caseload as lists
from pmg.cases.files import details_of, mark_of
from pmg.cases.forms import (
    CaseloadForm,
    CloseForm,
    EditForm,
    FindForm,
    LookUpForm,
    ReferralForm,
)
from pmg.cases.intake import Terms
from pmg.cases.members import organisations
from pmg.cases.models import Case
from pmg.clock import today
from pmg.errors import Conflict, Invalid
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.drafts import Drafting
from pmg.web.formats import day
from pmg.web.submit import fresh_key

bp = Feature("cases", __name__)
bp.record(lambda _state: agenda.plug_in())


def _ages() -> rules.AgeBounds:
    settings = current_app.config["SETTINGS"]
    return rules.AgeBounds(settings.minimum_age, settings.maximum_age)


def _person_terms() -> dict[str, Any]:
    return {"with_bsn": known.may_give_bsn(), "ages": _ages()}


def _details_terms() -> dict[str, Any]:
    reader = access.reader()
    return _person_terms() | {
        "municipality_id": reader.municipality_id,
        "organisation_type": reader.organisation_type,
    }


@bp.page("/zaken", action=Action.CASE_LIST, of=Workplace)
def caseload(desk: Workplace) -> ResponseReturnValue:
    """Show the reader's own cases."""
    form = CaseloadForm(request.args, municipality_id=desk.municipality_id)
    kept = form.kept()
    wanted = lists.Wanted(form.fase.data, form.gebied.data, _cursor(), form.order)
    page = lists.caseload(wanted, today=today())
    if session.get("caseload", {}) != kept:  # else every look at the list sends a new cookie
        session["caseload"] = kept
    return render_template(
        "cases/caseload.html",
        desk=desk,
        form=form,
        find_form=FindForm(formdata=None),
        page=page,
        filtered=bool(kept.keys() - {"volgorde"}),
        kept=kept,
        has_page=panels.has_page,
        contact_page=panels.has_page("journal.record"),
        previous_url=page.previous and url_for("cases.caseload", voor=page.previous, **kept),
        next_url=page.following and url_for("cases.caseload", na=page.following, **kept),
    )


@bp.page("/zaken/zoeken", action=Action.CASE_LIST, of=Workplace, methods=("GET", "POST"))
def find(desk: Workplace) -> ResponseReturnValue:
    """Find own cases by name, birth date or number."""
    form, found = FindForm(), None

    def look() -> None:
        nonlocal found
        found = finding.find(form.question, today=today())

    form.submits(look)
    return render_template(
        "cases/find.html",
        desk=desk,
        form=form,
        found=found,
        contact_page=panels.has_page("journal.record"),
    ), form.status


@bp.app_context_processor
def _way_back() -> dict[str, Any]:
    return {"caseload_url": lambda: url_for("cases.caseload", **session.get("caseload", {}))}


def _cursor() -> lists.Cursor | None:
    if before := request.args.get("voor"):
        return lists.Cursor.read(before, backwards=True)
    return lists.Cursor.read(request.args.get("na", ""))


@bp.page("/zaken/bekend", action=Action.YOUTH_CHECK, of=Workplace, methods=("GET", "POST"))
def look_up(_desk: Workplace) -> ResponseReturnValue:
    """Ask who it is about, and tell whether the youth may be known."""
    form = LookUpForm(**_person_terms())
    hits: list[known.Hit] | None = None

    def look() -> None:
        nonlocal hits
        hits = services.look_up(form.person())

    form.submits(look)
    return render_template("cases/look_up.html", form=form, hits=hits), form.status


@bp.page("/zaken/aanmelding", action=Action.CASE_REFER, of=Workplace, methods=("GET", "POST"))
def refer(_desk: Workplace) -> ResponseReturnValue:
    """Take a referral in three steps: answer, check, send. No answer stands in an address."""
    if request.method == "GET":
        return redirect(url_for("cases.look_up"))
    form = ReferralForm(**_details_terms())
    step = request.form.get("stap", "")
    if step == "versturen":
        return _send(form)
    if step == "controleren" and form.validate():
        hits = _hits(form)
        if hits is None or (hits and not form.other_because.data):
            return _refer_page(form, hits)
        if not hits:
            form.other_because.data = None
        form.submit_key.data = fresh_key()  # the present key is used up by showing this page
        return render_template(
            "cases/check_referral.html",
            form=form,
            sections=presenting.answers(form.intake(), with_bsn="bsn" in form),
            carried=form.carried(),
        )
    return _refer_page(form)


def _send(form: ReferralForm) -> ResponseReturnValue:
    made: list[Case] = []
    act = lambda: made.append(services.refer_new(form.intake(), today=today(), ages=_ages()))  # noqa: E731
    if form.submits(act):
        return redirect(url_for("cases.referred", id=made[0].id))
    return _refer_page(form)


def _hits(form: ReferralForm) -> list[known.Hit] | None:
    """Return who is known and much alike; None, with the message on the form, when it may not."""
    try:
        return services.who_is_known(form.intake())
    except Invalid as refusal:
        form.form_errors.append(refusal.message)
        return None


def _refer_page(form: ReferralForm, hits: list[known.Hit] | None = None) -> ResponseReturnValue:
    if form.status == HTTPStatus.OK:
        form.submit_key.data = fresh_key()
    page = render_template("cases/refer.html", form=form, hints=_hints(), hits=hits)
    return page, form.status


def _hints() -> dict[str, list[tuple[str, str]]]:
    return presenting.explanations(access.reader().organisation_type)


@bp.page("/zaken/<uuid:id>/aangemeld", action=Action.CASE_SHOW, of=Case)
def referred(case: Case) -> ResponseReturnValue:
    """Say that the referral has come in, and what happens now."""
    return render_template("cases/referred.html", case=case)


@bp.page("/zaken/<uuid:id>", action=Action.CASE_SHOW, of=Case)
def show(case: Case) -> ResponseReturnValue:
    """Show the file of one youth."""
    file = queries.case_file(case, today=today())
    main_step = presenting.main_step(case, file)
    return render_template(
        "cases/show.html",
        case=case,
        file=file,
        header=file.header,
        tabs=panels.tabs(case, "cases.show"),
        bar=presenting.bar(file.header),
        main_step=main_step,
        steps=[
            step
            for step in presenting.next_steps(case, file)
            if not main_step or step.url != main_step.url  # that one is the button at the top
        ],
        referral=presenting.referral_facts(file),
        facts=presenting.key_facts(case, file),
        timeline=presenting.timeline(case, file),
        main_panels=panels.panels(case, panels.Position.MAIN),
        aside_panels=panels.panels(case, panels.Position.ASIDE),
        may_reveal=file.youth.bsn_sealed is not None and access.may(Action.BSN_REVEAL, case),
        hand_over_page=panels.has_page("teams.hand_over"),
        log_page=panels.has_page("oversight.who_has_seen"),
        inform_page=panels.has_page("informing.letter"),
        today=today(),
    )


@bp.page("/zaken/<uuid:id>/bsn", action=Action.BSN_REVEAL, of=Case, methods=("POST",))
def reveal_bsn(case: Case) -> ResponseReturnValue:
    """Show the citizen service number, once."""
    return render_template("cases/reveal_bsn.html", case=case, bsn=services.reveal_bsn(case))


@bp.page("/zaken/<uuid:id>/gegevens", action=Action.CASE_EDIT, of=Case, methods=("GET", "POST"))
def edit(case: Case) -> ResponseReturnValue:
    """Correct what is kept of a youth and of the ground of his case."""
    youth, referral = queries.details_and_mark(case)
    present = dataclasses.asdict(details_of(case, youth)) | {"seen": mark_of(case, youth)}
    form = EditForm(data=present, **_details_terms())
    if referral.told:
        del form.told_on
    reader = access.reader()
    terms = Terms(reader.municipality_id, reader.organisation_type, today(), _ages())
    try:
        if form.submits(lambda: services.edit_details(case, form.correction(), terms=terms)):
            flash(_("De gegevens zijn bijgewerkt."), "ok")
            return redirect(url_for("cases.show", id=case.id))
    except Conflict as conflict:
        return _both_texts(form, case, conflict), HTTPStatus.CONFLICT
    page = render_template("cases/edit.html", form=form, case=case, hints=_hints())
    return page, form.status


def _both_texts(form: EditForm, case: Case, conflict: Conflict) -> str:
    fields = [
        {"label": form[name].label.text, "mine": mine, "theirs": conflict.theirs[name]}
        for name, mine in conflict.mine.items()
    ]
    back = url_for("cases.edit", id=case.id)
    return render_template("errors/conflict.html", fields=fields, return_url=back)


@bp.page("/zaken/<uuid:id>/afsluiten", action=Action.CASE_CLOSE, of=Case, methods=("GET", "POST"))
def close(case: Case) -> ResponseReturnValue:
    """Close a case with its result."""
    partners = [(str(each.id), f"{each.name} ({each.kind})") for each in organisations()]
    form = CloseForm(closed_on=today(), partners=partners)
    draft = Drafting(form, drafting.CLOSING, case)
    if kept := draft.answer():
        return kept
    if form.submits(lambda: services.close_case(case, form.ending(), today=today())):
        draft.drop()
        until = day(rules.retention_until(case.facts))
        flash(
            _("De zaak is afgesloten. Wij bewaren de gegevens tot en met %(day)s.", day=until), "ok"
        )
        return redirect(url_for("cases.show", id=case.id))
    draft.restore()
    header = queries.header(case, today=today())
    closing = rules.Facts(case.referred_on, case.referred_on, rules.Outcome.ACCEPT, None, today())
    return render_template(
        "cases/close.html",
        form=form,
        draft=draft,
        case=case,
        header=header,
        kept_until=rules.retention_until(closing),
    ), form.status
