"""Pages of a meeting under way: one screen for all, with for each only what exists for him."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.clock import now, today
from pmg.errors import Conflict
from pmg.meetings import contributing, holding, looking, presenting, queries, running
from pmg.meetings.answers import Answer, Opinion
from pmg.meetings.item_models import AgendaItem
from pmg.meetings.live_forms import ActionForm, DissentForm, MinuteForm
from pmg.meetings.models import Meeting
from pmg.meetings.rules import REVIEW_WEEKS, ItemState, Known, MeetingState
from pmg.meetings.shown import Item, ItemLine
from pmg.meetings.steps import Words, at_once, both, step
from pmg.security import access
from pmg.security.policy import Action
from pmg.tasks import services as tasks
from pmg.tasks.models import Task
from pmg.tasks.rules import Origin
from pmg.web.door import Feature
from pmg.web.drafts import Drafting
from pmg.web.forms import Form

bp = Feature("live", __name__)
_DRAFT = "overleg"
_DUE = timedelta(weeks=2)
_LONG = 9


@bp.page("/overleg/<uuid:id>/bezig", action=Action.MEETING_LIST, of=Meeting)
def show(meeting: Meeting) -> ResponseReturnValue:
    """Show the meeting as it is now: for who leads all items, for others only their own."""
    lines = [line for line in queries.agenda(meeting, asked=False) if line.state.is_on_agenda]
    leads = holding.leads(meeting)
    current = next((line for line in lines if line.is_current), None)
    row = holding.item_with(meeting, current.id) if current else None
    item = looking.item(row, current) if row else None
    people = queries.presence(meeting)
    me = access.reader().user_id
    form, draft = _minute_form(row, item) if row and item and leads else (None, None)
    return render_template(
        "meetings/live.html",
        meeting=meeting,
        state=MeetingState(meeting.state),
        leads=leads,
        tick=queries.tick(meeting),
        lines=lines,
        item=item,
        elsewhere=meeting.current_item_id is not None and item is None,
        seconds=_seconds(meeting) if item else 0,
        people=people,
        following=_following(lines, current.id if current else None),
        me=me,
        is_there=any(one.user_id == me and one.is_there for one in people),
        minute_form=form,
        draft=draft,
        action_form=_action_form(row) if row and leads else None,
        dissent_form=DissentForm(formdata=None, data={"version": _opinion_version(item)})
        if item
        else None,
        form=Form(formdata=None),
        known=Known,
        words=presenting,
    )


@bp.page("/overleg/<uuid:id>/stand", action=Action.MEETING_LIST, of=Meeting)
def state(meeting: Meeting) -> ResponseReturnValue:
    """Say which number the meeting is at: all that a screen asks every few seconds."""
    access.leave_no_line()
    mark = f'"{queries.tick(meeting)}"'
    if request.headers.get("If-None-Match") == mark:
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": mark})
    return Response(
        f'{{"tick": {queries.tick(meeting)}}}',
        mimetype="application/json",
        headers={"ETag": mark},
    )


@bp.page("/overleg/<uuid:id>/openen", action=Action.MEETING_RUN, of=Meeting, methods=("POST",))
def begin(meeting: Meeting) -> ResponseReturnValue:
    """Open the meeting."""
    return at_once(lambda: running.open_meeting(meeting, today=today()), _screen(meeting))


@bp.page(
    "/overleg/<uuid:id>/sluiten", action=Action.MEETING_RUN, of=Meeting, methods=("GET", "POST")
)
def end(meeting: Meeting) -> ResponseReturnValue:
    """Close the meeting, after saying what happens then."""
    holding.require_lead(meeting)
    return step(
        Form(),
        lambda: running.close_meeting(meeting),
        Words(
            title=_("Overleg sluiten"),
            button=_("Sluiten"),
            done=_("Het overleg is gesloten. Wie erbij was, bevestigt nu de afspraken."),
            back_url=_screen(meeting),
            meta=f"{meeting.name}, {presenting.when(meeting.on_day, meeting.clock)}",
            consequence=_(
                "Wat niet is besproken, gaat naar de volgende keer. Het overleg gaat niet meer "
                "open. Afspraken verbeteren kan nog, tot u het verslag vastzet."
            ),
            why_not=""
            if meeting.state == MeetingState.RUNNING
            else _("Dit overleg is nu niet bezig."),
        ),
    )


@bp.page("/overleg/<uuid:id>/pauze", action=Action.MEETING_RUN, of=Meeting, methods=("POST",))
def pause(meeting: Meeting) -> ResponseReturnValue:
    """End the present item without beginning another."""
    return at_once(lambda: running.pause_items(meeting), _screen(meeting))


@bp.page("/overleg/<uuid:id>/aanwezig", action=Action.MEETING_LIST, of=Meeting, methods=("POST",))
def attend(meeting: Meeting) -> ResponseReturnValue:
    """Note who came and who left."""
    who = _uuid(request.form.get("wie", ""))
    act = running.leave if request.form.get("is") == "weg" else running.arrive
    return at_once(lambda: act(meeting, who), _screen(meeting))


@bp.page(
    "/onderwerp/<uuid:id>/beginnen", action=Action.MEETING_RUN, of=AgendaItem, methods=("POST",)
)
def discuss(item: AgendaItem) -> ResponseReturnValue:
    """Bring an item up."""
    return at_once(lambda: running.begin_item(item), _screen(holding.meeting_of(item)))


@bp.page(
    "/onderwerp/<uuid:id>/bekend",
    action=Action.MEETING_CONTRIBUTE,
    of=AgendaItem,
    methods=("POST",),
)
def answer(item: AgendaItem) -> ResponseReturnValue:
    """Note whether the reader's organisation knows the youth."""
    said = request.form.get("known", "")
    if said not in set(Known):
        return redirect(_back(item))
    version = _number(request.form.get("version", ""))
    return at_once(
        lambda: contributing.answer_known(item, Answer(Known(said), version)), _back(item)
    )


@bp.page(
    "/onderwerp/<uuid:id>/vastleggen",
    action=Action.MEETING_RUN,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def minute(item: AgendaItem) -> ResponseReturnValue:
    """Let who leads write the weighing and the decision, and go on to the next item."""
    meeting = holding.meeting_of(item)
    holding.require_lead(meeting)
    form, draft = _minute_form(item, looking.item(item))
    if kept := draft.answer():
        return kept
    try:
        if form.submits(lambda: _write(item, form)):
            draft.drop()
            return redirect(_back(item))
    except Conflict as conflict:
        return both(conflict, url_for("live.minute", id=item.id))
    page = render_template(
        "meetings/minute.html",
        form=form,
        draft=draft,
        item=looking.item(item),
        title=presenting.title(looking.item(item).line),
        back_url=_back(item),
    )
    return page, form.status


@bp.page(
    "/onderwerp/<uuid:id>/actie",
    action=Action.MEETING_RUN,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def act(item: AgendaItem) -> ResponseReturnValue:
    """Let who leads give somebody something to do."""
    holding.require_lead(holding.meeting_of(item))
    form = _action_form(item)
    return step(
        form,
        lambda: running.give_action(item, form.action(), today=today()),
        _words(item, _("Actiepunt"), _("Actiepunt geven"), _("Het actiepunt is gegeven.")),
    )


@bp.page(
    "/taken/<uuid:id>/aannemen-in-overleg",
    action=Action.TASK_ANSWER,
    of=Task,
    methods=("POST",),
)
def accept(task: Task) -> ResponseReturnValue:
    """Let the owner take what he was given, in the meeting."""
    item = running.item_of_task(task) if task.origin == Origin.MEETING else None
    back = _back(item) if item is not None else url_for("tasks.show", id=task.id)
    return at_once(lambda: tasks.accept_task(task, _number(request.form.get("version", ""))), back)


@bp.page(
    "/onderwerp/<uuid:id>/eens",
    action=Action.MEETING_CONTRIBUTE,
    of=AgendaItem,
    methods=("POST",),
)
def agree(item: AgendaItem) -> ResponseReturnValue:
    """Note that the reader agrees."""
    version = _number(request.form.get("version", ""))
    said = Opinion(agrees=True, words="", version=version)
    return at_once(lambda: running.say_opinion(item, said), _back(item))


@bp.page(
    "/onderwerp/<uuid:id>/niet-eens",
    action=Action.MEETING_CONTRIBUTE,
    of=AgendaItem,
    methods=("GET", "POST"),
)
def disagree(item: AgendaItem) -> ResponseReturnValue:
    """Let the reader say that he does not agree, and why."""
    form = DissentForm(version=_opinion_version(looking.item(item)))
    return step(
        form,
        lambda: running.say_opinion(item, form.opinion()),
        _words(item, _("Niet eens"), _("Vastleggen"), _("Uw bezwaar komt in het verslag.")),
    )


def _write(item: AgendaItem, form: MinuteForm) -> None:
    running.write_minutes(item, form.minute(), today=today())
    following = _uuid(request.form.get("verder", ""))
    if following is not None:
        meeting = holding.meeting_of(item)
        running.begin_item(holding.item_with(meeting, following))


def _minute_form(row: AgendaItem, item: Item) -> tuple[MinuteForm, Drafting]:
    kept = item.minutes
    data = {"version": "0", "review_on": today() + timedelta(weeks=REVIEW_WEEKS)}
    if kept is not None:
        data = {
            "necessity": kept.necessity,
            "proportionality": kept.proportionality,
            "subsidiarity": kept.subsidiarity,
            "outcome": kept.outcome.value if kept.outcome else None,
            "words": kept.words,
            "review_on": kept.review_on,
            "version": str(kept.version),
        }
    form = MinuteForm(data=data)
    draft = Drafting(form, _DRAFT, row)
    draft.restore()
    return form, draft


def _action_form(item: AgendaItem) -> ActionForm:
    form = ActionForm(data={"due_on": today() + _DUE})
    people = holding.members_of(holding.case_of(item))
    form.offer(
        [("", _("Kies een persoon"))]
        + [(str(one.user_id), f"{one.name}, {one.organisation}") for one in people]
    )
    return form


def _opinion_version(item: Item | None) -> str:
    return str(item.opinion.version if item and item.opinion else 0)


def _following(lines: list[ItemLine], current: UUID | None) -> ItemLine | None:
    """Return the item that is next: the first after the present one that was not discussed."""
    places = [line.id for line in lines]
    start = places.index(current) + 1 if current in places else 0
    waiting = [line for line in lines[start:] if line.state is ItemState.PLACED]
    return next(iter(waiting), None)


def _seconds(meeting: Meeting) -> int:
    if meeting.item_started_at is None:
        return 0
    return max(0, int((now() - meeting.item_started_at).total_seconds()))


def _screen(meeting: Meeting) -> str:
    return url_for("live.show", id=meeting.id)


def _back(item: AgendaItem) -> str:
    meeting = holding.meeting_of(item)
    if meeting.state == MeetingState.RUNNING:
        return _screen(meeting)
    return url_for("agenda_items.show", id=item.id)


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _number(written: str) -> int:
    """Return the version that a button carried; 0, which is none, when it cannot be read."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < _LONG else 0


def _words(item: AgendaItem, title: str, button: str, done: str) -> Words:
    line = looking.item(item).line
    return Words(
        title=title, button=button, done=done, back_url=_back(item), meta=presenting.title(line)
    )
