"""The commands: the same as the pages, in a session of the account they are given."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine, text

from pmg.clock import now
from pmg.commands import imports
from pmg.security.second_factor import STEP
from tests.cast import PASSWORD, Cast, Person
from tests.conftest import AtWork
from tests.data import make_examples
from tests.imports.conftest import PEOPLE, csv_of, many
from tests.imports.test_show import known

Count = Callable[[str], int]
FIRST_ALIVE = 8.0


@dataclass
class Operator:
    """Types commands; each sign-in takes a later code, since none works twice."""

    application: Flask
    folder: Path
    used: int = -1

    def app(self) -> Flask:
        return self.application

    def code(self, person: Person) -> str:
        left = STEP - now().timestamp() % STEP
        if self.used < 0 and left < FIRST_ALIVE:  # the code of a moment ago would die on the way
            time.sleep(left)
        moment = now().timestamp() + self.used * STEP
        self.used += 1
        return str(pyotp.TOTP(person.secret).at(int(moment)))

    def types(self, person: Person, *words: object, password: str = PASSWORD) -> Result:
        login = ["--as", person.login, "--stdin"]
        return CliRunner().invoke(
            imports,
            [*map(str, words), *login],
            input=f"{password}\n{self.code(person)}\n",
            obj=self,
        )

    def gives(self, content: bytes, name: str = "lijst.csv") -> Path:
        file = self.folder / name
        file.write_bytes(content)
        return file


@pytest.fixture
def operator(app: Flask, cast: Cast, tmp_path: Path) -> Operator:
    return Operator(app, tmp_path)


def test_a_clean_list_is_taken_whole_and_undone_whole(
    operator: Operator, cast: Cast, clean: bytes, rows_in: Count, keys: Callable[[], int]
) -> None:
    result = operator.types(cast.bas, "cases", operator.gives(clean, "schoon.xlsx"), "--yes")
    assert result.exit_code == 0, result.output
    assert "200 taken over, 0 not." in result.output
    assert rows_in("case_file") == keys() == 200
    assert [path.name for path in operator.folder.iterdir()] == ["schoon.xlsx"]

    found = re.search(r"pmg import undo (\S+)", result.output)
    assert found is not None
    result = operator.types(cast.bas, "undo", found[1], "--reason", "Dit was de verkeerde lijst.")
    assert result.exit_code == 0, result.output
    assert {table: rows_in(table) for table in PEOPLE} == dict.fromkeys(PEOPLE, 0)
    assert keys() == 0


def test_bad_rows_of_the_dirty_list_are_named_and_go_to_a_file(
    operator: Operator, cast: Cast, dirty: bytes, rows_in: Count
) -> None:
    result = operator.types(cast.bas, "cases", operator.gives(dirty), "--yes")
    assert result.exit_code == 1
    assert "10 taken over, 33 not." in result.output
    named = {int(row) for row in re.findall(r"^Rij (\d+), ", result.output, re.MULTILINE)}
    assert len(named) == 33
    mend = operator.folder / "lijst-verbeteren.xlsx"
    sheet = load_workbook(mend).active
    assert sheet is not None
    assert {row[-2] for row in sheet.iter_rows(min_row=2, values_only=True)} == named
    assert mend.stat().st_mode & 0o077 == 0
    assert rows_in("case_file") == len(list(make_examples.dirty_rows())) - 33


def test_a_dry_run_keeps_nothing(operator: Operator, cast: Cast, rows_in: Count) -> None:
    file = operator.gives(csv_of({}, {"BSN": "12"}))
    result = operator.types(cast.bas, "cases", file, "--dry-run")
    assert result.exit_code == 1
    assert "1 good, 1 to mend, 0 perhaps known." in result.output
    assert rows_in("import_batch") == rows_in("youth") == 0


def test_without_a_yes_nothing_is_taken(operator: Operator, cast: Cast, rows_in: Count) -> None:
    result = operator.types(cast.bas, "cases", operator.gives(csv_of({})))
    assert result.exit_code == 1
    assert rows_in("import_batch") == rows_in("youth") == 0


def test_a_column_is_named_by_hand(operator: Operator, cast: Cast, rows_in: Count) -> None:
    file = operator.gives(csv_of({}).replace(b"Voornaam", b"Wie"))
    result = operator.types(cast.bas, "cases", file, "--yes")
    assert result.exit_code == 2
    assert "Voornaam en Achternaam, of Naam" in result.output
    assert rows_in("import_batch") == 0
    result = operator.types(cast.bas, "cases", file, "--yes", "--mapping", "Wie=voornaam")
    assert result.exit_code == 0, result.output
    assert "Wie = Voornaam" in result.output


@pytest.mark.parametrize("wish", ["Nergens=bsn", "Voornaam=sterrenbeeld", "Voornaam", "="])
def test_a_mapping_that_cannot_be_is_refused(
    operator: Operator, cast: Cast, rows_in: Count, wish: str
) -> None:
    file = operator.gives(csv_of({}))
    assert operator.types(cast.bas, "cases", file, "--yes", "--mapping", wish).exit_code == 2
    assert rows_in("import_batch") == rows_in("youth") == 0


def test_a_known_youth_is_left_out_unless_asked_for(
    operator: Operator, cast: Cast, at_work: AtWork, rows_in: Count
) -> None:
    known(cast, at_work)
    file = operator.gives(csv_of({}, *many(1)))
    result = operator.types(cast.bas, "cases", file, "--yes")
    assert "misschien al bekend (Bas)" in result.output
    assert (result.exit_code, rows_in("youth")) == (1, 2)
    both = operator.gives(csv_of({}))
    assert operator.types(cast.bas, "cases", both, "--yes", "--take-known").exit_code == 0
    assert rows_in("youth") == 3


def test_a_process_director_names_who_directs(
    operator: Operator, cast: Cast, superuser: Engine
) -> None:
    file = operator.gives(csv_of({"Status": "lopend", "Datum besluit": "20-9-2025"}))
    result = operator.types(cast.fatma, "cases", file, "--yes")
    assert result.exit_code == 2
    assert "--director LOGIN" in result.output
    named = operator.types(cast.fatma, "cases", file, "--yes", "--director", cast.bas.login)
    assert named.exit_code == 0, named.output
    with superuser.connect() as connection:
        directors = connection.execute(text("SELECT director_id FROM case_file")).scalars().all()
    assert directors == [cast.bas.id]


@pytest.mark.parametrize(
    ("name", "content"),
    [("lijst.xlsx", b"not a workbook"), ("lijst.csv", b""), ("lijst.csv", b"x" * 11 * 1024 * 1024)],
)
def test_what_is_no_list_ends_with_two(
    operator: Operator, cast: Cast, rows_in: Count, name: str, content: bytes
) -> None:
    result = operator.types(cast.bas, "cases", operator.gives(content, name), "--yes")
    assert result.exit_code == 2
    assert result.output.strip()
    assert rows_in("import_batch") == 0


def test_a_wrong_password_opens_nothing_and_counts(
    operator: Operator, cast: Cast, rows_in: Count
) -> None:
    file = operator.gives(csv_of({}))
    result = operator.types(cast.bas, "cases", file, "--yes", password="guess")
    assert result.exit_code == 2
    assert "Deze gegevens kloppen niet" in result.output
    assert rows_in("user_session") == 0
    assert rows_in("sign_in_failure") > 0


@pytest.mark.parametrize("name", ["sanne", "karim", "els", "ad"])
def test_only_directors_take_lists_over_and_the_attempt_is_logged(
    operator: Operator, cast: Cast, rows_in: Count, name: str
) -> None:
    file = operator.gives(csv_of({}))
    result = operator.types(getattr(cast, name), "cases", file, "--yes")
    assert result.exit_code == 2
    assert rows_in("import_batch") == 0
    assert rows_in("audit_event WHERE outcome = 'denied' AND action = 'case:import'") > 0


def test_nobody_undoes_the_list_of_another(operator: Operator, cast: Cast, rows_in: Count) -> None:
    result = operator.types(cast.bas, "cases", operator.gives(csv_of({})), "--yes")
    found = re.search(r"pmg import undo (\S+)", result.output)
    assert found is not None
    operator.used = -1
    for stranger in (cast.fatma, cast.other_director):
        result = operator.types(stranger, "undo", found[1], "--reason", "Dat wil ik zo graag.")
        assert result.exit_code == 2
    assert rows_in("case_file") == 1


def test_the_session_is_over_when_the_command_is(
    operator: Operator, cast: Cast, rows_in: Count
) -> None:
    operator.types(cast.bas, "cases", operator.gives(csv_of({})), "--yes")
    assert rows_in("user_session") == 1
    assert rows_in("user_session WHERE ended_at IS NULL") == 0


def test_the_list_itself_is_never_written_over(
    operator: Operator, cast: Cast, rows_in: Count
) -> None:
    content = csv_of({"BSN": "12"}, {})
    file = operator.gives(content)
    result = operator.types(cast.bas, "cases", file, "--yes", "--bad", file)
    assert result.exit_code == 2
    assert file.read_bytes() == content
    assert rows_in("youth") == 0
