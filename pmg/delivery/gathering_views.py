"""Pages of meetings: plan one or a group, move it, say how it went, and the reader's own list."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.catalogue import shelf as catalogue
from pmg.clock import today
from pmg.delivery import agenda, meeting, mine, presenting, queries, results, writing
from pmg.delivery.answers import Telling
from pmg.delivery.gathering_forms import (
    Asked,
    GroupForm,
    HeldForm,
    MeetingForm,
    MoveForm,
    NotHeldForm,
    RollForm,
    roll_form,
)
from pmg.delivery.mine import Place
from pmg.delivery.models import Gathering
from pmg.delivery.steps import Words, step
from pmg.errors import Conflict
from pmg.interventions import queries as interventions
from pmg.interventions.models import Trajectory
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.texts import translated
from pmg.web.door import Feature

bp = Feature("gatherings", __name__)
bp.record(lambda _state: agenda.plug_in())
YES, NO = "ja", "nee"


@bp.page("/bijeenkomsten", action=Action.DELIVERY_LIST, of=Workplace)
def own(desk: Workplace) -> ResponseReturnValue:
    """Show the reader's own meetings that are to be held or told of."""
    coming = mine.coming(today=today())
    return render_template("delivery/own.html", coming=coming, now=today(), desk=desk)


@bp.page("/bijeenkomsten/dosering", action=Action.DELIVERY_COUNT, of=Workplace)
def sums(_desk: Workplace) -> ResponseReturnValue:
    """Show planned and delivered per intervention, over the reader's own cases; for the team."""
    found = mine.sums()
    return render_template(
        "delivery/sums.html",
        found=found,
        chart=presenting.sums_chart(found) if found else None,
        words=presenting,
    )


@bp.page("/bijeenkomsten/opbrengst", action=Action.DELIVERY_COUNT, of=Workplace)
def outcomes(_desk: Workplace) -> ResponseReturnValue:
    """Show what came of one intervention over the reader's own cases; for the team."""
    found = results.sheet(request.args.get("code", ""))
    return render_template(
        "delivery/outcomes.html",
        choices=results.interventions(),
        found=found,
        words=presenting,
        charts=presenting.factor_charts(found) if found else [],
    )


@bp.page(
    "/inzet/<uuid:id>/bijeenkomst/nieuw",
    action=Action.DELIVERY_KEEP,
    of=Trajectory,
    methods=("GET", "POST"),
)
def plan(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker plan a meeting with one youth."""
    goals = queries.goals(trajectory)
    only = goals[0] if goals else None
    form = MeetingForm(data={"goal": str(only.goal_key), "minutes": only.minutes} if only else {})
    form.offer((goal.goal_key, goal.aim) for goal in goals)
    return step(
        trajectory,
        form,
        lambda: meeting.plan_meeting(trajectory, form.meeting(), today=today()),
        Words(
            title=_("Bijeenkomst plannen"),
            button=_("Plannen"),
            done=_("De bijeenkomst is gepland."),
            why_not=_why_no_meeting(trajectory, has_goals=bool(goals)),
        ),
    )


@bp.page("/bijeenkomsten/groep", action=Action.DELIVERY_LIST, of=Workplace, methods=("GET", "POST"))
def plan_group(_desk: Workplace) -> ResponseReturnValue:
    """Let a worker plan one meeting with several youths who follow the same intervention."""
    places = mine.places(today=today())
    choices = _offers(places)
    chosen = request.args.get("inzet", "")
    if chosen not in choices:
        return render_template("delivery/choose_group.html", choices=_labels(choices))
    form = GroupForm()
    form.offer((f"{one.trajectory_id}_{one.goal_key}", _who(one)) for one in choices[chosen])
    made: list[UUID] = []
    if form.submits(lambda: made.append(meeting.plan_group(form.meeting(), today=today()))):
        flash(_("De bijeenkomst staat in elk dossier apart."), "ok")
        return redirect(url_for("gatherings.own"))
    page = render_template("delivery/plan_group.html", form=form, label=_labels(choices)[chosen])
    return page, form.status


@bp.page("/bijeenkomst/<uuid:id>", action=Action.DELIVERY_SHOW, of=Gathering)
def show(gathering: Gathering) -> ResponseReturnValue:
    """Show one meeting: when, how it went, and what was corrected."""
    trajectory = queries.trajectory_of(gathering)
    may_keep = access.may(Action.DELIVERY_KEEP, gathering) and not writing.why_fixed(
        trajectory, today=today()
    )
    return render_template(
        "delivery/meeting.html",
        trajectory=trajectory,
        header=queries.head(trajectory, today=today()),
        name=interventions.intervention_of(trajectory).name_nl,
        meeting=queries.meeting(gathering),
        words=presenting,
        may_keep=may_keep,
        why_fixed=writing.why_fixed(trajectory, today=today()),
    )


@bp.page(
    "/bijeenkomst/<uuid:id>/vastleggen",
    action=Action.DELIVERY_KEEP,
    of=Gathering,
    methods=("GET", "POST"),
)
def tell(gathering: Gathering) -> ResponseReturnValue:
    """Ask whether it took place, and then only what follows."""
    trajectory, told = queries.trajectory_of(gathering), writing.last_record(gathering)
    answer = request.args.get("doorgegaan", "")
    in_group = gathering.group_id is not None and told is None
    if answer not in {YES, NO}:
        return _ask(gathering, trajectory, is_told=told is not None)
    if in_group and answer == YES:
        return redirect(url_for("gatherings.roll", id=gathering.id))
    form = _tell_form(gathering, answer, is_told=told is not None)

    def act() -> None:
        telling = form.telling()
        if in_group:
            _call_off(gathering, telling)
        else:
            meeting.tell_meeting(gathering, telling, today=today())

    title = _("Het ging niet door") if answer == NO else _("Het ging door")
    return step(
        trajectory,
        form,
        act,
        Words(
            title=_("Verslag verbeteren") if told is not None else title,
            button=_("Vastleggen"),
            done=_("Vastgelegd."),
            lead=_when(gathering),
            consequence=_("Dit geldt voor de hele groep.") if in_group else "",
            why_not=writing.why_fixed(trajectory, today=today()),
            back_url=url_for("gatherings.show", id=gathering.id),
        ),
        template="delivery/tell.html",
    )


@bp.page(
    "/bijeenkomst/<uuid:id>/presentie",
    action=Action.DELIVERY_KEEP,
    of=Gathering,
    methods=("GET", "POST"),
)
def roll(gathering: Gathering) -> ResponseReturnValue:
    """Ask of each youth of a group whether he was there, with large buttons."""
    trajectory = queries.trajectory_of(gathering)
    rows = [(row, name) for row, name in mine.roll(gathering) if _is_asked(row)]
    if not rows:
        return redirect(url_for("gatherings.show", id=gathering.id))
    asked = [Asked(row.id, name, row.version, meeting.elements_of(row)) for row, name in rows]
    form = roll_form(asked, minutes=gathering.minutes)
    own_url = url_for("gatherings.own")
    try:
        if form.submits(lambda: _call(gathering, form, asked)):
            flash(_("De presentie staat in elk dossier apart."), "ok")
            return redirect(own_url)
    except Conflict as conflict:
        fields = presenting.both_texts(conflict)
        page = render_template("errors/conflict.html", fields=fields, return_url=own_url)
        return page, HTTPStatus.CONFLICT
    page = render_template(
        "delivery/roll.html",
        form=form,
        youths=[(one.id.hex, one.name) for one in asked],
        when=_when(gathering),
        name=interventions.intervention_of(trajectory).name_nl,
        back_url=own_url,
    )
    return page, form.status


@bp.page(
    "/bijeenkomst/<uuid:id>/verzetten",
    action=Action.DELIVERY_KEEP,
    of=Gathering,
    methods=("GET", "POST"),
)
def move(gathering: Gathering) -> ResponseReturnValue:
    """Let a worker give a meeting another day; where it stood first is kept."""
    trajectory = queries.trajectory_of(gathering)
    form = MoveForm(
        data={
            "on_day": gathering.on_day,
            "clock": gathering.clock,
            "version": str(gathering.version),
        }
    )
    in_group = gathering.group_id is not None
    return step(
        trajectory,
        form,
        lambda: meeting.move_meeting(gathering, form.wanted(), today=today()),
        Words(
            title=_("Bijeenkomst verzetten"),
            button=_("Verzetten"),
            done=_(
                "De bijeenkomst is verzet. De eerste dag blijft staan bij de wijzigingen in het "
                "traject."
            ),
            lead=_when(gathering),
            consequence=_("Dit geldt voor de hele groep.") if in_group else "",
            why_not=writing.why_fixed(trajectory, today=today()),
            back_url=url_for("gatherings.show", id=gathering.id),
        ),
    )


def _ask(gathering: Gathering, trajectory: Trajectory, *, is_told: bool) -> ResponseReturnValue:
    return render_template(
        "delivery/ask.html",
        header=queries.head(trajectory, today=today()),
        name=interventions.intervention_of(trajectory).name_nl,
        when=_when(gathering),
        is_group=gathering.group_id is not None and not is_told,
        is_told=is_told,
        id=gathering.id,
        why_fixed=writing.why_fixed(trajectory, today=today()),
        is_early=gathering.on_day > today(),
    )


def _tell_form(gathering: Gathering, answer: str, *, is_told: bool) -> Any:
    data = {"version": str(gathering.version), "minutes": gathering.minutes}
    form: Any = NotHeldForm(data=data) if answer == NO else HeldForm(data=data)
    form.ask_why(is_asked=is_told)
    if answer == YES:
        form.offer(meeting.elements_of(gathering))
    return form


def _is_asked(row: Gathering) -> bool:
    """Tell whether a roll call is about this youth: not told yet, or sent along as not told yet."""
    if request.method == "POST":
        return f"version-{row.id.hex}" in request.form
    return writing.last_record(row) is None


def _call(gathering: Gathering, form: RollForm, asked: list[Asked]) -> None:
    meeting.call_roll(gathering, form.tellings(asked), today=today())


def _call_off(gathering: Gathering, telling: Telling) -> None:
    """Say of the whole group that it did not take place."""
    rows = [row for row, _name in mine.roll(gathering) if writing.last_record(row) is None]
    tellings = [
        (row.id, telling if row.id == gathering.id else Telling(telling.went, row.version))
        for row in rows
    ]
    meeting.call_roll(gathering, tellings, today=today())


def _when(gathering: Gathering) -> str:
    return presenting.when(gathering.on_day, gathering.clock)


def _why_no_meeting(trajectory: Trajectory, *, has_goals: bool) -> str:
    fixed = writing.why_fixed(trajectory, today=today())
    if fixed:
        return fixed
    if trajectory.started_on is None:
        return translated(writing.NOT_STARTED)
    return "" if has_goals else translated(writing.NO_PLAN)


def _offers(places: list[Place]) -> dict[str, list[Place]]:
    """Return who can be together: by intervention and provider, where there are two or more."""
    found: dict[str, list[Place]] = {}
    for one in places:
        found.setdefault(f"{one.code}_{one.provider_id.hex}", []).append(one)
    return {
        key: group for key, group in found.items() if len({one.trajectory_id for one in group}) > 1
    }


def _labels(choices: dict[str, list[Place]]) -> dict[str, str]:
    return {
        key: f"{catalogue.entry(group[0].code).name_nl} ({group[0].provider})"
        for key, group in choices.items()
    }


def _who(one: Place) -> str:
    return f"{one.who}: {presenting.short(one.aim)}"
