"""How someone hears of each kind of message. Pure."""

from datetime import timedelta

from pmg.reference.labelled import Labelled


class Channel(Labelled):
    """Where a message of one kind goes."""

    NOWHERE = "niet", "Niet"
    APP = "app", "Alleen hier"
    MAIL = "mail", "Hier, en in de mail van de dag"


DEFAULT = Channel.MAIL
KEPT_DAYS = 90
"""So long a message stays; then it is removed, read or not."""
_LONGEST = timedelta(hours=6)


def wait_after(attempts: int) -> timedelta:
    """Say how long a mail waits after so many failures: a minute, two, four, at most six hours."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 9)), _LONGEST)
