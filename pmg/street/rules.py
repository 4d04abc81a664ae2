"""What goes along on a device, for how long, and what may come back from it."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pmg.clock import AMSTERDAM
from pmg.errors import Invalid
from pmg.journal.rules import Kind, Moment
from pmg.texts import to_translate

KEPT = timedelta(hours=12)
MOST = 40
"""So many youths go along at once: a day in the street, and no whole caseload."""
UNREADABLE = to_translate("Deze notitie is niet te lezen. Schrijf haar opnieuw.")
_SLACK = timedelta(minutes=5)  # clocks of phones are never quite right


class State(StrEnum):
    """What a device may do with the key that it was given."""

    VALID = "geldig"
    OFF = "uit"  # the municipality switched it off
    OTHER = "ander"  # of somebody else than who is signed in
    GONE = "weg"


@dataclass(frozen=True, slots=True)
class DeviceNote:
    """What somebody wrote on a device, as it came out of its seal."""

    case_id: UUID
    kind: Kind
    text: str
    written_at: datetime


def read_note(plain: bytes) -> DeviceNote:
    """Read what a device sealed; raise Invalid when it is not what a device of ours writes."""
    try:
        given = json.loads(plain)
        written_at = datetime.fromisoformat(given["at"])
        note = DeviceNote(UUID(given["case"]), Kind(given["kind"]), given["text"], written_at)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise Invalid("note", UNREADABLE) from fault
    if not isinstance(note.text, str) or written_at.tzinfo is None:
        raise Invalid("note", UNREADABLE)
    return note


def moment_of(written_at: datetime, *, taken_at: datetime, now: datetime) -> Moment:
    """Return the Dutch day and time of the device's clock; raise Invalid when that is wrong.

    A note is written after the list was taken along and before it is sent.
    """
    try:
        is_right = taken_at - _SLACK <= written_at <= now + _SLACK
        local = min(written_at, now).astimezone(AMSTERDAM)
    except OverflowError:
        is_right, local = False, now
    if not is_right:
        raise Invalid(
            "at",
            "De klok van uw toestel klopt niet. Kopieer uw tekst en leg het contact vast bij de "
            "zaak, met de goede tijd.",
        )
    return Moment(local.date(), local.time().replace(second=0, microsecond=0))


def check_choice(names: Iterable[str], *, asked: int) -> None:
    """Raise Invalid unless these youths can go along, and be told apart on a small screen."""
    counted = Counter(names)
    if not counted or counted.total() < asked:
        raise Invalid("youths", "Kies een of meer jongeren uit uw lijst.")
    if asked > MOST:
        raise Invalid(
            "youths", "Kies er hoogstens %(most)d: alleen wie u vandaag kunt spreken.", most=MOST
        )
    twice = [name for name, count in counted.items() if count > 1]
    if twice:
        raise Invalid(
            "youths",
            "Op het toestel heten twee jongeren hetzelfde: %(names)s. Neem er één mee, anders komt "
            "een notitie in het verkeerde dossier.",
            names=", ".join(twice),
        )
