"""Prints what was found: the table of goals, the pages behind it, and how it was made."""

from typing import Any

from benchmarks.goals import GOALS, STEADY, Goal, unrest, verdict
from benchmarks.rounds import Spread

_HEADS = ("work", "goal", "measured", "reached")


def table(found: dict[str, Any]) -> str:
    """Return the whole report, as Markdown."""
    parts = [_goals(found), _unrest(found), _pages(found), _searches(found), _machine(found)]
    return "\n\n".join(parts)


def _goals(found: dict[str, Any]) -> str:
    rows = []
    for goal in GOALS:
        spread = goal.reached(found)
        if spread is not None:
            rows.append((goal.work, _limit(goal), _shown(spread, goal.unit),
                         verdict(goal, spread, found)))  # fmt: skip
    return _markdown(_HEADS, rows)


def _limit(goal: Goal) -> str:
    if goal.limit == 0:
        return "–"
    return f"{'≥' if goal.at_least else '≤'} {goal.limit:g}{goal.unit}"


def _shown(spread: Spread, unit: str = "") -> str:
    middle, low, high = (f"{value:.3g}" for value in (spread.middle, spread.low, spread.high))
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low}–{high})"


def _unrest(found: dict[str, Any]) -> str:
    share = unrest(found)
    said = f"The bare page spread {share:.0%} around its median."
    if share <= STEADY:
        return said
    return (
        f"{said} That is more than {STEADY:.0%}: the machine was too busy with other work, so no "
        "verdict is given on what depends on it. Run again when it is quiet."
    )


def _pages(found: dict[str, Any]) -> str:
    rows = [
        (
            name,
            _shown(Spread.of(page["cpu"])),
            f"{Spread.of(page['database']).middle:.3g}",
            _shown(Spread.of(page["rate"])),
            _shown(Spread.of(page["p95"])),
            f"{page['answered']:,}",
        )
        for name, page in found["pages"].items()
    ]
    heads = (
        "page",
        "CPU, ms a request",
        "of it PostgreSQL",
        "requests a second",
        "p95, ms",
        "answers checked",
    )
    return _markdown(heads, rows)


def _searches(found: dict[str, Any]) -> str:
    rows = [
        (
            f"{int(size):,}",
            f"{one['first']:.1f} s",
            f"{one['median']:.2f} ms",
            f"{one['p95']:.2f} ms",
        )
        for size, one in ((size, within["search"]) for size, within in found["inside"].items())
    ]
    return _markdown(("youths", "first search of a worker", "median after it", "p95"), rows)


def _machine(found: dict[str, Any]) -> str:
    machine = dict(found["machine"])
    versions = ", ".join(f"{name} {number}" for name, number in machine.pop("versions").items())
    said = "; ".join(f"{name}: {value}" for name, value in machine.items())
    return (
        f"{found['rounds']} rounds of {found['seconds']:g} s a page, in another order each round; "
        f"{said}; {versions}."
    )


def _markdown(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = [heads, tuple("-" * width for width in widths), *rows]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )
