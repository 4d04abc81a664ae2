"""Pages of appointments: one's own days and weeks, and each from its plan to how it went."""

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.clock import AMSTERDAM, now, today
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.journal import agenda, calendar, planning, rules, services, sharing
from pmg.journal import presenting as words
from pmg.journal.answers import PRIVATE
from pmg.journal.forms import (
    CancelForm,
    DayFilter,
    HeldForm,
    MissedForm,
    MoveForm,
    PlanForm,
)
from pmg.journal.models import Appointment
from pmg.journal.rules import When
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.drafts import Drafting
from pmg.web.forms import Form

bp = Feature("appointments", __name__)
bp.record(lambda _state: agenda.plug_in())


@bp.page("/afspraken", action=Action.APPOINTMENT_LIST, of=Workplace)
def own_days(_desk: Workplace) -> ResponseReturnValue:
    """Show the reader's own day or week."""
    form = DayFilter(request.args)
    chosen = form.dag.data if form.validate() else None
    day = words.within_reach(chosen or today(), today())
    is_week = "week" in request.args
    wanted = rules.week_of(day) if is_week else (day,)
    step = timedelta(days=len(wanted))
    return render_template(
        "journal/own_days.html",
        form=form,
        days=calendar.days(wanted),
        unanswered=calendar.unanswered(now()),
        is_week=is_week,
        day=day,
        today=today(),
        day_url=_page(day, is_week=False),
        week_url=_page(day, is_week=True),
        before_url=_page(wanted[0] - step, is_week=is_week),
        after_url=_page(wanted[0] + step, is_week=is_week),
    )


def _page(day: date, *, is_week: bool) -> str:
    week = 1 if is_week else None
    return url_for("appointments.own_days", dag=f"{day:%d-%m-%Y}", week=week)


@bp.page(
    "/zaken/<uuid:id>/afspraken/nieuw",
    action=Action.APPOINTMENT_KEEP,
    of=Case,
    methods=("GET", "POST"),
)
def plan(case: Case) -> ResponseReturnValue:
    """Plan to meet a youth; what is in the way is shown before it is saved."""
    form, readers = PlanForm(), sharing.audience(case)
    form.offer((one.id, f"{one.name} ({one.organisation})") for one in readers.people)
    if form.submits(
        lambda: planning.plan_appointment(case, form.plan(), moment=now(), seen=form.seen_mark)
    ):
        flash(_("De afspraak staat in uw agenda."), "ok")
        return redirect(url_for("journal.show", id=case.id))
    clashes = _clashes(form, lambda: planning.in_the_way(case, form.plan(), moment=now(), but=None))
    return render_template(
        "journal/plan.html",
        case=case,
        header=cases.header(case, today=today()),
        form=form,
        clashes=clashes,
        is_open=services.takes_contact(case, today=today()),
    ), form.status


@bp.page("/afspraak/<uuid:id>", action=Action.APPOINTMENT_KEEP, of=Appointment)
def show(appointment: Appointment) -> ResponseReturnValue:
    """Show one appointment: when it was moved and why, and what can be done with it."""
    whole = calendar.appointment(appointment)
    return render_template(
        "journal/appointment.html",
        appointment=appointment,
        whole=whole,
        header=cases.header(_case_of(appointment), today=today()),
    )


@bp.page(
    "/afspraak/<uuid:id>/verzetten",
    action=Action.APPOINTMENT_KEEP,
    of=Appointment,
    methods=("GET", "POST"),
)
def move(appointment: Appointment) -> ResponseReturnValue:
    """Move an appointment, with the reason."""
    whole = calendar.appointment(appointment)
    begins = appointment.starts_at.astimezone(AMSTERDAM)
    form = MoveForm(
        on=begins.date(),
        clock=begins.time(),
        minutes=str(appointment.minutes),
        place=whole.meeting.place,
        version=str(appointment.version),
    )
    others = tuple(one for one in appointment.people if one != appointment.owner_id)
    case = _case_of(appointment)
    return _step(
        appointment,
        form,
        lambda: planning.move_appointment(appointment, form.move(others), moment=now()),
        done=_("De afspraak is verzet."),
        clashes=lambda: planning.in_the_way(
            case, form.move(others).plan, moment=now(), but=appointment.id
        ),
    )


@bp.page(
    "/afspraak/<uuid:id>/afzeggen",
    action=Action.APPOINTMENT_KEEP,
    of=Appointment,
    methods=("GET", "POST"),
)
def cancel(appointment: Appointment) -> ResponseReturnValue:
    """Call it off, with the reason."""
    form = CancelForm(version=str(appointment.version))
    return _step(
        appointment,
        form,
        lambda: planning.cancel_appointment(appointment, form.ending()),
        done=_("De afspraak is afgezegd."),
    )


@bp.page(
    "/afspraak/<uuid:id>/niet-gekomen",
    action=Action.APPOINTMENT_KEEP,
    of=Appointment,
    methods=("GET", "POST"),
)
def miss(appointment: Appointment) -> ResponseReturnValue:
    """Note that the youth did not come."""
    form = MissedForm(version=str(appointment.version))
    return _step(
        appointment,
        form,
        lambda: planning.miss_appointment(appointment, form.ending(), moment=now()),
        done=_("Vastgelegd is dat de jongere niet kwam."),
    )


@bp.page(
    "/afspraak/<uuid:id>/doorgegaan",
    action=Action.APPOINTMENT_KEEP,
    of=Appointment,
    methods=("GET", "POST"),
)
def hold(appointment: Appointment) -> ResponseReturnValue:
    """Write down how it went: the appointment becomes a contact moment."""
    case, begins = _case_of(appointment), appointment.starts_at.astimezone(AMSTERDAM)
    readers = sharing.audience(case)
    form = HeldForm(
        when=When.OTHER.value,
        on=begins.date(),
        clock=begins.time(),
        version=str(appointment.version),
    )
    draft = Drafting(form, "afspraak", appointment)
    if answer := draft.answer():
        return answer
    return _step(
        appointment,
        form,
        lambda: planning.hold_appointment(
            appointment, form.note(), version=form.seen_version, moment=now()
        ),
        done=words.recorded(is_private=form.audience.data == PRIVATE),
        draft=draft,
        readers=readers,
        hints=words.audience_hints(readers),
    )


def _step(
    appointment: Appointment,
    form: Form,
    act: Callable[[], object],
    *,
    done: str,
    **context: Any,
) -> ResponseReturnValue:
    draft: Drafting | None = context.setdefault("draft", None)
    clashes = context.pop("clashes", tuple)
    back_url = url_for("journal.show", id=appointment.case_id)
    whole = calendar.appointment(appointment)
    try:
        if form.submits(act):
            if draft is not None:
                draft.drop()
            flash(done, "ok")
            return redirect(back_url)
    except Conflict:
        page = render_template("errors/conflict.html", return_url=request.path)
        return page, HTTPStatus.CONFLICT
    if draft is not None:
        draft.restore()
    step = (request.endpoint or "").partition(".")[2]
    return render_template(
        f"journal/{step}.html",
        header=cases.header(_case_of(appointment), today=today()),
        form=form,
        whole=whole,
        clashes=_clashes(form, clashes),
        back_url=back_url,
        **context,
    ), form.status


def _clashes(form: Form, find: Callable[[], tuple[rules.Taken, ...]]) -> tuple[rules.Taken, ...]:
    """Return what is in the way of what was sent, and note in the form that it was seen."""
    if "seen" not in form or not form["seen"].errors:
        return ()
    try:
        found = find()
    except Invalid:
        return ()
    form["seen"].data = planning.mark_of(found)
    return found


def _case_of(appointment: Appointment) -> Case:
    return db.session.get_one(Case, (appointment.municipality_id, appointment.case_id))
