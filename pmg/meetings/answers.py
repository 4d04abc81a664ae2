"""What people answer on the pages of case meetings: pure."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from pmg.meetings.rules import Known, Outcome, Rhythm, Scope, Weekday
from pmg.security.policy import Category


@dataclass(frozen=True, slots=True)
class SeriesWanted:
    """When and where a series meets, and who leads it when the chair cannot."""

    name: str
    place: str
    weekday: Weekday
    rhythm: Rhythm
    clock: time
    minutes: int
    first_on: date
    deputy_id: UUID | None


@dataclass(frozen=True, slots=True)
class DayWanted:
    """Another place, time or deputy for one day, by who saw this version."""

    place: str
    clock: time
    minutes: int
    deputy_id: UUID | None
    version: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants to talk about, at which meeting, with whom."""

    meeting_id: UUID
    question: str
    minutes: int
    invitees: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """How the chair takes a proposal: how long, and with whom."""

    minutes: int
    invitees: tuple[UUID, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Introduction:
    """Three sentences of who works with the youth."""

    situation: str
    tried: str
    wish: str
    version: int


@dataclass(frozen=True, slots=True)
class Shared:
    """What an organisation brings in, for whom, and on what ground."""

    words: str
    category: Category
    scope: Scope
    readers: tuple[UUID, ...]
    basis: str
    is_needed: bool
    version: int = 0
    named: str | None = None  # the mark of whom the page named as readers; None where no page did


@dataclass(frozen=True, slots=True)
class Minute:
    """The weighing and the decision on one item, by who saw this version."""

    necessity: str
    proportionality: str
    subsidiarity: str
    outcome: Outcome | None
    words: str
    review_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class ActionItem:
    """What somebody is going to do after an item."""

    what: str
    owner_id: UUID
    due_on: date


@dataclass(frozen=True, slots=True)
class Answer:
    """What an organisation says of a youth, by who saw this version."""

    known: Known
    version: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """Whether somebody agrees with the weighing and the decision; a no says why."""

    agrees: bool
    words: str
    version: int
