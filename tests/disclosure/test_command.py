"""The command line, as a statistician without the application uses it, and its exports."""

import csv
import io
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from pmg.disclosure import commands
from pmg.disclosure.__main__ import main
from pmg.disclosure.exports import cells_csv, world_csv
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import tabulate
from pmg.disclosure.verify import Outcome
from tests.disclosure.build import KEY, a_publication

SPEC = Path(__file__).parent / "data" / "spec.json"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    chance = random.Random(4)
    places = ["Noord/focus", "Noord/buiten", "Zuid/buiten"]
    lines = [
        f"{chance.choice(places)};{chance.choice(['12-17', '18-23'])};{chance.choice('mmv')}"
        for _ in range(120)
    ]
    path = tmp_path / "data.csv"
    path.write_text("\n".join(["plek;leeftijd;geslacht", *lines]), encoding="utf-8-sig")
    return path


def test_a_file_of_microdata_becomes_a_release_that_verifies(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release, key = tmp_path / "release.json", tmp_path / "key"
    asked = [str(data), "--tables", str(SPEC), "-o", str(release), "--key-file", str(key)]

    assert main(["protect", *asked]) == 0
    first = release.read_bytes()
    release.unlink()
    assert main(["protect", *asked]) == 0
    assert release.read_bytes() == first
    assert main(["verify", str(release)]) == Outcome.UNSIGNED
    assert "klopt in zichzelf" in capsys.readouterr().out
    assert key.stat().st_mode & 0o077 == 0


EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def test_the_documented_example_does_what_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, ledger = str(tmp_path / "key"), str(tmp_path / "ledger.json")
    asked = [str(EXAMPLES / "jongeren.csv"), "--tables", str(EXAMPLES / "tabellen.json")]
    asked += ["--method", "round", "--key-file", key, "--ledger", ledger, "--population", "H1"]
    first, second = str(tmp_path / "first.json"), str(tmp_path / "second.json")

    assert main(["protect", *asked, "-o", first]) == 0
    assert main(["protect", *asked, "-o", second]) == 0
    assert "100%" in capsys.readouterr().err
    assert main(["verify", second, "--ledger", ledger]) == Outcome.UNSIGNED
    assert main(["audit", second, "--ledger", ledger]) == 0
    assert main(["derive", second, "--share", "leeftijd=12-17", "--within", "geslacht=m"]) == 0
    assert main(["derive", second, "--mean", "verandering", "beter=1,slechter=-1"]) == 0
    said = capsys.readouterr().out
    assert "nummer 2 van het grootboek" in said
    assert "Niets gevonden." in said
    assert "%" in said


def test_a_release_that_is_there_is_never_written_over(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release, ledger = tmp_path / "release.json", tmp_path / "ledger.json"
    release.write_text("an earlier one", encoding="utf-8")
    asked = [str(data), "--tables", str(SPEC), "-o", str(release), "--ledger", str(ledger)]

    assert main(["protect", *asked]) == 1
    assert release.read_text(encoding="utf-8") == "an earlier one"
    assert not ledger.exists()
    assert "Kies een andere naam" in capsys.readouterr().err


def test_a_release_that_cannot_be_written_leaves_no_entry(data: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.json"
    nowhere = tmp_path / "no folder" / "release.json"
    asked = [str(data), "--tables", str(SPEC), "-o", str(nowhere), "--ledger", str(ledger)]

    assert main(["protect", *asked]) == 1
    assert not ledger.exists()


def test_a_ledger_that_cannot_be_written_leaves_no_release(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _content: bytes) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(commands, "_write", full)
    release, ledger = tmp_path / "release.json", tmp_path / "ledger.json"
    asked = [str(data), "--tables", str(SPEC), "-o", str(release), "--ledger", str(ledger)]

    assert main(["protect", *asked]) == 1
    assert not release.exists()
    assert not list(tmp_path.glob("*.half"))


def test_two_commands_at_once_both_stand_in_the_ledger(data: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.json"
    words = ["protect", str(data), "--tables", str(SPEC), "--ledger", str(ledger)]
    words += ["--key-file", str(tmp_path / "key"), "--population", "x"]
    (tmp_path / "key").write_text("ab" * 32, encoding="ascii")
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "pmg.disclosure",
                *words,
                "-o",
                str(tmp_path / f"{number}.json"),
            ],
            stderr=subprocess.DEVNULL,
        )
        for number in range(3)
    ]

    assert [each.wait(timeout=120) for each in running] == [0, 0, 0]
    entries = json.loads(ledger.read_bytes())
    assert sorted(each["release"]["id"] for each in entries) == ["0", "1", "2"]
    for number in range(3):
        words = ["verify", str(tmp_path / f"{number}.json"), "--ledger", str(ledger)]
        assert main(words) == Outcome.UNSIGNED


def test_what_it_costs_to_leave_out_the_ledger_or_the_key_is_said(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["protect", str(data), "--tables", str(SPEC)]
    kept = ["--ledger", str(tmp_path / "ledger.json"), "--key-file", str(tmp_path / "key")]

    assert main([*asked, "-o", str(tmp_path / "1.json")]) == 0
    said = capsys.readouterr().err
    assert "zonder --ledger" in said
    assert "zonder --key-file" in said
    assert main([*asked, *kept, "-o", str(tmp_path / "2.json")]) == 0
    assert "Let op" not in capsys.readouterr().err


def test_an_audit_finds_a_number_that_was_changed(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = tmp_path / "release.json"
    main(["protect", str(data), "--tables", str(SPEC), "-o", str(release)])
    document = json.loads(release.read_bytes())
    document["release"]["tolerance"] = 3
    release.write_text(json.dumps(document), encoding="utf-8")

    assert main(["audit", str(release)]) == 1
    assert "te klein" in capsys.readouterr().out


def test_a_broken_ledger_stops_before_anything_is_written(data: Path, tmp_path: Path) -> None:
    release, ledger = tmp_path / "release.json", tmp_path / "ledger.json"
    ledger.write_text('[{"population": "x"}]', encoding="utf-8")
    asked = [str(data), "--tables", str(SPEC), "-o", str(release), "--ledger", str(ledger)]

    assert main(["protect", *asked]) == 1
    assert not release.exists()


def test_the_documented_example_of_hiding_does_what_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = tmp_path / "release.json"
    asked = [str(EXAMPLES / "jongeren.csv"), "--tables", str(EXAMPLES / "tabellen.json")]
    asked += ["--method", "suppress", "--k", "5", "-o", str(release)]

    assert main(["protect", *asked]) == 0
    assert "verborgen" in capsys.readouterr().err
    assert main(["verify", str(release)]) == Outcome.UNSIGNED
    assert main(["audit", str(release)]) == 0
    assert "Niets gevonden." in capsys.readouterr().out
    assert main(["csv", str(release)]) == 0
    assert "verborgen" in capsys.readouterr().out


def test_a_method_that_is_not_there_is_not_offered(data: Path, tmp_path: Path) -> None:
    asked = [str(data), "--tables", str(SPEC), "-o", str(tmp_path / "r"), "--method", "guess"]

    with pytest.raises(SystemExit, match="2"):
        main(["protect", *asked])


def test_an_unknown_code_publishes_nothing_and_names_the_row(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.write_text(data.read_text(encoding="utf-8-sig") + "\nWest;12-17;m\n", encoding="utf-8")
    release = tmp_path / "release.json"

    code = main(["protect", str(data), "--tables", str(SPEC), "-o", str(release)])

    assert code == 1
    assert "Regel 121: onbekende categorie 'West'" in capsys.readouterr().err
    assert not release.exists()


@pytest.mark.parametrize("spec", ["[]", "{}", "{", '{"dimensions": 1, "tables": []}'])
def test_a_spec_that_cannot_be_read_is_refused(spec: str, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(spec, encoding="utf-8")

    assert main(["protect", str(data), "--tables", str(path), "-o", str(tmp_path / "r")]) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'plek;leeftijd;geslacht\n"' + b"x" * 200_000, "Regel 2 is niet te lezen"),
        ("plek;leeftijd;geslacht\nZu\u00efd;12-17;m\n".encode("cp1252"), "geen UTF-8"),
    ],
)
def test_data_that_cannot_be_read_are_refused(
    content: bytes, told: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.write_bytes(content)
    given = ["protect", str(data), "--tables", str(SPEC), "-o", str(tmp_path / "out.json")]
    assert main(given) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The file of a release."""
    file = tmp_path / "release.json"
    file.write_bytes(a_publication(40).as_bytes())
    return file


def test_the_csv_has_every_cell_of_every_table(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = a_publication(40).release

    assert main(["csv", str(released)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    total = [r for r in rows if r["tabel"] == "by sex" and r["age"] == r["sex"] == "totaal"]
    assert len(rows) == 9 * 3
    assert [int(row["aantal"]) for row in total] == [release.value("youths", {})]


def test_a_dutch_excel_gets_semicolons_and_a_mark(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["csv", str(released), "--excel"]) == 0

    assert capsys.readouterr().out.startswith("\ufefftabel;eenheid;")


def test_the_csv_of_a_world_says_that_it_is_invented() -> None:
    text = world_csv(json.loads(a_publication(40).as_bytes())["worlds"][0])

    assert text.splitlines()[0] == "SYNTHETISCH – geen echte personen"
    assert text.splitlines()[1] == "place,age,sex,aantal"


@pytest.mark.parametrize("code", ["=1+1", "+31", "-2", "@SUM(A1)", " =1", "\t=1"])
def test_a_code_that_looks_like_a_formula_stays_text(code: str) -> None:
    counted = tabulate({"u": [{"d": code}]}, [table("t", "u", ["d"])], [flat("d", [code, "b"])])

    text = cells_csv(publish(counted, Params("r"), KEY).release)

    assert f"'{code}" in text
    assert f",{code}" not in text
