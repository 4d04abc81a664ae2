"""Counting: every cell once, all margins, and clear words where a question makes no sense."""

import pytest

from pmg.disclosure.errors import BadRecord, BadSpecification
from pmg.disclosure.specs import Axis, Hierarchy, flat, read_hierarchy, read_table, table
from pmg.disclosure.tables import structure, tabulate
from tests.disclosure.build import PLACES, a_question, a_table, some_records

AGE = flat("age", ["12-17", "18-23"])


def test_a_cell_of_two_tables_is_one_variable() -> None:
    (part,) = structure(*a_question())
    places = [set(part.tables[name]) for name in ("by age", "by sex")]

    shared = {part.cells[place] for place in places[0] & places[1]}

    assert shared == {(None, None, None), (None, "12-17", None), (None, "18-23", None)}


def test_every_cell_counts_the_records_that_fit_it() -> None:
    table_ = a_table(40)
    records = some_records(40)
    cell = table_.parts[0].index["west", "12-17", None]

    expected = sum(r["place"].startswith("n1") and r["age"] == "12-17" for r in records)

    assert table_.counts[0][cell] == expected > 0


def test_all_sums_hold_for_true_counts() -> None:
    table_ = a_table(40)
    (counts,) = table_.counts

    wrong = [
        p for p, below in table_.parts[0].relations if counts[p] != sum(counts[b] for b in below)
    ]

    assert wrong == []
    assert table_.parts[0].relations


def test_areas_with_the_same_people_under_two_names_are_tied() -> None:
    place = Hierarchy("place", ("x", "y"), {"area": {"x": "X", "y": "Y"}})
    specs = [
        table("fine", "youths", ["place"]),
        table("coarse", "youths", [Axis("place", ("area",))]),
    ]

    (part,) = structure(specs, [place])

    assert (part.index["x",], (part.index["X",],)) in part.relations


def test_rows_of_a_group_by_count_as_their_number() -> None:
    rows = [{"age": "12-17", "n": 7}, {"age": "18-23", "n": 2}]

    counted = tabulate({"youths": rows}, [table("t", "youths", ["age"])], [AGE], weight="n")

    assert counted.counts[0][counted.parts[0].index[None,]] == 9


def test_units_are_never_mixed() -> None:
    specs = [table("a", "youths", ["age"]), table("b", "trajectories", ["age"])]
    records = {"youths": [{"age": "12-17"}], "trajectories": [{"age": "12-17"}] * 3}

    counted = tabulate(records, specs, [AGE])

    assert [part.unit for part in counted.parts] == ["youths", "trajectories"]
    assert [max(counts) for counts in counted.counts] == [1, 3]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"age": "99"}, "Regel 2: onbekende categorie '99'"),
        ({"sex": "m"}, "Regel 2: de dimensie 'age' ontbreekt"),
        ({"age": ["12-17"]}, "Regel 2: onbekende categorie"),
    ],
)
def test_a_bad_record_is_named_by_its_row(record: dict[str, object], message: str) -> None:
    with pytest.raises(BadRecord, match=message):
        tabulate({"youths": [{"age": "12-17"}, record]}, [table("t", "youths", ["age"])], [AGE])


@pytest.mark.parametrize("weight", [-1, "3", True, None, 1.5])
def test_a_count_that_is_no_count_is_refused(weight: object) -> None:
    with pytest.raises(BadRecord, match="geen heel getal"):
        tabulate(
            {"youths": [{"age": "12-17", "n": weight}]},
            [table("t", "youths", ["age"])],
            [AGE],
            weight="n",
        )


def test_records_of_another_unit_are_refused() -> None:
    with pytest.raises(BadRecord, match="niet hetzelfde"):
        tabulate({"cases": []}, [table("t", "youths", ["age"])], [AGE])


def test_overlapping_areas_in_one_table_are_refused() -> None:
    with pytest.raises(BadSpecification, match="deels in"):
        structure([table("t", "youths", [Axis("place", ("focus", "area"))])], [PLACES])


@pytest.mark.parametrize(
    ("specs", "message"),
    [
        ([], "geen tabel"),
        ([table("t", "u", ["age"]), table("t", "u", [])], "dezelfde naam"),
        ([table("t", "u", ["colour"])], "onbekende dimensie 'colour'"),
        ([table("t", "u", [Axis("age", ("decade",))])], "geen niveau 'decade'"),
    ],
)
def test_a_question_without_meaning_is_refused(specs: list, message: str) -> None:
    with pytest.raises(BadSpecification, match=message):
        structure(specs, [AGE])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"dimension": "d", "codes": []}, "geen categorieën"),
        ({"dimension": "d", "codes": ["a", "a"]}, "tweemaal"),
        ({"dimension": "d", "codes": "ab"}, "niet leesbaar"),
        ({"codes": ["a"]}, "niet leesbaar"),
        (None, "niet leesbaar"),
        ({"dimension": "d", "codes": ["a", "b"], "levels": {"l": {"a": "x"}}}, "waar 'b' bij"),
        ({"dimension": "d", "codes": ["a"], "levels": {"l": {"a": "x", "z": "x"}}}, "onbekende"),
        ({"dimension": "d", "codes": ["a"], "levels": {"": {"a": "x"}}}, "naam nodig"),
        ({"dimension": "d", "codes": ["a", "b"], "levels": {"l": {"a": "b", "b": "a"}}}, "twee "),
    ],
)
def test_a_hierarchy_that_cannot_be_is_refused(data: object, message: str) -> None:
    with pytest.raises(BadSpecification, match=message):
        read_hierarchy(data)


@pytest.mark.parametrize(
    "data", [None, {}, {"name": "t", "unit": "u", "axes": [{"dimension": "d", "levels": []}]}]
)
def test_a_table_that_cannot_be_is_refused(data: object) -> None:
    with pytest.raises(BadSpecification):
        read_table(data)
