"""The ledger of a municipality: its releases in order, chained by hash, read before each use."""

from sqlalchemy import select

from pmg.disclosure.errors import BadRelease, LedgerBroken
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.release import Release, read_release
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.extensions import db
from pmg.reports.models import ReportDelivery, ReportDraft, ReportRelease
from pmg.reports.reading import parsed
from pmg.reports.rules import State


def ledger_of(municipality_id: str, *, key: bytes | None = None) -> Ledger:
    """Read the whole ledger, and check every entry of it; with a key also who signed.

    Raises LedgerBroken where an entry was changed, is missing or stands in another place.
    """
    ledger = Ledger()
    for number, row in enumerate(_entries(municipality_id), start=1):
        ledger = ledger.add(row.population, _released(row, key))
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


def _released(row: ReportRelease, key: bytes | None) -> Release:
    document = parsed(row.document)
    if outcome(verify(document, key=key)) is not Outcome.GOOD:
        raise LedgerBroken(f"Publicatie {row.number} is gewijzigd.")
    try:
        return read_release(document["release"])
    except BadRelease as fault:
        raise LedgerBroken(f"Publicatie {row.number} is niet te lezen.") from fault
