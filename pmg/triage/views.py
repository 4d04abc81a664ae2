"""Pages of triage: the referrals of this week, one by one, and what their referrers hear."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pmg.cases import drafting, panels, presenting, rules
from pmg.cases import queries as cases
from pmg.cases.members import colleagues
from pmg.cases.models import Case
from pmg.cases.panels import Panel, Position
from pmg.clock import today
from pmg.errors import Conflict
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action, Role
from pmg.triage import agenda, queries, services
from pmg.triage.forms import SlotForm, ToldForm, TriageForm
from pmg.triage.models import ReferralFeedback
from pmg.triage.rules import Clock
from pmg.web.door import Feature
from pmg.web.drafts import Drafting

bp = Feature("triage", __name__)
bp.record(lambda _state: agenda.plug_in())
bp.record(lambda _state: panels.plug_in(Position.ASIDE, _panel))


def _panel(case: Case) -> Panel | None:
    """Show on the page of a case what the referrer may hear, and whether he did."""
    told = queries.of_case(case)
    return Panel("triage/_panel.html", {"told": told, "case": case}) if told else None


def _waits(clock: Clock) -> str:
    """Return in words how long a referral waits."""
    if not clock.days:
        return str(_("vandaag aangemeld"))
    return str(ngettext("%(num)d dag geleden", "%(num)d dagen geleden", clock.days))


def _left(clock: Clock) -> str:
    """Return in words how much of the term is left; '' without a term."""
    if clock.left is None:
        return ""
    if clock.is_late:
        return str(ngettext("%(num)d dag te laat", "%(num)d dagen te laat", -clock.left))
    if not clock.left:
        return str(_("vandaag is de laatste dag"))
    return str(ngettext("nog %(num)d dag", "nog %(num)d dagen", clock.left))


@bp.page("/triage", action=Action.TRIAGE_LIST, of=Workplace)
def week(desk: Workplace) -> ResponseReturnValue:
    """Show when triage is, who waits for a decision, and whom is still to be told."""
    return render_template(
        "triage/week.html",
        desk=desk,
        begin=queries.next_begin(),
        slot=queries.slot(),
        rows=queries.waiting(today=today()),
        most=queries.MOST,
        to_tell=queries.to_tell(),
        waits=_waits,
        left=_left,
    )


@bp.page("/triage/tijd", action=Action.TRIAGE_SET, of=Workplace, methods=("GET", "POST"))
def set_slot(_desk: Workplace) -> ResponseReturnValue:
    """Let a process director set the fixed time and the term."""
    fixed = queries.slot()
    present: dict[str, Any] = {}
    if fixed:
        present = {
            "weekday": fixed.weekday.value,
            "starts": fixed.starts,
            "minutes": str(fixed.minutes),
            "term_days": str(fixed.term_days),
        }
    form = SlotForm(data=present)
    if form.submits(lambda: services.set_slot(form.slot())):
        flash(_("De vaste tijd is bewaard en geldt vanaf nu."), "ok")
        return redirect(url_for("triage.week"))
    page = render_template("triage/set_slot.html", form=form, slots=queries.slots())
    return page, form.status


@bp.page("/triage/terugkoppeling", action=Action.TRIAGE_LIST, of=Workplace)
def to_tell(_desk: Workplace) -> ResponseReturnValue:
    """Show whom the reader has yet to tell of a decision."""
    return render_template("triage/to_tell.html", rows=queries.to_tell())


@bp.page("/zaken/<uuid:id>/triage", action=Action.CASE_TRIAGE, of=Case, methods=("GET", "POST"))
def decide(case: Case) -> ResponseReturnValue:
    """Decide on a referral, by itself or as the next of those that wait."""
    file = cases.case_file(case, today=today())
    entered_by = file.referral.submitted_by
    turn = queries.turn(case, today=today()) if "reeks" in request.args else None
    form = TriageForm(
        directors=_people(Role.CASE_DIRECTOR),
        workers=_people(Role.YOUTH_WORKER),
        people=_readers(),
        entered_by_oneself=entered_by == access.reader().user_id,
    )
    draft = Drafting(form, drafting.DECIDING, case)
    if kept := draft.answer():
        return kept
    if form.submits(lambda: services.decide(case, form.decision(), form.feedback(), today=today())):
        draft.drop()
        flash(_decided(form), "ok")
        if turn is None:
            return redirect(url_for("cases.show", id=case.id))
        onward = turn.following or turn.previous
        return redirect(_in_turn(onward) if onward else url_for("triage.week"))
    draft.restore()
    declined = rules.Facts(case.referred_on, today(), rules.Outcome.DECLINE)
    return render_template(
        "triage/decide.html",
        form=form,
        draft=draft,
        case=case,
        header=file.header,
        referral=presenting.referral_facts(file),
        entered_by=file.names.get(entered_by, ""),
        decided=case.triaged_on is not None,
        declined_until=rules.retention_until(declined),
        turn=turn,
        in_turn=_in_turn,
        waits=_waits,
        left=_left,
    ), form.status


def _decided(form: TriageForm) -> str:
    if form.feedback().to_whom.needs_telling:
        return str(
            _("Uw besluit is vastgelegd. De aanmelder moet het nog horen: dat staat bij Vandaag.")
        )
    return str(_("Uw besluit is vastgelegd. De aanmelder leest het in dit programma."))


def _in_turn(case_id: UUID) -> str:
    return url_for("triage.decide", id=case_id, reeks=1)


def _people(role: Role) -> list[tuple[str, str]]:
    return [(str(who.id), f"{who.name} ({who.organisation})") for who in colleagues(role)]


def _readers() -> list[tuple[str, str]]:
    own = str(access.reader().user_id)
    found = dict(pair for role in services.READERS for pair in _people(role) if pair[0] != own)
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


@bp.page("/terugkoppeling/<uuid:id>", action=Action.FEEDBACK_SHOW, of=ReferralFeedback)
def told(feedback: ReferralFeedback) -> ResponseReturnValue:
    """Show a referrer the decision in words that may be told, and nothing else."""
    return render_template("triage/told.html", told=queries.told(feedback))


@bp.page(
    "/terugkoppeling/<uuid:id>/vertellen",
    action=Action.FEEDBACK_KEEP,
    of=ReferralFeedback,
    methods=("GET", "POST"),
)
def keep(feedback: ReferralFeedback) -> ResponseReturnValue:
    """Let the process director note how and when the referrer was told."""
    form = ToldForm(data={"version": feedback.version, "told_on": today()})
    try:
        if form.submits(lambda: services.note_told(feedback, form.telling(), today=today())):
            flash(_("Vastgelegd: de aanmelder weet het besluit."), "ok")
            return redirect(url_for("triage.to_tell"))
    except Conflict as conflict:
        fields = [
            {
                "label": _l("Hoe verteld"),
                "mine": conflict.mine["way"],
                "theirs": conflict.theirs["way"],
            }
        ]
        back_url = url_for("triage.told", id=feedback.id)
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    kind, name = queries.referrer(feedback)
    return render_template(
        "triage/keep.html", form=form, told=queries.told(feedback), kind=kind, name=name
    ), form.status
