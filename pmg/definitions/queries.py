"""Versions of reports: those of the product, and those that a municipality made."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pmg.accounts.queries import names
from pmg.definitions import shipped
from pmg.definitions.models import ReportTemplate
from pmg.definitions.rules import Template, read_template
from pmg.errors import Gone
from pmg.extensions import db


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the list: what it is, and who made it when; nobody made the product's own."""

    template: Template
    author: str = ""
    made_at: datetime | None = None
    is_latest: bool = False


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
    return _opened(row)


def latest(municipality_id: str) -> dict[str, Template]:
    """Return the version of each report that is made now, by code: its own goes first."""
    found = shipped.latest()
    for row in _own(municipality_id):
        found[row.code] = _opened(row)
    return found


def every(municipality_id: str) -> list[Template]:
    """Return every version of every report that a municipality can have made."""
    return [*shipped.SHIPPED.values(), *map(_opened, _own(municipality_id))]


def versions(municipality_id: str) -> list[Version]:
    """Return every version of every report, by report, newest first."""
    now = latest(municipality_id)
    rows = _own(municipality_id)
    people = names({row.author_id for row in rows})
    found = [Version(each) for each in shipped.SHIPPED.values()]
    found += [Version(_opened(r), people.get(r.author_id, ""), r.made_at) for r in rows]
    order = {code: place for place, code in enumerate(now)}
    found.sort(key=lambda each: (order[each.template.code], -each.template.version))
    return [
        Version(
            each.template,
            each.author,
            each.made_at,
            is_latest=now[each.template.code].version == each.template.version,
        )
        for each in found
    ]


def _own(municipality_id: str) -> list[ReportTemplate]:
    """Return the rows of a municipality, oldest version first."""
    return list(
        db.session.scalars(
            select(ReportTemplate)
            .where(ReportTemplate.municipality_id == municipality_id)
            .order_by(ReportTemplate.version)
        )
    )


def _opened(row: ReportTemplate) -> Template:
    template = read_template(json.loads(row.document))
    if template.hash != row.document_hash:
        raise Gone
    return template
