"""The check on a release that hides: it needs no library, and sees every change."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pmg.disclosure.canonical import canonical, digest
from pmg.disclosure.errors import ReleaseHeld
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.promises import BESIDE
from pmg.disclosure.publish import Publication, Signer, publish
from pmg.disclosure.release import SUPPRESSION, Params
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import tabulate
from pmg.disclosure.together import audit_together
from pmg.disclosure.verify import Line, Outcome, outcome, verify
from tests.disclosure.build import KEY, a_table

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()


def hiding(number: int = 40, name: str = "r", ledger: Ledger | None = None) -> Publication:
    params = Params(name, population="2026", method=SUPPRESSION)
    signer = Signer(PRIVATE.sign, PUBLIC)
    return publish(a_table(number), params, KEY, signer=signer, ledger=ledger)


DONE = hiding()
VALUES = DONE.release.values[0]
HIDDEN = [at for at, value in enumerate(VALUES) if value is None]
SHOWN = [at for at, value in enumerate(VALUES) if value is not None]


def document() -> Any:
    return json.loads(DONE.as_bytes())


def sealed(changed: Any) -> Any:
    """What a forger with a key of his own would do: put every hash right and sign again."""
    certificate = changed["certificate"]
    certificate["release_hash"] = digest(changed["release"])
    certificate["hidden"] = changed["release"]["parts"][0]["values"].count(None)
    certificate["proof"] = [
        {"unit": w["unit"], "columns": w["columns"], "rows": len(w["rows"]), "hash": digest(w)}
        for w in changed["worlds"]
    ]
    changed["signature"]["value"] = PRIVATE.sign(canonical(certificate)).hex()
    return changed


def found(changed: Any) -> tuple[Outcome, list[Line]]:
    lines = verify(changed, key=PUBLIC)
    return outcome(lines), lines


def change_a_number(changed: Any) -> None:
    changed["release"]["parts"][0]["values"][SHOWN[0]] += 1


def show_a_hidden_number(changed: Any) -> None:
    counts = a_table(40).counts[0]
    small = next(at for at in HIDDEN if counts[at] < 5)
    changed["release"]["parts"][0]["values"][small] = counts[small]


def change_a_row(changed: Any) -> None:
    changed["worlds"][0]["rows"][0][-1] += 1


def drop_a_world(changed: Any) -> None:
    changed["worlds"].pop()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (change_a_number, Outcome.RELEASE_HASH),
        (show_a_hidden_number, Outcome.RELEASE_HASH),
        (change_a_row, Outcome.WORLD_HASH),
        (drop_a_world, Outcome.WORLD_HASH),
        (lambda changed: changed["certificate"].update(k=10), Outcome.SIGNATURE),
        (lambda changed: changed["certificate"].update(hidden=0), Outcome.SIGNATURE),
        (lambda changed: changed["release"].update(method="none"), Outcome.UNREADABLE),
        (
            lambda changed: changed["release"].update(method="controlled-rounding"),
            Outcome.UNREADABLE,
        ),
        (lambda changed: changed["release"].update(tolerance=0.5), Outcome.UNREADABLE),
    ],
)
def test_every_change_is_seen_and_named(change: Callable[[Any], object], expected: Outcome) -> None:
    changed = document()

    change(changed)

    assert found(changed)[0] == expected


def test_a_world_with_nobody_in_a_hidden_cell_proves_nothing() -> None:
    """A 0 is never hidden, so nobody believes such a world."""
    records = [{"a": code} for code in "x" * 3 + "y" * 4 + "z" * 13]
    counted = tabulate({"u": records}, [table("t", "u", ["a"])], [flat("a", "xyz")])
    signer = Signer(PRIVATE.sign, PUBLIC)
    changed = json.loads(
        publish(counted, Params("r", method=SUPPRESSION), KEY, signer=signer).as_bytes()
    )
    assert changed["release"]["parts"][0]["values"] == [20, None, None, 13]
    assert found(changed)[0] == Outcome.GOOD

    changed["worlds"][0]["rows"] = [["y", 7], ["z", 13]]

    wrong, lines = found(sealed(changed))
    assert wrong == Outcome.WORLD
    assert any("een wereld heeft hier niemand" in line.text for line in lines)


@pytest.mark.parametrize("by", [5, -5])
def test_a_sum_of_which_everything_is_shown_is_exact_both_ways(by: int) -> None:
    records = [{"a": "x"}] * 10 + [{"a": "y"}] * 20
    shown = tabulate({"u": records}, [table("t", "u", ["a"])], [flat("a", "xy")])
    params = Params("r", method=SUPPRESSION)
    done = publish(shown, params, KEY, signer=Signer(PRIVATE.sign, PUBLIC))
    changed = json.loads(done.as_bytes())
    assert found(changed)[0] == Outcome.GOOD

    values = changed["release"]["parts"][0]["values"]
    values[values.index(20)] += by

    assert found(sealed(changed))[0] == Outcome.SUMS


def keep_one_world(changed: Any) -> None:
    del changed["worlds"][1:]


def no_world(changed: Any) -> None:
    changed["worlds"].clear()


def promise_a_larger_k(changed: Any) -> None:
    changed["certificate"]["k"] = 10


def give_a_world_of_another_unit(changed: Any) -> None:
    changed["worlds"].append({**changed["worlds"][0], "unit": "others"})


def impossible_row(changed: Any) -> None:
    changed["worlds"][0]["rows"].append(["nowhere", "12-17", "m", 1])


@pytest.mark.parametrize(
    ("change", "expected", "said"),
    [
        (change_a_number, Outcome.SUMS, "niet de som van zijn delen"),
        (show_a_hidden_number, Outcome.MULTIPLES, "kleiner dan 5 en toch getoond"),
        (change_a_row, Outcome.WORLD, "niet elke wereld geeft het getoonde aantal"),
        (keep_one_world, Outcome.WORLD, "verschilt in geen twee werelden 5"),
        (no_world, Outcome.WORLD, "niet van elk deel een wereld"),
        (give_a_world_of_another_unit, Outcome.WORLD, "van een eenheid die hier niet is geteld"),
        (impossible_row, Outcome.WORLD, "kan niet bestaan"),
        (promise_a_larger_k, Outcome.CERTIFICATE, "belooft iets anders"),
    ],
)
def test_a_forger_who_signs_again_is_still_caught(
    change: Callable[[Any], object], expected: Outcome, said: str
) -> None:
    changed = document()

    change(changed)
    result, lines = found(sealed(changed))

    assert result == expected
    assert any(said in line.text for line in lines if line.outcome)


def test_a_sum_may_not_be_less_than_what_is_shown_of_it() -> None:
    """A total of which a part is hidden is not checked for equality, but it cannot be smaller."""
    rows = [{"a": code} for code, number in (("x", 30), ("y", 2), ("z", 9)) for _ in range(number)]
    counted = tabulate({"u": rows}, [table("t", "u", ["a"])], [flat("a", "xyz")])
    done = publish(
        counted, Params("r", method=SUPPRESSION), KEY, signer=Signer(PRIVATE.sign, PUBLIC)
    )
    assert done.release.values[0] == (41, 30, None, None)
    changed = json.loads(done.as_bytes())
    changed["release"]["parts"][0]["values"][0] = 29

    assert found(sealed(changed))[0] == Outcome.SUMS


def test_the_good_file_is_good_without_any_library(tmp_path: Path) -> None:
    path = tmp_path / "release.json"
    path.write_bytes(DONE.as_bytes())

    command = [sys.executable, "-S", "-m", "pmg.disclosure.verify", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert f"elk van de {len(HIDDEN)} verborgen aantallen" in done.stdout
    assert "rekent geen verborgen aantal uit" in done.stdout


# Beside other releases about the same people


def test_the_same_data_again_are_hidden_in_the_same_way() -> None:
    first = hiding(ledger=Ledger())
    ledger = Ledger().add("2026", first.release)

    again = hiding(name="again", ledger=ledger)

    assert again.release.values == first.release.values
    after = ledger.add("2026", again.release)
    lines = verify(json.loads(again.as_bytes()), key=PUBLIC, ledger=after.as_json())
    assert outcome(lines) is Outcome.GOOD


def test_after_any_correction_it_is_held() -> None:
    ledger = Ledger().add("2026", hiding().release)

    with pytest.raises(ReleaseHeld, match="niet te bewijzen"):
        hiding(41, name="corrected", ledger=ledger)


def test_no_release_by_the_other_method_stands_beside_it() -> None:
    rounded = publish(a_table(40), Params("rounded", population="2026"), KEY).release

    with pytest.raises(ReleaseHeld):
        hiding(ledger=Ledger().add("2026", rounded))
    beside = Ledger().add("2026", DONE.release)
    with pytest.raises(ReleaseHeld):
        publish(a_table(40), Params("rounded", population="2026"), KEY, ledger=beside)
    assert audit_together([rounded], DONE.release)
    assert audit_together([DONE.release], rounded)


def test_other_people_are_no_reason_to_hold_it() -> None:
    other = Ledger().add("2025", hiding(41).release)

    assert hiding(ledger=other).release.values == DONE.release.values


@pytest.mark.parametrize("number", [41, 40])
def test_the_check_beside_the_ledger_sees_what_is_not_proven_together(number: int) -> None:
    """A ledger into which someone put a second release about the same people."""
    if number == 40:
        second = publish(a_table(40), Params("second", population="2026"), KEY).release
    else:
        second = hiding(41, name="second").release
    limits = [*DONE.certificate["limits"][:-1], BESIDE.text]
    certificate = {**DONE.certificate, "ledger": "", "earlier": [], "limits": limits}
    changed = {**document(), "certificate": certificate}
    ledger = Ledger().add("2026", DONE.release).add("2026", second)

    lines = verify(sealed(changed), key=PUBLIC, ledger=ledger.as_json())

    assert [line.outcome for line in lines if line.outcome] == [Outcome.TOGETHER]
