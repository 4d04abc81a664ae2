"""Pages of activities in the district: those of the own organisation, and rounded sums of all."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.activities import presenting, queries, rules, services
from pmg.activities.forms import ActivityAnewForm, ActivityForm, TakeBackForm, asking
from pmg.activities.models import DistrictActivity
from pmg.activities.rules import Mended
from pmg.clock import today
from pmg.errors import Conflict, Gone
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("activities", __name__)
_BOTH = ("GET", "POST")
_FIRST_YEAR = 2019


@bp.page("/activiteiten", action=Action.ACTIVITY_KEEP, of=Workplace)
def own(desk: Workplace) -> ResponseReturnValue:
    """Show the activities of the reader's organisation in a year, with sums per month."""
    year = _year()
    return render_template(
        "activities/own.html",
        found=queries.own_year(year),
        years=_years(year),
        words=presenting,
        areas=rules.areas(desk.municipality_id),
    )


@bp.page("/activiteiten/gemeente", action=Action.ACTIVITY_SHOW, of=Workplace)
def municipality(desk: Workplace) -> ResponseReturnValue:
    """Show the activities of all organisations added up, in rounded numbers."""
    year = _year()
    found = queries.rounded_year(year)
    return render_template(
        "activities/municipality.html",
        year=year,
        years=_years(year),
        total=found.get("totaal", ()),
        tables=presenting.tables(found, rules.areas(desk.municipality_id)),
    )


@bp.page("/activiteiten/nieuw", action=Action.ACTIVITY_KEEP, of=Workplace, methods=_BOTH)
def tell(desk: Workplace) -> ResponseReturnValue:
    """Take an activity with the number of its visitors."""
    form = asking(ActivityForm, desk.municipality_id)
    return _asked(
        form,
        lambda: services.tell_activity(form.held(), today=today()),
        "activities/activity.html",
        title=_("Activiteit vastleggen"),
        button=_("Vastleggen"),
        done=_("De activiteit staat vast."),
    )


@bp.page("/activiteit/<uuid:id>/verbeteren", action=Action.ACTIVITY_KEEP, of=DistrictActivity,
         methods=_BOTH)  # fmt: skip
def correct(row: DistrictActivity) -> ResponseReturnValue:
    """Take an activity anew, with why."""
    form = asking(ActivityAnewForm, row.municipality_id, row.held)
    return _asked(
        form,
        lambda: services.correct_activity(
            row, form.held(), Mended(form.reason.data), today=today()
        ),
        "activities/activity.html",
        title=_("Activiteit verbeteren"),
        button=_("Verbeteren"),
        done=_("De activiteit is verbeterd. Wat er stond, is bewaard."),
    )


@bp.page("/activiteit/<uuid:id>/terugnemen", action=Action.ACTIVITY_KEEP, of=DistrictActivity,
         methods=_BOTH)  # fmt: skip
def take_back(row: DistrictActivity) -> ResponseReturnValue:
    """Let an activity count no more."""
    form = TakeBackForm()
    return _asked(
        form,
        lambda: services.take_back_activity(row, Mended(form.reason.data)),
        "activities/take_back.html",
        title=_("Activiteit terugnemen"),
        button=_("Terugnemen"),
        done=_("De activiteit telt niet meer. Wat er stond, is bewaard."),
        held=row.held,
    )


def _asked(
    form: Form, act: Callable[[], Any], template: str, *, done: str, **shown: Any
) -> ResponseReturnValue:
    """Ask, do it when it is right, and lead back; show both texts when somebody was first."""
    back_url = url_for("activities.own")
    try:
        if form.submits(act):
            flash(done, "ok")
            return redirect(_back_to_year(form))
    except Conflict as conflict:
        fields = [
            {
                "label": _l("De activiteit"),
                "mine": conflict.mine["activity"],
                "theirs": conflict.theirs["activity"],
            }
        ]
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    page = render_template(template, form=form, back_url=back_url, **shown)
    return page, form.status


def _back_to_year(form: Any) -> str:
    """Lead to the year in which the activity stands."""
    on: date = form.on_day.data if "on_day" in form else today()
    return url_for("activities.own", jaar=on.year)


def _year() -> int:
    """Return the year that is asked; raises Gone for what is no year of activities."""
    typed = request.args.get("jaar", str(today().year))
    is_year = typed.isascii() and typed.isdecimal() and len(typed) == len("2026")
    if not (is_year and _FIRST_YEAR <= int(typed) <= today().year):
        raise Gone
    return int(typed)


def _years(year: int) -> list[int]:
    """Return the years beside this one that can be looked at."""
    return [each for each in (year - 1, year + 1) if _FIRST_YEAR <= each <= today().year]
