"""Sentences for the pages of sharing, made from the policy table and from what was decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.documents import audience as papers
from pmg.documents import presenting as paper_words
from pmg.documents.queries import Line as Paper
from pmg.factors.queries import Sighting
from pmg.journal.queries import Note
from pmg.reference import source_laws
from pmg.reference.legal_bases import PURPOSES, LegalBasis
from pmg.security.policy import Category
from pmg.sharing.items import Item, Name, shown
from pmg.sharing.queries import Line, Reading
from pmg.web.formats import day

_CATEGORIES = {
    Category.IDENTITY: _l("naam en geboortedatum"),
    Category.PLAN: _l("plan, inzet, taken en besluiten"),
    Category.BSN: _l("BSN, afgeschermd"),
    Category.JOURNAL: _l("contactmomenten"),
    Category.POLICE: _l("politiegegevens (Wpg)"),
    Category.JUSTICE: _l("justitiële gegevens (Wjsg)"),
    Category.MEDICAL: _l("medische gegevens (Wgbo)"),
    Category.SPECIAL: _l("bijzondere gegevens (AVG artikel 9)"),
    Category.SCHOOL: _l("schoolgegevens"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one organisation with the same function, and what each of them reads."""

    organisation: str
    function: str
    people: str
    always: str
    own: str
    shared: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Exactly what a receiver sees of an item: one of three, and what he may not do with it."""

    note: Note | None = None
    sighting: Sighting | None = None
    paper: Paper | None = None
    pages: tuple[tuple[str, str], ...] = ()
    bound: str = ""
    may_be_taken: bool = False


def named(name: Name) -> str:
    """Return what an item is called."""
    return f"{name.title}, {day(name.on)}" if name.on else name.title


def groups(readings: Iterable[Reading]) -> list[Group]:
    """Put people of one organisation and function together: the table says the same of them."""
    found = []
    ordered = sorted(
        readings,
        key=lambda one: (one.person.organisation.casefold(), one.person.function.order),
    )
    for _key, some in groupby(
        ordered, key=lambda one: (one.person.organisation_id, one.person.function)
    ):
        alike = list(some)
        first = alike[0]
        found.append(
            Group(
                organisation=first.person.organisation,
                function=first.person.function.label,
                people=", ".join(one.person.name for one in alike),
                always=_listed(first.always),
                own=_listed(first.own),
                shared=_listed(first.shared),
            )
        )
    return found


def ground(line: Line) -> str:
    """Return on what ground something is shared."""
    if line.basis is None:
        return str(_("Gedeeld voordat de grond werd opgeschreven"))
    return f"{line.basis.name} ({line.basis.article})"


def agreement(line: Line) -> str:
    """Return under what agreement, or why under none."""
    if line.agreement:
        return line.agreement
    return str(_("Geen: %(why)s", why=line.no_agreement)) if line.no_agreement else ""


def seen(found: Item) -> Seen:
    """Return exactly what a receiver will see."""
    content = shown(found)
    law = source_laws.of(found.category.value)
    bound = law.label if law else ""
    if isinstance(content, Note):
        return Seen(note=content, bound=bound)
    if isinstance(content, Sighting):
        return Seen(sighting=content, bound=bound)
    return Seen(
        paper=content,
        pages=tuple(paper_words.pages(content, content.latest)),
        bound=bound,
        may_be_taken=papers.may_be_taken(found.category),
    )


def explained(grounds: Iterable[LegalBasis]) -> dict[str, str]:
    """Return of each purpose and each of these grounds what it means."""
    found = {one.code: one.explanation for one in PURPOSES.values()}
    return found | {one.code: one.explanation for one in grounds}


def _listed(categories: Sequence[Category]) -> str:
    return ", ".join(str(_CATEGORIES[one]) for one in categories)
