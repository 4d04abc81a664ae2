"""Pages on which partners work in a group approach: steps, observations, pictures, agreements."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.clock import today
from pmg.errors import Conflict, Invalid
from pmg.groups import queries, rules, seats, services
from pmg.groups.forms import (
    AgreementForm,
    AnswerForm,
    ConfirmForm,
    PictureForm,
    RemovalForm,
    SeatForm,
    SightingForm,
    StepForm,
)
from pmg.groups.models import GroupAgreement, GroupApproach, GroupObservation, GroupSeat
from pmg.groups.rules import Outcome, Stage, Who
from pmg.groups.views import both
from pmg.security import access
from pmg.security.policy import Action
from pmg.texts import translated
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("group_work", __name__)

_WORDS = {"words": _l("Wat er staat"), "outcome": _l("Hoe liep het af?")}


def _step(
    of: GroupApproach | UUID,
    form: Form,
    act: Callable[[], object],
    said: str,
    page: str,
    **shown: Any,
) -> ResponseReturnValue:
    """Show what a step asks and do it; then say so on the page of the group approach."""
    group = of if isinstance(of, GroupApproach) else None
    back_url = url_for("groups.show", id=group.id if group else of)
    shown["is_closed"] = group is not None and group.closed_on is not None
    try:
        if form.submits(act):
            flash(said, "ok")
            return redirect(back_url)
    except Conflict as conflict:
        return both(conflict, _WORDS, back_url)
    answer = render_template(f"groups/{page}.html", form=form, back_url=back_url, **shown)
    return answer, form.status


@bp.page(
    "/groepsaanpak/<uuid:id>/stap",
    action=Action.GROUP_LEAD,
    of=GroupApproach,
    methods=("GET", "POST"),
)
def step(group: GroupApproach) -> ResponseReturnValue:
    """Let who leads write what came of one of the seven steps."""
    asked = request.args.get("stap", "")
    stage = Stage(asked) if asked in set(Stage) else Stage.SIGNALS
    row = queries.step(group, stage)
    present = {
        "version": row.version if row else 0,
        "words": row.words if row else "",
        "is_done": bool(row and row.done_on),
    }
    form = StepForm(data=present)
    before = row.done_on if row else None

    def act() -> None:
        services.write_step(
            group,
            stage,
            form.words.data or "",
            done_on=form.done_on(before),
            version=form.seen_version,
        )

    means = translated(rules.MEANS[stage])
    said = _("De stap is bijgewerkt.")
    return _step(group, form, act, said, "step", stage=stage, means=means)


@bp.page(
    "/groepsaanpak/<uuid:id>/waarneming",
    action=Action.GROUP_WRITE,
    of=GroupApproach,
    methods=("GET", "POST"),
)
def observe(group: GroupApproach) -> ResponseReturnValue:
    """Let a partner write down what was seen of the group."""
    form = SightingForm()
    act = lambda: services.observe(group, form.sighting(), today=today())  # noqa: E731
    return _step(
        group,
        form,
        act,
        _("De waarneming is vastgelegd."),
        "observe",
    )


@bp.page(
    "/groepsaanpak/waarneming/<uuid:id>/weghalen",
    action=Action.GROUP_WRITE,
    of=GroupObservation,
    methods=("GET", "POST"),
)
def remove(observation: GroupObservation) -> ResponseReturnValue:
    """Let who wrote it, or who leads, take the words of an observation away."""
    form = RemovalForm()
    act = lambda: services.remove(observation, form.reason())  # noqa: E731
    said = _("De waarneming is weggehaald.")
    return _step(observation.group_id, form, act, said, "remove", observation=observation)


@bp.page(
    "/groepsaanpak/<uuid:id>/beeld",
    action=Action.GROUP_WRITE,
    of=GroupApproach,
    methods=("GET", "POST"),
)
def draw(group: GroupApproach) -> ResponseReturnValue:
    """Let a partner write how his own organisation sees the group, and who reads it."""
    row = services.own_picture(group)
    present = {
        "version": row.version if row else 0,
        "words": row.words if row else "",
        "shared": (Who.ALL if row.is_shared else Who.OWN).value if row else "",
    }
    form = PictureForm(data=present)

    def act() -> None:
        words = form.words.data or ""
        services.draw(group, words, who=form.who(), version=form.seen_version)

    return _step(
        group,
        form,
        act,
        _("Het beeld van uw organisatie is bewaard."),
        "draw",
    )


@bp.page(
    "/groepsaanpak/<uuid:id>/afspraak",
    action=Action.GROUP_LEAD,
    of=GroupApproach,
    methods=("GET", "POST"),
)
def agree(group: GroupApproach) -> ResponseReturnValue:
    """Let who leads write down what a participant will do."""
    people = [(str(one.user_id), f"{one.name} ({one.organisation})") for one in seats.seated(group)]
    form = AgreementForm(people=people)

    def act() -> None:
        services.agree(group, form.agreed(), UUID(form.owner.data), today=today())

    return _step(group, form, act, _("De afspraak is vastgelegd."), "agree")


@bp.page(
    "/groepsaanpak/afspraak/<uuid:id>",
    action=Action.GROUP_WRITE,
    of=GroupAgreement,
    methods=("GET", "POST"),
)
def answer(agreement: GroupAgreement) -> ResponseReturnValue:
    """Let its owner, or who leads, say what became of an agreement."""
    form = AnswerForm(data={"version": agreement.version})

    def act() -> None:
        outcome, words = Outcome(form.outcome.data), form.words.data or ""
        services.answer(agreement, outcome, words, version=form.seen_version, today=today())

    found = queries.agreement(agreement, today=today())
    said = _("Vastgelegd hoe de afspraak afliep.")
    return _step(agreement.group_id, form, act, said, "answer", found=found)


@bp.page(
    "/groepsaanpak/<uuid:id>/deelnemers",
    action=Action.GROUP_LEAD,
    of=GroupApproach,
    methods=("GET", "POST"),
)
def join(group: GroupApproach) -> ResponseReturnValue:
    """Let who leads give a colleague a seat; those that are taken can be ended from here."""
    people = [
        (str(who.id), f"{who.name} ({who.organisation}, {role.label})")
        for who, role in seats.can_join(group)
    ]
    form = SeatForm(people=people)
    act = lambda: seats.give_seat(group, form.user_id())  # noqa: E731
    said = _("Deze collega neemt nu deel en krijgt een bericht.")
    return _step(group, form, act, said, "join", seated=seats.seated(group))


@bp.page(
    "/groepsaanpak/deelnemer/<uuid:id>/einde",
    action=Action.GROUP_LEAD,
    of=GroupSeat,
    methods=("POST",),
)
def leave(seat: GroupSeat) -> ResponseReturnValue:
    """Let who leads end a seat at once."""
    form = ConfirmForm()
    back_url = url_for("group_work.join", id=seat.group_id)
    if form.validate_on_submit():
        try:
            seats.end_seat(seat)
        except Invalid as refusal:
            flash(refusal.message, "warning")
        else:
            flash(_("Deze collega neemt niet meer deel en ziet niets meer."), "ok")
            if seat.user_id == access.reader().user_id:
                back_url = url_for("groups.listing")
    return redirect(back_url)
