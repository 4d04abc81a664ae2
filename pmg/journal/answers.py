"""What the forms hand to the verbs."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from pmg.journal.rules import Kind, Plan, RemarkKind, When

# The answers to: who may read this? The last leads on to a share decision.
PRIVATE, SHARED, ONWARD = "eigen", "gedeeld", "verder"


@dataclass(frozen=True, slots=True)
class NewNote:
    """What happened, when, and who may read it."""

    kind: Kind
    when: When
    text: str
    on: date | None = None
    clock: time | None = None
    is_private: bool = True  # else one's own organisation reads it as well
    is_device_time: bool = False  # the clock of a device that had no network


@dataclass(frozen=True, slots=True)
class GroupNote:
    """What happened with several youths at once."""

    note: NewNote
    case_ids: tuple[UUID, ...]
    names_are_seen: bool = False


@dataclass(frozen=True, slots=True)
class NewAudience:
    """Who may read from now on, and which version the reader saw."""

    is_private: bool
    version: int


@dataclass(frozen=True, slots=True)
class Removal:
    """Why something has to go, and which version the reader saw."""

    reason: str
    version: int


@dataclass(frozen=True, slots=True)
class NewRemark:
    """What is said beside a contact moment."""

    kind: RemarkKind
    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Move:
    """Another moment for an appointment, why, and which version the reader saw."""

    plan: Plan
    reason: str
    version: int
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an appointment ended without a meeting, and which version the reader saw."""

    reason: str
    version: int
