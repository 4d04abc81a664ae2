"""Pages of releases: what was made, showing one, checking it, taking it out."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from pmg.disclosure.publish import promises
from pmg.disclosure.release import Release
from pmg.errors import Gone
from pmg.extensions import db
from pmg.reports import (
    export,
    export_html,
    export_ods,
    export_pdf,
    listing,
    queries,
    services,
    years,
)
from pmg.reports.authentic import Altered, checks
from pmg.reports.beside import beside
from pmg.reports.export import File
from pmg.reports.forms import StepForm
from pmg.reports.handing_over import hand_over
from pmg.reports.models import ReportRelease
from pmg.security import access
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.series import queries as series
from pmg.texts import translated
from pmg.web.door import Feature

bp = Feature("reports", __name__)
log = structlog.get_logger()


@bp.page("/rapportage", action=Action.REPORT_LIST, of=Workplace)
def releases(_desk: Workplace) -> ResponseReturnValue:
    """Show the reports that were made."""
    return render_template(
        "reports/releases.html", rows=listing.releases(), waiting=listing.waiting()
    )


@bp.app_errorhandler(Altered)
def altered(refusal: Altered) -> ResponseReturnValue:
    """Show of a file that is not what was signed which check failed, and nothing else."""
    db.session.rollback()
    failed = [line.outcome.name for line in refusal.lines if line.outcome]
    log.error("report_altered", release=str(refusal.id), failed=failed)
    page = render_template(
        "reports/altered.html",
        period=refusal.period,
        lines=refusal.lines,
        stored=refusal.stored,
        place=refusal.of,
    )
    return page, HTTPStatus.CONFLICT


@bp.page("/rapportage/<uuid:id>", action=Action.REPORT_SHOW, of=ReportRelease)
def show(item: ReportRelease) -> ResponseReturnValue:
    """Show a report with charts and tables."""
    report = queries.opened(item)
    return render_template(
        "reports/show.html",
        report=report,
        sheets=queries.sheets(report),
        may_take_out=access.may(Action.REPORT_EXPORT, item),
        adds_up=years.adds_up(item, report),
        release=item,
        **_follows(item, report),
        form=StepForm(),
        **_beside(report),
    )


def _beside(report: queries.Report) -> dict[str, Any]:
    """Return what was frozen with a report; of one from before that, the figures of now."""
    found = beside(report.certificate)
    if found is None:
        return {"beside": series.newest(), "plan": (), "is_frozen": False}
    return {"beside": found.outside, "plan": found.plan, "is_frozen": True}


def _follows(item: ReportRelease, report: queries.Report) -> dict[str, Any]:
    """Tell what was before and after it, who approved it, and whether it was delivered."""
    before = listing.predecessor(item)
    return {
        "before": before,
        "after": listing.successor(item),
        "changes": queries.changes(queries.opened(before), report) if before else [],
        "maker": listing.name_of(item.municipality_id, item.made_by),
        "approver": listing.name_of(item.municipality_id, item.approved_by),
        "is_delivered": listing.is_delivered(item),
        "is_behind": listing.is_behind(item),
    }


@bp.page("/rapportage/<uuid:id>/controle", action=Action.REPORT_SHOW, of=ReportRelease)
def check(item: ReportRelease) -> ResponseReturnValue:
    """Show the certificate, and check the stored file now."""
    report = queries.opened(item)
    return render_template(
        "reports/check.html",
        report=report,
        promises=_in_words(report),
        lines=checks(item, report.document),
        may_take_out=access.may(Action.REPORT_EXPORT, item),
    )


def _in_words(report: queries.Report) -> list[str]:
    """Return what the certificate promises, in the language of the reader where it is ours."""
    assert isinstance(report.release, Release)
    ours = {
        promise.text: translated(promise.template, **promise.values)
        for promise in promises(report.release)
    }
    return [ours.get(promise, promise) for promise in report.certificate["promises"]]


@bp.page("/rapportage/<uuid:id>/jaar", action=Action.REPORT_SHOW, of=ReportRelease)
def year(item: ReportRelease) -> ResponseReturnValue:
    """Show the year as the sum of its released periods."""
    found = _year(item)
    return render_template(
        "reports/year.html",
        item=item,
        year=found,
        report=found.report,
        sheets=queries.sheets(found.report),
        may_take_out=access.may(Action.REPORT_EXPORT, item),
    )


@bp.page("/rapportage/<uuid:id>/jaar/csv", action=Action.REPORT_SHOW, of=ReportRelease)
def year_csv(item: ReportRelease) -> ResponseReturnValue:
    """Hand over the numbers of the year as CSV; `?vorm=excel` as Dutch Excel opens it."""
    found, for_excel = _year(item), request.args.get("vorm") == "excel"
    return _hand_over(
        item,
        lambda: years.numbers(item, found, for_excel=for_excel),
        back=url_for("reports.year", id=item.id, _anchor="downloaden"),
    )


def _year(item: ReportRelease) -> years.Year:
    """Add up the year of a report; raises Gone where nothing adds up."""
    found = years.year_of(item)
    if found is None:
        raise Gone
    return found


@bp.page("/rapportage/<uuid:id>/csv", action=Action.REPORT_SHOW, of=ReportRelease)
def csv(item: ReportRelease) -> ResponseReturnValue:
    """Hand over the numbers as CSV; `?vorm=excel` as Dutch Excel opens it."""
    for_excel = request.args.get("vorm") == "excel"
    return _hand_over(item, lambda: export.numbers(item, for_excel=for_excel))


@bp.page("/rapportage/<uuid:id>/ods", action=Action.REPORT_SHOW, of=ReportRelease)
def ods(item: ReportRelease) -> ResponseReturnValue:
    """Hand over the numbers as a spreadsheet with a sheet for each indicator."""
    return _hand_over(item, lambda: export_ods.spreadsheet(item))


@bp.page("/rapportage/<uuid:id>/pdf", action=Action.REPORT_SHOW, of=ReportRelease)
def pdf(item: ReportRelease) -> ResponseReturnValue:
    """Hand over the report as a tagged PDF."""
    return _hand_over(item, lambda: export_pdf.document(item))


@bp.page("/rapportage/<uuid:id>/html", action=Action.REPORT_SHOW, of=ReportRelease)
def html(item: ReportRelease) -> ResponseReturnValue:
    """Hand over the report as one stand-alone page."""
    return _hand_over(item, lambda: export_html.page(item))


@bp.page("/rapportage/<uuid:id>/certificaat", action=Action.REPORT_SHOW, of=ReportRelease)
def certificate(item: ReportRelease) -> ResponseReturnValue:
    """Hand over the file that anyone can check: numbers, base worlds, certificate, signature."""
    return _hand_over(item, lambda: export.whole(item))


@bp.page("/rapportage/<uuid:id>/grootboek", action=Action.REPORT_SHOW, of=ReportRelease)
def ledger(item: ReportRelease) -> ResponseReturnValue:
    """Hand over the ledger that the report stands in: all releases of the municipality."""
    return _hand_over(item, lambda: export.chain(item, services.sound_ledger(item.municipality_id)))


@bp.page("/rapportage/<uuid:id>/wereld", action=Action.REPORT_SHOW, of=ReportRelease)
def world(item: ReportRelease) -> ResponseReturnValue:
    """Hand over the base world of one unit (`?eenheid=`) as CSV; nobody real is in it."""
    return _hand_over(item, lambda: export.base_world(item, request.args.get("eenheid", "")))


def _hand_over(
    item: ReportRelease, make_file: Callable[[], File], *, back: str = ""
) -> ResponseReturnValue:
    return hand_over(
        item,
        Action.REPORT_EXPORT,
        back=back or url_for("reports.show", id=item.id, _anchor="downloaden"),
        note=lambda: services.take_out(item),
        make=make_file,
    )
