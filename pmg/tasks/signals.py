"""What rooms above may hear of a task, in the same transaction; no word of what it is."""

from dataclasses import dataclass
from uuid import UUID

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class TaskNews:
    """Which task of which case, who did it, and for whom it is news."""

    municipality_id: str
    case_id: UUID
    youth_id: UUID
    task_id: UUID
    by_id: UUID
    for_id: UUID


# Each sent with a TaskNews, and never to who did it himself.
task_given = _signals.signal("task-given")  # for its new owner, who has not answered yet
task_answered = _signals.signal("task-answered")  # for who gave it: it was accepted or refused
task_done = _signals.signal("task-done")  # for who gave it
