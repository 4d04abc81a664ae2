"""One-time codes (TOTP, RFC 6238): each code works once."""

import hmac
from datetime import datetime

import pyotp

STEP = 30
# A phone's clock may be one step off, either way.
_DRIFT = 1


def new_secret() -> str:
    """Return a fresh secret, in the base32 that apps take."""
    return str(pyotp.random_base32())


def matching_step(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """Return the time step whose code this is, or None.

    Only steps later than `after`, the last one used, count: a code seen over a shoulder is dead.
    """
    typed = "".join(code.split())
    present = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        if step > after and hmac.compare_digest(totp.at(step * STEP).encode(), typed.encode()):
            return step
    return None


def address(secret: str, login: str) -> str:
    """Return the otpauth address that an app reads from a picture."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Preventie met Gezag"))
