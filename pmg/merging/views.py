"""Pages of merging: two files side by side, and what a second person decides about them."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.cases.rules import Gender
from pmg.clock import today
from pmg.merging import agenda, on_case, queries, services
from pmg.merging.forms import (
    NO,
    YES,
    JudgeForm,
    NumberForm,
    ProposeForm,
    UndoForm,
    WithdrawForm,
)
from pmg.merging.models import YouthMerge
from pmg.merging.queries import Standing
from pmg.merging.rules import Field, State
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.formats import day
from pmg.web.submit import fresh_key

bp = Feature("merging", __name__)
bp.record(lambda _state: on_case.plug_in())
bp.record(lambda _state: agenda.plug_in())

_SAID = {
    State.MERGED: _l("De dossiers zijn van één jongere."),
    State.REFUSED: _l("De dossiers blijven twee jongeren."),
    State.UNDO_ASKED: _l("Uw vraag wacht op een tweede persoon."),
    State.UNDONE: _l("De dossiers zijn weer van twee jongeren."),
    State.WITHDRAWN: _l("Uw voorstel is ingetrokken."),
}
Shown = dict[str, dict[str, str]]


@bp.page(
    "/zaken/<uuid:id>/samenvoegen", action=Action.MERGE_PROPOSE, of=Case, methods=("GET", "POST")
)
def propose(case: Case) -> ResponseReturnValue:
    """Lay two files side by side, choose what is right of both, and propose to make them one."""
    form, found = NumberForm(), []
    if not form.submits(lambda: found.append(services.find_other(case, form.number.data or ""))):
        header = cases.header(case, today=today())
        page = render_template("merging/number.html", form=form, case=case, header=header)
        return page, form.status
    return _side_by_side(case, found[0])


def _side_by_side(case: Case, other: Case) -> ResponseReturnValue:
    both = services.side_by_side(case, other)
    shown = {"kept": both.kept.shown(), "lost": both.lost.shown()}
    values = {
        field: (_choice(field, shown["kept"], case), _choice(field, shown["lost"], other))
        for field in both.differing
    }
    sends = request.form.get("stap") == "voorstellen"
    form = ProposeForm(values, **({} if sends else {"formdata": None}))
    made: list[YouthMerge] = []
    if sends and form.submits(
        lambda: made.append(
            services.propose(
                case,
                other,
                services.Proposal(form.reason.data or "", form.taken(), form.seen.data or ""),
            )
        )
    ):
        flash(_("Uw voorstel wacht op een tweede persoon."), "ok")
        return redirect(url_for("merging.show", id=made[0].id))
    form.number.data, form.seen.data = other.number, both.seen
    if form.status == 200:  # noqa: PLR2004  (the key of the first step is used up by showing this)
        form.submit_key.data = fresh_key()
    page = render_template(
        "merging/propose.html",
        form=form,
        case=case,
        other=other,
        rows=_rows(shown),
        differing=both.differing,
        header=cases.header(case, today=today()),
    )
    return page, form.status


def _choice(field: Field, shown: dict[str, str], case: Case) -> str:
    value = _word(field, shown[field]) or _("niet ingevuld")
    return str(_("%(value)s (zaak %(number)s)", value=value, number=case.number))


def _word(field: Field, value: str) -> str:
    if field is Field.BIRTH_DATE:
        return day(date.fromisoformat(value))
    return str(Gender(value).label) if field is Field.GENDER else value


def _rows(shown: Shown) -> list[tuple[Field, str, str]]:
    return [
        (field, _word(field, shown["kept"][field]), _word(field, shown["lost"][field]))
        for field in Field
    ]


@bp.page(
    "/samenvoegen/<uuid:id>", action=Action.MERGE_DECIDE, of=YouthMerge, methods=("GET", "POST")
)
def show(merge: YouthMerge) -> ResponseReturnValue:
    """Show what was proposed about two files, and take the answer of a second person."""
    standing = queries.standing(merge)
    form, act = _asked(merge, standing)
    sent = request.form.get("wat", "")
    if request.method == "POST" and sent != (form.wat.data if form else ""):
        flash(_("Een collega was u voor. Kijk hoe het nu is."), "warning")
        return redirect(url_for("merging.show", id=merge.id))
    if form is not None and form.submits(act):
        flash(_SAID[State(merge.state)], "ok")
        return redirect(url_for("merging.show", id=merge.id))
    shown = merge.shown
    page = render_template(
        "merging/show.html",
        merge=merge,
        standing=standing,
        form=form,
        State=State,
        rows=_rows(shown) if shown else [],
        taken=frozenset(merge.taken),
        back_case=merge.access_case_id,
    )
    return page, form.status if form is not None else 200


def _asked(
    merge: YouthMerge, standing: Standing
) -> tuple[JudgeForm | UndoForm | WithdrawForm | None, Callable[[], None]]:
    """Return the form for this reader at this moment, and what sending it does."""
    form: JudgeForm | UndoForm | WithdrawForm
    if standing.state in {State.PROPOSED, State.UNDO_ASKED} and standing.is_own:
        form = WithdrawForm()
        act = lambda: services.withdraw(merge)  # noqa: E731
    elif standing.state is State.PROPOSED:
        form = judge = JudgeForm(
            [
                (YES, _("Ja, dit is dezelfde jongere: voeg samen")),
                (NO, _("Nee, dit zijn twee jongeren, of ik weet het niet zeker")),
            ]
        )
        act = lambda: _judge(merge, judge)  # noqa: E731
    elif standing.state is State.UNDO_ASKED and standing.can_be_undone:
        form = judge = JudgeForm(
            [
                (YES, _("Ja, maak het ongedaan: dit zijn twee jongeren")),
                (NO, _("Nee, dit blijft dezelfde jongere")),
            ],
            with_reason=False,
        )
        act = lambda: _judge_undo(merge, judge)  # noqa: E731
    elif standing.state is State.MERGED and standing.can_be_undone:
        form = undo = UndoForm()
        act = lambda: services.ask_undo(merge, undo.reason.data or "")  # noqa: E731
    else:
        return None, lambda: None
    form.wat.data = f"{standing.state}.{type(form).__name__}"
    return form, act


def _judge(merge: YouthMerge, form: JudgeForm) -> None:
    if form.answer.data == YES:
        services.approve(merge)
    else:
        services.decline(merge, form.reason.data or "")


def _judge_undo(merge: YouthMerge, form: JudgeForm) -> None:
    if form.answer.data == YES:
        services.undo(merge)
    else:
        services.keep_merged(merge)
