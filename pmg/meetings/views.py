"""Pages of meetings as a whole: the list, a series, one day with its agenda, and the invitation."""

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import members
from pmg.clock import now, today
from pmg.meetings import agenda, holding, on_case, presenting, queries, services, settled
from pmg.meetings.forms import ChangeSeriesForm, EndSeriesForm, MeetingForm, SeriesForm
from pmg.meetings.models import Meeting, MeetingSeries
from pmg.meetings.rules import ItemState, MeetingState
from pmg.meetings.steps import Words, at_once, checked_step, step
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action, Role
from pmg.tasks import calendar
from pmg.web.door import Feature
from pmg.web.forms import Form, SeenForm

bp = Feature("meetings", __name__)
bp.record(lambda _state: agenda.plug_in())
bp.record(lambda _state: on_case.plug_in())


@bp.page("/overleg", action=Action.MEETING_LIST, of=Workplace)
def listing(desk: Workplace) -> ResponseReturnValue:
    """Show the meetings that the reader leads or has something to say at."""
    found = queries.meetings(today=today())
    return render_template(
        "meetings/listing.html",
        running=[line for line in found if line.state is MeetingState.RUNNING],
        coming=[line for line in found if line.state is MeetingState.PLANNED],
        past=[line for line in reversed(found) if line.state is MeetingState.CLOSED],
        series=settled.series(today=today()),
        may_prepare=access.may(Action.MEETING_PREPARE, desk),
        words=presenting,
    )


@bp.page("/overleg/reeks", action=Action.MEETING_PREPARE, of=Workplace, methods=("GET", "POST"))
def make_series(_desk: Workplace) -> ResponseReturnValue:
    """Let a process director begin a meeting that comes back."""
    form = SeriesForm(data={"minutes": 90})
    form.offer(_deputies())
    return step(
        form,
        lambda: services.make_series(form.wanted(), today=today()),
        Words(
            title=_("Casusoverleg beginnen"),
            button=_("Reeks maken"),
            done=_("De eerste acht keer staan in de agenda."),
            back_url=url_for("meetings.listing"),
            consequence=_(
                "U bent de voorzitter. Iedereen die met jongeren werkt, ziet de dagen en kan een "
                "onderwerp voorstellen van een zaak waaraan u deelneemt."
            ),
        ),
    )


@bp.page(
    "/overleg/reeks/<uuid:id>/verder",
    action=Action.MEETING_PREPARE,
    of=MeetingSeries,
    methods=("POST",),
)
def plan_more(series: MeetingSeries) -> ResponseReturnValue:
    """Plan the next days of a series."""
    return at_once(
        lambda: services.plan_more(series),
        url_for("meetings.series", id=series.id),
        _("De volgende acht keer staan in de agenda."),
    )


@bp.page("/overleg/reeks/<uuid:id>", action=Action.MEETING_PREPARE, of=MeetingSeries)
def series(series: MeetingSeries) -> ResponseReturnValue:
    """Show how a series is set, which days are to come, and how it was set before."""
    settled.require_lead(series)
    return render_template(
        "meetings/series.html",
        series=series,
        days=settled.coming(series, today=today()),
        kept=settled.history(series),
        is_chair=series.chair_id == access.reader().user_id,
        form=Form(),
        words=presenting,
    )


@bp.page(
    "/overleg/reeks/<uuid:id>/wijzigen",
    action=Action.MEETING_PREPARE,
    of=MeetingSeries,
    methods=("GET", "POST"),
)
def change_series(series: MeetingSeries) -> ResponseReturnValue:
    """Let the chair set a series otherwise from a day on, after seeing which days move."""
    settled.require_chair(series)
    form = ChangeSeriesForm(
        data={
            **{name: getattr(series, name) for name in ("name", "place", "clock", "minutes")},
            **{name: getattr(series, name) for name in ("rhythm", "weekday")},
            "deputy": str(series.deputy_id or ""),
            "first_on": settled.next_on(series, today=today()),
            "version": str(series.version),
        }
    )
    form.offer(_deputies())
    return checked_step(
        form,
        lambda: settled.moving(series, form.wanted(), today=today()),
        lambda: services.change_series(series, form.wanted(), form.seen_version, today=today()),
        _series_words(
            series,
            _("Reeks wijzigen"),
            _("Wijzigen"),
            _("De reeks is gewijzigd."),
            consequence=_(
                "Wat al is gehouden, blijft. Wat is gepland, gaat mee met de onderwerpen die erop "
                "staan; ook wat u voor een dag apart had gewijzigd. Gekoppelde agenda's gaan mee."
            ),
        ),
    )


@bp.page(
    "/overleg/reeks/<uuid:id>/stoppen",
    action=Action.MEETING_PREPARE,
    of=MeetingSeries,
    methods=("GET", "POST"),
)
def end_series(series: MeetingSeries) -> ResponseReturnValue:
    """Let the chair end a series after a day, after seeing which days go."""
    settled.require_chair(series)
    last_on = settled.last_with_items(series, today=today())
    form = EndSeriesForm(data={"last_on": last_on, "version": str(series.version)})
    return checked_step(
        form,
        lambda: settled.going(series, form.day, today=today()),
        lambda: services.end_series(series, form.day, form.seen_version, today=today()),
        _series_words(
            series,
            _("Reeks stoppen"),
            _("Stoppen"),
            _("De reeks stopt."),
            consequence=_(
                "Wat al is gehouden, blijft te lezen. De dagen hierna gaan niet door. Onderwerpen "
                "die daarop staan, worden weer voorstellen. Wie ze voorstelde, krijgt bericht en "
                "kan ze in een ander overleg voorstellen."
            ),
        ),
    )


@bp.page("/overleg/<uuid:id>", action=Action.MEETING_LIST, of=Meeting)
def show(meeting: Meeting) -> ResponseReturnValue:
    """Show one day with the items that exist for the reader; who leads prepares it here."""
    lines = queries.agenda(meeting)
    leads = holding.leads(meeting)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        state=MeetingState(meeting.state),
        leads=leads,
        may_open=leads and meeting.state == MeetingState.PLANNED and meeting.on_day == today(),
        on_agenda=[line for line in lines if line.state.is_on_agenda],
        proposals=[line for line in lines if line.state is ItemState.PROPOSED],
        declined=[line for line in lines if line.state is ItemState.DECLINED and line.is_mine],
        withdrawn=[line for line in lines if line.state is ItemState.WITHDRAWN],
        planned=sum(line.planned_minutes for line in lines if line.state.is_on_agenda),
        chair=_chair(meeting),
        form=Form(),
        words=presenting,
    )


@bp.page(
    "/overleg/<uuid:id>/wijzigen",
    action=Action.MEETING_PREPARE,
    of=Meeting,
    methods=("GET", "POST"),
)
def change(meeting: Meeting) -> ResponseReturnValue:
    """Let who leads give one day another place or time, or a deputy."""
    holding.require_lead(meeting)
    form = MeetingForm(
        data={
            "place": meeting.place,
            "clock": meeting.clock,
            "minutes": meeting.minutes,
            "deputy": str(meeting.deputy_id or ""),
            "version": str(meeting.version),
        }
    )
    form.offer(_deputies())

    words = _words(meeting, _("Overleg wijzigen"), _("Opslaan"), _("Het overleg is gewijzigd."))
    return step(form, lambda: services.change_meeting(meeting, form.wanted()), words)


@bp.page(
    "/overleg/<uuid:id>/afzeggen",
    action=Action.MEETING_PREPARE,
    of=Meeting,
    methods=("GET", "POST"),
)
def cancel(meeting: Meeting) -> ResponseReturnValue:
    """Let who leads call one day off."""
    holding.require_lead(meeting)
    form = SeenForm(version=str(meeting.version))
    words = _words(
        meeting,
        _("Overleg afzeggen"),
        _("Afzeggen"),
        _("Het overleg gaat niet door."),
        consequence=_(
            "Dit is de laatste dag van de reeks. Wie een onderwerp voorstelde, krijgt bericht en "
            "kan het voor een ander overleg voorstellen. In agenda's die gekoppeld zijn, vervalt "
            "de afspraak."
        )
        if services.is_last_day(meeting)
        else _(
            "De onderwerpen gaan naar de volgende keer. In agenda's die gekoppeld zijn, vervalt de "
            "afspraak."
        ),
    )
    return step(form, lambda: services.cancel_meeting(meeting, form.seen_version), words)


@bp.page("/overleg/<uuid:id>/agenda", action=Action.MEETING_LIST, of=Meeting)
def invitation(meeting: Meeting) -> ResponseReturnValue:
    """Give the day as a file for a calendar: when and where to look, and nothing of whom."""
    base: str = current_app.config["SETTINGS"].public_url
    found = [agenda.moment_of(meeting)]
    return Response(
        calendar.written(meeting.id, found, base=base.rstrip("/"), at=now()),
        mimetype="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="casusoverleg.ics"'},
    )


@bp.page("/overleg/<uuid:id>/volgorde", action=Action.MEETING_RUN, of=Meeting, methods=("POST",))
def order(meeting: Meeting) -> ResponseReturnValue:
    """Move one item of the agenda up or down."""
    back = url_for("live.show" if request.form.get("naar") == "live" else "meetings.show",
                   id=meeting.id)  # fmt: skip
    wanted = next(
        (
            line
            for line in queries.agenda(meeting, asked=False)
            if str(line.id) == request.form.get("item")
        ),
        None,
    )
    if wanted is None:
        return redirect(back)
    item = holding.item_with(meeting, wanted.id)
    return at_once(lambda: services.move_item(item, up=request.form.get("kant") == "op"), back)


def _deputies() -> list[tuple[str, str]]:
    me = access.reader().user_id
    people = [each for each in members.colleagues(Role.PROCESS_DIRECTOR) if each.id != me]
    return [("", _("Niemand")), *((str(each.id), each.name) for each in people)]


def _chair(meeting: Meeting) -> str:
    named = {each.id: each.name for each in members.colleagues(Role.PROCESS_DIRECTOR)}
    return named.get(meeting.chair_id, "")


def _series_words(
    series: MeetingSeries, title: str, button: str, done: str, *, consequence: str
) -> Words:
    return Words(
        title=title,
        button=button,
        done=done,
        back_url=url_for("meetings.series", id=series.id),
        meta=series.name,
        consequence=consequence,
        why_not=_("Deze reeks is gestopt.") if series.ended_on else "",
    )


def _words(meeting: Meeting, title: str, button: str, done: str, **more: Any) -> Words:
    return Words(
        title=title,
        button=button,
        done=done,
        back_url=url_for("meetings.show", id=meeting.id),
        meta=f"{meeting.name}, {presenting.when(meeting.on_day, meeting.clock)}",
        **more,
    )
