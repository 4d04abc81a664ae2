"""The ledger of a municipality: its releases in order, chained by hash, read before each use."""

from collections.abc import Sequence

from sqlalchemy import select

from pmg.disclosure.errors import BadRelease, LedgerBroken
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.release import Release, read_release
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.extensions import db
from pmg.reports.keys import key_for
from pmg.reports.models import ReportDelivery, ReportDraft, ReportRelease
from pmg.reports.reading import parsed
from pmg.reports.rules import State


def ledger_of(municipality_id: str, *, keys: Sequence[bytes] = ()) -> Ledger:
    """Read the whole ledger, and check every entry of it; with keys also who signed.

    The keys stand in the order in which they were used: once one signed, no earlier one signs any
    more, so that a key that was renewed adds nothing to a ledger. Raises LedgerBroken where an
    entry was changed, is missing or stands in another place.
    """
    ledger, known = Ledger(), list(keys)
    for number, row in enumerate(_entries(municipality_id), start=1):
        ledger = ledger.add(row.population, _released(row, known))
        found = (row.number, row.before, row.release_hash, row.entry_hash)
        last = ledger.entries[-1]
        if found != (number, last.before, last.release.hash, last.hash):
            raise LedgerBroken(f"Publicatie {number} past niet op de vorige.")
    return ledger


def check_complete(municipality_id: str, ledger: Ledger) -> None:
    """Check that all that was approved or delivered is still there; raises LedgerBroken.

    What is cut off at the end of a chain, the chain itself does not show.
    """
    delivered = db.session.scalars(
        select(ReportDelivery.entry_hash).where(ReportDelivery.sender_id == municipality_id)
    )
    if not {entry.hash for entry in ledger.entries}.issuperset(delivered):
        raise LedgerBroken("Het grootboek mist een publicatie die geleverd is.")
    kept = select(ReportRelease.id).where(ReportRelease.municipality_id == municipality_id)
    if db.session.scalar(
        select(ReportDraft.id).where(
            ReportDraft.municipality_id == municipality_id,
            ReportDraft.state == State.APPROVED,
            ReportDraft.id.not_in(kept),
        )
    ):
        raise LedgerBroken("Het grootboek mist een publicatie die goedgekeurd is.")


def _entries(municipality_id: str) -> list[ReportRelease]:
    return list(
        db.session.scalars(
            select(ReportRelease)
            .where(ReportRelease.municipality_id == municipality_id)
            .order_by(ReportRelease.number)
        )
    )


def _released(row: ReportRelease, keys: list[bytes]) -> Release:
    """Open one entry; what signed before its key is struck from `keys`."""
    document = parsed(row.document)
    key = key_for(document, keys) if keys else None
    if key is not None:
        del keys[: keys.index(key)]
    if outcome(verify(document, key=key)) is not Outcome.GOOD:
        raise LedgerBroken(f"Publicatie {row.number} is gewijzigd.")
    try:
        return read_release(document["release"])
    except BadRelease as fault:
        raise LedgerBroken(f"Publicatie {row.number} is niet te lezen.") from fault
