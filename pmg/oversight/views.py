"""Pages of oversight: who saw a case, and the log as a whole."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from pmg.cases import panels
from pmg.cases import presenting as case_presenting
from pmg.cases import queries as case_queries
from pmg.cases.models import Case
from pmg.clock import today
from pmg.oversight import discretion, presenting, queries
from pmg.oversight.forms import OUTCOMES, LogForm, identity
from pmg.oversight.queries import Cursor, Page, Search
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("oversight", __name__)


@bp.page("/zaken/<uuid:id>/inzage", action=Action.LOG_SHOW, of=Case)
def who_has_seen(case: Case) -> ResponseReturnValue:
    """Show who saw or changed this case, by day; whole when it is to be printed."""
    page = queries.seen(case, cursor=Cursor.read(request.args.get("na", "")))
    known = discretion.readable(case)
    header = case_queries.header(case, today=today())
    whole = "alles" in request.args
    return render_template(
        "oversight/who_has_seen.html",
        case=case,
        header=header,
        bar=case_presenting.bar(header),
        tabs=panels.tabs(case, "oversight.who_has_seen"),
        days=presenting.days(discretion.discreet(event, known) for event in page.events),
        whole=whole,
        newest_url=url_for("oversight.who_has_seen", id=case.id) if "na" in request.args else None,
        older_url=page.older and _older("oversight.who_has_seen", page, id=case.id),
    )


@bp.page("/logboek", action=Action.LOG_SEARCH, of=Workplace)
def log_search(_desk: Workplace) -> ResponseReturnValue:
    """Search the log of the municipality."""
    form = LogForm(request.args, people=((str(one.id), one.name) for one in queries.people()))
    page = queries.search(_wanted(form)) if form.validate() else Page([], None)
    kept: dict[str, Any] = {name: text for name in form.data if (text := request.args.get(name))}
    return render_template(
        "oversight/log_search.html",
        form=form,
        events=page.events,
        did=presenting.did,
        outcomes=OUTCOMES,
        filtered=bool(kept),
        newest_url=url_for("oversight.log_search", **kept) if "na" in request.args else None,
        older_url=page.older and _older("oversight.log_search", page, **kept),
    )


@bp.page("/logboek/<uuid:event_id>", action=Action.LOG_SEARCH, of=Workplace)
def log_event(_desk: Workplace, event_id: UUID) -> ResponseReturnValue:
    """Show everything technical about one event."""
    found = queries.detail(event_id)
    return render_template(
        "oversight/log_event.html",
        detail=found,
        did=presenting.did(found.event),
        ground=presenting.ground(found.row.code),
        roles=presenting.role_names(found.row.roles),
        outcome=OUTCOMES[found.event.outcome],
    )


def _wanted(form: LogForm) -> Search:
    return Search(
        person_id=identity(form.persoon.data),
        since=form.van.data,
        until=form.tot.data,
        case_id=identity(form.zaak.data),
        outcome=form.uitkomst.data or "",
        cursor=Cursor.read(request.args.get("na", "")),
    )


def _older(endpoint: str, page: Page, **address: Any) -> str:
    return url_for(endpoint, na=page.older, **address)
