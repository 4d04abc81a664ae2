"""The keys, wrapped, in a database of their own.

Three layers: a root key outside any database wraps one key a municipality, which wraps one data
key a youth, or a group approach. Destroying the row of a youth makes everything about him
unreadable, also in every backup of the data (P5), so backups of this store are short-lived and
kept apart.
"""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, text

from pmg.errors import Gone
from pmg.extensions import db

KEY_BYTES = 32
NONCE_BYTES = 12
# No request takes this long between the key of a youth and the youth himself.
SAFE_AGE = timedelta(days=1)


class KeyProvider(Protocol):
    """Holds the root key and uses it; a key itself never leaves a hardware or Vault provider."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key for storing."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt what `wrap` made; raise Gone when it is not ours."""


class RootKey:
    """A root key from a file or, for development, from the environment."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key for storing."""
        return _wrap(self._cipher, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt what `wrap` made; raise Gone when it is not ours."""
        return _unwrap(self._cipher, wrapped, context)


def _wrap(cipher: AESGCM, key: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, key, context)


def _unwrap(cipher: AESGCM, wrapped: bytes, context: bytes) -> bytes:
    try:
        return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
    except InvalidTag as fault:
        raise Gone("the key does not open with this root key") from fault


class Keystore:
    """The wrapped keys. Municipality keys are remembered in the process, data keys never."""

    def __init__(self, provider: KeyProvider) -> None:
        self._provider = provider
        self._municipalities: dict[str, AESGCM] = {}

    @property
    def _engine(self) -> Engine:
        return db.engines["keystore"]

    def municipality(self, municipality_id: str) -> AESGCM:
        """Return the cipher of a municipality, made at first use."""
        if municipality_id not in self._municipalities:
            self._municipalities[municipality_id] = AESGCM(self._municipality_key(municipality_id))
        return self._municipalities[municipality_id]

    def _municipality_key(self, municipality_id: str) -> bytes:
        context = f"municipality:{municipality_id}".encode()
        fresh = self._provider.wrap(os.urandom(KEY_BYTES), context)
        with self._engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO municipality_key (municipality_id, wrapped) VALUES (:m, :w)"
                    " ON CONFLICT DO NOTHING"
                ),
                {"m": municipality_id, "w": fresh},
            )
            wrapped = connection.execute(
                text("SELECT wrapped FROM municipality_key WHERE municipality_id = :m"),
                {"m": municipality_id},
            ).scalar_one()
        return self._provider.unwrap(bytes(wrapped), context)

    def create(self, municipality_id: str, ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """Make and commit a data key for each id, before any row uses it."""
        cipher = self.municipality(municipality_id)
        keys = {key_id: os.urandom(KEY_BYTES) for key_id in ids}
        with self._engine.begin() as connection:
            connection.execute(
                text("INSERT INTO data_key (municipality_id, id, wrapped) VALUES (:m, :i, :w)"),
                [
                    {"m": municipality_id, "i": key_id, "w": _wrap(cipher, key, key_id.bytes)}
                    for key_id, key in keys.items()
                ],
            )
        return keys

    def fetch(self, municipality_id: str, ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """Return the data keys that exist of these ids, in one statement."""
        wanted = list(ids)
        if not wanted:
            return {}
        cipher = self.municipality(municipality_id)
        # One statement is its own transaction: nothing is sent to begin or to end it.
        with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT id, wrapped FROM data_key WHERE municipality_id = :m AND id = ANY(:ids)"
                ),
                {"m": municipality_id, "ids": wanted},
            ).all()
        return {key_id: _unwrap(cipher, bytes(wrapped), key_id.bytes) for key_id, wrapped in rows}

    def made_before(self, moment: datetime) -> dict[str, dict[UUID, datetime]]:
        """Return of each municipality which data keys are older than this, and since when."""
        found: dict[str, dict[UUID, datetime]] = {}
        with self._engine.connect() as connection:
            for municipality_id, key_id, made_at in connection.execute(
                text("SELECT municipality_id, id, created_at FROM data_key WHERE created_at < :at"),
                {"at": moment},
            ):
                found.setdefault(municipality_id, {})[key_id] = made_at
        return found

    def shred(self, municipality_id: str, key_id: UUID) -> bool:
        """Destroy the data key of one youth; tell whether there was one."""
        return bool(self.shred_all(municipality_id, [key_id]))

    def shred_all(self, municipality_id: str, ids: Iterable[UUID]) -> int:
        """Destroy the data keys of these youths at once; return how many there were."""
        with self._engine.begin() as connection:
            return connection.execute(
                text("DELETE FROM data_key WHERE municipality_id = :m AND id = ANY(:ids)"),
                {"m": municipality_id, "ids": list(ids)},
            ).rowcount
