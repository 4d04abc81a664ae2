"""SOCKET: what rooms above put on the page of a case, plugged in by their `listen()`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from pmg.cases.models import Case
from pmg.security import access
from pmg.security.policy import Action


class Position(StrEnum):
    """Where on the page of a case a panel stands."""

    MAIN = "main"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and what it shows."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    on: date
    title: str
    meta: str
    text: str = ""
    tag: str = ""
    tag_kind: str = "neutral"
    url: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something that can be done now; without an address it is for somebody else."""

    text: str
    url: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of the file of a youth."""

    label: str
    endpoint: str
    action: Action


@dataclass(frozen=True, slots=True)
class Link:
    """A tab as the page draws it."""

    label: str
    url: str
    active: bool


# The pages of a file, in this order, as the panels on its first page. One that no room has
# plugged in is left out.
TABS = (
    Tab(_l("Overzicht"), "cases.show", Action.CASE_SHOW),
    Tab(_l("Contact"), "journal.show", Action.JOURNAL_SHOW),
    Tab(_l("Taken"), "tasks.of_case", Action.TASK_SHOW),
    Tab(_l("Factoren"), "factors.course", Action.FACTOR_SHOW),
    Tab(_l("Plan"), "action_plans.show", Action.ACTION_PLAN_SHOW),
    Tab(_l("Inzet"), "interventions.find", Action.INTERVENTION_FIND),
    Tab(_l("Documenten"), "documents.overview", Action.DOCUMENT_SHOW),
    Tab(_l("Delen"), "sharing.overview", Action.SHARE_SHOW),
    Tab(_l("Inzage"), "oversight.who_has_seen", Action.LOG_SHOW),
)


@dataclass(slots=True)
class _Plugged:
    panels: list[tuple[Position, Callable[[Case], Panel | None]]] = field(default_factory=list)
    entries: list[Callable[[Case], Iterable[Entry]]] = field(default_factory=list)
    steps: list[Callable[[Case], Iterable[NextStep]]] = field(default_factory=list)


_plugged = _Plugged()


def plug_in(position: Position, make: Callable[[Case], Panel | None]) -> None:
    """Show a panel on the page of each case; once, however often it is plugged in."""
    if (position, make) not in _plugged.panels:
        _plugged.panels.append((position, make))


def plug_in_entries(make: Callable[[Case], Iterable[Entry]]) -> None:
    """Add lines to the timeline of each case."""
    if make not in _plugged.entries:
        _plugged.entries.append(make)


def plug_in_steps(make: Callable[[Case], Iterable[NextStep]]) -> None:
    """Add to what can be done now on each case."""
    if make not in _plugged.steps:
        _plugged.steps.append(make)


def panels(case: Case, position: Position) -> list[Panel]:
    """Return what the rooms above show of this case at this place."""
    made = [make(case) for place, make in _plugged.panels if place is position]
    return [panel for panel in made if panel is not None]


def entries(case: Case) -> list[Entry]:
    """Return the lines that the rooms above add to the timeline."""
    return [entry for make in _plugged.entries for entry in make(case)]


def next_steps(case: Case) -> list[NextStep]:
    """Return what the rooms above say can be done now."""
    return [step for make in _plugged.steps for step in make(case)]


def has_page(endpoint: str) -> bool:
    """Tell whether a room has plugged in this page."""
    return endpoint in current_app.view_functions


def tabs(case: Case, current: str) -> list[Link]:
    """Return the pages of this file that the reader may open; `current` is the present one."""
    return [
        Link(str(tab.label), url_for(tab.endpoint, id=case.id), active=tab.endpoint == current)
        for tab in TABS
        if has_page(tab.endpoint) and access.may(tab.action, case)
    ]
