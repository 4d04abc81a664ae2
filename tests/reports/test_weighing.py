"""What a file asks of who checks it: far below the limit for every real report, and bounded."""

import json
from typing import Any

import pytest

from pmg.definitions.shipped import SHIPPED
from pmg.disclosure.errors import BadText
from pmg.reports import weighing
from pmg.reports.weighing import Scales, TooMuch
from tests.national.build import UTRECHT, Asked, Sender

LARGEST = Asked(UTRECHT, 2000, "effectiviteit", 2)


def made(asked: Asked) -> tuple[Any, Any]:
    done, after = Sender(asked.place).releases(asked)
    return json.loads(done.as_bytes()), after.ledger.as_json()


@pytest.mark.parametrize("shipped", [("jaarrapportage", 2), ("effectiviteit", 2)])
def test_two_hundred_files_of_a_report_are_weighed_and_let_through(
    shipped: tuple[str, int],
) -> None:
    assert shipped in SHIPPED
    document, entries = made(Asked(UTRECHT, 2000, *shipped))
    scales = Scales()
    for _ in range(200):
        scales.release(document)
    Scales().ledger(
        {**entry, "population": str(turn // 5)} for turn in range(200) for entry in entries
    )


def test_files_that_are_each_right_are_refused_together() -> None:
    document, _entries = made(LARGEST)
    scales = Scales()

    def weigh(number: int) -> None:
        for _ in range(number):
            scales.release(document)

    with pytest.raises(TooMuch):
        weigh(5000)


def test_a_file_that_is_refused_leaves_room_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    document, _entries = made(LARGEST)
    huge = {**document, "worlds": document["worlds"] * 20}
    monkeypatch.setattr(weighing, "_MOST_STEPS", 100_000)
    monkeypatch.setattr(weighing, "_MOST_STEPS_TOGETHER", 100_000)
    scales = Scales()
    with pytest.raises(BadText, match="veel meer rekenwerk"):
        scales.release(huge)
    scales.release(document)


@pytest.mark.parametrize("worlds", [[None], [[]], ["x"], [{}], [{"unit": []}], [{"unit": "x"}]])
def test_a_world_that_is_none_weighs_nothing_and_is_found_out_later(worlds: list[Any]) -> None:
    document, _entries = made(LARGEST)
    Scales().release({**document, "worlds": worlds})
