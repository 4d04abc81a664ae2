"""Where versions of reports are found: those of the product, and a municipality's own."""

import json

from sqlalchemy import select

from pmg.definitions import shipped
from pmg.definitions.models import ReportTemplate
from pmg.definitions.rules import Template, read_template
from pmg.errors import Gone
from pmg.extensions import db


def fetch(code: str, version: int, municipality_id: str) -> Template:
    """Return a version of a report; raises Gone where there is none, or its text was touched."""
    if found := shipped.SHIPPED.get((code, version)):
        return found
    row = db.session.scalars(
        select(ReportTemplate).where(
            ReportTemplate.municipality_id == municipality_id,
            ReportTemplate.code == code,
            ReportTemplate.version == version,
        )
    ).one_or_none()
    if row is None:
        raise Gone
    return opened(row)


def latest(municipality_id: str) -> dict[str, Template]:
    """Return the version of each report that is made now, by code: its own goes first."""
    found = shipped.latest()
    for row in own(municipality_id):
        found[row.code] = opened(row)
    return found


def every(municipality_id: str) -> list[Template]:
    """Return every version of every report that a municipality can have made."""
    return [*shipped.SHIPPED.values(), *map(opened, own(municipality_id))]


def own(municipality_id: str) -> list[ReportTemplate]:
    """Return the rows of a municipality, oldest version first."""
    return list(
        db.session.scalars(
            select(ReportTemplate)
            .where(ReportTemplate.municipality_id == municipality_id)
            .order_by(ReportTemplate.version)
        )
    )


def opened(row: ReportTemplate) -> Template:
    """Read a stored version; raises Gone where its text is not what was hashed."""
    template = read_template(json.loads(row.document))
    if template.hash != row.document_hash:
        raise Gone
    return template
