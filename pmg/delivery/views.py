"""Pages of delivery: the plan of a trajectory by version, its pauses, concerns and its end."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases.panels import Panel
from pmg.clock import today
from pmg.delivery import ending, on_case, people, presenting, proposing, queries, services, writing
from pmg.delivery.forms import (
    DosageForm,
    JudgeForm,
    ReasonForm,
    StepForm,
)
from pmg.delivery.models import DosageGoal, DosagePlan
from pmg.delivery.steps import Words, step
from pmg.interventions import onward
from pmg.interventions import queries as interventions
from pmg.interventions.models import Trajectory
from pmg.security import access
from pmg.security.policy import Action
from pmg.texts import translated
from pmg.web.door import Feature

bp = Feature("delivery", __name__)
bp.record(lambda _state: onward.plug_in(_panel, _closing_url))
bp.record(lambda _state: on_case.plug_in())


def _panel(trajectory: Trajectory) -> Panel | None:
    """Show on the page of a trajectory how far the plan and the meetings are."""
    if not access.may(Action.DELIVERY_SHOW, trajectory):
        return None
    found = queries.delivery(trajectory, today=today())
    return Panel(
        "delivery/_panel.html",
        {"found": found, "trajectory": trajectory, "chart": presenting.chart(found)},
    )


def _closing_url(trajectory: Trajectory) -> str:
    if not ending.asks_report(trajectory):
        return ""
    return url_for("endings.close", id=trajectory.id)


@bp.page("/inzet/<uuid:id>/uitvoering", action=Action.DELIVERY_SHOW, of=Trajectory)
def show(trajectory: Trajectory) -> ResponseReturnValue:
    """Show what is planned, what was delivered, and all that happened: one page for both sides."""
    found = queries.delivery(trajectory, today=today())
    may_keep = not found.why_fixed and access.may(Action.DELIVERY_KEEP, trajectory)
    return render_template(
        "delivery/show.html",
        trajectory=trajectory,
        header=queries.head(trajectory, today=today()),
        name=interventions.intervention_of(trajectory).name_nl,
        found=found,
        chart=presenting.chart(found),
        words=presenting,
        may_keep=may_keep,
        tell_concern=presenting.tell_concern(queries.hears_concern(trajectory)) if may_keep else "",
        may_decide=access.may(Action.DELIVERY_APPROVE, trajectory),
        now=today(),
    )


@bp.page("/inzet/<uuid:id>/uitvoering/versies", action=Action.DELIVERY_SHOW, of=Trajectory)
def versions(trajectory: Trajectory) -> ResponseReturnValue:
    """Put two versions of the plan side by side."""
    found = queries.versions(trajectory, today=today())
    new = _chosen(found, "nieuw", max(found, default=0))
    old = _chosen(found, "oud", max((one for one in found if one < new), default=new))
    rows = presenting.compared(found.get(old) if old != new else None, found[new]) if found else []
    return render_template(
        "delivery/versions.html",
        trajectory=trajectory,
        header=queries.head(trajectory, today=today()),
        labels={number: presenting.version_label(each) for number, each in found.items()},
        reasons={number: each.reason for number, each in found.items()},
        rows=rows,
        old=old,
        new=new,
    )


@bp.page(
    "/inzet/<uuid:id>/dosering/nieuw",
    action=Action.DELIVERY_KEEP,
    of=Trajectory,
    methods=("GET", "POST"),
)
def add_goal(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker plan the dosage for one goal."""
    form = DosageForm(data=proposing.answers(trajectory))
    _offer(form, trajectory)
    return step(
        trajectory,
        form,
        lambda: services.write_goal(trajectory, form.dosage(), today=today()),
        Words(
            title=_("Doel met dosering"),
            lead=proposing.told(trajectory),
            button=_("In het trajectplan zetten"),
            done=_("Het doel staat in het concept. Leg het trajectplan voor als het klaar is."),
            why_not=_why_not(trajectory),
        ),
    )


@bp.page(
    "/doseringsdoel/<uuid:id>/wijzigen",
    action=Action.DELIVERY_KEEP,
    of=DosageGoal,
    methods=("GET", "POST"),
)
def change_goal(goal: DosageGoal) -> ResponseReturnValue:
    """Let a worker write the dosage for a goal anew, in a concept."""
    trajectory, planned = queries.trajectory_of(goal), goal.dosage
    form = DosageForm(
        data={
            "aim": planned.aim,
            "plan_goal": str(planned.plan_goal_id or ""),
            "sessions": planned.sessions,
            "minutes": planned.minutes,
            "from_on": planned.from_on,
            "until_on": planned.until_on,
            "elements": "\n".join(planned.elements),
            "version": str(goal.version),
        }
    )
    _offer(form, trajectory)
    return step(
        trajectory,
        form,
        lambda: services.change_goal(goal, form.dosage(), form.seen_version, today=today()),
        Words(
            title=_("Doel wijzigen"),
            button=_("Opslaan"),
            done=_("Het doel is gewijzigd."),
            why_not=_why_not(trajectory),
        ),
    )


@bp.page(
    "/doseringsdoel/<uuid:id>/weghalen",
    action=Action.DELIVERY_KEEP,
    of=DosageGoal,
    methods=("GET", "POST"),
)
def drop_goal(goal: DosageGoal) -> ResponseReturnValue:
    """Let a worker take a goal out of a concept."""
    trajectory = queries.trajectory_of(goal)
    return step(
        trajectory,
        StepForm(),
        lambda: services.drop_goal(goal, today=today()),
        Words(
            title=_("Doel weghalen"),
            button=_("Weghalen"),
            done=_("Het doel is uit het concept gehaald."),
            lead=goal.dosage.aim,
            consequence=_(
                "Het doel gaat uit deze versie. In eerdere versies blijft het staan, en wat ervoor "
                "is geleverd ook."
            ),
            why_not=_why_not(trajectory),
        ),
    )


@bp.page(
    "/inzet/<uuid:id>/dosering/aanpassen",
    action=Action.DELIVERY_KEEP,
    of=Trajectory,
    methods=("GET", "POST"),
)
def amend(trajectory: Trajectory) -> ResponseReturnValue:
    """Let a worker begin the next version, with the reason."""
    form = ReasonForm()
    return step(
        trajectory,
        form,
        lambda: services.begin_amending(trajectory, form.said().words, today=today()),
        Words(
            title=_("Trajectplan aanpassen"),
            button=_("Aanpassing beginnen"),
            done=_(
                "Er staat een concept van de volgende versie. Wijzig de doelen en leg het voor."
            ),
            consequence=_(
                "De versie van nu blijft gelden totdat de nieuwe is goedgekeurd, en blijft altijd "
                "te lezen."
            ),
            why_not=_why_not(trajectory),
        ),
    )


@bp.page(
    "/dosering/<uuid:id>/voorleggen",
    action=Action.DELIVERY_KEEP,
    of=DosagePlan,
    methods=("GET", "POST"),
)
def submit(plan: DosagePlan) -> ResponseReturnValue:
    """Let a worker lay the plan before the referrer."""
    trajectory, form = queries.trajectory_of(plan), StepForm(version=str(plan.version))
    return step(
        trajectory,
        form,
        lambda: services.submit_plan(plan, form.seen_version, today=today()),
        Words(
            title=_("Trajectplan voorleggen"),
            button=_("Voorleggen"),
            done=_("Het trajectplan wacht op goedkeuring. Wie het kan goedkeuren, krijgt bericht."),
            lead=_who(plan),
            consequence=_(
                "Wie dit kan goedkeuren, keurt het trajectplan goed of stuurt het terug. Wie "
                "eraan schreef, kan dat niet. Tot dan kunt u het niet wijzigen."
            ),
            why_not=_why_not(trajectory) or ("" if _who(plan) else translated(services.NOBODY)),
        ),
    )


@bp.page(
    "/dosering/<uuid:id>/vragen",
    action=Action.DELIVERY_KEEP,
    of=DosagePlan,
    methods=("GET", "POST"),
)
def ask(plan: DosagePlan) -> ResponseReturnValue:
    """Let a worker ask once more who can approve the plan."""
    trajectory = queries.trajectory_of(plan)
    return step(
        trajectory,
        StepForm(),
        lambda: services.ask_approval(plan, today=today()),
        Words(
            title=_("Om goedkeuring vragen"),
            button=_("Vragen"),
            done=_("Er is om gevraagd."),
            lead=_who(plan),
            consequence=_(
                "Zij krijgen bericht dat een trajectplan wacht. Wat erin staat, staat er niet bij."
            ),
            why_not=_why_not(trajectory) or ("" if _who(plan) else translated(services.NOBODY)),
        ),
    )


@bp.page(
    "/dosering/<uuid:id>/besluit",
    action=Action.DELIVERY_APPROVE,
    of=DosagePlan,
    methods=("GET", "POST"),
)
def judge(plan: DosagePlan) -> ResponseReturnValue:
    """Let the referrer approve the plan or send it back."""
    trajectory, form = queries.trajectory_of(plan), JudgeForm(version=str(plan.version))

    def act() -> None:
        if form.is_approved:
            services.approve_plan(plan, form.seen_version, today=today())
        else:
            services.send_back_plan(plan, form.said(), today=today())

    found = queries.delivery(trajectory, today=today())
    return step(
        trajectory,
        form,
        act,
        Words(
            title=_("Trajectplan goedkeuren"),
            button=_("Besluit vastleggen"),
            done=_("Uw besluit is vastgelegd."),
            consequence=_("Een goedgekeurde versie verandert niet meer."),
            why_not=_why_not(trajectory) or _why_no_verdict(plan),
        ),
        template="delivery/judge.html",
        version=found.underway,
    )


def _why_not(trajectory: Trajectory) -> str:
    return writing.why_fixed(trajectory, today=today())


def _who(plan: DosagePlan) -> str:
    """Say who else can approve a version, by name; '' when nobody can."""
    names = queries.other_judges(plan)
    return str(_("Wie dit kan goedkeuren: %(names)s.", names=", ".join(names))) if names else ""


def _why_no_verdict(plan: DosagePlan) -> str:
    if writing.may_judge(plan):
        return ""
    return " ".join(
        (
            str(_("U kunt dit trajectplan niet goedkeuren. Wie eraan schreef, kan dat niet.")),
            _who(plan),
        )
    )


def _offer(form: DosageForm, trajectory: Trajectory) -> None:
    """Offer the goals of the plan of the youth, to who takes part in the case."""
    if not people.takes_part(trajectory):
        del form.plan_goal
        return
    form.offer([(one.id, one.text) for one in queries.plan_goals(trajectory)])


def _chosen(found: dict[int, Any], name: str, usual: int) -> int:
    number = request.args.get(name, type=int)
    return number if number in found else usual
