"""The brake on guessing: tries are counted in the database, so that all workers count as one."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text

from pmg.accounts.models import SignInFailure
from pmg.clock import now
from pmg.extensions import db

_WAIT_FOR_TURN = text("SELECT pg_advisory_xact_lock(:number)")
_IS_MY_TURN = text("SELECT pg_try_advisory_xact_lock(:number)")


def take_turn(key: bytes) -> None:
    """Wait until no other request under this key is under way, and keep the turn until the end.

    Who tries many times at once is thus counted as one who tries many times in a row.
    """
    db.session.execute(_WAIT_FOR_TURN, {"number": _number(key)})


def tries(key: bytes, *, within: timedelta) -> tuple[int, datetime | None]:
    """Return how many there were lately, and when the last was; older ones are forgotten."""
    mine, since = SignInFailure.key_digest == key, now() - within
    if db.session.scalar(_IS_MY_TURN, {"number": _number(key)}):  # else someone tidies up now
        db.session.execute(delete(SignInFailure).where(mine, SignInFailure.at <= since))
    number, latest = db.session.execute(
        select(func.count(), func.max(SignInFailure.at)).where(mine, SignInFailure.at > since)
    ).one()
    return number, latest


def count(*keys: bytes) -> None:
    """Count one try under each key."""
    db.session.add_all(SignInFailure(key_digest=key) for key in keys)


def forget(key: bytes) -> None:
    """Forget the tries under this key."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.key_digest == key))


def _number(key: bytes) -> int:
    return int.from_bytes(key[:8], signed=True)
