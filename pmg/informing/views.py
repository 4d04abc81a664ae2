"""Pages for the youth: the letter about his file, and what stands in it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.action_plans import queries as plans
from pmg.cases import panels, rules
from pmg.cases import presenting as case_presenting
from pmg.cases import queries as cases
from pmg.cases import services as case_services
from pmg.cases.models import Case
from pmg.clock import today
from pmg.delivery import presenting as delivery_presenting
from pmg.delivery import queries as delivery
from pmg.documents import queries as documents
from pmg.factors import queries as factors
from pmg.informing import letters
from pmg.informing.forms import ToldForm
from pmg.informing.letters import Reader
from pmg.interventions import queries as interventions
from pmg.journal import queries as journal
from pmg.measures import presenting as measures_presenting
from pmg.measures import queries as measures
from pmg.meetings import looking as meetings
from pmg.reference.legal_bases import LEGAL_BASES, PURPOSES
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.security import access
from pmg.security.policy import Action, Role
from pmg.sharing import presenting as sharing_presenting
from pmg.sharing import queries as sharing
from pmg.tasks import seats
from pmg.triage import queries as triage
from pmg.web.door import Feature

bp = Feature("informing", __name__)
_GUIDES = (Role.YOUTH_WORKER, Role.CASE_DIRECTOR)


@bp.page("/zaken/<uuid:id>/brief", action=Action.YOUTH_INFORM, of=Case)
def letter(case: Case) -> ResponseReturnValue:
    """Show the letter that says why there is a file, for who is going to read it."""
    file = cases.case_file(case, today=today())
    age = file.header.age
    asked = request.args.get("voor", "")
    chosen = Reader(asked) if asked in set(Reader) else letters.first_reader(age)
    return render_template(
        "informing/letter.html",
        case=case,
        file=file,
        letter_for=chosen,
        readers=Reader,
        with_parents=letters.has_parents_letter(age),
        place=MUNICIPALITIES[case.municipality_id].name,
        referrer=rules.ReferrerKind(file.referral.referrer_kind).label,
        purpose=PURPOSES[case.purpose],
        basis=LEGAL_BASES[case.legal_basis],
        guides=[seat for seat in seats.seats(case) if seat.function in _GUIDES],
        years=rules.CLOSED_MONTHS // 12,
        months=rules.DECLINED_MONTHS,
        form=_telling(case, file) and ToldForm(data={"told_on": today()}),
    )


def _telling(case: Case, file: cases.CaseFile) -> bool:
    still = not file.referral.told and file.header.status.is_open
    return still and access.may(Action.CASE_EDIT, case)


@bp.page("/zaken/<uuid:id>/verteld", action=Action.CASE_EDIT, of=Case, methods=("GET", "POST"))
def told(case: Case) -> ResponseReturnValue:
    """Write down that the youth was told."""
    form = ToldForm(data={"told_on": today()})
    if form.submits(lambda: case_services.tell(case, form.told(), today=today())):
        flash(_("Vastgelegd: de jongere weet van de aanmelding."), "ok")
        return redirect(url_for("cases.show", id=case.id))
    header = cases.header(case, today=today())
    page = render_template("informing/told.html", case=case, header=header, form=form)
    return page, form.status


@bp.page("/zaken/<uuid:id>/mijn-gegevens", action=Action.YOUTH_INFORM, of=Case)
def own_data(case: Case) -> ResponseReturnValue:
    """Show the youth what is written about him, as far as the reader may read it."""
    day = today()
    file = cases.case_file(case, today=day)
    contact = journal.journal(case)
    return render_template(
        "informing/own_data.html",
        case=case,
        file=file,
        facts=case_presenting.key_facts(case, file),
        referral=case_presenting.referral_facts(file),
        decisions=case_presenting.decisions(file),
        feedback=triage.of_case(case),
        plan=plans.plan(case, today=day),
        seen=factors.newest_of_each(
            each
            for each in reversed(factors.course(case))
            # What a source gave under its own law is told by the source: it is not taken out here.
            if not each.is_corrected and each.bound is None
        ),
        notes=[note for note in contact.notes if not note.is_private],
        meetings=contact.meetings,
        lines=interventions.trajectories(case),
        told=interventions.told_to_providers(case),
        agreed=meetings.agreed(case),
        delivered=delivery.written(case, today=day),
        delivery_words=delivery_presenting,
        papers=[paper for paper in documents.overview(case) if paper.bound is None],
        shared=[one for one in sharing.lines(case) if one.is_running and one.bound is None],
        shared_words=sharing_presenting,
        measured=measures.written(case),
        measure_words=measures_presenting,
        log_page=panels.has_page("oversight.who_has_seen"),
        today=day,
    )
