"""Whether what the ministry stores is still what was signed: asked each time that it is opened."""

from typing import Any

from sqlalchemy import select

from pmg.disclosure.checks import Line
from pmg.disclosure.errors import DisclosureError
from pmg.disclosure.national_checks import is_national
from pmg.disclosure.outcomes import Outcome
from pmg.disclosure.renewal import Renewal, read_renewal
from pmg.disclosure.verify import outcome, verify
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.national.models import ImportedRelease, NationalRelease, SenderKey
from pmg.national.rules import label
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.reports.authentic import Altered, Stored, of_another, stored_file
from pmg.reports.keys import key_for, ministry_keys
from pmg.reports.rules import stored_period
from pmg.security import access
from pmg.security.identity import MINISTRY


def known_keys(place: str) -> tuple[bytes, ...]:
    """Return the keys that a municipality is known by, in order, the last one of now; or none.

    The first was compared by a person. Each that follows counts only as long as the one before it
    says so itself, whatever stands in the table.
    """
    rows = db.session.scalars(
        select(SenderKey).where(
            SenderKey.municipality_id == access.reader().municipality_id,
            SenderKey.sender_id == place,
        )
    ).all()
    after = {row.follows: row for row in rows}
    found: list[bytes] = []
    one = after.get(None)
    while one is not None:
        found.append(bytes.fromhex(one.public_key))
        following = after.get(one.public_key)
        one = following if following and _is_said(following) else None
    return tuple(found)


def _is_said(row: SenderKey) -> bool:
    try:
        return read_renewal(stored_file(row.statement or "")) == Renewal(
            row.follows or "", row.public_key
        )
    except DisclosureError:
        return False


def authentic_import(item: ImportedRelease) -> dict[str, Any]:
    """Return the parsed file of a release that was taken in.

    It has to pass every check by a key that its municipality is known by, and to be the file of
    this row. Raises Altered.
    """
    document = stored_file(item.document)
    lines = verify(document, key=key_for(document, known_keys(item.sender_id)))
    if outcome(lines) is Outcome.GOOD and not _is_import(item, document):
        lines.append(of_another())
    return _sound(item, document, lines, Stored.TAKEN_IN, MUNICIPALITIES[item.sender_id].name)


def authentic_figures(item: NationalRelease) -> dict[str, Any]:
    """Return the parsed file of published figures.

    It has to pass every check by a key of the ministry, and to be the file of this row. Raises
    Altered.
    """
    document = stored_file(item.document)
    lines = verify(document, key=key_for(document, ministry_keys()))
    if outcome(lines) is Outcome.GOOD and not _is_publication(item, document):
        lines.append(of_another())
    return _sound(item, document, lines, Stored.PUBLISHED)


def _sound(
    item: ImportedRelease | NationalRelease,
    document: Any,
    lines: list[Line],
    stored: Stored,
    of: str = "",
) -> dict[str, Any]:
    if outcome(lines) is not Outcome.GOOD:
        period = stored_period(item.period_from, item.period_until)
        raise Altered(item.id, stored, lines, period=period, of=of)
    assert isinstance(document, dict)
    return document


def _is_import(item: ImportedRelease, document: Any) -> bool:
    """Tell whether a sound file says of itself all that its row says of it."""
    try:
        said = label(document)
    except Invalid:
        return False
    written = (said.place, said.template_code, said.template_version, said.hash, said.public_key)
    row = (
        *(item.sender_id, item.template_code, item.template_version),
        *(item.release_hash, item.public_key),
    )
    period = stored_period(item.period_from, item.period_until)
    return (*written, said.period, said.reason) == (*row, period, item.reason)


def _is_publication(item: NationalRelease, document: Any) -> bool:
    """Tell whether a sound file says of itself all that its row says of it."""
    if not is_national(document):
        return False
    certificate, days = document["certificate"], stored_period(item.period_from, item.period_until)
    kind = f"{MINISTRY} {item.template_code} {item.template_version}"
    before = (
        db.session.get_one(NationalRelease, (item.municipality_id, item.succeeds)).national_hash
        if item.succeeds
        else ""
    )
    said = (
        certificate["national_hash"],
        certificate["succeeds"],
        certificate["about"].get("reden", ""),
    )
    named = f"{document['national']['id']} ".startswith(f"{kind} {days.first} {days.last} ")
    return named and said == (item.national_hash, before, item.reason)
