"""What people answer on the pages of a task, each by who saw which version of it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Said:
    """A step with a reason, or with a remark that may be ''."""

    words: str
    version: int


@dataclass(frozen=True, slots=True)
class NewDay:
    """Another day, with why."""

    due_on: date
    words: str
    version: int


@dataclass(frozen=True, slots=True)
class NewOwner:
    """Somebody else, with why."""

    owner_id: UUID
    words: str
    version: int
