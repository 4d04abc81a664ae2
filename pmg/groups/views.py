"""Pages of group approaches: the own list, one approach, its frame, its end, and a referral."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.clock import today
from pmg.errors import Conflict
from pmg.groups import agenda, queries, rules, services
from pmg.groups.forms import CloseForm, ConfirmForm, FrameForm
from pmg.groups.models import GroupApproach
from pmg.groups.rules import Result
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("groups", __name__)
bp.record(lambda _state: agenda.plug_in())

_PARTS = {
    "name": _l("Werknaam"),
    "place": _l("Waar is de overlast?"),
    "review_on": _l("Wanneer kijkt u samen terug?"),
}


@bp.page("/groepsaanpak", action=Action.GROUP_LIST, of=Workplace)
def listing(desk: Workplace) -> ResponseReturnValue:
    """Show the group approaches in which the reader takes part."""
    return render_template("groups/listing.html", desk=desk, lines=queries.listing())


@bp.page("/groepsaanpak/nieuw", action=Action.GROUP_START, of=Workplace, methods=("GET", "POST"))
def start(_desk: Workplace) -> ResponseReturnValue:
    """Let a process director begin a group approach."""
    form = FrameForm(areas=_areas())
    made: list[GroupApproach] = []
    if form.submits(lambda: made.append(services.start(form.frame(), today=today()))):
        flash(_("De groepsaanpak is begonnen. Kies nu wie deelneemt."), "ok")
        return redirect(url_for("groups.show", id=made[0].id))
    return render_template("groups/start.html", form=form), form.status


@bp.page("/groepsaanpak/<uuid:id>", action=Action.GROUP_SHOW, of=GroupApproach)
def show(group: GroupApproach) -> ResponseReturnValue:
    """Show one group approach: its steps, what was seen, and what is agreed."""
    is_open = group.closed_on is None
    return render_template(
        "groups/show.html",
        group=group,
        found=queries.group(group, today=today()),
        is_open=is_open,
        may_write=is_open and access.may(Action.GROUP_WRITE, group),
        may_lead=is_open and access.may(Action.GROUP_LEAD, group),
        may_seat=access.may(Action.GROUP_LEAD, group),
        may_refer=is_open and _may_refer(group),
        today=today(),
    )


def _may_refer(group: GroupApproach) -> bool:
    can_refer = access.may(Action.CASE_REFER, access.workplace())
    return can_refer and access.may(Action.GROUP_TRANSFER, group)


@bp.page(
    "/groepsaanpak/<uuid:id>/wijzigen",
    action=Action.GROUP_LEAD,
    of=GroupApproach,
    methods=("GET", "POST"),
)
def change(group: GroupApproach) -> ResponseReturnValue:
    """Let who leads change the name, the place and the day to look back."""
    form = FrameForm(areas=_areas(), data=_present(group))
    try:
        if form.submits(
            lambda: services.change(group, form.frame(), version=form.seen_version, today=today())
        ):
            flash(_("De groepsaanpak is bijgewerkt."), "ok")
            return redirect(url_for("groups.show", id=group.id))
    except Conflict as conflict:
        return both(conflict, _PARTS, url_for("groups.change", id=group.id))
    return render_template("groups/change.html", form=form, group=group), form.status


def both(conflict: Conflict, labels: dict[str, Any], back_url: str) -> ResponseReturnValue:
    """Show both texts of who changed something at the same time."""
    fields = [
        {"label": labels[name], "mine": mine, "theirs": conflict.theirs[name]}
        for name, mine in conflict.mine.items()
        if mine != conflict.theirs[name]
    ]
    page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
    return page, HTTPStatus.CONFLICT


@bp.page(
    "/groepsaanpak/<uuid:id>/aanmelden",
    action=Action.GROUP_TRANSFER,
    of=GroupApproach,
    methods=("GET", "POST"),
)
def transfer(group: GroupApproach) -> ResponseReturnValue:
    """Lead to an ordinary referral: empty, and without a way back to the group."""
    form = ConfirmForm()
    if form.submits(lambda: services.transfer(group, today=today())):
        return redirect(url_for("cases.look_up"))
    return render_template("groups/transfer.html", form=form, group=group), form.status


@bp.page(
    "/groepsaanpak/<uuid:id>/afsluiten",
    action=Action.GROUP_LEAD,
    of=GroupApproach,
    methods=("GET", "POST"),
)
def close(group: GroupApproach) -> ResponseReturnValue:
    """Let who leads end a group approach with what came of it."""
    form = CloseForm()
    if form.submits(
        lambda: services.close(
            group, Result(form.result.data), form.words.data or "", today=today()
        )
    ):
        flash(_("De groepsaanpak is afgesloten."), "ok")
        return redirect(url_for("groups.show", id=group.id))
    return render_template(
        "groups/close.html",
        form=form,
        group=group,
        kept_until=rules.retention_until(today()),
    ), form.status


def _areas() -> list[tuple[str, str]]:
    place = MUNICIPALITIES.get(access.reader().municipality_id)
    return [(area.code, area.name) for area in place.focus_areas] if place else []


def _present(group: GroupApproach) -> dict[str, Any]:
    return {
        "version": group.version,
        "name": group.name,
        "place": group.place,
        "area": group.area_code or "",
        "review_on": group.review_on,
    }
