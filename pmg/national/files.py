"""Published figures as files: those of a report, and the releases that they were made of."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from pmg.errors import Gone
from pmg.extensions import db
from pmg.national import queries
from pmg.national.authentic import authentic_figures, authentic_import
from pmg.national.models import ImportedRelease, NationalRelease
from pmg.national.paper import paper
from pmg.reports import export_html, export_ods, export_pdf
from pmg.reports.authentic import authentic
from pmg.reports.export import File, numbers_of
from pmg.reports.models import ReportDelivery, ReportRelease

_ONE_MOMENT = (1980, 1, 1, 0, 0, 0)
"""So that the same releases give the same bytes."""


def stem(item: NationalRelease) -> str:
    """Return what the names of all files of these figures begin with."""
    last = item.period_until - timedelta(days=1)
    return f"landelijk-{item.template_code}-{item.period_from}-{last}-{item.number}"


def whole(item: NationalRelease) -> File:
    """Hand over the stored file exactly as it was signed; raises Altered where it is not that."""
    authentic_figures(item)
    return File(f"{stem(item)}.json", "application/json", item.document.encode())


def numbers(item: NationalRelease, *, for_excel: bool) -> File:
    """Write all numbers, one a row."""
    return numbers_of(queries.opened(item), stem(item), for_excel=for_excel)


def spreadsheet(item: NationalRelease) -> File:
    """Write the figures as ODS."""
    return File(f"{stem(item)}.ods", export_ods.KIND, export_ods.workbook(paper(item)))


def document(item: NationalRelease) -> File:
    """Write the figures as a tagged PDF."""
    return File(f"{stem(item)}.pdf", "application/pdf", export_pdf.pdf(paper(item)))


def page(item: NationalRelease) -> File:
    """Write the figures as one stand-alone page."""
    return File(f"{stem(item)}.html", export_html.KIND, export_html.html(paper(item)))


def releases(item: NationalRelease) -> File:
    """Pack the releases that the figures were made of, each as its municipality signed it.

    Raises Gone where one is not there any more, and Altered where one is not what was signed.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for place, text in _origins(item):
            packed.writestr(zipfile.ZipInfo(f"{place}.json", _ONE_MOMENT), text)
    return File(f"{stem(item)}-rapporten.zip", "application/zip", target.getvalue())


def _origins(item: NationalRelease) -> Iterator[tuple[str, str]]:
    national = queries.figures_of(queries.opened(item))
    for origin in national.origins:
        delivered = (
            select(ReportRelease)
            .join(
                ReportDelivery,
                (ReportDelivery.sender_id == ReportRelease.municipality_id)
                & (ReportDelivery.release_id == ReportRelease.id),
            )
            .where(
                ReportRelease.municipality_id == origin.place,
                ReportRelease.release_hash == origin.release,
            )
        )
        taken_in = select(ImportedRelease).where(
            ImportedRelease.municipality_id == item.municipality_id,
            ImportedRelease.sender_id == origin.place,
            ImportedRelease.release_hash == origin.release,
        )
        if release := db.session.scalar(delivered):
            authentic(release)
            yield origin.place, release.document
        elif imported := db.session.scalar(taken_in):
            authentic_import(imported)
            yield origin.place, imported.document
        else:
            raise Gone
