"""What the pages of meetings show: frozen rows, made by the queries for one reader."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from pmg.meetings.rules import (
    ItemState,
    Known,
    MeetingState,
    Outcome,
    Refusal,
    Rhythm,
    Scope,
    Weekday,
)
from pmg.security.policy import Category, Role
from pmg.tasks.rules import State


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting in a list; `items` are those that exist for the reader."""

    id: UUID
    name: str
    place: str
    on_day: date
    clock: time
    state: MeetingState
    leads: bool
    items: int
    proposals: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class SeriesKept:
    """One setting of a series: since which day, by whom, and when that was said."""

    number: int
    name: str
    place: str
    weekday: Weekday
    rhythm: Rhythm
    clock: time
    minutes: int
    deputy: str
    from_on: date
    ended_on: date | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Going:
    """A day that moves or goes, and how many items of it exist for the reader."""

    on_day: date
    items: int
    new_day: date | None = None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item on an agenda, under a number of the reader's own."""

    id: UUID
    number: int
    case_id: UUID
    who: str
    question: str
    state: ItemState
    planned_minutes: int
    spent_seconds: int
    is_current: bool
    is_mine: bool
    has_record: bool
    version: int


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who can be at a meeting, and whether he is."""

    user_id: UUID
    name: str
    organisation: str
    arrived_at: datetime | None
    left_at: datetime | None
    is_late: bool

    @property
    def is_there(self) -> bool:
        """Whether he came and did not leave."""
        return self.arrived_at is not None and self.left_at is None


@dataclass(frozen=True, slots=True)
class Party:
    """One organisation at an item: who, what it is asked, and what it said."""

    organisation_id: UUID
    organisation: str
    people: tuple[str, ...]
    question: str
    known: Known | None
    refusal: Refusal | None
    is_mine: bool
    version: int


@dataclass(frozen=True, slots=True)
class Later:
    """Who does not read a contribution; with an id where one button lets him."""

    id: UUID | None
    label: str


@dataclass(frozen=True, slots=True)
class Readership:
    """Who at an item reads a contribution, who does not yet, and to whom the law closes it."""

    now: tuple[str, ...]
    not_yet: tuple[Later, ...]
    closed: tuple[str, ...]
    soon: tuple[str, ...] = ()  # at a proposal: once it is on the agenda


@dataclass(frozen=True, slots=True)
class Brought:
    """One contribution, as far as the reader may open it."""

    id: UUID
    organisation_id: UUID
    organisation: str
    by: str
    words: str
    category: Category
    scope: Scope
    readers: tuple[str, ...]
    reader_ids: frozenset[UUID]
    basis: str
    at: datetime
    is_withdrawn: bool
    is_mine: bool
    version: int
    readership: Readership | None  # for its source alone


@dataclass(frozen=True, slots=True)
class Intro:
    """The three sentences."""

    situation: str
    tried: str
    wish: str
    by: str
    version: int


@dataclass(frozen=True, slots=True)
class Minutes:
    """The weighing and the decision."""

    necessity: str
    proportionality: str
    subsidiarity: str
    outcome: Outcome | None
    words: str
    review_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody thinks of the decision."""

    name: str
    agrees: bool
    words: str
    is_mine: bool
    version: int


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody is going to do, and whether he took it."""

    id: UUID
    what: str
    owner: str
    due_on: date
    state: State
    is_mine: bool
    version: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A correction that was asked for."""

    name: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Invitable:
    """Somebody who takes part in the case and can be invited."""

    user_id: UUID
    name: str
    organisation_id: UUID
    organisation: str
    function: Role
    is_invited: bool


@dataclass(frozen=True, slots=True)
class Record:
    """The record that was fixed."""

    digest: str
    approved_by: str
    approved_at: datetime
    is_sound: bool


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That an item was taken back by who proposed it, and why."""

    by: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SharedFor:
    """Something of the case that was shared for an item, as far as the reader may know of it."""

    act_id: UUID
    share_id: UUID
    title: str
    source: str
    receivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it exists for the reader."""

    line: ItemLine
    meeting_id: UUID
    proposed_by: str
    declined: str
    withdrawn: Withdrawn | None
    leads: bool
    is_invited: bool
    intro: Intro | None
    parties: tuple[Party, ...]
    brought: tuple[Brought, ...]
    minutes: Minutes | None
    opinions: tuple[Opinion, ...]
    acts: tuple[Act, ...]
    confirmed: tuple[str, ...]
    has_confirmed: bool
    remarks: tuple[Remark, ...]
    conflicts: tuple[str, ...]
    record: Record | None

    @property
    def mine(self) -> Party | None:
        """What the reader's own organisation is asked, where he is invited."""
        if not self.is_invited:
            return None
        return next((party for party in self.parties if party.is_mine), None)

    @property
    def opinion(self) -> Opinion | None:
        """What the reader said himself."""
        return next((each for each in self.opinions if each.is_mine), None)

    @property
    def is_decided(self) -> bool:
        """Whether something was decided."""
        return self.minutes is not None and self.minutes.outcome is not None
