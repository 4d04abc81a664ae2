"""The check of a national file: alone, and beside the releases that it was made of."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmg.disclosure.canonical import canonical, digest
from pmg.disclosure.national import FORMAT, Source, add_up, certify, read_national
from pmg.disclosure.national_checks import meanings_of
from pmg.disclosure.publish import Signer, publish, signature
from pmg.disclosure.release import Params, read_release
from pmg.disclosure.verify import Given, Outcome, main, outcome, verify
from tests.disclosure.build import KEY
from tests.disclosure.test_national import MEANINGS, WANTED, truth

MINISTRY = Ed25519PrivateKey.from_private_bytes(b"ministry".ljust(32, b"."))
PUBLIC = MINISTRY.public_key().public_bytes_raw()
DAYS = "2026-01-01 2026-03-31"
ABOUT = {
    "eerste_dag": "2026-01-01",
    "laatste_dag": "2026-03-31",
    **{f"tabel {name}": text for name, text in MEANINGS.items()},
}
Files = dict[str, Any]


def maker(place: str) -> Signer:
    key = Ed25519PrivateKey.from_private_bytes(place.encode().ljust(32, b"."))
    return Signer(key.sign, key.public_key().public_bytes_raw())


@cache
def municipal(place: str, number: int = 40, key: str = "", name: str = f"report 1 {DAYS}") -> str:
    done = publish(
        truth(place, number, seed=1),
        Params(f"{place} {name}"),
        KEY,
        signer=maker(key or place),
        about=ABOUT,
    )
    return done.as_bytes().decode()


def releases() -> Files:
    return {place: json.loads(municipal(place)) for place in "ABC"}


def source(place: str, document: Any) -> Source:
    key = document["signature"]["public_key"]
    return Source(place, read_release(document["release"]), key, meanings_of(document))


@cache
def _national() -> str:
    found = add_up(f"N report 2 {DAYS} 3", [source(*each) for each in releases().items()], WANTED)
    certificate = certify(found, ABOUT, succeeds="", changes=[])
    document = {"format": FORMAT, "national": found.as_json(), "certificate": certificate}
    signed = signature(certificate, Signer(MINISTRY.sign, PUBLIC))
    return canonical({**document, "signature": signed}).decode()


def national() -> Any:
    return json.loads(_national())


def given_files(files: Files) -> list[Given]:
    return [Given(f"{name}.json", document) for name, document in files.items()]


def found(document: Any, files: Files | None = None, key: bytes = PUBLIC) -> Outcome:
    beside = None if files is None else given_files(files)
    return outcome(verify(document, key=key, releases=beside))


def sealed(document: Any, by: Ed25519PrivateKey = MINISTRY) -> Any:
    """Put every hash right and sign again: what a ministry that cheats could do."""
    document["certificate"]["national_hash"] = digest(document["national"])
    public = by.public_key().public_bytes_raw()
    document["signature"] = signature(document["certificate"], Signer(by.sign, public))
    return document


def test_a_good_file_is_good_alone_and_beside_its_releases() -> None:
    assert found(national()) is Outcome.GOOD
    lines = verify(national(), key=PUBLIC, releases=given_files(releases()))
    assert [line.outcome for line in lines] == [Outcome.GOOD] * 8
    assert "getallen zijn de som van die rapporten" in lines[-1].text
    assert len({line.meaning.text for line in lines}) == 8


# Tampering with the file: found without any release


def change_a_value(document: Any) -> None:
    document["national"]["parts"][0]["values"][1] += 5


def change_a_hash(document: Any) -> None:
    document["national"]["origins"][0]["release"] = "0" * 64


def remove_a_municipality(document: Any) -> None:
    document["national"]["origins"].pop()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (change_a_value, Outcome.RELEASE_HASH),
        (change_a_hash, Outcome.RELEASE_HASH),
        (remove_a_municipality, Outcome.UNREADABLE),
        (lambda d: d["certificate"].update(tolerance=4), Outcome.SIGNATURE),
        (lambda d: d["certificate"]["about"].update(rapport="x"), Outcome.SIGNATURE),
        (lambda d: d["signature"].update(value="00" * 64), Outcome.SIGNATURE),
        (lambda d: d.update(signature=None), Outcome.SIGNATURE),
        (lambda d: sealed(d, Ed25519PrivateKey.from_private_bytes(bytes(32))), Outcome.SIGNATURE),
        (lambda d: d.update(more=1), Outcome.UNREADABLE),
        (lambda d: d.pop("national"), Outcome.UNREADABLE),
        (lambda d: d.update(certificate=[]), Outcome.UNREADABLE),
    ],
)
def test_every_change_is_seen_and_named(change: Callable[[Any], object], expected: Outcome) -> None:
    document = national()
    change(document)
    assert found(document) is expected


def add_everywhere(document: Any) -> None:
    """Five more in one cell and in all that it adds up to, so that every sum still holds."""
    for part in document["national"]["parts"]:
        if part["unit"] == "trajectories":
            part["values"] = [
                value + 5 if cell[0] in {None, "12-17"} else value
                for cell, value in zip(part["cells"], part["values"], strict=True)
            ]


def less_deviation(document: Any) -> None:
    document["certificate"]["tolerance"] = 4


def not_a_multiple(document: Any) -> None:
    for part in document["national"]["parts"]:
        part["values"] = [value // 5 for value in part["values"]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (change_a_value, Outcome.SUMS),
        (less_deviation, Outcome.CERTIFICATE),
        (not_a_multiple, Outcome.MULTIPLES),
    ],
)
def test_a_ministry_that_signs_a_wrong_file_is_caught_by_the_file_alone(
    change: Callable[[Any], object], expected: Outcome
) -> None:
    document = national()
    change(document)
    assert found(sealed(document)) is expected


# Beside the releases


def test_a_ministry_that_signs_other_numbers_is_caught_and_the_number_is_named() -> None:
    document = national()
    add_everywhere(document)
    assert found(sealed(document)) is Outcome.GOOD
    lines = verify(sealed(document), key=PUBLIC, releases=given_files(releases()))
    assert outcome(lines) is Outcome.ADDED_UP
    assert "trajectories" in lines[-1].text
    assert "de rapporten samen geven" in lines[-1].text


def test_a_hash_that_is_changed_and_signed_is_a_release_that_is_not_there() -> None:
    document = national()
    change_a_hash(document)
    assert found(sealed(document), releases()) is Outcome.ORIGINS


def test_a_release_that_is_left_out_is_named() -> None:
    files = releases()
    del files["B"]
    lines = verify(national(), key=PUBLIC, releases=given_files(files))
    assert outcome(lines) is Outcome.ORIGINS
    assert lines[-1].text == "Het rapport van B ontbreekt."


def test_a_release_that_is_swapped_for_another_is_named() -> None:
    files = {**releases(), "B": json.loads(municipal("B", 44))}
    lines = verify(national(), key=PUBLIC, releases=given_files(files))
    assert outcome(lines) is Outcome.ORIGINS
    assert "B: dit is niet het rapport" in lines[-1].text
    assert "B.json" in lines[-1].text


def test_a_release_that_cannot_be_read_is_named() -> None:
    files = {**releases(), "B": None}
    lines = verify(national(), key=PUBLIC, releases=given_files(files))
    assert "niet te lezen is: B.json" in lines[-1].text


def test_a_release_signed_by_another_key_is_not_taken_for_it() -> None:
    files = {**releases(), "B": json.loads(municipal("B", 40, "X"))}
    lines = verify(national(), key=PUBLIC, releases=given_files(files))
    assert outcome(lines) is Outcome.ORIGIN
    assert lines[-1].text == "B: Het bestand is met een andere sleutel ondertekend."


def test_a_release_with_another_proof_is_not_sound() -> None:
    files = releases()
    files["C"]["worlds"][0]["rows"].pop()
    assert found(national(), files) is Outcome.ORIGIN


@pytest.mark.parametrize("wrong", [{"tolerance": 9}, {"base": 1, "tolerance": 4}])
def test_what_is_said_of_a_release_is_compared_with_it(wrong: dict[str, int]) -> None:
    document = national()
    document["national"]["origins"][0].update(wrong)
    fresh = certify_again(document)
    assert found(sealed(fresh), releases()) is Outcome.ORIGIN


def certify_again(document: Any) -> Any:
    document["certificate"] = certify(
        read_national(document["national"]), ABOUT, succeeds="", changes=[]
    )
    return document


@pytest.mark.parametrize(
    "name",
    ["other 1 2026-01-01 2026-03-31", "report 1 2025-01-01 2025-12-31", "report 1 2026-01-01", ""],
)
def test_a_release_of_another_kind_or_other_days_may_not_be_in_the_sum(name: str) -> None:
    files = {**releases(), "B": json.loads(municipal("B", name=name))}
    summed = add_up(f"N report 2 {DAYS}", [source(*each) for each in files.items()], WANTED)
    document = {**national(), "national": summed.as_json()}
    lines = verify(sealed(certify_again(document)), key=PUBLIC, releases=given_files(files))
    assert outcome(lines) is Outcome.ORIGIN
    if name.count(" ") == DAYS.count(" ") + 2:
        assert lines[-1].text.startswith("B: dit is een ander soort rapport, of gaat over andere")


@pytest.mark.parametrize(
    "said", [{"eerste_dag": "2025-01-01"}, {"laatste_dag": "2026-12-31"}, {"laatste_dag": None}]
)
def test_national_figures_say_over_which_days_they_are(said: dict[str, Any]) -> None:
    document = national()
    document["certificate"]["about"].update(said)
    lines = verify(sealed(document), key=PUBLIC, releases=given_files(releases()))
    assert outcome(lines) is Outcome.ORIGIN
    assert "over andere dagen gaat dan zijn naam" in lines[-1].text


def test_one_municipality_never_stands_for_another() -> None:
    document = national()
    a, b, _c = document["national"]["origins"]
    a["release"], b["release"] = b["release"], a["release"]
    a["public_key"], b["public_key"] = b["public_key"], a["public_key"]
    assert found(sealed(document), releases()) is Outcome.ORIGIN


def test_a_table_that_a_municipality_means_otherwise_may_not_be_in_the_sum() -> None:
    document = national()
    document["certificate"]["about"]["tabel work"] = "Something else."
    lines = verify(sealed(document), key=PUBLIC, releases=given_files(releases()))
    assert outcome(lines) is Outcome.ADDED_UP
    assert "Tabel work: A verschilt" in lines[-1].text


def test_other_files_beside_them_do_no_harm() -> None:
    files = {
        **releases(),
        "D": json.loads(municipal("D")),
        "x": None,
        "y": [1],
        "z": {"release": 1},
    }
    assert found(national(), files) is Outcome.GOOD


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), "\ud800", {1}])
def test_a_file_beside_them_that_no_hash_can_be_made_of_does_no_harm(odd: Any) -> None:
    files = {**releases(), "x": {"release": {"id": odd}}}
    assert found(national(), files) is Outcome.GOOD
    del files["B"]
    lines = verify(national(), key=PUBLIC, releases=given_files(files))
    assert lines[-1].text == "Het rapport van B ontbreekt; niet te lezen is: x.json."


def test_releases_are_of_no_use_beside_a_municipal_file_nor_a_ledger_beside_a_national() -> None:
    assert outcome(verify(releases()["A"], releases=[])) is Outcome.ORIGINS
    assert outcome(verify(national(), ledger=[])) is Outcome.LEDGER


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [at, *(place for name, each in inside for place in places(each, (*at, name)))]


PLACES = [place for place in places(national()) if place]
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**30), st.floats(), st.text(max_size=8),
    st.sampled_from(["\ud800", "0" * 64, [], {}, [[]], {"a": []}]),
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), ODD)
def test_one_value_replaced_is_always_found(place: tuple[Any, ...], odd: Any) -> None:
    document = national()
    parent = document
    for step in place[:-1]:
        parent = parent[step]
    before, parent[place[-1]] = parent[place[-1]], odd
    assert (found(document) is Outcome.GOOD) == (repr(before) == repr(odd))


# The command


def written(folder: Path) -> tuple[str, Path]:
    file, beside = folder / "national.json", folder / "releases"
    file.write_text(_national(), encoding="utf-8")
    beside.mkdir()
    for place in "ABC":
        (beside / f"{place}.json").write_text(municipal(place), encoding="utf-8")
    return str(file), beside


def test_the_command_recomputes_from_a_folder_or_from_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, beside = written(tmp_path)
    assert main([file, "--key", PUBLIC.hex(), "--releases", str(beside)]) == 0
    assert main([file, "--releases", *map(str, beside.iterdir())]) == 0
    assert "de som van die rapporten" in capsys.readouterr().out
    (beside / "x.json").write_bytes(b'{"release": {"id": NaN}}')
    (beside / "y.json").write_bytes(b'{"release": {"id": 1e999}}')
    assert main([file, "--key", PUBLIC.hex(), "--releases", str(beside)]) == 0
    capsys.readouterr()
    (beside / "B.json").write_bytes(b"PK\3\4")
    assert main([file, "--releases", str(beside)]) == Outcome.ORIGINS
    assert "B.json" in capsys.readouterr().out
    assert main([file, "--releases", str(tmp_path / "nowhere.json")]) == Outcome.ORIGINS


def test_the_check_needs_no_library_at_all(tmp_path: Path) -> None:
    file, beside = written(tmp_path)
    command = [sys.executable, "-S", "-m", "pmg.disclosure.verify", file, "--releases", str(beside)]
    command += ["--key", PUBLIC.hex()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Alles klopt." in done.stdout
