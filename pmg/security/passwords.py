"""Passwords: long, not on the list of the most used, kept as Argon2id."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pmg.errors import Invalid

SHORTEST, LONGEST = 15, 128
_hasher = PasswordHasher()
# Verified when no account answers to the name, so that time does not tell which names exist.
_NOBODY = _hasher.hash("nobody has this password")
_COMMON = ("wachtwoord", "password", "welkom", "123456789", "qwertyuiop", "preventiemetgezag")


def check(password: str) -> None:
    """Raise Invalid when a password is too short, too long or too well known."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            "password",
            "Kies een wachtwoord van %(shortest)d tot %(longest)d tekens.",
            shortest=SHORTEST,
            longest=LONGEST,
        )
    squeezed = password.casefold().replace(" ", "")
    if any(len(squeezed.replace(word, "")) < SHORTEST // 2 for word in _COMMON):
        raise Invalid("password", "Dit wachtwoord is te bekend. Kies een andere zin.")
    if len(set(squeezed)) < SHORTEST // 3:
        raise Invalid("password", "Gebruik meer verschillende tekens in uw wachtwoord.")


def make(password: str) -> str:
    """Return the hash to keep."""
    return _hasher.hash(_one_spelling(password))


def verify(kept: str | None, password: str) -> bool:
    """Tell whether the password is right; takes as long when there is no account."""
    try:
        return (
            _hasher.verify(kept or _NOBODY, _one_spelling(password[:LONGEST])) and kept is not None
        )
    except (VerificationError, InvalidHashError):
        return False


def _one_spelling(password: str) -> str:
    """Return the same signs for the same letters: keyboards differ in how they write an é."""
    return unicodedata.normalize("NFC", password)
