"""The rules of handing over and of dividing work. Pure."""

from datetime import date, timedelta

from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

LONGEST = timedelta(days=92)
"""So long two people may carry one case beside each other."""


class Reason(Labelled):
    """Why a team manager gives a case to somebody else; a list, so that no name stands in it."""

    LEAVE = "verlof", "Verlof"
    ILLNESS = "ziekte", "Uitval van de medewerker"
    WORKLOAD = "werkdruk", "Werk beter verdelen"
    LEFT = "uit_dienst", "De medewerker gaat weg"
    MATCH = "match", "Een andere medewerker past beter bij de jongere"


def check_last_day(last_day: date, today: date) -> None:
    """Raise Invalid unless the last day of who hands over is today or in the next months."""
    if last_day < today:
        raise Invalid("last_day", "Kies vandaag of een dag die nog komt.")
    if last_day > today + LONGEST:
        raise Invalid("last_day", "Kies een dag binnen drie maanden.")
