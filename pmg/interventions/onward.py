"""SOCKET: what rooms above show of a trajectory on its own page, and where it is closed."""

from collections.abc import Callable

from pmg.cases.panels import Panel
from pmg.interventions.models import Trajectory

Show = Callable[[Trajectory], Panel | None]
Close = Callable[[Trajectory], str]
_show: list[Show] = []
_close: list[Close] = []


def plug_in(show: Show, close: Close) -> None:
    """Show a panel on the page of each trajectory, and say where one is closed; '' for here."""
    if show not in _show:
        _show.append(show)
        _close.append(close)


def panels(trajectory: Trajectory) -> list[Panel]:
    """Return what the rooms above show of a trajectory."""
    made = [show(trajectory) for show in _show]
    return [panel for panel in made if panel is not None]


def closing_url(trajectory: Trajectory) -> str:
    """Return the page on which this trajectory is closed, '' when that is here."""
    return next((url for close in _close if (url := close(trajectory))), "")
