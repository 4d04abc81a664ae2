"""Hiding cells: what is never shown, and what nobody computes, tried by other means than ours."""

import itertools
import json
import random
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pmg.disclosure import proof
from pmg.disclosure.audit_hidden import audit_hidden, check_shown
from pmg.disclosure.derive import mean, share
from pmg.disclosure.errors import BadRelease, Infeasible, Undecided, Unsafe
from pmg.disclosure.publish import Publication, publish
from pmg.disclosure.release import SUPPRESSION, Params, Release, read_release
from pmg.disclosure.singletons import computed_by_singletons
from pmg.disclosure.specs import Axis, Hierarchy, flat, table
from pmg.disclosure.suppression import protect_by_suppression
from pmg.disclosure.tables import Part, Table, structure, tabulate
from pmg.disclosure.verify import Outcome, outcome, verify
from tests.disclosure.build import KEY, a_question, a_table, counted, keys, some_records

HIDE = Params("r", method=SUPPRESSION)


def hiding(table_: Table, **options: object) -> Publication:
    return publish(table_, Params("r", method=SUPPRESSION, **options), KEY)  # type: ignore[arg-type]


def hidden(release: Release, part: int = 0) -> list[int]:
    return [at for at, value in enumerate(release.values[part]) if value is None]


def finest(part: Part) -> list[tuple[str, ...]]:
    return list(itertools.product(*(one.codes for one in part.hierarchies)))


@settings(max_examples=40, deadline=None)
@given(table_=counted(), key=keys, k=st.sampled_from([5, 10]))
def test_what_is_shown_is_true_and_never_small_and_the_file_verifies(
    table_: Table, key: bytes, k: int
) -> None:
    done = publish(table_, Params("r", base=k, method=SUPPRESSION), key)

    for count, value in zip(table_.counts[0], done.release.values[0], strict=True):
        assert value in (None, count)
        assert value is not None or count
        assert value is None or value == 0 or value >= k
    assert outcome(verify(json.loads(done.as_bytes()))) is Outcome.GOOD


def ranges(release: Release, cells: Sequence[int]) -> Iterator[tuple[float, float]]:
    """Attack cells by linear programs over the finest cells, with nothing of the engine.

    The attacker knows that a cell of nobody is never hidden.
    """
    part, values = release.parts[0], release.values[0]
    a = np.array([part.count([(codes, 1)]) for codes in finest(part)], dtype=float).T
    shown = [at for at, value in enumerate(values) if value is not None]
    told = [values[at] for at in shown]
    secret = hidden(release)
    someone = {"A_ub": -a[secret], "b_ub": -np.ones(len(secret))} if secret else {}
    for cell in cells:
        low, high = (
            linprog(sign * a[cell], A_eq=a[shown], b_eq=told, bounds=(0, 1000), **someone)
            for sign in (1, -1)
        )
        yield float(low.fun), float(-high.fun)


@settings(max_examples=25, deadline=None)
@given(table_=counted(most_cells=80, most_records=40, most_dimensions=3), key=keys)
def test_no_linear_program_brings_a_hidden_cell_under_k(table_: Table, key: bytes) -> None:
    release = publish(table_, HIDE, key).release

    for low, high in ranges(release, hidden(release)):
        assert high - low >= 5 - 1e-6


def test_this_attacker_finds_what_hiding_the_small_cells_alone_gives_away() -> None:
    table_ = a_table(17)
    only_small = Release(
        "r", 5, 0, table_.specs, table_.hierarchies,
        (tuple(None if 0 < n < 5 else n for n in table_.counts[0]),), method=SUPPRESSION,
    )  # fmt: skip

    assert any(high - low < 1 for low, high in ranges(only_small, hidden(only_small)))
    assert audit_hidden(only_small, table_.specs, table_.hierarchies)


PAIR = [table("t", "u", ["a", "s"])]
CODES = list(itertools.product("xyz", "mv"))


def six(numbers: Sequence[int]) -> Table:
    rows = [{"a": a, "s": s} for (a, s), n in zip(CODES, numbers, strict=True) for _ in range(n)]
    return tabulate({"u": rows}, PAIR, [flat("a", "xyz"), flat("s", "mv")])


def every_world(release: Release, most: int = 10) -> np.ndarray:
    """The cells of every table of whole numbers that agrees with what is shown, by trying all.

    Nobody is never hidden, so in each hidden cell there is someone.
    """
    part, values = release.parts[0], release.values[0]
    incidence = np.array([part.count([(code, 1)]) for code in CODES])
    told = [values[part.index[code]] for code in CODES]
    tables = np.array(
        list(itertools.product(*(range(most) if n is None else [n] for n in told))), dtype=np.int16
    )
    shown = [at for at, value in enumerate(values) if value is not None]
    fits = (tables @ incidence[:, shown] == [values[at] for at in shown]).all(axis=1)
    possible = tables[fits] @ incidence
    return possible[(possible[:, hidden(release)] > 0).all(axis=1)]


@settings(max_examples=12, deadline=None)
@given(numbers=st.lists(st.integers(0, 6), min_size=6, max_size=6))
def test_enumeration_leaves_every_hidden_cell_k_apart(numbers: list[int]) -> None:
    table_ = six(numbers)
    release = publish(table_, HIDE, KEY).release

    possible = every_world(release)
    cells = hidden(release)
    assert (possible == np.array(table_.counts[0])).all(axis=1).any()
    assert (np.ptp(possible[:, cells], axis=0) >= 5).all()


@pytest.mark.parametrize(
    "numbers",
    [[1] * 6, [1, 1, 2, 1, 1, 0], [2, 1, 1, 1, 1, 1], [1, 1, 1, 2, 1, 3], [4, 1, 0, 0, 0, 0]],
)
def test_that_someone_is_in_each_hidden_cell_gives_none_away(numbers: list[int]) -> None:
    release = publish(six(numbers), HIDE, KEY).release

    possible, cells = every_world(release), hidden(release)
    assert cells
    assert (np.ptp(possible[:, cells], axis=0) >= 5).all()


@pytest.mark.parametrize("numbers", [[3, 400, 400], [3, 60, 60], [3, 400, 400, 2, 900]])
def test_where_the_whole_is_hidden_it_may_be_more_than_any_number_that_is_shown(
    numbers: list[int],
) -> None:
    codes = "abcde"[: len(numbers)]
    rows = [{"a": code} for code, n in zip(codes, numbers, strict=True) for _ in range(n)]
    table_ = tabulate({"u": rows}, [table("t", "u", ["a"])], [flat("a", codes)])

    for turn in range(40):
        done = publish(table_, HIDE, bytes([turn]) * 32)
        assert outcome(verify(json.loads(done.as_bytes()))) is Outcome.GOOD


@settings(max_examples=12, deadline=None)
@given(numbers=st.lists(st.integers(0, 4), min_size=6, max_size=6))
def test_who_is_alone_in_a_hidden_cell_computes_no_other(numbers: list[int]) -> None:
    table_ = six(numbers)
    release = publish(table_, HIDE, KEY).release
    part, counts, possible = table_.parts[0], table_.counts[0], every_world(release)

    for place, code in enumerate(CODES):
        if numbers[place] != 1:
            continue
        inside = part.count([(code, 1)])
        mine = part.index[code]
        fits = possible[possible[:, mine] == 1]
        for cell in hidden(release):
            others = counts[cell] - inside[cell]
            if others:
                assert np.ptp(fits[:, cell]) > 0


def test_without_minding_who_is_alone_he_would_compute_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pmg.disclosure.suppression.computed_by_singletons", lambda *_a, **_k: [])
    found = 0
    for seed in range(15):
        chance = random.Random(seed)
        numbers = [chance.choice((1, 1, 2, 6, 9)) for _ in CODES]
        release, _ = protect_by_suppression(six(numbers), HIDE, KEY)
        possible = every_world(release)
        for place, code in enumerate(CODES):
            mine = release.parts[0].index[code]
            if numbers[place] == 1 and release.values[0][mine] is None:
                fits = possible[possible[:, mine] == 1]
                found += sum(
                    np.ptp(fits[:, cell]) == 0 and cell != mine for cell in hidden(release)
                )

    assert found


def odd_rings(number: int) -> Part:
    """In each ring three places meet two by two, so only one of them can hold the one unit.

    Fractions put half a unit in each: three halves in a ring, where whole numbers have one.
    """
    meets = {"first": "pqu", "second": "qrv", "third": "prw"}
    codes = tuple(f"{name}{ring}" for ring in range(number) for name in "pqruvw")
    levels = {
        level: {
            code: f"{level} {code[1]}" if code[0] in names else f"not {level}" for code in codes
        }
        for level, names in meets.items()
    }
    levels["inner"] = {code: "inner" if code[0] in "pqr" else "outer" for code in codes}
    specs = [table(level, "u", [Axis("place", (level,))]) for level in levels]
    return structure(specs, [Hierarchy("place", codes, levels)])[0]


def test_where_fractions_leave_more_than_whole_numbers_only_these_count() -> None:
    part = odd_rings(5)
    values: list[int | None] = [
        1 if code and code[-1].isdigit() else None for (code,) in part.cells
    ]
    release = Release("r", 5, 0, part.specs, part.hierarchies, (tuple(values),), method=SUPPRESSION)
    ((low, high),) = ranges(release, [part.index[("inner",)]])

    assert high - low > 5.5  # of which whole numbers have 1 up to 5 only
    assert "u, place inner: geen twee werelden gevonden die hier 5 schelen." in audit_hidden(
        release, part.specs, part.hierarchies
    )
    assert "u, place first 0: klein, en toch getoond." in audit_hidden(
        release, part.specs, part.hierarchies
    )


def test_the_worlds_come_from_published_numbers_alone() -> None:
    done = hiding(a_table(40))

    again = proof.witnesses(read_release(done.release.as_json()), *structure_of(done.release))

    assert again.worlds == done.worlds
    assert again.complete


def structure_of(release: Release) -> tuple[object, object]:
    return release.specs, release.hierarchies


def test_other_microdata_with_the_same_release_leave_the_file_unchanged() -> None:
    """The same numbers shown and hidden: nothing in the file tells which data they came from."""
    files: dict[object, set[bytes]] = {}
    for x in range(1, 5):
        done = hiding(six([x, 5 - x, 5 - x, x, 9, 9]))
        files.setdefault(done.release.values, set()).add(done.as_bytes())

    assert min(map(len, files.values())) == max(map(len, files.values())) == 1
    assert len(files) < 4


def test_hidden_cells_look_alike() -> None:
    done = hiding(a_table(40))
    text = json.loads(done.as_bytes())["release"]

    small = {at for at, count in enumerate(a_table(40).counts[0]) if 0 < count < 5}
    assert small < set(hidden(done.release))
    assert {str(text["parts"][0]["values"][at]) for at in hidden(done.release)} == {"None"}


@pytest.mark.parametrize(
    "numbers", [(0,) * 6, (1, 0, 0, 0, 0, 0), (30, 0, 0, 0, 0, 0), (1,) * 6, (0, 0, 0, 0, 0, 4)]
)
def test_extremes_are_protected_and_verify(numbers: tuple[int, ...]) -> None:
    done = hiding(six(numbers))

    small = [at for at, count in enumerate(six(numbers).counts[0]) if 0 < count < 5]
    assert set(small) <= set(hidden(done.release))
    assert outcome(verify(json.loads(done.as_bytes()))) is Outcome.GOOD


def test_areas_that_overlap_are_protected_together() -> None:
    specs, hierarchies = a_question()
    table_ = tabulate({"youths": some_records(30, seed=5)}, specs, hierarchies)

    release = hiding(table_).release

    assert hidden(release)
    assert all(high - low >= 5 - 1e-6 for low, high in ranges(release, hidden(release)))


def test_persons_who_count_more_than_once_are_hidden_whole() -> None:
    done = hiding(six([14, 40, 40, 40, 40, 40]), contribution=3)

    assert done.release.value("u", {"a": "x", "s": "m"}) is None
    assert done.certificate["k"] == 5
    assert outcome(verify(json.loads(done.as_bytes()))) is Outcome.GOOD


def test_two_units_of_which_one_is_in_the_other_are_refused() -> None:
    specs = [table("t", "u", ["a"]), table("v", "w", ["a"])]
    rows = {"u": [{"a": "x"}] * 9, "w": [{"a": "x"}] * 12}
    table_ = tabulate(rows, specs, [flat("a", "xy")])

    with pytest.raises(Infeasible, match="twee eenheden"):
        publish(table_, Params("r", method=SUPPRESSION, inside=(("u", "w"),)), KEY)


def test_two_units_that_have_nothing_to_do_with_each_other_each_have_their_proof() -> None:
    specs = [table("t", "u", ["a"]), table("v", "w", ["a"])]
    rows = {"u": [{"a": "x"}] * 9 + [{"a": "y"}] * 2, "w": [{"a": "x"}] * 3 + [{"a": "y"}] * 30}

    done = hiding(tabulate(rows, specs, [flat("a", "xy")]))

    assert hidden(done.release, 0)
    assert hidden(done.release, 1)
    assert {world.unit for world in done.worlds} == {"u", "w"}
    assert outcome(verify(json.loads(done.as_bytes()))) is Outcome.GOOD


def test_a_solver_that_finds_nothing_publishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(*_args: object, **_options: object) -> None:
        raise Undecided("stopped")

    monkeypatch.setattr("pmg.disclosure.fillings.Fillings.near", stops)
    with pytest.raises(Undecided):
        hiding(a_table(17))


def test_cells_that_stay_unproven_are_never_published(monkeypatch: pytest.MonkeyPatch) -> None:
    def finds_one(fillings: object, values: Sequence[int | None], **_more: object) -> list[object]:
        return [fillings.near(np.zeros(len(values)))]  # type: ignore[attr-defined]

    monkeypatch.setattr(proof, "search", finds_one)
    with pytest.raises(Infeasible, match="rond de aantallen af"):
        hiding(a_table(17))


def test_a_shown_number_that_is_not_true_is_noticed_inside() -> None:
    table_, release = a_table(40), hiding(a_table(40)).release

    with pytest.raises(Unsafe):
        check_shown(six([9] * 6), hiding(six([9, 9, 9, 9, 9, 8])).release)
    check_shown(table_, release)


def test_shares_and_means_are_of_shown_cells_only() -> None:
    release = hiding(six([20, 30, 4, 40, 4, 50])).release

    assert share(release, "u", part={"a": "x", "s": "m"}, whole={"a": "x"}) is not None
    assert release.value("u", {"a": "y", "s": "m"}) is None
    assert share(release, "u", part={"a": "y", "s": "m"}, whole={}) is None
    assert mean(release, "u", scores={"a": {"x": 1, "y": 0}}, within={"s": "m"}) is None
    assert mean(release, "u", scores={"s": {"m": 1, "v": 0}}, within={"a": "x"}) is not None


def test_code_for_numbers_that_are_never_hidden_refuses_them() -> None:
    release = hiding(a_table(40)).release

    with pytest.raises(BadRelease, match="verborgen"):
        _ = release.numbers
    data = release.as_json() | {"method": "controlled-rounding"}
    with pytest.raises(BadRelease):
        read_release(data)
    with pytest.raises(BadRelease, match="methode"):
        Params("r", method="guessing")
    with pytest.raises(BadRelease, match="16 bytes"):
        protect_by_suppression(a_table(5), HIDE, b"short")


def told_to_lone_ones(numbers: Sequence[int], values: Sequence[int | None]) -> dict[int, set[int]]:
    """For each hidden cell of one unit: which hidden cells it computes, by trying all tables."""
    table_ = six(numbers)
    part, counts = table_.parts[0], table_.counts[0]
    incidence = np.array([part.count([(code, 1)]) for code in CODES])
    tables = np.array(list(itertools.product(range(5), repeat=6)), dtype=np.int16) @ incidence
    shown = [at for at, value in enumerate(values) if value is not None]
    fits = tables[(tables[:, shown] == [values[at] for at in shown]).all(axis=1)]
    secret = [at for at, value in enumerate(values) if value is None]
    fits = fits[(fits[:, secret] > 0).all(axis=1)]
    found = {}
    for own in {own for own, _ in singles(part, counts, values)}:
        mine = sorted(own)
        believed = fits[(fits[:, mine] == [counts[at] for at in mine]).all(axis=1)]
        for cell in own:
            found[cell] = {
                at
                for at, value in enumerate(values)
                if value is None and at not in own and np.ptp(believed[:, at]) == 0
            }
    return found


def singles(
    part: Part, counts: Sequence[int], values: Sequence[int | None]
) -> list[tuple[frozenset[int], int]]:
    """Each hidden cell of one unit, with all cells that it knows: those it must be in alone too."""
    found = []
    for cell, value in enumerate(values):
        if value is None and counts[cell] == 1:
            own, more = set[int](), {cell}
            while more:
                own |= more
                more = set()
                for parent, below in part.relations:
                    if counts[parent] == 1 and (
                        parent in own or any(at in own and counts[at] == 1 for at in below)
                    ):
                        more |= {parent, *below} if parent in own else {parent}
                more -= own
            found.append((frozenset(own), cell))
    return found


@pytest.mark.parametrize("seed", range(60))
def test_what_a_lone_unit_computes_is_what_trying_all_tables_says(seed: int) -> None:
    """Clearing a pair by a table that the lone one knows to be wrong would miss some of these."""
    chance = random.Random(seed)
    numbers = [chance.choice((0, 1, 1, 1, 2, 3)) for _ in CODES]
    table_ = six(numbers)
    part, counts = table_.parts[0], table_.counts[0]
    values = [None if n and chance.random() < 0.6 else n for n in counts]
    expected = told_to_lone_ones(numbers, values)

    found = computed_by_singletons(part, counts, values, k=5, chance=random.Random(seed))

    said: dict[frozenset[int], set[int]] = {}
    for own, cells in found:
        said.setdefault(own, set()).update(cells)
    for own, cell in singles(part, counts, values):
        assert said.get(own, set()) == expected[cell]
