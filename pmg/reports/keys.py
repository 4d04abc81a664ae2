"""What a report is rounded and signed with."""

import hmac
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


def own_signer() -> Signer:
    """Return the key that municipalities on this installation sign by."""
    settings = current_app.config["SETTINGS"]
    return secrets_of(settings.disclosure_key, settings.signing_key).signer
