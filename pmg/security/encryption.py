"""Encrypted fields: they open only after a decision, and opening leaves a trace for the log.

A value is bound to its place: municipality, table, column, row and generation are associated
data, so a ciphertext moved elsewhere does not open. Lengths are padded so that they do not tell.
A descriptor and no column type, since a type cannot see the row and would open every column.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Generic, Self, TypeVar, overload
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pmg.errors import Gone
from pmg.security import access
from pmg.security.keystore import NONCE_BYTES, Keystore
from pmg.security.policy import Category

FORMAT = 1
UUID_BYTES = 16
_HEAD = struct.Struct(">BI")
_LENGTH = struct.Struct(">I")
GENERATION = 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value lives: what its ciphertext is bound to."""

    municipality_id: str
    table: str
    column: str
    row_id: UUID

    def bound(self, generation: int) -> bytes:
        """Return the associated data: each part with its length in front."""
        before, after = _around(self.municipality_id, self.table, self.column, generation)
        return before + self.row_id.bytes + after


@lru_cache(maxsize=4096)
def _around(municipality_id: str, table: str, column: str, generation: int) -> tuple[bytes, bytes]:
    """Return what stands before and after the sixteen bytes of a row's id."""
    place = b"".join(_sized(part.encode()) for part in (municipality_id, table, column))
    return place + _LENGTH.pack(UUID_BYTES), _sized(str(generation).encode())


def _sized(part: bytes) -> bytes:
    return _LENGTH.pack(len(part)) + part


@dataclass(slots=True)
class _Vault:
    keystore: Keystore | None = None
    index_key: bytes = b""


_vault = _Vault()


def open_vault(keystore: Keystore, index_key: bytes) -> None:
    """Plug in the keystore and the key of digests; `pmg.app` does so at the start."""
    _vault.keystore, _vault.index_key = keystore, index_key


def keystore() -> Keystore:
    """Return the keystore; RuntimeError before the application is made."""
    if _vault.keystore is None:
        raise RuntimeError("open_vault() has not been called")
    return _vault.keystore


def digest(kind: str, value: str) -> bytes:
    """Return an HMAC-SHA-256 under a key that no database holds: for BSN and sign-in only."""
    return hmac.new(_vault.index_key, f"{kind}:{value}".encode(), hashlib.sha256).digest()


def seal(cipher: AESGCM, place: Place, plain: bytes, *, pad: int) -> bytes:
    """Encrypt one value for one place."""
    framed = _sized(plain)
    framed += bytes(-len(framed) % pad)
    nonce = os.urandom(NONCE_BYTES)
    head = _HEAD.pack(FORMAT, GENERATION)
    return head + nonce + cipher.encrypt(nonce, framed, place.bound(GENERATION))


def unseal(cipher: AESGCM, place: Place, blob: bytes) -> bytes:
    """Decrypt what `seal` made for this very place; raise Gone when it does not open."""
    version, generation = _HEAD.unpack_from(blob)
    if version != FORMAT:
        raise Gone(f"{place.table}.{place.column}: unknown format {version}")
    start = _HEAD.size + NONCE_BYTES
    try:
        framed = cipher.decrypt(blob[_HEAD.size : start], blob[start:], place.bound(generation))
    except InvalidTag as fault:
        raise Gone(f"{place.table}.{place.column} does not open") from fault
    (length,) = _LENGTH.unpack_from(framed)
    return framed[_LENGTH.size : _LENGTH.size + length]


def prefetch(ids: Iterable[UUID]) -> None:
    """Fetch the data keys of these youths in one statement, for a page that shows many."""
    at = access.work()
    missing = [key_id for key_id in dict.fromkeys(ids) if key_id not in at.ciphers]
    _keep(at, keystore().fetch(at.reader.municipality_id, missing))


def create_keys(ids: Iterable[UUID]) -> None:
    """Make data keys for new youths; committed in the keystore at once."""
    at = access.work()
    _keep(at, keystore().create(at.reader.municipality_id, ids))


def _keep(at: access.Work, keys: dict[UUID, bytes]) -> None:
    at.ciphers.update((key_id, AESGCM(key)) for key_id, key in keys.items())


def data_cipher(key_id: UUID) -> AESGCM:
    """Return the cipher of one youth; raise Gone when the key was destroyed."""
    ciphers = access.work().ciphers
    cipher = ciphers.get(key_id)
    if cipher is None:
        prefetch([key_id])
        cipher = ciphers.get(key_id)
    if cipher is None:
        raise Gone(f"no key for {key_id}")
    return cipher


def _place(row: Any, column: str) -> Place:
    return Place(row.municipality_id, row.__tablename__, column, row.id)


def _key_id(row: Any) -> UUID:
    """Return under whose key a row stands: a youth's, or its own where it is about no youth."""
    found: UUID = getattr(row, "access_key_id", None) or row.access_youth_id
    return found


class Encrypted(Generic[T]):
    """A field of a youth's file, under the youth's own key; of a group approach, under its key.

    The row needs `municipality_id`, `id` and what names its key before the field is set.
    """

    def __init__(
        self,
        column: str,
        *,
        category: Category | Callable[[Any], Category],
        pad: int,
        encode: Callable[[T], str] = str,
        decode: Callable[[str], T],
    ) -> None:
        self._column, self._category, self._pad = column, category, pad
        self._encode, self._decode = encode, decode

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def _category_of(self, row: Any) -> Category:
        return self._category if isinstance(self._category, Category) else self._category(row)

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: object, owner: type) -> T: ...
    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        access.open_field(row, self._category_of(row), self._name)
        blob = getattr(row, self._column)
        if blob is None:
            return None
        cipher = data_cipher(_key_id(row))
        return self._decode(unseal(cipher, _place(row, self._column), blob).decode())

    def __set__(self, row: Any, value: T | None) -> None:
        if value is None:
            setattr(row, self._column, None)
            return
        cipher = data_cipher(_key_id(row))
        plain = self._encode(value).encode()
        setattr(row, self._column, seal(cipher, _place(row, self._column), plain, pad=self._pad))


def encrypted_text(
    column: str, *, category: Category | Callable[[Any], Category], pad: int = 256
) -> Encrypted[str]:
    """Return a text field; notes are padded to 256 bytes, names to 32."""
    return Encrypted(column, category=category, pad=pad, decode=str)


def encrypted_date(column: str, *, category: Category) -> Encrypted[date]:
    """Return a date field, padded to 16 bytes."""
    return Encrypted(
        column, category=category, pad=16, encode=date.isoformat, decode=date.fromisoformat
    )


class Sealed:
    """A field of an account, under the municipality's key: about staff, not about a youth."""

    def __init__(self, column: str, *, pad: int) -> None:
        self._column, self._pad = column, pad

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: object, owner: type) -> str: ...
    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        cipher = keystore().municipality(row.municipality_id)
        return unseal(cipher, _place(row, self._column), getattr(row, self._column)).decode()

    def __set__(self, row: Any, value: str) -> None:
        cipher = keystore().municipality(row.municipality_id)
        setattr(
            row,
            self._column,
            seal(cipher, _place(row, self._column), value.encode(), pad=self._pad),
        )
