"""What stands beside the counts of a report, frozen with it: the plan, and figures from outside.

These are no counts of people. They stand in what the file says of itself, under names that begin
with `naast`, each as JSON: signed with the rest, and never in a table of the report.
SOCKET: the plan is plugged in by its room.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pmg.definitions.rules import Template
from pmg.disclosure.canonical import canonical
from pmg.reports.rules import Period
from pmg.series import queries as series
from pmg.series.rules import SeriesKind

PLAN, OUTSIDE = "naast plan", "naast cijfers van buiten"
OF_PLAN = "plan"
"""The report that is made to be read beside the plan."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A line of the plan: for what, of which area ('' for the whole), places and whole euros."""

    subject: str
    name: str
    area: str
    places: int
    budget: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where figures come from."""

    kind: SeriesKind
    source: str
    reference_date: date


@dataclass(frozen=True, slots=True)
class Figures:
    """One series as it was then: areas down ('' for the whole), periods across."""

    line: Origin
    periods: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Decimal | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a report was released with beside it."""

    plan: tuple[Planned, ...]
    outside: tuple[Figures, ...]


_plans: dict[str, Callable[[int], Sequence[Planned]]] = {}


def plug_in(find: Callable[[int], Sequence[Planned]]) -> None:
    """Let a room say what the plan of a year is; plugged in twice, it is asked once."""
    _plans[OF_PLAN] = find


def frozen(template: Template, period: Period) -> dict[str, str]:
    """Write what stands beside a report at this moment, for what its file says of itself."""
    found = {OUTSIDE: _written([_figures(one) for one in series.newest()])}
    if template.code == OF_PLAN and OF_PLAN in _plans:
        found[PLAN] = _written([asdict(line) for line in _plans[OF_PLAN](period.first.year)])
    return found


def beside(certificate: Mapping[str, Any]) -> Beside | None:
    """Read what was frozen with a report; None for one from before anything was."""
    about = certificate["about"]
    if OUTSIDE not in about:
        return None
    return Beside(
        tuple(Planned(**line) for line in json.loads(about.get(PLAN, "[]"))),
        tuple(map(_read, json.loads(about[OUTSIDE]))),
    )


def _written(value: Any) -> str:
    return canonical(value).decode()


def _figures(one: series.Opened) -> dict[str, Any]:
    return {
        "kind": str(one.line.kind),
        "source": one.line.source,
        "reference_date": one.line.reference_date.isoformat(),
        "periods": list(one.periods),
        "rows": [
            {"area": area, "values": ["" if each is None else str(each) for each in values]}
            for area, values in one.rows
        ],
    }


def _read(one: Mapping[str, Any]) -> Figures:
    origin = Origin(
        SeriesKind(one["kind"]), one["source"], date.fromisoformat(one["reference_date"])
    )
    rows = tuple(
        (row["area"], tuple(Decimal(each) if each else None for each in row["values"]))
        for row in one["rows"]
    )
    return Figures(origin, tuple(one["periods"]), rows)
