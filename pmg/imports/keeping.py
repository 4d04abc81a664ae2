"""Keeps a list and its verdict sealed under the key of the municipality, until they can go."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pmg.errors import Gone
from pmg.imports.cells import Problem
from pmg.imports.judging import Verdict
from pmg.imports.listing import Listing, listing_of, pack, plain, unpack
from pmg.imports.models import ImportBatch
from pmg.security.encryption import Place, keystore, seal, unseal

_PAD = 4096


def keep_listing(batch: ImportBatch, listing: Listing) -> None:
    """Seal the rows of a list."""
    batch.content_sealed = _sealed(batch, "content_sealed", pack(plain(listing)))


def open_listing(batch: ImportBatch) -> Listing:
    """Return the rows; raise Gone when the list is done with."""
    return listing_of(unpack(_opened(batch, "content_sealed")))


def keep_verdict(batch: ImportBatch, verdict: Verdict) -> None:
    """Seal what came of a list."""
    held: dict[str, Any] = {
        "problems": [
            (each.row, each.column, each.template, each.values) for each in verdict.problems
        ],
        "doubles": dict(verdict.doubles),
        "running": verdict.running,
        "waiting": verdict.waiting,
        "takes_known": verdict.takes_known,
        "director_id": verdict.director_id and str(verdict.director_id),
        "refused": verdict.refused and plain(verdict.refused),
        "undone_because": verdict.undone_because,
    }
    batch.refused_sealed = _sealed(batch, "refused_sealed", pack(held))


def open_verdict(batch: ImportBatch) -> Verdict | None:
    """Return what came of a list; None when it was not judged yet, or is forgotten."""
    if batch.refused_sealed is None:
        return None
    held = unpack(_opened(batch, "refused_sealed"))
    return Verdict(
        problems=tuple(Problem(*each) for each in held["problems"]),
        doubles={int(row): contact for row, contact in held["doubles"].items()},
        running=held["running"],
        waiting=held["waiting"],
        takes_known=held["takes_known"],
        director_id=UUID(held["director_id"]) if held["director_id"] else None,
        refused=listing_of(held["refused"]) if held["refused"] else None,
        undone_because=held["undone_because"],
    )


def mapping_of(batch: ImportBatch) -> dict[int, str]:
    """Return which column holds which field; JSON knows only text as a key."""
    return {int(at): code for at, code in batch.mapping.items()}


def keep_mapping(batch: ImportBatch, mapping: Mapping[int, str]) -> None:
    """Note which column holds which field."""
    batch.mapping = {str(at): code for at, code in mapping.items()}


def _place(batch: ImportBatch, column: str) -> Place:
    return Place(batch.municipality_id, batch.__tablename__, column, batch.id)


def _sealed(batch: ImportBatch, column: str, content: bytes) -> bytes:
    cipher = keystore().municipality(batch.municipality_id)
    return seal(cipher, _place(batch, column), content, pad=_PAD)


def _opened(batch: ImportBatch, column: str) -> bytes:
    blob: bytes | None = getattr(batch, column)
    if blob is None:
        raise Gone(f"{column} of a list that is done with")
    cipher = keystore().municipality(batch.municipality_id)
    return unseal(cipher, _place(batch, column), bytes(blob))
