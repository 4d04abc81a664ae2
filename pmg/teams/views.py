"""Pages of handing over a case, and of the team manager."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.accounts.queries import names
from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.cases.rules import Status
from pmg.clock import today
from pmg.extensions import db
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action, Role
from pmg.teams import queries, services
from pmg.teams.forms import AcknowledgeForm, AllocateForm, HandOverForm
from pmg.teams.models import Handover
from pmg.teams.rules import Reason
from pmg.web import agenda
from pmg.web.agenda import Due, Section
from pmg.web.door import Feature

bp = Feature("teams", __name__)


def _due(_day: date) -> Sequence[Due]:
    return [
        Due(
            _("Lees wat u niet mag vergeten"),
            url_for("teams.take_over", id=one.id),
            on=one.given_on,
            who=one.who,
        )
        for one in queries.to_read()
    ]


bp.record(
    lambda _state: agenda.plug_in(
        Section(
            "overdracht",
            _l("Zaken die u overneemt"),
            _due,
            one=_l("zaak die u overneemt"),
            more=_l("zaken die u overneemt"),
        )
    )
)


@bp.page(
    "/zaken/<uuid:id>/overdragen", action=Action.CASE_HAND_OVER, of=Case, methods=("GET", "POST")
)
def hand_over(case: Case) -> ResponseReturnValue:
    """Give one's seat on a case to a colleague."""
    function = access.reader().roles & {Role.CASE_DIRECTOR, Role.YOUTH_WORKER}
    form = HandOverForm([person for role in sorted(function) for person in queries.takers(role)])
    if form.submits(lambda: services.hand_over(case, _gift(form), today=today())):
        flash(_("De zaak is overgedragen. Uw collega krijgt een bericht."), "ok")
        return redirect(url_for("cases.show", id=case.id))
    header = cases.header(case, today=today())
    page = render_template("teams/hand_over.html", case=case, header=header, form=form)
    return page, form.status


def _gift(form: HandOverForm) -> services.Gift:
    return services.Gift(UUID(form.to_id.data), form.last_day.data or today(), form.note.data or "")


@bp.page("/overdracht/<uuid:id>", action=Action.CASE_SHOW, of=Handover, methods=("GET", "POST"))
def take_over(handover: Handover) -> ResponseReturnValue:
    """Read what must not be forgotten, and say that one has."""
    form = AcknowledgeForm()
    if form.submits(lambda: services.acknowledge(handover)):
        flash(_("U hebt bevestigd dat u dit hebt gelezen."), "ok")
        return redirect(url_for("cases.show", id=handover.case_id))
    case = db.session.get_one(Case, (handover.municipality_id, handover.case_id))
    return render_template(
        "teams/take_over.html",
        handover=handover,
        header=cases.header(case, today=today()),
        giver=names({handover.from_id}).get(handover.from_id, ""),
        is_taker=handover.to_id == access.reader().user_id,
        form=form,
    ), form.status


@bp.page("/team", action=Action.TEAM_SHOW, of=Workplace)
def team(_desk: Workplace) -> ResponseReturnValue:
    """Show what each of the team carries."""
    shown = (Status.REFERRED, Status.PLANNING, Status.ACTIVE)
    return render_template("teams/team.html", carriers=queries.team(today=today()), statuses=shown)


@bp.page(
    "/team/<uuid:user_id>/zaak/<uuid:case_id>",
    action=Action.TEAM_ALLOCATE,
    of=Workplace,
    methods=("GET", "POST"),
)
def allocate(_desk: Workplace, user_id: UUID, case_id: UUID) -> ResponseReturnValue:
    """Give a case of one of the team to another."""
    carriers = queries.team(today=today())
    found = next(
        (
            (carrier, case)
            for carrier in carriers
            for case in carrier.cases
            if case.is_movable and (carrier.user_id, case.case_id) == (user_id, case_id)
        ),
        None,
    )
    if found is None:
        abort(404)
    carrier, case = found
    form = AllocateForm(
        (
            str(one.user_id),
            _("%(name)s (nu %(number)d zaken)", name=one.name, number=len(one.cases)),
        )
        for one in carriers
        if one.user_id != carrier.user_id
    )

    def move() -> None:
        services.allocate(
            services.Move(
                case.case_id,
                carrier.user_id,
                form.taker,
                form.last_day.data or today(),
                Reason(form.reason.data),
            ),
            today=today(),
        )

    if form.submits(move):
        flash(_("De zaak is verdeeld. Beide collega’s krijgen een bericht."), "ok")
        return redirect(url_for("teams.team"))
    return render_template(
        "teams/allocate.html", form=form, carrier=carrier, carried=case
    ), form.status
