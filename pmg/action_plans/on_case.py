"""What the page of a case and *Vandaag* show of a plan: its goals, what is due, what happened."""

from collections.abc import Iterator
from datetime import date

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.action_plans import presenting, queries, rules
from pmg.action_plans.shown import Glance
from pmg.cases import panels
from pmg.cases.models import Case
from pmg.cases.panels import Entry, NextStep, Panel, Position
from pmg.clock import today
from pmg.security import access
from pmg.security.policy import Action
from pmg.web import agenda
from pmg.web.agenda import Due
from pmg.web.formats import day

SECTION = "plan_reviews"


def plug_in() -> None:
    """Show the plan on the page of each case, and what is due of it on *Vandaag*."""
    panels.plug_in(Position.MAIN, _panel)
    panels.plug_in_entries(_entries)
    panels.plug_in_steps(_steps)
    agenda.plug_in(
        agenda.Section(
            SECTION,
            _l("Terugkijken op een plan"),
            due,
            one=_l("plan om op terug te kijken"),
            more=_l("plannen om op terug te kijken"),
        )
    )


def due(on: date) -> list[Due]:
    """Return the looks back of the reader that are late or come soon."""
    if not access.may(Action.CASE_LIST, access.workplace()):
        return []
    return [
        Due(
            title=_("Terugkijken op het plan"),
            url=url_for("action_plans.review", id=each.review_id),
            on=each.planned_on,
            who=each.name,
            late=rules.is_late(each.planned_on, on),
        )
        for each in queries.due(on)
    ]


def _glance(case: Case) -> Glance:
    """Return the plan, read once a page."""
    if "plan_glance" not in g:
        g.plan_glance = queries.glance(case)
    return g.plan_glance  # type: ignore[no-any-return]


def _panel(case: Case) -> Panel | None:
    if not access.may(Action.ACTION_PLAN_SHOW, case):
        return None
    glance = _glance(case)
    label = presenting.version_label(glance.newest) if glance.newest else ""
    return Panel("action_plans/_panel.html", {"case": case, "plan": glance, "label": label})


def _entries(case: Case) -> Iterator[Entry]:
    if not access.may(Action.ACTION_PLAN_SHOW, case):
        return
    for event in _glance(case).happened:
        url = url_for("action_plans.show", id=case.id)
        if event.review_id is not None:
            url = url_for("action_plans.review", id=event.review_id)
        yield Entry(
            on=event.on,
            title=str(presenting.HAPPENED[event.what]) % {"said": event.said},
            meta=f"{day(event.on)} · {event.by}",
            url=url,
        )


def _steps(case: Case) -> Iterator[NextStep]:
    """Return what is due of the plan, for who can do it."""
    if case.closed_on is not None or case.triaged_on is None:
        return
    if not access.may(Action.ACTION_PLAN_EDIT, case):
        return
    glance = _glance(case)
    if glance.newest is None:
        yield NextStep(
            _("Doelen afspreken met de jongere"), url_for("action_plans.make", id=case.id)
        )
    elif glance.newest.is_draft and glance.goals:
        yield NextStep(_("Akkoord vragen op het plan"), url_for("action_plans.answer", id=case.id))
    if glance.planned is not None and rules.is_due(glance.planned.planned_on, today()):
        url = url_for("action_plans.review", id=glance.planned.id)
        yield NextStep(_("Terugkijken op het plan"), url, glance.planned.planned_on)
