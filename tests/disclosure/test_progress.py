"""How far protecting is: it moves with the work, never back, and tells nothing of anybody."""

import random
import re
from pathlib import Path

import pytest

from pmg.disclosure.__main__ import main
from pmg.disclosure.errors import Stopped
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.progress import piece, reached, stage, watched
from pmg.disclosure.publish import publish
from pmg.disclosure.release import SUPPRESSION, Params
from tests.disclosure.build import KEY, a_table, some_records
from tests.disclosure.test_ledger import corrected, counted

SPEC = Path(__file__).parent / "data" / "spec.json"


def told(params: Params, number: int = 60) -> list[float]:
    """All shares that whoever watches is told."""
    seen: list[float] = []
    with watched(seen.append):
        publish(a_table(number), params, KEY)
    return seen


def test_stages_lie_within_each_other_and_nothing_goes_down() -> None:
    seen: list[float] = []
    with watched(seen.append), stage(0.5, 1.0):
        with piece(1, 2):
            reached(0.5)
        reached(0.1)
        reached(7.0)

    assert seen == [0.5, 0.75, 0.875, 1.0, 1.0, 1.0, 1.0]


def test_where_nobody_listens_nothing_happens() -> None:
    with stage(0.0, 1.0), piece(0, 3):
        reached(0.5)


def test_what_failed_is_not_said_to_be_done() -> None:
    seen: list[float] = []
    with watched(seen.append), pytest.raises(ValueError, match="wrong"), stage(0.2, 0.9):
        raise ValueError("wrong")

    assert seen == [0.2]


@pytest.mark.parametrize("method", [Params("r"), Params("h", method=SUPPRESSION)])
def test_protecting_tells_many_steps_that_never_go_down(method: Params) -> None:
    seen = told(method)

    assert seen == sorted(seen)
    assert len(set(seen)) >= 4
    assert max(seen) >= 0.94
    assert all(0 <= share <= 1 for share in seen)


def test_the_audit_beside_earlier_releases_moves_with_the_cells_it_has_shown_wide() -> None:
    records = some_records(60)
    first = publish(counted(records), Params("q1", population="p"), KEY, ledger=Ledger())
    ledger = Ledger().add("p", first.release)
    seen: list[float] = []

    with watched(seen.append):
        again = counted(corrected(records, seed=3, number=10))
        publish(again, Params("q2", population="p"), KEY, ledger=ledger)

    assert len({share for share in seen if 0.6 < share < 1.0}) >= 1


def test_who_listens_may_stop_it_and_then_nothing_comes_of_it() -> None:
    def enough(share: float) -> None:
        if share > 0.3:
            raise Stopped("enough")

    for params in (Params("r"), Params("h", method=SUPPRESSION)):
        with watched(enough), pytest.raises(Stopped):
            publish(a_table(60), params, KEY)


@pytest.mark.parametrize("method", ["round", "suppress"])
def test_the_bar_of_the_command_moves_in_its_long_part_and_says_no_number_of_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], method: str
) -> None:
    chance = random.Random(4)
    places = ["Noord/focus", "Noord/buiten", "Zuid/buiten"]
    lines = [
        f"{chance.choice(places)};{chance.choice(['12-17', '18-23'])};{chance.choice('mmv')}"
        for _ in range(120)
    ]
    data = tmp_path / "data.csv"
    data.write_text("\n".join(["plek;leeftijd;geslacht", *lines]), encoding="utf-8")
    asked = [str(data), "--tables", str(SPEC), "-o", str(tmp_path / "r.json"), "--method", method]

    assert main(["protect", *asked]) == 0

    bars = [line for line in capsys.readouterr().err.split("\r") if line.startswith("\x1b[K[")]
    places_ = [int(re.findall(r"(\d+)%", bar)[0]) for bar in bars]
    assert places_ == sorted(places_)
    assert len([place for place in set(places_) if 20 < place < 95]) >= 3
    for bar in bars[:-1]:
        assert re.fullmatch(r"\x1b\[K\[#*\.*\] +\d+% [a-z ]+", bar), bar
