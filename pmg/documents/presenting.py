"""Sentences for the pages of documents: what a category means, who reads it, what changed."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.cases.taking_part import Person
from pmg.documents.queries import File, Line
from pmg.documents.rules import Law
from pmg.errors import Conflict
from pmg.security import access
from pmg.security.policy import Category

_MEANT = {
    Law.MEDICAL: _l("Over behandeling of diagnose, van de zorg (Wgbo)."),
    Law.JUSTICE: _l("Over een strafzaak, van het Openbaar Ministerie (Wjsg)."),
    Law.POLICE: _l("Van de politie (Wpg)."),
    Law.SCHOOL: _l("Van school of leerplicht, bijvoorbeeld over verzuim."),
    Law.JOURNAL: _l("Van uw eigen werk met de jongere, nog niet voor iedereen."),
    Law.SPECIAL: _l("Bijvoorbeeld over gezondheid (AVG artikel 9)."),
    Law.PLAN: _l("Bij het plan, de inzet of de afspraken."),
    Law.IDENTITY: _l("Wie de jongere is. Maak geen kopie van een paspoort of identiteitskaart."),
}
_FIELDS = {"category": _l("Soort"), "reason": _l("Reden")}


def hints(laws: Iterable[Law], people: Iterable[Person]) -> dict[str, str]:
    """Return of each category what it is for, and which organisations of the case would read it."""
    there = list(people)
    return {law.value: f"{_MEANT[law]} {_readers(law, there)}" for law in laws}


def _readers(law: Law, people: list[Person]) -> str:
    ours, category = access.reader().organisation_id, Category(law.value)
    names = dict.fromkeys(
        one.organisation for one in people if one.reads(category, own=one.organisation_id == ours)
    )
    return str(_("Dit leest: %(organisations)s.", organisations="; ".join(names)))


def pages(line: Line, file: File) -> list[tuple[str, str]]:
    """Return the images of a version: where each is, and what it is called aloud."""
    return [
        (
            url_for("documents.sheet", id=line.id, versie=file.number, nummer=number),
            _("Blad %(number)d van het document", number=number),
        )
        for number in range(1, file.previews + 1)
    ]


def both_texts(conflict: Conflict) -> list[dict[str, str]]:
    """Return the fields of a conflict as its page shows them."""
    return [
        {
            "label": str(_FIELDS.get(name, name)),
            "mine": mine,
            "theirs": conflict.theirs.get(name, ""),
        }
        for name, mine in conflict.mine.items()
    ]
