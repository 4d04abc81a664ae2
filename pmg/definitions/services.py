"""What is done with definitions: a new version is made of an old one, and none is ever changed."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import uuid4

from sqlalchemy import func, select

from pmg.definitions import checking
from pmg.definitions.models import ReportTemplate
from pmg.definitions.rules import LAST_SHIPPED, Template
from pmg.definitions.store import every, latest
from pmg.disclosure.canonical import digest
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.security import access, audit
from pmg.security.policy import Action


def make_version(wanted: Template) -> Template:
    """Keep a definition as the next version of its report, from now on the one that is made.

    Reports that were made keep the version that they were made with. Raises NotPermitted, and
    Invalid with the first thing that is wrong, or where nothing differs from the present version.
    """
    desk = access.workplace()
    access.require(Action.DEFINITION_MAKE, desk)
    known = latest(desk.municipality_id)
    if wanted.code not in known:
        raise Invalid("title", "Dit rapport bestaat niet meer. Ga terug naar de lijst.")
    checking.check(wanted, desk.municipality_id)
    present = known[wanted.code]
    if replace(wanted, version=present.version) == present:
        raise Invalid("title", "Er is niets veranderd. Verander iets, of ga terug naar de lijst.")
    number = _next_version(desk.municipality_id, wanted.code)
    template = _named_apart(replace(wanted, version=number), every(desk.municipality_id))
    row = ReportTemplate(
        municipality_id=desk.municipality_id,
        id=uuid4(),
        code=template.code,
        version=template.version,
        document=template.as_text(),
        document_hash=template.hash,
        author_id=access.reader().user_id,
    )
    db.session.add(row)
    db.session.flush()
    audit.wrote(Action.DEFINITION_MAKE, row, row.id)
    return template


def _named_apart(template: Template, known: Iterable[Template]) -> Template:
    """Give a table that differs from every one of its name a name of its own.

    Reports about the same people are protected together, and a name then means one table.
    """
    taken: dict[str, set[str]] = {}
    for spec in (spec for each in known for spec in each.specs()):
        taken.setdefault(spec.name, set()).add(digest(spec.as_json()))
    indicators = []
    for indicator, spec in zip(template.indicators, template.specs(), strict=True):
        is_free = taken.get(spec.name, set()) <= {digest(spec.as_json())}
        name = spec.name if is_free else f"{spec.name[:30]}_{template.code[:5]}{template.version}"
        indicators.append(replace(indicator, code=name))
    return replace(template, indicators=tuple(indicators))


def _next_version(municipality_id: str, code: str) -> int:
    """Return the next number; a second maker waits until the first has committed."""
    name = f"definition {municipality_id} {code}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    last = db.session.scalar(
        select(func.max(ReportTemplate.version)).where(
            ReportTemplate.municipality_id == municipality_id, ReportTemplate.code == code
        )
    )
    return (last or LAST_SHIPPED) + 1
