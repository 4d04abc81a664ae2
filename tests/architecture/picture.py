"""The picture of the house: which room imports which, as DOT, made from the code itself.

Renew it: python -m tests.architecture.picture > docs/architecture.dot
"""

import sys
import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
# What stands on the ground floor is known to every room: drawn, it would hide the rest.
GROUND = ("extensions", "entry", "embedded", "schema", "errors", "clock", "variables", "texts")
HEAD = """\
// Which room imports which. Made from the code; do not edit.
// Draw it: dot -Tsvg docs/architecture.dot
// Left out: {ground}, which every room may know.
digraph house {{
  rankdir=TB; newrank=true;
  node [shape=box, style=rounded, fontname="sans-serif"];
"""


def floors() -> list[list[str]]:
    """The floors of the import contract, from the roof down, without the ground floor."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = [[room.strip() for room in layer.split("|")] for layer in layers]
    return [floor for floor in rooms if not set(floor) <= set(GROUND)]


def arrows(rooms: list[str]) -> list[tuple[str, str]]:
    """Every import between two of these rooms, in the order of the rooms."""
    graph = grimp.build_graph("pmg", cache_dir=None)
    for room in rooms:
        graph.squash_module(f"pmg.{room}")
    return [
        (importer, imported)
        for importer in rooms
        for imported in rooms
        if importer != imported
        and graph.direct_import_exists(importer=f"pmg.{importer}", imported=f"pmg.{imported}")
    ]


def picture() -> str:
    """The whole graph as DOT, the same text for the same code."""
    levels = floors()
    ranks = [f"  {{ rank=same; {'; '.join(floor)} }}" for floor in levels]
    lines = [f"  {one} -> {other};" for one, other in arrows([r for f in levels for r in f])]
    return "\n".join([HEAD.format(ground=", ".join(GROUND)) + "\n".join(ranks), *lines, "}", ""])


if __name__ == "__main__":
    sys.stdout.write(picture())
