"""Verbs of the catalogue: change an entry, retire it, offer it again, or take a file over."""

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from pmg.catalogue import rules, sheet, shelf
from pmg.catalogue.models import CatalogueEdit, CatalogueHead
from pmg.catalogue.rules import Row
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.reference.interventions import Intervention
from pmg.security import access, audit
from pmg.security.policy import Action

_NOT_RETIRED = dict.fromkeys(rules.RETIRED, "")


def edit_entry(code: str, given: Row, *, reason: str, version: int, today: date) -> None:
    """Make a new version of an entry with what was given; what it was stays to be read.

    Raises NotPermitted, Conflict when somebody changed it since, Invalid when something cannot
    be, or nothing would change.
    """
    _require()
    why = rules.check_reason(reason)
    _take_turn()
    _write(code, given, why=why, version=version, today=today)


def retire_entry(code: str, *, on: date, reason: str, version: int, today: date) -> None:
    """Say that an entry is offered no more from a day on. What runs goes on. Raises as `edit`."""
    _require()
    why = rules.check_reason(reason)
    _take_turn()
    given = {"retired_on": on.isoformat(), "retired_why": why}
    _write(code, given, why=why, version=version, today=today)


def restore_entry(code: str, *, reason: str, version: int, today: date) -> None:
    """Offer again what was retired. Raises as `edit_entry`."""
    _require()
    why = rules.check_reason(reason)
    _take_turn()
    if shelf.entry(code).retired_on is None:
        raise Invalid("reason", "Deze interventie wordt gewoon ingezet. Er is niets te doen.")
    _write(code, _NOT_RETIRED, why=why, version=version, today=today)


def look(text: str, *, today: date) -> sheet.Preview:
    """Return what a file would change; nothing is kept. Raises Invalid when it is no such file."""
    _require()
    return sheet.look(text, shelf.entries(), today)


def take_over(text: str, *, seen: str, reason: str, today: date) -> int:
    """Make a new version of every entry that a file changes; return how many. All, or none.

    Raises NotPermitted, Conflict when anybody changed the catalogue since it was looked at, and
    Invalid when a row is wrong or nothing would change.
    """
    _require()
    why = rules.check_reason(reason)
    _take_turn(seen)
    preview = sheet.look(text, shelf.entries(), today)
    if preview.faults:
        raise Invalid("file", "Verbeter de rijen die hieronder staan. Er is niets bewaard.")
    if not preview.changes:
        raise Invalid("file", "Dit bestand wijzigt niets. Er is niets bewaard.")
    for change in preview.changes:
        _add(shelf.entry(change.code), change.cells, why)
    _end_turn()
    return len(preview.changes)


def _require() -> None:
    access.require(Action.CATALOGUE_EDIT, access.workplace())


def _take_turn(seen: str | None = None) -> None:
    """Wait for who changes the catalogue now, and let no one else until we are done.

    Raises Conflict when `seen` is no longer the stamp that stands.
    """
    place = access.reader().municipality_id
    first = db.session.scalar(
        insert(CatalogueHead)
        .values(municipality_id=place, stamp=uuid4())
        .on_conflict_do_nothing()
        .returning(CatalogueHead.stamp)
    )
    shelf.read_again()
    if first is not None:
        return
    stamp = db.session.scalars(
        select(CatalogueHead.stamp).where(CatalogueHead.municipality_id == place).with_for_update()
    ).one()
    if seen is not None and seen != str(stamp):
        raise Conflict(theirs={}, mine={})


def _end_turn() -> None:
    """Give the catalogue a new stamp, after all that is new in it: never before."""
    db.session.flush()
    db.session.execute(
        update(CatalogueHead)
        .where(CatalogueHead.municipality_id == access.reader().municipality_id)
        .values(stamp=uuid4()),
        execution_options={"synchronize_session": False},
    )
    shelf.read_again()


def _write(code: str, given: Row, *, why: str, version: int, today: date) -> None:
    present = shelf.entries().get(code)
    if present is None:
        raise Invalid("code", "Deze interventie staat niet in de catalogus.")
    before = rules.cells_of(present)
    cells, faults = rules.clean(given, before, today)
    if present.version != version:
        raise Conflict(theirs=_texts(given, before), mine=_texts(given, dict(before) | dict(given)))
    if faults:
        raise faults[0]
    if not rules.differences(before, cells):
        raise Invalid("reason", "Er is niets gewijzigd. Wijzig iets, of ga terug.")
    _add(present, cells, why)
    _end_turn()


def _texts(given: Row, row: Row) -> dict[str, str]:
    return {column: row[column] for column in given}


def _add(present: Intervention, cells: Mapping[str, str], why: str) -> None:
    edit = CatalogueEdit(
        municipality_id=access.reader().municipality_id,
        id=uuid4(),
        code=present.code,
        number=present.version + 1,
        cells=dict(cells),
        reason=why,
        entered_by=access.reader().user_id,
    )
    db.session.add(edit)
    audit.wrote(Action.CATALOGUE_EDIT, edit, edit.id)
