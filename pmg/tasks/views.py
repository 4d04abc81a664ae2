"""Pages of tasks: the reader's own lists, the tasks of a case, and every step of one task."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import panels
from pmg.cases import presenting as case_words
from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.clock import today
from pmg.errors import Conflict, NotPermitted
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.tasks import agenda, lists, on_case, queries, services
from pmg.tasks import presenting as words
from pmg.tasks.forms import (
    AnswerForm,
    DoneForm,
    GiveForm,
    HandOverForm,
    ListForm,
    MoveForm,
    ReasonForm,
)
from pmg.tasks.lists import Asked, Cursor
from pmg.tasks.models import Task
from pmg.tasks.rules import Step, When, Which
from pmg.tasks.seats import seats
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("tasks", __name__)
bp.record(lambda _state: on_case.plug_in())
bp.record(lambda _state: agenda.plug_in())


@bp.page("/taken", action=Action.TASK_LIST, of=Workplace)
def mine(_desk: Workplace) -> ResponseReturnValue:
    """Show the reader's own lists of tasks."""
    asked = _asked()
    page = lists.page(asked, today=today())
    kept = _kept(asked)
    session["tasks"] = kept
    return render_template(
        "tasks/mine.html",
        asked=asked,
        page=page,
        tabs=[(which, page.counts[which], _list_url(Asked(which))) for which in lists.lists()],
        form=ListForm(data=kept),
        state_of=words.state_of,
        forms={line.id: AnswerForm(version=line.version) for line in page.lines},
        previous_url=page.previous and url_for("tasks.mine", voor=page.previous, **kept),
        next_url=page.following and url_for("tasks.mine", na=page.following, **kept),
    )


def _asked() -> Asked:
    """Return what the address asks; one that was tampered with asks for what is to be done."""
    typed = request.args.get("lijst", ""), request.args.get("wanneer", "")
    which = next((each for each in lists.lists() if each == typed[0]), Which.OPEN)
    when = next((each for each in When if each == typed[1]), When.ALL)
    if before := request.args.get("voor"):
        return Asked(which, when, Cursor.read(before, backwards=True))
    return Asked(which, when, Cursor.read(request.args.get("na", "")))


def _kept(asked: Asked) -> dict[str, Any]:
    """Return how a list stands in an address; what is usual is left out."""
    kept = {"lijst": asked.which.value, "wanneer": asked.when.value}
    return {name: kept[name] for name in kept if kept[name] not in {"", Which.OPEN.value}}


def _list_url(asked: Asked) -> str:
    return url_for("tasks.mine", **_kept(asked))


@bp.app_context_processor
def _way_back() -> dict[str, Any]:
    return {"tasks_url": lambda: url_for("tasks.mine", **session.get("tasks", {}))}


@bp.page("/zaken/<uuid:id>/taken", action=Action.TASK_SHOW, of=Case)
def of_case(case: Case) -> ResponseReturnValue:
    """Show who does what on a case, and what was done."""
    header = cases.header(case, today=today())
    found = queries.of_case(case)
    return render_template(
        "tasks/of_case.html",
        case=case,
        header=header,
        bar=case_words.bar(header),
        tabs=panels.tabs(case, "tasks.of_case"),
        open_lines=[line for line in found if line.state.is_open],
        ended_lines=[line for line in found if not line.state.is_open],
        state_of=words.state_of,
        may_give=services.takes_tasks(case, today=today()) and access.may(Action.TASK_GIVE, case),
    )


@bp.page("/zaken/<uuid:id>/taken/nieuw", action=Action.TASK_GIVE, of=Case, methods=("GET", "POST"))
def give(case: Case) -> ResponseReturnValue:
    """Let somebody give somebody a task."""
    form = GiveForm()
    form.offer(_people(case))
    made: list[Task] = []
    if form.submits(lambda: made.append(services.give_task(case, form.wanted(), today=today()))):
        own = made[0].owner_id == access.reader().user_id
        flash(_("De taak staat op uw lijst.") if own else _("De taak is gegeven."), "ok")
        return redirect(url_for("tasks.of_case", id=case.id))
    return render_template(
        "tasks/give.html",
        case=case,
        header=cases.header(case, today=today()),
        form=form,
        is_open=services.takes_tasks(case, today=today()),
    ), form.status


@bp.page("/taak/<uuid:id>", action=Action.TASK_SHOW, of=Task)
def show(task: Task) -> ResponseReturnValue:
    """Show one task: what, by whom, by when, and what the reader can do with it."""
    detail = queries.detail(task)
    case = queries.case_of(task)
    return render_template(
        "tasks/show.html",
        case=case,
        header=cases.header(case, today=today()),
        task=detail,
        line=detail.line,
        state=words.state_of(detail.line),
        comes_back=words.comes_back(detail.series),
        history=words.history(detail),
        accept_form=AnswerForm(version=task.version),
        form=DoneForm(version=task.version),
        Step=Step,
    )


@bp.page("/taak/<uuid:id>/aannemen", action=Action.TASK_ANSWER, of=Task, methods=("GET", "POST"))
def accept(task: Task) -> ResponseReturnValue:
    """Take a task that was offered."""
    form = AnswerForm(version=task.version)
    return _step(
        task,
        Step.ACCEPTED,
        form,
        lambda: services.accept_task(task, form.seen_version),
        done=_("U hebt de taak aangenomen."),
    )


@bp.page("/taak/<uuid:id>/weigeren", action=Action.TASK_ANSWER, of=Task, methods=("GET", "POST"))
def refuse(task: Task) -> ResponseReturnValue:
    """Refuse a task, or give it back, with a reason."""
    form = ReasonForm(version=task.version)
    return _step(
        task,
        Step.REFUSED,
        form,
        lambda: services.refuse_task(task, form.said(), today=today()),
        done=_("U hebt de taak geweigerd. Wie haar gaf, ziet waarom."),
    )


@bp.page("/taak/<uuid:id>/gedaan", action=Action.TASK_ANSWER, of=Task, methods=("GET", "POST"))
def finish(task: Task) -> ResponseReturnValue:
    """Report a task as done."""
    form = DoneForm(version=task.version)
    return _step(
        task,
        Step.DONE,
        form,
        lambda: services.finish_task(task, form.said(), today=today()),
        done=_("De taak is gedaan."),
    )


@bp.page("/taak/<uuid:id>/intrekken", action=Action.TASK_CHANGE, of=Task, methods=("GET", "POST"))
def withdraw(task: Task) -> ResponseReturnValue:
    """Take back a task that is no longer needed."""
    form = ReasonForm(version=task.version)
    return _step(
        task,
        Step.WITHDRAWN,
        form,
        lambda: services.withdraw_task(task, form.said(), today=today()),
        done=_("De taak is ingetrokken."),
    )


@bp.page("/taak/<uuid:id>/verzetten", action=Action.TASK_CHANGE, of=Task, methods=("GET", "POST"))
def move(task: Task) -> ResponseReturnValue:
    """Give a task another day."""
    form = MoveForm(version=task.version, due_on=task.due_on)
    return _step(
        task,
        Step.MOVED,
        form,
        lambda: services.move_task(task, form.new_day(), today=today()),
        done=_("De taak staat op een andere dag."),
    )


@bp.page("/taak/<uuid:id>/overdragen", action=Action.TASK_CHANGE, of=Task, methods=("GET", "POST"))
def hand_over(task: Task) -> ResponseReturnValue:
    """Give a task to somebody else."""
    form = HandOverForm(version=task.version)
    form.offer(pair for pair in _people(queries.case_of(task)) if pair[0] != task.owner_id)
    return _step(
        task,
        Step.HANDED_OVER,
        form,
        lambda: services.hand_over_task(task, form.new_owner(), today=today()),
        done=_("De taak is overgedragen."),
    )


def _people(case: Case) -> list[tuple[Any, str]]:
    return [(seat.user_id, f"{seat.name} ({seat.organisation})") for seat in seats(case)]


def _step(
    task: Task, step: Step, form: Form, act: Callable[[], Any], *, done: str
) -> ResponseReturnValue:
    back_url = url_for("tasks.show", id=task.id)
    try:
        if form.submits(act):
            flash(done, "ok")
            return redirect(_after(step, back_url))
    except Conflict as conflict:
        fields = words.both_texts(conflict)
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    if not queries.is_for_reader(task, step):
        raise NotPermitted("not_owner")
    detail = queries.detail(task)
    page_name = (request.endpoint or "").partition(".")[2]
    return render_template(
        f"tasks/{page_name}.html",
        header=cases.header(queries.case_of(task), today=today()),
        form=form,
        task=detail,
        line=detail.line,
        next_time=words.next_time(detail),
        can=step in detail.steps,
        back_url=back_url,
    ), form.status


def _after(step: Step, back_url: str) -> str:
    """Return where a step leads: what is off the reader's hands leads back to his list."""
    if step in {Step.DONE, Step.REFUSED} and "tasks" in session:
        return url_for("tasks.mine", **session["tasks"])
    return back_url
