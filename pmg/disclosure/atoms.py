"""The finest cells that units can be in, within published cells that are not ruled out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pmg.disclosure.tables import Cell, Part


@dataclass(frozen=True)
class Atom:
    """A finest cell that units may be in, with the places of the published cells around it."""

    codes: tuple[str, ...]
    cells: frozenset[int]


def atoms(part: Part, reachable: Sequence[bool]) -> list[Atom]:
    """All finest cells within reachable published cells only.

    Finest codes that no table tells apart are one; the first of them stands for all.
    """
    choices = [_classes(part, place) for place in range(len(part.dimensions))]
    checks = [_checks(part, place) for place in range(len(part.dimensions))]
    found: list[Atom] = []

    def grow(codes: tuple[str, ...]) -> None:
        if len(codes) == len(choices):
            cells = part.covering(codes)
            if all(reachable[cell] for cell in cells):
                found.append(Atom(codes, cells))
            return
        for code in choices[len(codes)]:
            longer = (*codes, code)
            if all(reachable[part.index[check(longer)]] for check in checks[len(codes)]):
                grow(longer)

    grow(())
    return found


def _classes(part: Part, place: int) -> list[str]:
    hierarchy = part.hierarchies[place]
    levels = dict.fromkeys(
        level for path in part.paths for where, shown in path if where == place for level in shown
    )
    first: dict[tuple[str, ...], str] = {}
    for code in hierarchy.codes:
        first.setdefault(tuple(hierarchy.group(code, level) for level in levels), code)
    return list(first.values())


def _checks(part: Part, last: int) -> list[Callable[[Sequence[str]], Cell]]:
    """For each table with this dimension: its finest published cell of the codes chosen so far."""
    width = len(part.dimensions)

    def finest(path: Sequence[tuple[int, str]]) -> Callable[[Sequence[str]], Cell]:
        def cell(codes: Sequence[str]) -> Cell:
            found: list[str | None] = [None] * width
            for place, level in path:
                found[place] = part.hierarchies[place].group(codes[place], level)
            return tuple(found)

        return cell

    return [
        finest([(place, levels[0]) for place, levels in path if place <= last])
        for path in part.paths
        if any(place == last for place, _ in path)
    ]


def summands(part: Part) -> list[int]:
    """Cells that are no sum of other cells: where these hold, all hold."""
    sums = {parent for parent, children in part.relations if len(children) > 1}
    return [place for place in range(len(part.cells)) if place not in sums]
