"""Versions of reports as the page of the administrator lists them."""

from dataclasses import dataclass
from datetime import datetime

from pmg.accounts.queries import names
from pmg.definitions import shipped
from pmg.definitions.rules import Template
from pmg.definitions.store import latest, opened, own


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the list: what it is, and who made it when; nobody made the product's own."""

    template: Template
    author: str = ""
    made_at: datetime | None = None
    is_latest: bool = False


def versions(municipality_id: str) -> list[Version]:
    """Return every version of every report, by report, newest first."""
    now = latest(municipality_id)
    rows = own(municipality_id)
    people = names({row.author_id for row in rows})
    found = [Version(each) for each in shipped.SHIPPED.values()]
    found += [Version(opened(r), people.get(r.author_id, ""), r.made_at) for r in rows]
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
