"""SOCKET: what is due for a reader today, plugged in by the rooms and drawn by *Vandaag*."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due: what, of whom, and where it is done.

    `who` is the name of the youth, where the reader may read it. `at` is the time of day in
    Europe/Amsterdam, where there is one. Without a day it waits for the reader, whenever.
    """

    title: str
    url: str
    on: date | None = None
    at: time | None = None
    who: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One list of *Vandaag*: its number on the page is the length of exactly this list.

    `one` and `more` follow the number, and make a sentence with it.
    """

    code: str
    label: str
    find: Callable[[date], Sequence[Due]]
    one: str
    more: str


_sections: dict[str, Section] = {}


def plug_in(section: Section) -> None:
    """Show a list on *Vandaag*; plugged in twice, it is shown once."""
    _sections[section.code] = section


def sections() -> tuple[Section, ...]:
    """Return the lists in the order in which the rooms plugged them in."""
    return tuple(_sections.values())
