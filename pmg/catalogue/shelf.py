"""The catalogue as the reader's municipality keeps it now, and an entry as it once was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, select, tuple_

from pmg.catalogue import rules
from pmg.catalogue.models import CatalogueEdit, CatalogueHead
from pmg.extensions import db
from pmg.reference.interventions import INTERVENTIONS, Intervention
from pmg.security import access

AS_SHIPPED = 0
_NOTED = "catalogue"


@dataclass(frozen=True, slots=True)
class Kept:
    """The entries of a municipality under one stamp; older versions are added as they are read."""

    stamp: UUID | None
    entries: Mapping[str, Intervention]
    earlier: dict[tuple[str, int], Intervention]


_SHIPPED = Kept(None, INTERVENTIONS, {})
# What was read, by municipality. Rows are only added, a stamp is never used twice, and it is set
# after what is new: under the same stamp nothing else can be read, by any process.
_kept: dict[str, Kept] = {}


def entries() -> Mapping[str, Intervention]:
    """Return every entry as it stands now, by code, also what is offered no more."""
    return _now().entries


def offered(today: date) -> list[Intervention]:
    """Return what can be set to work today."""
    return [entry for entry in entries().values() if not entry.is_retired(today)]


def entry(code: str) -> Intervention:
    """Return one entry as it stands now."""
    return entries()[code]


def as_of(code: str, number: int) -> Intervention:
    """Return an entry as it was in a version; 0 is how it was shipped."""
    if number == AS_SHIPPED:
        return INTERVENTIONS[code]
    kept = _now()
    if kept.entries[code].version == number:
        return kept.entries[code]
    if (code, number) not in kept.earlier:
        kept.earlier[code, number] = _version(code, number)
    return kept.earlier[code, number]


def version(code: str, number: int | None) -> Intervention | None:
    """Return a version that somebody asks for in an address; None when there is no such one."""
    present = entries().get(code)
    if present is None or number is None or number == present.version:
        return present
    return as_of(code, number) if AS_SHIPPED <= number < present.version else None


def stamp() -> str:
    """Return what changes with every change of the catalogue; '' before the first."""
    now = _now().stamp
    return str(now) if now else ""


def read_again() -> None:
    """Forget what this piece of work read: it is asked again."""
    access.work().read.pop(_NOTED, None)


def _now() -> Kept:
    """Return the entries under the stamp of this moment; one small statement a piece of work."""
    at = access.work()
    found = at.read.get(_NOTED)
    if not isinstance(found, Kept):
        found = at.read[_NOTED] = _under(at.reader.municipality_id)
    return found


def _under(municipality_id: str) -> Kept:
    now = db.session.scalar(
        select(CatalogueHead.stamp).where(CatalogueHead.municipality_id == municipality_id)
    )
    if now is None:
        return _SHIPPED
    kept = _kept.get(municipality_id)
    if kept is None or kept.stamp != now:
        kept = _kept[municipality_id] = Kept(now, _overlaid(municipality_id), {})
    return kept


def _overlaid(municipality_id: str) -> Mapping[str, Intervention]:
    newest_of = (
        select(CatalogueEdit.code, func.max(CatalogueEdit.number))
        .where(CatalogueEdit.municipality_id == municipality_id)
        .group_by(CatalogueEdit.code)
    )
    rows = db.session.execute(
        select(CatalogueEdit.code, CatalogueEdit.number, CatalogueEdit.cells).where(
            CatalogueEdit.municipality_id == municipality_id,
            tuple_(CatalogueEdit.code, CatalogueEdit.number).in_(newest_of),
        )
    )
    # In the order of the shipped catalogue; a code that it no longer has is passed over.
    newest = {code: (number, cells) for code, number, cells in rows}
    return MappingProxyType(
        {
            code: rules.entry_of(code, newest[code][1], newest[code][0])
            if code in newest
            else shipped
            for code, shipped in INTERVENTIONS.items()
        }
    )


def _version(code: str, number: int) -> Intervention:
    cells = db.session.scalars(
        select(CatalogueEdit.cells).where(
            CatalogueEdit.municipality_id == access.reader().municipality_id,
            CatalogueEdit.code == code,
            CatalogueEdit.number == number,
        )
    ).one()
    return rules.entry_of(code, cells, number)
