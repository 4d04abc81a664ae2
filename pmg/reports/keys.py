"""What a report is rounded and signed with."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app

from pmg.disclosure.publish import Signer


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a report is rounded and signed with. Its repr shows nothing."""

    rounding: bytes = field(repr=False)
    signer: Signer = field(repr=False)


_MINISTRY = b"national figures of the ministry"


def ministry_signer(signing_key: bytes) -> Signer:
    """Make the key of the ministry: of this installation, and none that a municipality signs by."""
    seed = hmac.digest(signing_key, _MINISTRY, "sha256")
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(key.sign, key.public_key().public_bytes_raw())


def ministry_signer_here() -> Signer:
    """Return the key that the ministry on this installation signs by."""
    return ministry_signer(current_app.config["SETTINGS"].signing_key)


def secrets_of(disclosure_key: bytes, signing_key: bytes) -> Secrets:
    """Make of the keys of this installation what reports need of them."""
    key = Ed25519PrivateKey.from_private_bytes(signing_key)
    public = key.public_key().public_bytes_raw()
    return Secrets(rounding=disclosure_key, signer=Signer(key.sign, public))


def own_keys() -> tuple[bytes, ...]:
    """Return the keys that municipalities on this installation signed by, in order: now last."""
    return (*current_app.config["SETTINGS"].former_signing_keys, own_signer().public_key)


def ministry_keys() -> tuple[bytes, ...]:
    """Return the keys that the ministry on this installation signed by, in order: now last."""
    return (*current_app.config["SETTINGS"].former_signing_keys, ministry_signer_here().public_key)


def key_for(document: object, keys: Sequence[bytes]) -> bytes:
    """Return by which of these keys a file is to be checked: the one it names, else the last.

    A file that names none of them is not what any of them signed, and the check by the last says
    so.
    """
    named = document.get("signature") if isinstance(document, dict) else None
    text = named.get("public_key") if isinstance(named, dict) else None
    return next((key for key in keys if key.hex() == text), keys[-1])


def own_signer() -> Signer:
    """Return the key that municipalities on this installation sign by."""
    settings = current_app.config["SETTINGS"]
    return secrets_of(settings.disclosure_key, settings.signing_key).signer
