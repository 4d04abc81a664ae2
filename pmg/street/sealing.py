"""The seal on a note: a device can close it, and only the server can open it.

A fresh key pair of the device for each note and the pair of the server agree on a key (ECDH on
P-256, HKDF-SHA-256) for AES-256-GCM. The seal is bound to the key and to the number of the note.
"""

from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from pmg.errors import Invalid
from pmg.street.rules import UNREADABLE

PURPOSE = b"pmg street note 1"
_CURVE = ec.SECP256R1()
_POINT, _NONCE, _KEY = 65, 12, 32


def new_pair() -> tuple[bytes, bytes]:
    """Return a new private key to be kept, and the public point that a device gets."""
    private = ec.generate_private_key(_CURVE)
    kept = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return kept, point


def open_sealed(private: bytes, key_id: UUID, note_id: UUID, sealed: bytes) -> bytes:
    """Open what a device sealed for this key under this number; raise Invalid when it is not so."""
    mine = load_der_private_key(private, None)
    assert isinstance(mine, ec.EllipticCurvePrivateKey)
    point, nonce, closed = (
        sealed[:_POINT],
        sealed[_POINT : _POINT + _NONCE],
        sealed[_POINT + _NONCE :],
    )
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
        cipher = AESGCM(derived(mine.exchange(ec.ECDH(), theirs), key_id))
        return cipher.decrypt(nonce, closed, bound(key_id, note_id))
    except (ValueError, InvalidTag) as fault:
        raise Invalid("note", UNREADABLE) from fault


def derived(shared: bytes, key_id: UUID) -> bytes:
    """Return the key of one note from what both sides can compute."""
    salt = str(key_id).encode()
    return HKDF(algorithm=hashes.SHA256(), length=_KEY, salt=salt, info=PURPOSE).derive(shared)


def bound(key_id: UUID, note_id: UUID) -> bytes:
    """Return what a seal is bound to."""
    return f"{key_id}/{note_id}".encode()
