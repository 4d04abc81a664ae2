"""Small tables and random ones, for the tests of disclosure control."""

import random
from typing import Any

from hypothesis import strategies as st

from pmg.disclosure.publish import Publication, publish
from pmg.disclosure.release import Params
from pmg.disclosure.specs import Axis, Hierarchy, TableSpec, flat, table
from pmg.disclosure.tables import Table, structure, tabulate

KEY = b"a key that only the tests know.."
Question = tuple[list[TableSpec], list[Hierarchy]]
Records = list[dict[str, str]]

PLACES = Hierarchy(
    "place",
    ("n1/in", "n1/out", "n2/in", "n3/out"),
    {
        "area": {"n1/in": "west", "n1/out": "west", "n2/in": "east", "n3/out": "east"},
        "focus": {"n1/in": "focus", "n2/in": "focus", "n1/out": "rest", "n3/out": "rest"},
    },
)


def a_question() -> Question:
    """Three linked tables; focus areas cut through neighbourhoods."""
    specs = [
        table("by age", "youths", [Axis("place", ("area",)), "age"]),
        table("by focus", "youths", [Axis("place", ("focus",)), "age"]),
        table("by sex", "youths", ["age", "sex"]),
    ]
    return specs, [PLACES, flat("age", ["12-17", "18-23"]), flat("sex", ["m", "v"])]


def some_records(number: int, *, seed: int = 1) -> Records:
    chance = random.Random(seed)
    return [
        {
            "place": chance.choice(PLACES.codes),
            "age": chance.choice(["12-17", "12-17", "18-23"]),
            "sex": chance.choice("mmmv"),
        }
        for _ in range(number)
    ]


def a_table(number: int = 17, *, seed: int = 1) -> Table:
    specs, hierarchies = a_question()
    return tabulate({"youths": some_records(number, seed=seed)}, specs, hierarchies)


def a_publication(number: int = 17, **options: Any) -> Publication:
    return publish(a_table(number), Params("test"), KEY, **options)


@st.composite
def hierarchies(draw: st.DrawFn, name: str) -> Hierarchy:
    codes = tuple(f"{name}{i}" for i in range(draw(st.integers(1, 4))))
    levels = {}
    for level in draw(st.sampled_from([(), ("one",), ("one", "two")])):
        groups = draw(st.lists(st.integers(0, 2), min_size=len(codes), max_size=len(codes)))
        levels[level] = {
            code: f"{name} {level} {group}" for code, group in zip(codes, groups, strict=True)
        }
    return Hierarchy(name, codes, levels)


@st.composite
def axes(draw: st.DrawFn, hierarchy: Hierarchy) -> Axis:
    choices: list[tuple[str, ...]] = [("",)]
    for level in hierarchy.levels:
        choices += [(level,), ("", level)]
    return Axis(hierarchy.dimension, draw(st.sampled_from(choices)))


@st.composite
def questions(draw: st.DrawFn, *, most_dimensions: int = 4, most_cells: int = 200) -> Question:
    """Up to four linked tables over up to four dimensions, with at most 200 cells."""
    known = [draw(hierarchies(name)) for name in "abcd"[: draw(st.integers(1, most_dimensions))]]
    specs: list[TableSpec] = []
    for number in range(draw(st.integers(1, 4))):
        chosen = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique_by=id))
        spec = table(f"t{number}", "youths", [draw(axes(one)) for one in chosen])
        if sum(len(part.cells) for part in structure([*specs, spec], known)) <= most_cells:
            specs.append(spec)
    if not specs:
        specs = [table("t", "youths", ["a"])]
    return specs, known


@st.composite
def counted(
    draw: st.DrawFn, *, most_records: int = 60, most_dimensions: int = 4, most_cells: int = 200
) -> Table:
    """Random tables filled with skewed random records."""
    specs, known = draw(questions(most_dimensions=most_dimensions, most_cells=most_cells))
    chance = draw(st.randoms(use_true_random=False))
    records = [
        {one.dimension: one.codes[int(len(one.codes) * chance.random() ** 2)] for one in known}
        for _ in range(draw(st.integers(0, most_records)))
    ]
    return tabulate({"youths": records}, specs, known)


keys = st.binary(min_size=16, max_size=16)
