"""The brake on guessing: tries are counted in the database, so that all workers count as one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text

from pmg.accounts.models import SignInFailure
from pmg.clock import now
from pmg.extensions import db

WINDOW = timedelta(minutes=15)
_LARGEST_STEP = 20
_WAIT_FOR_TURN = text("SELECT pg_advisory_xact_lock(:number)")
_IS_MY_TURN = text("SELECT pg_try_advisory_xact_lock(:number)")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong tries are free, and how long the growing wait after them becomes."""

    free: int
    longest_wait: timedelta


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


def seconds_left(key: bytes, limit: Limit) -> int:
    """Return how long to wait before the next try under this key; 0 when it may be made now."""
    failures, latest = tries(key, within=WINDOW)
    if latest is None or failures < limit.free:
        return 0
    steps = min(failures - limit.free, _LARGEST_STEP)
    left = latest + min(timedelta(seconds=2**steps), limit.longest_wait) - now()
    return int(left.total_seconds()) + 1 if left > timedelta(0) else 0


def count(*keys: bytes) -> None:
    """Count one try under each key."""
    db.session.add_all(SignInFailure(key_digest=key) for key in keys)


def forget(key: bytes) -> None:
    """Forget the tries under this key."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.key_digest == key))


def _number(key: bytes) -> int:
    return int.from_bytes(key[:8], signed=True)
