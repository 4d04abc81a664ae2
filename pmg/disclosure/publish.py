"""From a table of true counts to a file anyone can check: numbers, worlds, certificate."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from pmg.disclosure.audit import audit, check_truth
from pmg.disclosure.audit_hidden import check_shown
from pmg.disclosure.canonical import canonical, digest
from pmg.disclosure.errors import Infeasible, ReleaseHeld, Undecided, Unsafe
from pmg.disclosure.findings import Finding
from pmg.disclosure.ledger import Key, Ledger, never_beside
from pmg.disclosure.progress import stage
from pmg.disclosure.promises import TEXTS, limits, promises
from pmg.disclosure.release import FORMAT, SUPPRESSION, Params, Release
from pmg.disclosure.rounding import protect_by_rounding
from pmg.disclosure.suppression import protect_by_suppression
from pmg.disclosure.tables import Table
from pmg.disclosure.together import audit_together
from pmg.disclosure.worlds import World, base_world

__all__ = ["Publication", "Signer", "certify", "promises", "publish", "signature", "world_json"]

_ATTEMPTS = 3
_ROUNDED, _PROVEN, _HIDDEN = 0.4, 0.6, 0.95
"""Of the steps: when all is rounded (of what proves it), when it is proven, when all is hidden."""


@dataclass(frozen=True)
class Signer:
    """A way to sign bytes with Ed25519, and the public key that checks it (32 bytes)."""

    sign: Callable[[bytes], bytes]
    public_key: bytes


@dataclass(frozen=True)
class Publication:
    """A release with its proof. `document` is the file, as a JSON value."""

    release: Release
    worlds: tuple[World, ...]
    certificate: dict[str, Any]
    document: dict[str, Any]

    def as_bytes(self) -> bytes:
        """Write the file as canonical JSON; the same input always gives the same bytes."""
        return canonical(self.document) + b"\n"


def publish(  # noqa: PLR0913 - each is one thing that a caller alone knows
    table: Table,
    params: Params,
    key: bytes,
    *,
    signer: Signer | None = None,
    about: Mapping[str, str] | None = None,
    ledger: Ledger | None = None,
    also: Sequence[Key] = (),
) -> Publication:
    """Protect a table by the method asked, prove it, and write and sign the certificate.

    `about` is public text of one's own (title, municipality, period); `also` names cells to hide
    whatever they count, where the method hides. Raises Infeasible where no
    protection with its worlds is found, Undecided where the solver stopped, Unsafe where the audit
    or the check against the truth finds anything, ReleaseHeld where earlier releases in the ledger
    about the same population would narrow a cell with it: then nothing may be published.
    """
    earlier = () if ledger is None else ledger.about(params.population)
    _hold(never_beside(earlier, params.method, table.specs))
    if params.method == SUPPRESSION:
        release, worlds = _hide(table, params, key, earlier, also)
    else:
        release, worlds = _round(table, params, key, earlier)
    hashes = None if ledger is None else [one.hash for one in earlier]
    certificate = certify(release, worlds, about or {}, hashes)
    if ledger is not None:
        certificate |= {"ledger": ledger.head, "earlier": hashes}
    document = {
        "format": FORMAT,
        "release": release.as_json(),
        "worlds": [world_json(world) for world in worlds],
        "certificate": certificate,
        "signature": None if signer is None else signature(certificate, signer),
    }
    return Publication(release, worlds, certificate, document)


def _hold(held: Sequence[Finding]) -> None:
    if held:
        raise ReleaseHeld(held)


def _hide(
    table: Table, params: Params, key: bytes, earlier: Sequence[Release], also: Sequence[Key]
) -> tuple[Release, tuple[World, ...]]:
    with stage(0.0, _HIDDEN):
        release, worlds = protect_by_suppression(table, params, key, earlier=earlier, also=also)
    _hold(audit_together(earlier, release))
    check_shown(table, release)
    return release, worlds


def _round(
    table: Table, params: Params, key: bytes, earlier: Sequence[Release]
) -> tuple[Release, tuple[World, ...]]:
    release, worlds = _protect_beside(table, params, key, earlier)
    check_truth(table, release)
    found = audit(release, worlds, table.specs, table.hierarchies)
    if not found.safe:
        raise Unsafe(found.findings[0])
    return release, worlds


def _protect_beside(
    table: Table, params: Params, key: bytes, earlier: Sequence[Release]
) -> tuple[Release, tuple[World, ...]]:
    """Round within the smallest deviation that gives nothing away beside earlier releases.

    Raises ReleaseHeld where none does, with what the last one tried would give away.
    """
    held: tuple[Finding, ...] = ()
    while True:
        try:
            with stage(0.0, _PROVEN if earlier else 1.0):
                release, worlds = _protect(table, params, key, earlier)
        except (Infeasible, Undecided):
            if held:
                raise ReleaseHeld(held) from None
            raise
        with stage(_PROVEN, 1.0):
            held = audit_together(earlier, release)
        if not held:
            return release, worlds
        params = replace(params, above=release.tolerance)


def _protect(
    table: Table, params: Params, key: bytes, earlier: Sequence[Release] = ()
) -> tuple[Release, tuple[World, ...]]:
    """Round freely first; where no world gives the result, round again with a world asked for.

    What the solver used to round is never looked at here: the world is found from the numbers.
    """
    with suppress(Infeasible, Undecided):
        with stage(0.0, _ROUNDED):
            release = protect_by_rounding(table, params, key, earlier=earlier)
        with stage(_ROUNDED, 1.0):
            return release, base_world(release, table.specs, table.hierarchies)
    for attempt in range(_ATTEMPTS):
        again = hmac.digest(key, f"again {attempt}".encode(), "sha256")
        release = protect_by_rounding(table, params, again, with_world=True, earlier=earlier)
        with suppress(Infeasible, Undecided):
            return release, base_world(release, table.specs, table.hierarchies)
    raise Infeasible(
        "Bij geen afronding is een basiswereld gevonden. Voeg categorieën samen of laat een tabel "
        "weg."
    )


def certify(
    release: Release,
    worlds: Sequence[World],
    about: Mapping[str, str],
    earlier: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Write the certificate of a release: what it is, what it promises, and the proof by hash.

    `earlier` names the releases that stand before it in a ledger; None where there is none.
    """
    text = release.as_json()
    return {
        "format": FORMAT,
        "about": dict(about),
        "release_hash": release.hash,
        "method": release.method,
        "base": release.base,
        "tolerance": release.tolerance,
        "k": release.base // release.contribution,
        **({"contribution": release.contribution} if release.contribution > 1 else {}),
        "tables_hash": digest(text["tables"]),
        "hierarchies_hash": digest(text["hierarchies"]),
        **({"hidden": release.number_hidden} if release.hides else {}),
        "cells": sum(len(part.cells) for part in release.parts),
        "relations": sum(len(part.relations) for part in release.parts),
        "proof": [_proof(world) for world in worlds],
        "promises": [promise.text for promise in promises(release)],
        "limits": limits(release, earlier),
        "versions": {"pmg-disclosure": TEXTS, "highspy": version("highspy")},
    }


def world_json(world: World) -> dict[str, Any]:
    """Write a world as it is hashed and stored: one row for each finest cell that is not empty."""
    return {
        "unit": world.unit,
        "columns": [*world.dimensions, "aantal"],
        "rows": [[*codes, number] for codes, number in world.rows],
    }


def _proof(world: World) -> dict[str, Any]:
    text = world_json(world)
    return {
        "unit": world.unit,
        "columns": text["columns"],
        "rows": len(world.rows),
        "hash": digest(text),
    }


def signature(certificate: Mapping[str, Any], signer: Signer) -> dict[str, str]:
    """Sign a certificate, as it stands in the file."""
    return {
        "algorithm": "Ed25519",
        "public_key": signer.public_key.hex(),
        "value": signer.sign(canonical(certificate)).hex(),
    }
