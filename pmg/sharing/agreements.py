"""Cooperation agreements: kept by the administrator, read by who shares and who oversees."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from pmg.cases import members
from pmg.entry import check_text
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.reference.partners import PARTNERS
from pmg.reference.share_bases import SHARE_BASES
from pmg.security import access, audit
from pmg.security.policy import Action
from pmg.sharing import rules
from pmg.sharing.models import Agreement


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement says."""

    title: str
    purpose: str
    legal_bases: tuple[str, ...]
    partner_codes: tuple[str, ...]
    organisation_ids: tuple[UUID, ...]
    valid_from: date
    valid_until: date | None
    reference: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An agreement as its pages show it."""

    id: UUID
    title: str
    purpose: str
    bases: tuple[str, ...]
    parties: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    reference: str
    is_current: bool


def keep(terms: Terms) -> Agreement:
    """Write down an agreement; raises NotPermitted, or Invalid when it is not whole."""
    access.require(Action.AGREEMENT_KEEP, access.workplace())
    reader = access.reader()
    row = Agreement(municipality_id=reader.municipality_id, id=uuid4())
    _put(row, terms)
    db.session.add(row)
    db.session.flush()
    audit.wrote(Action.AGREEMENT_KEEP, row, row.id)
    return row


def change(row: Agreement, terms: Terms, *, version: int) -> None:
    """Change what it says; raises Conflict when a colleague did so since, Invalid as `keep`."""
    access.require(Action.AGREEMENT_KEEP, row)
    db.session.refresh(row, with_for_update=True)
    if row.version != version:
        raise Conflict(theirs={"title": row.title}, mine={"title": terms.title})
    _put(row, terms)
    audit.wrote(Action.AGREEMENT_KEEP, row, row.id)


def overview(*, today: date) -> list[Kept]:
    """Return every agreement of the municipality: what holds now first, then by title."""
    access.require(Action.AGREEMENT_SHOW, access.workplace())
    rows = db.session.scalars(
        select(Agreement).where(Agreement.municipality_id == access.reader().municipality_id)
    )
    names = {one.id: one.name for one in members.organisations()}
    found = [_kept(row, names, today=today) for row in rows]
    return sorted(found, key=lambda one: (not one.is_current, one.title.casefold()))


def one(row: Agreement, *, today: date) -> Kept:
    """Return one agreement."""
    access.require(Action.AGREEMENT_SHOW, row)
    return _kept(row, {each.id: each.name for each in members.organisations()}, today=today)


def _kept(row: Agreement, names: dict[UUID, str], *, today: date) -> Kept:
    types = sorted(PARTNERS[code].name for code in row.partner_codes)
    named = sorted(names[key] for key in row.organisation_ids if key in names)
    return Kept(
        id=row.id,
        title=row.title,
        purpose=row.purpose,
        bases=tuple(
            f"{SHARE_BASES[code].name} ({SHARE_BASES[code].article})" for code in row.legal_bases
        ),
        parties=(*named, *types),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        reference=row.reference,
        is_current=row.scope.is_current(today),
    )


def _put(row: Agreement, terms: Terms) -> None:
    title = check_text("title", terms.title, limit=rules.LINE_LIMIT)
    if not title:
        raise Invalid("title", "Schrijf op hoe het convenant heet.")
    purpose = rules.check_words("purpose", terms.purpose)
    if not terms.legal_bases or not _are(terms.legal_bases, SHARE_BASES):
        raise Invalid("legal_bases", "Kies een of meer gronden uit de lijst.")
    known = {each.id for each in members.organisations()}
    if not _are(terms.partner_codes, PARTNERS) or not _are(terms.organisation_ids, known):
        raise Invalid("partner_codes", "Kies partijen uit de lijst.")
    if len(terms.partner_codes) + len(terms.organisation_ids) < 2:  # noqa: PLR2004  (two parties)
        raise Invalid("partner_codes", "Kies ten minste twee partijen.")
    if terms.valid_until is not None and terms.valid_until < terms.valid_from:
        raise Invalid("valid_until", "De laatste dag ligt voor de eerste. Kijk de dagen na.")
    row.title, row.purpose = title, purpose
    row.legal_bases, row.partner_codes = list(terms.legal_bases), list(terms.partner_codes)
    row.organisation_ids = list(terms.organisation_ids)
    row.valid_from, row.valid_until = terms.valid_from, terms.valid_until
    row.reference = check_text("reference", terms.reference, limit=rules.LINE_LIMIT)
    row.kept_by = access.reader().user_id


def _are(chosen: Collection[object], known: Collection[object]) -> bool:
    return all(each in known for each in chosen)
