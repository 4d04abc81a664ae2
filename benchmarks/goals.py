"""The goals for speed, and what was reached of each: a ratio with its spread, never a hope."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.rounds import Spread, ratios

STEADY = 0.20  # the bare page may spread so much; beyond it the machine was too restless to judge
Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the table; `limit` is the most, or the least when `at_least`."""

    work: str
    limit: float
    reached: Callable[[Found], Spread | None]
    unit: str = ""
    at_least: bool = False
    restless: bool = True  # depends on the weather of the machine

    def is_met(self, spread: Spread) -> bool:
        """Tell whether the median is within the goal."""
        return spread.middle >= self.limit if self.at_least else spread.middle <= self.limit


def _size(found: Found, which: int) -> str:
    return f"{found['sizes'][which]:,}"


def _pages(measure: str, one: str, other: str) -> Callable[[Found], Spread | None]:
    """Return the ratio of two pages; in their names {least} and {most} stand for the sizes."""

    def reached(found: Found) -> Spread | None:
        least, most = _size(found, 0), _size(found, -1)
        first, second = (
            found["pages"].get(name.format(least=least, most=most)) for name in (one, other)
        )
        if first is None or second is None or first is second:
            return None  # one size has no growth
        return ratios(first[measure], second[measure])

    return reached


def _within(found: Found, which: int = -1) -> Any:
    return found["inside"][str(found["sizes"][which])]


def _flat(value: float) -> Spread:
    return Spread(value, value, value)


def _search(found: Found) -> Spread:
    figures = _within(found)["search"]
    return Spread(figures["p95"], figures["median"], figures["p95"])


def _search_growth(found: Found) -> Spread | None:
    if len(found["sizes"]) == 1:
        return None
    return _flat(_within(found)["search"]["median"] / _within(found, 0)["search"]["median"])


def _beside(name: str) -> Callable[[Found], Spread]:
    def reached(found: Found) -> Spread:
        figures = _within(found)[name]
        return Spread.of(a / b for a, b in zip(figures["with"], figures["without"], strict=True))

    return reached


def _most_statements(page: str) -> Callable[[Found], Spread]:
    def reached(found: Found) -> Spread:
        return Spread.of(
            count for name, count in _within(found)["statements"].items() if name.startswith(page)
        )

    return reached


GOALS = (
    Goal("caseload list, CPU beside a bare page", 10,
         _pages("cpu", "list, 50 cases of {most}", "bare page"), "×"),
    Goal("caseload list, requests/s beside Django admin", 8,
         _pages("rate", "list, 50 cases of {most}", "Django admin list"), "×", at_least=True),
    Goal("the same, Django given our SQL", 0,
         _pages("rate", "list, 50 cases of {most}", "Django admin list, our SQL"), "×"),
    Goal("list of 500 cases, CPU beside that of 50", 0,
         _pages("cpu", "list, 500 cases", "list, 50 cases of {most}"), "×"),
    Goal("case page, CPU of Django's page beside ours", 5,
         _pages("cpu", "Django admin page", "case page of {most}"), "×", at_least=True),
    Goal("the same, Django's page of one table", 0,
         _pages("cpu", "Django admin page, one table", "case page of {most}"), "×"),
    Goal("statements for the list", 3, _most_statements("list"), restless=False),
    Goal("statements for the case page", 6, _most_statements("case page"), restless=False),
    Goal("factor written, CPU beside a bare commit", 2.5,
         _pages("cpu", "factor write", "bare commit"), "×"),
    Goal("search by name, p95 in the worker", 20, _search, " ms"),
    Goal("list in PostgreSQL, with row security / without", 1.25, _beside("row security"), "×"),
    Goal("report before protection / plain GROUP BY", 1.2, _beside("report"), "×"),
    Goal("list, most cases / least, CPU", 1.3,
         _pages("cpu", "list, 50 cases of {most}", "list, 50 cases of {least}"), "×"),
    Goal("next page, most cases / least, CPU", 1.3,
         _pages("cpu", "next page of {most}", "next page of {least}"), "×"),
    Goal("log of one youth, most cases / least, CPU", 1.3,
         _pages("cpu", "log of one youth of {most}", "log of one youth of {least}"), "×"),
    Goal("search, most cases / least", 1.3, _search_growth, "×"),
)  # fmt: skip


def unrest(found: Found) -> float:
    """Return how far the bare page spread."""
    return Spread.of(found["pages"]["bare page"]["cpu"]).relative


def verdict(goal: Goal, spread: Spread, found: Found) -> str:
    """Say whether a goal was reached, or why that cannot be said."""
    if goal.limit == 0:
        return ""
    if goal.restless and unrest(found) > STEADY:
        return "no verdict"
    return "yes" if goal.is_met(spread) else "no"
