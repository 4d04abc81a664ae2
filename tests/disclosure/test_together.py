"""Several releases at once, attacked by linear programs that share nothing with the engine."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pmg.disclosure import together
from pmg.disclosure.errors import Infeasible, ReleaseHeld, Undecided
from pmg.disclosure.ledger import Ledger, Shown, crossings
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params, Release
from pmg.disclosure.specs import flat, table
from pmg.disclosure.sticky import sticky
from pmg.disclosure.tables import tabulate
from pmg.disclosure.together import audit_together
from tests.disclosure.build import KEY, a_table, some_records
from tests.disclosure.test_ledger import corrected, counted
from tests.disclosure.test_protection import incidence


def ranges(releases: Sequence[Release]) -> list[tuple[float, float]] | None:
    """The range of every cell over all these releases; None where they fit no data set."""
    a = incidence(releases[0])
    highs = np.min([np.array(one.values[0]) + one.tolerance for one in releases], axis=0)
    lows = np.max([np.array(one.values[0]) - one.tolerance for one in releases], axis=0)
    sides, limits = np.vstack([a, -a]), np.concatenate([highs, -lows])
    found = []
    for row in a:
        low, high = (linprog(sign * row, A_ub=sides, b_ub=limits) for sign in (1, -1))
        if not (low.success and high.success):
            return None
        found.append((low.fun, -high.fun))
    return found


def narrow(releases: Sequence[Release]) -> Iterator[tuple[float, float]]:
    """Small cells that the attacker brings under four wide, or to 1 up to 4."""
    for low, high in ranges(releases) or ():
        if low < 5 - 1e-6 and (high - low < 4 - 1e-6 or (low > 1e-6 and high < 5 - 1e-6)):
            yield low, high


def sets(releases: Sequence[Release]) -> Iterator[tuple[Release, ...]]:
    for size in range(1, len(releases) + 1):
        yield from itertools.combinations(releases, size)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 999),
    size=st.integers(10, 60),
    moved=st.integers(0, 6),
    more=st.integers(0, 12),
)
def test_no_set_of_releases_narrows_a_cell(seed: int, size: int, moved: int, more: int) -> None:
    records, ledger = some_records(size, seed=seed), Ledger()
    for quarter in range(4):
        try:
            params = Params(f"q{quarter}", population="2026")
            done = publish(counted(records), params, KEY, ledger=ledger)
            ledger = ledger.add("2026", done.release)
        except (ReleaseHeld, Infeasible):
            continue
        finally:
            records = corrected(records, seed=seed + quarter, number=moved)
            records += some_records(more, seed=seed + quarter)

    for chosen in sets(ledger.about("2026")):
        assert list(narrow(chosen)) == []


@pytest.mark.parametrize("seed", range(4))
def test_tens_after_fives_are_released_and_narrow_nothing_that_fives_promised(seed: int) -> None:
    table_ = a_table(40, seed=seed)
    fives = publish(table_, Params("fives", population="2026"), KEY, ledger=Ledger()).release
    ledger = Ledger().add("2026", fives)

    tens = publish(table_, Params("tens", base=10, population="2026"), KEY, ledger=ledger).release

    assert {value % 10 for value in tens.values[0]} == {0}
    for chosen in sets([fives, tens]):
        assert list(narrow(chosen)) == []


def test_this_attacker_narrows_releases_that_were_rounded_anew() -> None:
    anew = [publish(a_table(17), Params(f"r{number}"), KEY).release for number in range(6)]

    assert list(narrow(anew))


def released(*numbers: tuple[int, ...]) -> list[Release]:
    """Releases of some numbers and their sum."""
    codes = "xyzuvw"[: len(numbers[0])]
    specs, dimensions = [table("t", "youths", ["a"])], [flat("a", codes)]
    first = publish(tabulate({"youths": []}, specs, dimensions), Params("r"), KEY).release
    found = []
    for name, given_ in enumerate(numbers):
        values = {(None,): sum(given_), **{(c,): v for c, v in zip(codes, given_, strict=True)}}
        ordered = tuple(values[cell] for cell in first.parts[0].cells)
        found.append(replace(first, release_id=f"r{name}", values=(ordered,)))
    return found


def texts(earlier: Sequence[Release], now: Release) -> list[str]:
    return [finding.text for finding in audit_together(earlier, now)]


def test_linked_sums_narrow_what_crossing_each_cell_leaves_wide() -> None:
    earlier, now = released((0, 5), (0, 10))

    assert list(crossings([earlier], now)) == []
    assert list(narrow([earlier, now])) == [(0.0, 3.0)]
    assert texts([earlier], now) == [
        "youths, a x: samen met eerdere publicaties blijft te weinig mogelijk."
    ]


def test_a_visible_correction_does_not_cover_what_the_others_narrow() -> None:
    corrected_, earlier, now = released((0, 60), (0, 5), (0, 10))

    assert ranges([corrected_, earlier, now]) is None
    assert any("a x" in text for text in texts([corrected_, earlier], now))
    assert any("a x" in text for text in texts([earlier, corrected_], now))


def test_a_number_that_went_far_and_comes_back_half_is_held_against_the_first() -> None:
    first, far, now = released((0, 60), (15, 60), (5, 60))

    assert list(crossings([far], now)) == []
    assert audit_together([first, far], now)
    _, best, _ = sticky(6, [Shown(0, 4, 5), Shown(15, 4, 5)], base=5, tolerance=4, chance=0.5)
    assert best == 10


def test_numbers_that_contradict_each_other_are_not_decided_and_held() -> None:
    earlier, now = released((20,) * 5, (25,) * 5)

    assert ranges([earlier, now]) is None
    assert any("niet uit te maken" in text for text in texts([earlier], now))


def test_what_is_plainly_another_data_set_stands_on_its_own() -> None:
    earlier, now = released((20, 20), (40, 60))

    assert audit_together([earlier], now) == ()


def test_a_solver_that_does_not_decide_holds_every_small_cell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stops(*_args: object, **_more: object) -> list[int]:
        raise Undecided("stopped")

    monkeypatch.setattr(together, "narrowed", stops)
    earlier, now = released((10, 60), (15, 60))
    wider = replace(now, tolerance=14)

    assert len(audit_together([replace(earlier, tolerance=14)], wider)) == 1


def test_too_many_sets_to_go_through_are_not_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "_MOST_SETS", 1)
    first, second, now = released((20, 20), (40, 60), (60, 100))

    assert any("niet uit te maken" in text for text in texts([first, second], now))
