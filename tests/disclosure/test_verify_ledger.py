"""The check of a file beside the ledger of its maker: chain, place, and releases together."""

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pmg.disclosure.ledger import Ledger
from pmg.disclosure.promises import limits
from pmg.disclosure.publish import Publication, publish
from pmg.disclosure.release import Params
from pmg.disclosure.verify import Outcome, main, outcome, verify
from tests.disclosure.build import KEY, a_table

POPULATION = "Testdam 2026"


@cache
def chain() -> tuple[Ledger, list[Publication]]:
    ledger, made = Ledger(), []
    for number in (30, 30, 31):
        name = f"release {len(made)}"
        made.append(
            publish(a_table(number), Params(name, population=POPULATION), KEY, ledger=ledger)
        )
        ledger = ledger.add(POPULATION, made[-1].release)
    return ledger, made


def document(number: int) -> Any:
    return json.loads(chain()[1][number].as_bytes())


def stored() -> list[dict[str, Any]]:
    return copy.deepcopy(chain()[0].as_json())


@pytest.mark.parametrize("number", range(3))
def test_every_release_of_a_good_ledger_is_good(number: int) -> None:
    lines = verify(document(number), ledger=stored())

    assert outcome(lines) == Outcome.GOOD
    assert f"nummer {number + 1} van het grootboek" in " ".join(line.text for line in lines)


def change_a_number(entries: list[dict[str, Any]]) -> None:
    entries[0]["release"]["parts"][0]["values"][0] += 5


@pytest.mark.parametrize(
    "spoil",
    [
        change_a_number,
        lambda entries: entries.pop(0),
        lambda entries: entries.pop(1),
        lambda entries: entries.reverse(),
        lambda entries: entries[1].update(population="other people"),
        lambda entries: entries[1].pop("hash"),
        lambda entries: entries.insert(0, 7),
    ],
)
def test_a_ledger_that_was_touched_is_no_chain(spoil: Callable[[Any], object]) -> None:
    entries = stored()

    spoil(entries)

    assert outcome(verify(document(2), ledger=entries)) == Outcome.LEDGER


def test_a_ledger_chained_anew_without_an_earlier_release_is_seen() -> None:
    shorter = Ledger()
    for entry in chain()[0].entries[1:]:
        shorter = shorter.add(entry.population, entry.release)

    assert outcome(verify(document(2), ledger=shorter.as_json())) == Outcome.PLACE


def test_a_release_that_is_not_in_the_ledger_is_seen() -> None:
    assert outcome(verify(document(2), ledger=stored()[:2])) == Outcome.PLACE


def test_releases_that_narrow_each_other_are_seen() -> None:
    ledger = Ledger()
    for number in range(6):
        done = publish(a_table(17), Params(f"r{number}"), KEY)
        before = {"ledger": ledger.head, "earlier": [one.hash for one in ledger.about("x")]}
        ledger = ledger.add("x", done.release)
    changed = json.loads(done.as_bytes())
    changed["certificate"] |= before
    changed["certificate"]["limits"] = limits(done.release, before["earlier"])

    lines = verify(changed, ledger=ledger.as_json())

    assert outcome(lines) == Outcome.TOGETHER
    assert "blijft te weinig mogelijk" in lines[-1].text


def test_the_command_takes_a_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, ledger = tmp_path / "release.json", tmp_path / "ledger.json"
    file.write_bytes(chain()[1][1].as_bytes())
    ledger.write_text(json.dumps(stored()), encoding="utf-8")

    assert main([str(file), "--ledger", str(ledger)]) == Outcome.UNSIGNED
    ledger.write_text(json.dumps(stored()[1:]), encoding="utf-8")
    assert main([str(file), "--ledger", str(ledger)]) == Outcome.LEDGER
    ledger.write_text("{", encoding="utf-8")
    assert main([str(file), "--ledger", str(ledger)]) == Outcome.LEDGER
    assert main([str(file), "--ledger", str(tmp_path / "absent")]) == Outcome.LEDGER
    assert "grootboek is niet te lezen" in capsys.readouterr().out
    ledger.write_text(json.dumps([{}]), encoding="utf-8")
    main([str(file), "--ledger", str(ledger)])
    assert "niet te lezen.\n" in (said := capsys.readouterr().out)
    assert "population" not in said
