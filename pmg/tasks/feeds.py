"""The link of one person to his own calendar: made, shown once, renewed, revoked, and opened.

What is kept of the secret is its digest; 256 random bits cannot be guessed, and the brake sees to
it that nobody tries for long.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from pmg.accounts import brake
from pmg.accounts.brake import Limit
from pmg.clock import now
from pmg.extensions import db
from pmg.security import access, audit
from pmg.security.encryption import digest
from pmg.security.policy import Action
from pmg.security.sessions import TOKEN_BYTES, digest_of
from pmg.tasks.models import CalendarFeed
from pmg.web.feeds import Key

BEFORE, AHEAD = timedelta(days=31), timedelta(days=366)
# Soft for one link, so that nobody can keep a calendar closed by guessing at it.
OF_LINK = Limit(10, timedelta(seconds=30))
OF_ADDRESS = Limit(100, timedelta(seconds=30))
_IS_OPEN = text("SELECT pmg_feed_is_open(:feed_id, :digest)")
_TASKS = text("SELECT id, due_on FROM pmg_feed_tasks(:feed_id, :digest, :first, :last)")


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made: its secret is here, and nowhere else, once."""

    feed_id: UUID
    secret: str


def make_link() -> Made:
    """Make the reader's link, in the place of the one he had: that one is dead from now on."""
    access.require(Action.FEED_KEEP, access.workplace())
    reader, made = access.reader(), Made(uuid4(), secrets.token_urlsafe(TOKEN_BYTES))
    values = {"id": made.feed_id, "secret_digest": digest_of(made.secret), "made_at": now()}
    db.session.execute(
        insert(CalendarFeed)
        .values(municipality_id=reader.municipality_id, user_id=reader.user_id, **values)
        .on_conflict_do_update(index_elements=["municipality_id", "user_id"], set_=values)
    )
    audit.wrote(Action.FEED_KEEP, _of(made.feed_id), made.feed_id)
    return made


def revoke_link() -> None:
    """Take the reader's link away: it is dead from now on."""
    access.require(Action.FEED_KEEP, access.workplace())
    reader = access.reader()
    gone = db.session.execute(
        delete(CalendarFeed)
        .where(
            CalendarFeed.municipality_id == reader.municipality_id,
            CalendarFeed.user_id == reader.user_id,
        )
        .returning(CalendarFeed.id)
    ).scalars()
    for feed_id in gone:
        audit.wrote(Action.FEED_KEEP, _of(feed_id), feed_id)


def made_at() -> datetime | None:
    """Return when the reader's link was made; None when he has none."""
    access.require(Action.FEED_KEEP, access.workplace())
    reader = access.reader()
    return db.session.scalars(
        select(CalendarFeed.made_at).where(
            CalendarFeed.municipality_id == reader.municipality_id,
            CalendarFeed.user_id == reader.user_id,
        )
    ).one_or_none()


def open_link(feed_id: UUID, secret: str, *, address: str) -> Key | int:
    """Return the key of a calendar; or how many seconds to wait, 0 when there is no such calendar.

    The failure is counted in the present transaction, which whoever calls must commit.
    """
    link, from_address = digest("feed", str(feed_id)), digest("feed_address", address)
    brake.take_turn(link)
    wait = max(brake.seconds_left(link, OF_LINK), brake.seconds_left(from_address, OF_ADDRESS))
    if wait:
        return wait
    key = Key(feed_id, digest_of(secret))
    given = {"feed_id": key.feed_id, "digest": key.digest}
    if db.session.execute(_IS_OPEN, given).scalar_one():
        return key
    brake.count(link, from_address)
    return 0


def due(key: Key, first: date, last: date) -> list[tuple[UUID, date]]:
    """Return the ids and days of the open tasks of whose calendar this key opens."""
    given = {"feed_id": key.feed_id, "digest": key.digest, "first": first, "last": last}
    return [(task_id, day) for task_id, day in db.session.execute(_TASKS, given)]


def _of(feed_id: UUID) -> CalendarFeed:
    reader = access.reader()
    return CalendarFeed(municipality_id=reader.municipality_id, id=feed_id)
