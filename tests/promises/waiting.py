"""Lets a test stand exactly between two people who do something at the same moment."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

_WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@contextmanager
def meanwhile(engine: Engine, act: Callable[[], None]) -> Iterator[None]:
    """Begin `act` elsewhere, go on once the database makes it wait or it is done; await its end.

    Whoever calls holds the lock that `act` runs into, and lets go of it inside the block.
    """
    other = threading.Thread(target=act)
    other.start()
    with engine.connect() as connection:
        while other.is_alive() and not _somebody_waits(connection):
            time.sleep(0.01)
    try:
        yield
    finally:
        other.join()


def _somebody_waits(connection: Connection) -> bool:
    found = bool(connection.execute(_WAITS).scalar_one())
    connection.rollback()
    return found
