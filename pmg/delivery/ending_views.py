"""Pages of the rest and the end: a pause asked and given, a concern, the report, an early stop."""

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.clock import today
from pmg.delivery import ending, people, presenting, queries, resting, writing
from pmg.delivery.forms import ConcernForm, PauseForm, ReasonForm, ResumeForm, closing_form
from pmg.delivery.shown import AskedPause
from pmg.delivery.steps import Words, step
from pmg.interventions.forms import StopForm
from pmg.interventions.models import Trajectory
from pmg.security import access
from pmg.security.policy import Action
from pmg.texts import translated
from pmg.web.door import Feature

bp = Feature("endings", __name__)


@bp.page(
    "/inzet/<uuid:id>/pauze", action=Action.DELIVERY_APPROVE, of=Trajectory, methods=("GET", "POST")
)
def pause(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker let a trajectory rest."""
    asked = queries.asked_pause(trajectory)
    form = PauseForm(data=_as_asked(asked))
    return step(
        trajectory,
        form,
        lambda: resting.pause_trajectory(trajectory, form.rest(), today=today()),
        Words(
            title=_("Traject pauzeren"),
            button=_("Pauzeren"),
            done=_("De pauze is vastgelegd."),
            lead=_who_asks(asked),
            consequence=_(
                "De dagen van de pauze tellen niet mee voor het trajectplan: het einde schuift op. "
                "Wat geleverd is, blijft staan."
            ),
            why_not=_why_not(trajectory),
        ),
    )


@bp.page(
    "/inzet/<uuid:id>/pauze-vragen",
    action=Action.DELIVERY_KEEP,
    of=Trajectory,
    methods=("GET", "POST"),
)
def ask_pause(trajectory: Trajectory) -> ResponseReturnValue:
    """Let who carries it out ask for a pause; who may give one does so himself."""
    if access.may(Action.DELIVERY_APPROVE, trajectory):
        return redirect(url_for("endings.pause", id=trajectory.id))
    form = PauseForm()
    return step(
        trajectory,
        form,
        lambda: resting.ask_pause(trajectory, form.rest(), today=today()),
        Words(
            title=_("Om een pauze vragen"),
            button=_("Vragen"),
            done=_("De verwijzer krijgt bericht dat u om een pauze vraagt."),
            consequence=_("De verwijzer beslist. Tot dan loopt het traject door."),
            why_not=_why_not(trajectory),
        ),
    )


@bp.page(
    "/inzet/<uuid:id>/pauze-afwijzen",
    action=Action.DELIVERY_APPROVE,
    of=Trajectory,
    methods=("GET", "POST"),
)
def deny_pause(trajectory: Trajectory) -> ResponseReturnValue:
    """Let the referrer say that it goes on, with the reason."""
    asked, form = queries.asked_pause(trajectory), ReasonForm()
    return step(
        trajectory,
        form,
        lambda: resting.deny_pause(trajectory, form.said().words, today=today()),
        Words(
            title=_("Geen pauze geven"),
            button=_("Geen pauze geven"),
            done=_("Uw besluit is vastgelegd. Wie om de pauze vroeg, krijgt bericht."),
            lead=_who_asks(asked),
            why_not=_why_not(trajectory) or ("" if asked else translated(resting.NOT_ASKED)),
        ),
    )


@bp.page(
    "/inzet/<uuid:id>/hervatten",
    action=Action.DELIVERY_KEEP,
    of=Trajectory,
    methods=("GET", "POST"),
)
def resume(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker let a trajectory go on."""
    form = ResumeForm()

    def act() -> None:
        assert form.resumed_on.data is not None
        resting.resume_trajectory(trajectory, form.resumed_on.data, today=today())

    return step(
        trajectory,
        form,
        act,
        Words(
            title=_("Traject hervatten"),
            button=_("Hervatten"),
            done=_("Het traject gaat verder."),
            why_not=_why_not(trajectory),
        ),
    )


@bp.page(
    "/inzet/<uuid:id>/zorg", action=Action.DELIVERY_KEEP, of=Trajectory, methods=("GET", "POST")
)
def concern(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker tell of a concern: who assigned the trajectory, and who directs the case."""
    form, names = ConcernForm(), queries.hears_concern(trajectory)
    return step(
        trajectory,
        form,
        lambda: ending.tell_concern(trajectory, form.words.data or "", today=today()),
        Words(
            title=presenting.tell_concern(names),
            button=_("Melden") if names else _("Opschrijven"),
            done=_("Uw zorg staat bij het traject. Er gaat bericht naar: %(names)s.", names=names)
            if names
            else _("Uw zorg staat bij het traject."),
            consequence=_(
                "Wie de inzet voorstelde en wie de zaak regisseert, kunnen dit lezen. In het "
                "bericht zelf staat er niets over. Is er nu gevaar, bel dan 112."
            ),
            why_not=_why_not(trajectory),
        ),
    )


@bp.page(
    "/inzet/<uuid:id>/eindverslag",
    action=Action.DELIVERY_END,
    of=Trajectory,
    methods=("GET", "POST"),
)
def close(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker close a trajectory with what became of each goal."""
    goals = [(goal.goal_key, goal.aim) for goal in queries.goals(trajectory)]
    form = closing_form(goals, version=str(trajectory.version))
    keys = [key for key, _aim in goals]
    left = writing.unfinished(trajectory)
    return step(
        trajectory,
        form,
        lambda: ending.close_trajectory(trajectory, form.closing(keys), today=today()),
        Words(
            title=_("Eindverslag"),
            button=_("Afronden"),
            done=_("Het eindverslag is gemaakt en de inzet is afgerond."),
            done_url=_done_url(trajectory),
            lead=_("Van %(count)d bijeenkomsten is nog niet vastgelegd hoe het ging.", count=left)
            if left
            else "",
            consequence=_(
                "De inzet is daarna afgerond. Bereikte de jongere alle doelen, dan staat er ‘Doel "
                "bereikt’; geen enkel doel, dan ‘Doel niet bereikt’; anders ‘Doel deels bereikt’. "
                "U kunt daarna alleen nog lezen: dit is niet terug te draaien."
            ),
            why_not=_why_not(trajectory) or ("" if goals else translated(writing.NO_PLAN)),
        ),
    )


@bp.page(
    "/inzet/<uuid:id>/eerder-stoppen",
    action=Action.DELIVERY_END,
    of=Trajectory,
    methods=("GET", "POST"),
)
def stop(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker end it before its time, with the reason."""
    form = StopForm(version=trajectory.version)
    return step(
        trajectory,
        form,
        lambda: ending.stop_trajectory(trajectory, form.stop(), today=today()),
        Words(
            title=_("Eerder stoppen"),
            button=_("Stoppen"),
            done=_("De inzet is gestopt. Wat geleverd is, blijft staan."),
            done_url=_done_url(trajectory),
            consequence=_(
                "De inzet staat daarna op ‘gestopt’, met deze reden. De aanbieder ziet er dan "
                "niets meer van. Dat is niet terug te draaien. Stoppen is geen oordeel over de "
                "jongere."
            ),
            why_not=_why_not(trajectory),
        ),
    )


def _why_not(trajectory: Trajectory) -> str:
    return writing.why_fixed(trajectory, today=today())


def _done_url(trajectory: Trajectory) -> str:
    """Return where who carries it out goes when it has ended: he sees it no more."""
    return "" if people.takes_part(trajectory) else url_for("providers.mine")


def _as_asked(asked: AskedPause | None) -> dict[str, Any]:
    if asked is None:
        return {}
    return {"from_on": asked.from_on, "reason": asked.reason.value, "words": asked.words}


def _who_asks(asked: AskedPause | None) -> str:
    return str(_("%(name)s vraagt om een pauze.", name=asked.by)) if asked else ""
