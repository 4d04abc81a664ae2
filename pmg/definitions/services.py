"""What is done with definitions: a new version is made of an old one, and none is ever changed."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import chain, count
from uuid import uuid4

from sqlalchemy import func, select

from pmg.definitions import checking
from pmg.definitions.models import ReportTemplate
from pmg.definitions.rules import LAST_SHIPPED, LONGEST_CODE, Template
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
    checking.check(template, desk.municipality_id)
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
    is_free = {
        spec.name: taken.get(spec.name, set()) <= {digest(spec.as_json())}
        for spec in template.specs()
    }
    used = {*taken, *is_free}
    indicators = []
    for indicator in template.indicators:
        name = indicator.code
        if not is_free[name]:
            name = _another(name, template, used)
            used.add(name)
        indicators.append(replace(indicator, code=name))
    return replace(template, indicators=tuple(indicators))


def _another(name: str, template: Template, used: Collection[str]) -> str:
    """Return a name like this one that no table of this version or of another has."""
    of_this = f"_{template.code[:5]}{template.version}"
    ends = chain([of_this], (f"{of_this}_{number}" for number in count(2)))
    return next(new for end in ends if (new := name[: LONGEST_CODE - len(end)] + end) not in used)


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
