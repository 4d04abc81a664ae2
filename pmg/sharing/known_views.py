"""Pages of one question: whether another organisation knows this youth."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.clock import today
from pmg.security.policy import Action
from pmg.sharing import asked, known, presenting, services
from pmg.sharing.forms import AnswerForm, AskForm
from pmg.sharing.known import Question
from pmg.sharing.models import KnownQuestion
from pmg.web.door import Feature

bp = Feature("known", __name__)


@bp.page("/zaken/<uuid:id>/bekend", action=Action.KNOWN_ASK, of=Case, methods=("GET", "POST"))
def ask(case: Case) -> ResponseReturnValue:
    """Ask another organisation of the case whether it knows the youth."""
    form, organisations = AskForm(purpose=case.purpose), known.may_be_asked(case)
    grounds = known.grounds()
    form.offer_grounds(grounds)
    form.offer(organisations)
    back_url = url_for("sharing.overview", id=case.id)
    if form.submits(lambda: known.ask(case, _question(form), today=today())):
        flash(_("De vraag is gesteld. U krijgt bericht als er antwoord is."), "ok")
        return redirect(back_url)
    return render_template(
        "sharing/ask.html",
        header=cases.header(case, today=today()),
        form=form,
        organisations=organisations,
        is_open=services.takes_sharing(case, today=today()),
        explained=presenting.explained(grounds),
        back_url=back_url,
    ), form.status


@bp.page("/bekend/<uuid:id>", action=Action.KNOWN_ANSWER, of=KnownQuestion, methods=("GET", "POST"))
def answer(question: KnownQuestion) -> ResponseReturnValue:
    """Let the organisation that is asked answer in one of three words."""
    case, form = asked.case_of(question), AnswerForm()
    back_url = url_for("sharing.overview", id=case.id)
    if form.submits(
        lambda: known.answer(question, form.said(), get_in_touch=bool(form.get_in_touch.data))
    ):
        flash(_("Uw antwoord is gegeven. Er is niets van uw organisatie geopend."), "ok")
        return redirect(back_url)
    return render_template(
        "sharing/answer.html",
        header=cases.header(case, today=today()),
        form=form,
        question=asked.one(question),
        back_url=back_url,
    ), form.status


def _question(form: AskForm) -> Question:
    return Question(form.chosen(), form.purpose.data, form.legal_basis.data, form.words.data or "")
