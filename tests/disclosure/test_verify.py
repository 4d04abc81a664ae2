"""The check that anyone can run: it needs no library, and sees every change."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pmg.disclosure.canonical import canonical, digest
from pmg.disclosure.publish import Signer
from pmg.disclosure.verify import Outcome, main, outcome, verify
from tests.disclosure.build import a_publication

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
SIGNED = a_publication(40, signer=Signer(PRIVATE.sign, PUBLIC), about={"gemeente": "Testdam"})


def document() -> dict[str, Any]:
    return json.loads(SIGNED.as_bytes())


def sealed(changed: dict[str, Any]) -> dict[str, Any]:
    """What a forger with a key of his own would do: put every hash right and sign again."""
    certificate = changed["certificate"]
    certificate["release_hash"] = digest(changed["release"])
    for proof, world in zip(certificate["proof"], changed["worlds"], strict=True):
        proof["hash"], proof["rows"] = digest(world), len(world["rows"])
    changed["signature"]["value"] = PRIVATE.sign(canonical(certificate)).hex()
    return changed


def add_to_a_number(changed: dict[str, Any]) -> None:
    changed["release"]["parts"][0]["values"][3] += 5


def add_to_a_row(changed: dict[str, Any]) -> None:
    changed["worlds"][0]["rows"][0][-1] += 5


def change_a_hash(changed: dict[str, Any]) -> None:
    changed["certificate"]["proof"][0]["hash"] = "0" * 64


def change_the_hierarchies_hash(changed: dict[str, Any]) -> None:
    changed["certificate"]["hierarchies_hash"] = "0" * 64


def change_the_signature(changed: dict[str, Any]) -> None:
    value = changed["signature"]["value"]
    changed["signature"]["value"] = ("1" if value[0] == "0" else "0") + value[1:]


def change_the_story(changed: dict[str, Any]) -> None:
    changed["certificate"]["about"]["gemeente"] = "Elders"


def promise_less_deviation(changed: dict[str, Any]) -> None:
    changed["certificate"]["tolerance"] = 2


def move_a_cell(changed: dict[str, Any]) -> None:
    changed["release"]["parts"][0]["cells"][0] = ["west", "12-17", None]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (add_to_a_number, Outcome.RELEASE_HASH),
        (add_to_a_row, Outcome.WORLD_HASH),
        (change_a_hash, Outcome.WORLD_HASH),
        (change_the_hierarchies_hash, Outcome.STRUCTURE_HASH),
        (change_the_signature, Outcome.SIGNATURE),
        (change_the_story, Outcome.SIGNATURE),
        (promise_less_deviation, Outcome.SIGNATURE),
        (move_a_cell, Outcome.UNREADABLE),
        (lambda changed: changed.pop("worlds"), Outcome.UNREADABLE),
        (lambda changed: changed.update(format="other"), Outcome.UNREADABLE),
        (lambda changed: changed["certificate"].clear(), Outcome.RELEASE_HASH),
    ],
)
def test_every_change_is_seen_and_named(change: Callable[[Any], object], expected: Outcome) -> None:
    changed = document()

    change(changed)

    assert outcome(verify(changed, key=PUBLIC)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (add_to_a_number, Outcome.SUMS),
        (add_to_a_row, Outcome.WORLD),
        (promise_less_deviation, Outcome.CERTIFICATE),
    ],
)
def test_a_forger_who_signs_again_is_still_caught(
    change: Callable[[Any], object], expected: Outcome
) -> None:
    changed = document()

    change(changed)

    assert outcome(verify(sealed(changed), key=PUBLIC)) == expected


def test_numbers_that_are_no_multiples_are_caught_also_when_they_add_up() -> None:
    changed = document()
    values = changed["release"]["parts"][0]["values"]
    changed["release"]["parts"][0]["values"] = [value // 5 for value in values]

    assert outcome(verify(sealed(changed), key=PUBLIC)) == Outcome.MULTIPLES


@pytest.mark.parametrize(
    "row", [["nowhere", "12-17", "m", 5], ["n1/in", "12-17", "m", -5], [5], []]
)
def test_a_world_with_impossible_rows_is_caught(row: list[object]) -> None:
    changed = document()
    changed["worlds"][0]["rows"].append(row)

    assert outcome(verify(sealed(changed), key=PUBLIC)) == Outcome.WORLD


def test_a_file_signed_by_someone_else_is_refused() -> None:
    assert outcome(verify(document(), key=bytes(32))) == Outcome.SIGNATURE


def test_a_file_without_its_signature_is_refused_when_a_key_is_asked() -> None:
    changed = document() | {"signature": None}

    assert outcome(verify(changed, key=PUBLIC)) == Outcome.SIGNATURE
    assert "niet bewezen" in " ".join(line.text for line in verify(changed))


def test_the_good_file_is_good_and_says_so_in_plain_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "release.json"
    path.write_bytes(SIGNED.as_bytes())

    code = main([str(path), "--key", PUBLIC.hex()])

    said = capsys.readouterr().out
    assert code == 0
    assert "met de sleutel van de maker" in said
    assert "Alles klopt." in said


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"format": 1}', b"[" * 100_000, b"\xff"]
)
def test_a_file_that_is_no_release_is_refused_without_a_traceback(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "release.json"
    path.write_bytes(content)

    assert main([str(path)]) == Outcome.UNREADABLE
    assert "FOUT" in capsys.readouterr().out


def test_the_check_needs_no_library_at_all(tmp_path: Path) -> None:
    path = tmp_path / "release.json"
    path.write_bytes(SIGNED.as_bytes())

    command = [sys.executable, "-S", "-m", "pmg.disclosure.verify", str(path)]
    command += ["--key", PUBLIC.hex()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Alles klopt." in done.stdout


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("pmg.disclosure", ["flask", "sqlalchemy", "numpy", "highspy"]),
        ("pmg.disclosure.verify", ["flask", "sqlalchemy", "numpy", "highspy", "cryptography"]),
        ("pmg.disclosure.publish", ["flask", "sqlalchemy", "cryptography"]),
    ],
)
def test_a_module_brings_nothing_heavy_along(module: str, absent: list[str]) -> None:
    code = f"import sys, {module}; print(sorted(set({absent}) & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("change", [add_to_a_number, add_to_a_row])
def test_no_promise_is_called_good_where_what_it_stands_on_is_not(
    change: Callable[[dict[str, Any]], None],
) -> None:
    changed = document()
    change(changed)

    lines = verify(sealed(changed))

    promise = next(line for line in lines if line.check is Outcome.CERTIFICATE)
    assert promise.outcome is Outcome.CERTIFICATE
    assert "geldt niet" in promise.text


CODE = ("Errno", "indices", "Expecting", "NoneType", "'base'", "'codes'", "object", "heel getal")


def release_only(release: str) -> bytes:
    rest = '"certificate": {}, "worlds": [], "signature": null'
    return f'{{"format": "pmg-disclosure/1", "release": {release}, {rest}}}'.encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "geen JSON-bestand"),
        (b"[]", "Kies het certificaat van"),
        (b"{}", "geen certificaat van een rapport"),
        (b'{"release": 1}', "ontbreekt een onderdeel"),
        (
            (
                b'{"release": 1, "format": "pmg-disclosure/1", "certificate": {}, "worlds": [], '
                b'"signature": null}'
            ),
            "publicatie",
        ),
        (release_only("[]"), "De publicatie is niet leesbaar."),
        (release_only('{"id": "x", "base": null}'), "De publicatie is niet leesbaar."),
        (release_only('{"id": 1}'), "De publicatie is niet leesbaar."),
        (release_only('{"id": 1, "base": 5, "tolerance": 4, "tables": [7]}'), "Een tabel is niet"),
        (
            release_only(
                '{"id": 1, "base": 5, "tolerance": 4, "tables": [], "hierarchies": [{"codes": 1}]}'
            ),
            "Een dimensie is niet leesbaar.",
        ),
        (b'{"release": NaN}', "geen JSON-bestand"),
        (None, "is er niet, of mag"),
    ],
)
def test_what_cannot_be_read_is_said_in_words_and_not_in_code(
    content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "release.json"
    if content is not None:
        path.write_bytes(content)

    code = main([str(path)])

    said = capsys.readouterr().out
    assert code == Outcome.UNREADABLE
    assert words in said
    assert not any(code_ in said for code_ in CODE)
