"""The insider, tried out: every table of others that fits what he knows, one by one."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmg.disclosure import insider
from pmg.disclosure.errors import BadRecord, Undecided
from pmg.disclosure.insider import Insiders, audit_insiders, others, unshielded
from pmg.disclosure.publish import publish
from pmg.disclosure.release import SUPPRESSION, Params, Release
from pmg.disclosure.rounding import protect_by_rounding
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Table, tabulate
from tests.disclosure.build import KEY

CODES = list(itertools.product("xy", "mv"))
SPECS = [table("t", "u", ["a", "s"])]
HIERARCHIES = [flat("a", ["x", "y"]), flat("s", ["m", "v"])]


def of(numbers: Sequence[int]) -> Table:
    rows = [{"a": a, "s": s} for (a, s), n in zip(CODES, numbers, strict=True) for _ in range(n)]
    return tabulate({"u": rows}, SPECS, HIERARCHIES)


def own(numbers: Sequence[int]) -> list[tuple[tuple[str, ...], int]]:
    return list(zip(CODES, numbers, strict=True))


def truly_known(release: Release, mine: Sequence[int], *earlier: Release) -> set[int]:
    """Cells of which the number of others is one, and below the base, in all tables that fit."""
    part, values = release.parts[0], release.values[0]
    incidence = np.array([part.count([(code, 1)]) for code in CODES])
    known = np.array(mine) @ incidence
    top = np.max(values) + release.tolerance + 1
    tables = np.array(list(itertools.product(range(top), repeat=len(CODES))))
    cells = tables @ incidence + known
    fits = (abs(cells - np.array(values)) <= release.tolerance).all(axis=1)
    for before in earlier:
        fits &= (abs(cells - np.array(before.values[0])) <= before.tolerance).all(axis=1)
    rest = (cells - known)[fits]
    low, high = rest.min(axis=0), rest.max(axis=0)
    return set(np.flatnonzero((low == high) & (high < release.base)).tolist())


def said(found: Insiders, release: Release) -> set[int]:
    part = release.parts[0]
    index = {
        tuple(sorted(named.items())): place
        for place, named in enumerate(
            {n: c for n, c in zip(part.dimensions, cell, strict=True) if c} for cell in part.cells
        )
    }
    return {index[tuple(sorted(one.codes.items()))] for one in found.findings}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1)), min_size=4, max_size=4),
    st.integers(0, 50),
)
def test_what_trying_them_all_finds_known_is_found_and_nothing_else(
    drawn: list[tuple[int, int]], number: int
) -> None:
    mine = [n for n, _ in drawn]
    counted = of([n + more for n, more in drawn])
    release = protect_by_rounding(counted, Params(f"r{number}"), KEY)
    found = audit_insiders(counted, release, [{"u": own(mine)}])
    assert said(found, release) == truly_known(release, mine)


def hidden() -> tuple[Table, Release]:
    """Four in one cell, of which the release says 0."""
    counted = of((4, 0, 30, 0))
    made = (publish(counted, Params(f"r{number}"), KEY).release for number in range(200))
    return counted, next(one for one in made if one.value("u", {"a": "x", "s": "m"}) == 0)


def test_who_fills_a_cell_that_says_nothing_knows_that_there_is_no_other() -> None:
    counted, release = hidden()
    found = audit_insiders(counted, release, [{"u": own((4, 0, 0, 0))}, {"u": own((0, 0, 9, 0))}])
    assert {"a": "x", "s": "m"} in [one.codes for one in found.findings]
    assert found.contributors == 2
    assert audit_insiders(counted, release, [{"u": own((1, 0, 0, 0))}]).findings == ()
    place = release.parts[0].index["x", "m"]
    assert others(release, "u", own((1, 0, 0, 0)))[place] == (0, 3)


def test_units_that_do_not_fit_are_refused() -> None:
    counted, release = hidden()
    with pytest.raises(BadRecord, match="passen er niet"):
        audit_insiders(counted, release, [{"u": own((9, 0, 0, 0))}])


def test_where_there_is_room_for_one_more_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = of((5, 5, 10, 10))
    release = publish(counted, Params("r"), KEY).release
    highs = [value + 4 for value in release.values[0] if value is not None]
    assert unshielded(release.parts[0], counted.counts[0], highs) == []
    monkeypatch.setattr(insider, "Reach", None)
    assert audit_insiders(counted, release, [{"u": own((5, 0, 0, 0))}]).findings == ()


def test_what_the_solver_leaves_undecided_counts_as_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(*_: object, **__: object) -> None:
        raise Undecided("stopped")

    counted, release = hidden()
    monkeypatch.setattr(insider.Reach, "world", stops)
    assert audit_insiders(counted, release, [{"u": own((1, 0, 0, 0))}]).findings


def test_whom_the_last_question_does_not_reach_makes_it_unsafe() -> None:
    counted, release = hidden()
    mine, little = {"u": own((4, 0, 0, 0))}, {"u": own((1, 0, 0, 0))}

    found = audit_insiders(counted, release, [mine, little, little], questions=0)

    assert [one.codes for one in found.findings] == [{}]
    assert "van 3 van de 3 aanbieders" in found.findings[0].reason.text


def test_many_contributors_cost_no_more_questions_than_one_who_knows_as_much() -> None:
    counted, release = hidden()
    one = {"u": own((1, 0, 0, 0))}

    assert audit_insiders(counted, release, [one], questions=10).findings == ()
    assert audit_insiders(counted, release, [one] * 50, questions=10).findings == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=4, max_size=4),
    st.integers(0, 50),
)
def test_of_two_who_know_different_things_all_is_found_that_each_knows(
    drawn: list[tuple[int, int, int]], number: int
) -> None:
    first, second = [n for n, _, _ in drawn], [n for _, n, _ in drawn]
    counted = of([max(n, m) + more for n, m, more in drawn])
    release = protect_by_rounding(counted, Params(f"r{number}"), KEY)

    found = audit_insiders(counted, release, [{"u": own(first)}, {"u": own(second)}])

    each = [truly_known(release, mine) if any(mine) else set() for mine in (first, second)]
    assert said(found, release) == each[0] | each[1]


def test_what_an_earlier_report_said_is_laid_beside_it() -> None:
    mine = (0, 3, 3, 8)
    counted = of((1, 3, 4, 10))
    before, release = (protect_by_rounding(counted, Params(one), KEY) for one in ("r7a", "r7b"))
    knows = [{"u": own(mine)}]
    known = truly_known(release, mine, before)

    assert audit_insiders(counted, before, knows).findings == ()
    assert audit_insiders(counted, release, knows).findings == ()
    assert said(audit_insiders(counted, release, knows, earlier=[before]), release) == known
    assert len(known) == 3


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=4, max_size=4),
    st.integers(0, 50),
)
def test_of_two_reports_all_that_trying_finds_known_is_found(
    drawn: list[tuple[int, int]], number: int
) -> None:
    mine = [n for n, _ in drawn]
    counted = of([n + more for n, more in drawn])
    made = [protect_by_rounding(counted, Params(f"r{number}{one}"), KEY) for one in "ab"]

    found = audit_insiders(counted, made[1], [{"u": own(mine)}], earlier=made[:1])

    assert said(found, made[1]) == (truly_known(made[1], mine, made[0]) if any(mine) else set())


def test_an_earlier_number_that_was_corrected_since_tells_nothing_of_now() -> None:
    counted, release = hidden()
    before = publish(of((30, 0, 30, 0)), Params("e"), KEY).release

    found = audit_insiders(counted, release, [{"u": own((3, 0, 0, 0))}], earlier=[before])

    assert found.findings == ()


# Where numbers are hidden, and the others exact

HIDE = Params("r", method=SUPPRESSION)


def test_a_shown_number_that_is_nearly_all_ones_own_tells_how_few_others_there_are() -> None:
    counted = of((6, 30, 30, 30))
    release = publish(counted, HIDE, KEY).release
    assert release.value("u", {"a": "x", "s": "m"}) == 6

    found = audit_insiders(counted, release, [{"u": own((5, 0, 0, 0))}])

    assert [one.codes for one in found.findings] == [{"a": "x", "s": "m"}]
    assert audit_insiders(counted, release, [{"u": own((6, 0, 0, 0))}]).findings == ()
    assert audit_insiders(counted, release, [{"u": own((1, 0, 0, 0))}]).findings == ()


def test_what_was_found_is_hidden_the_next_time_and_then_not_known() -> None:
    counted = of((6, 30, 30, 30))
    cell = ("u", frozenset({"a": "x", "s": "m"}.items()))

    release = publish(counted, HIDE, KEY, also=[cell]).release

    assert release.value("u", {"a": "x", "s": "m"}) is None
    assert audit_insiders(counted, release, [{"u": own((5, 0, 0, 0))}]).findings == ()
    wider = publish(counted, HIDE, KEY, also=[cell] * 3).release
    assert wider.number_hidden > release.number_hidden


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=4, max_size=4),
)
def test_of_hidden_numbers_all_that_trying_finds_known_is_found(
    drawn: list[tuple[int, int]],
) -> None:
    mine = [n for n, _ in drawn]
    counted = of([n + more for n, more in drawn])
    release = publish(counted, HIDE, KEY).release
    part, values = release.parts[0], release.values[0]
    incidence = np.array([part.count([(code, 1)]) for code in CODES])
    tables = np.array(list(itertools.product(range(14), repeat=len(CODES))))
    cells = (tables + np.array(mine)) @ incidence
    shown = [at for at, value in enumerate(values) if value is not None]
    fits = (cells[:, shown] == [values[at] for at in shown]).all(axis=1)
    rest = cells[fits] - np.array(mine) @ incidence
    known = set(np.flatnonzero((np.ptp(rest, axis=0) == 0) & (rest.min(axis=0) < 5)).tolist())
    nobody = {at for at in shown if rest[0, at] == 0}

    found = audit_insiders(counted, release, [{"u": own(mine)}] if any(mine) else [])

    assert said(found, release) == (known - nobody if any(mine) else set())


def test_who_knows_more_than_any_shown_number_still_leaves_a_hidden_one_open() -> None:
    """Nearly all is hidden, and he knows most of it: that pins nothing by itself."""
    counted = of((40, 3, 2, 0))
    release = publish(counted, HIDE, KEY).release

    found = audit_insiders(counted, release, [{"u": own((38, 0, 0, 0))}])

    assert {"a": "x", "s": "m"} not in [one.codes for one in found.findings]
