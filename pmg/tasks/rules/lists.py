"""Which lists of tasks there are, and which days of one."""

from pmg.reference.labelled import Labelled


class Which(Labelled):
    """One of the reader's lists."""

    OPEN = "open", "Te doen"
    WAITING = "antwoord", "Wacht op uw antwoord"
    GIVEN = "gegeven", "Door u gegeven"
    DONE = "gedaan", "Gedaan"
    OWNERLESS = "zonder", "Zonder eigenaar"


class When(Labelled):
    """Which days of a list."""

    ALL = "", "Alle dagen"
    LATE = "laat", "Te laat"
    TODAY = "vandaag", "Vandaag en te laat"
    WEEK = "week", "Tot en met over een week"
