"""SOCKET: what rooms above set to work for a goal, shown beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from pmg.cases.models import Case


@dataclass(frozen=True, slots=True)
class Help:
    """Something that is set to work for one goal; `id` is that of its own page."""

    goal_id: UUID
    id: UUID
    name: str
    state: str


Find = Callable[[Case], Iterable[Help]]
_find: list[Find] = []


def plug_in(find: Find) -> None:
    """Show with each goal what a room has set to work for it; once, however often plugged in."""
    if find not in _find:
        _find.append(find)


def of_case(case: Case) -> dict[UUID, list[Help]]:
    """Return what is set to work for each goal of a case."""
    found: dict[UUID, list[Help]] = {}
    for find in _find:
        for each in find(case):
            found.setdefault(each.goal_id, []).append(each)
    return found
