"""The command that takes over figures from outside: the same as the page."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from tests.cast import Cast
from tests.imports.test_command import Operator

GOOD = b"gebied;periode;waarde\ngemeente;2024;4,1\nFA11;2024;3,9\n"
SAID = ("--kind", "halt", "--source", "halt.nl", "--date", "1-1-2025")


@pytest.fixture
def operator(app: Flask, cast: Cast, tmp_path: Path) -> Operator:
    return Operator(app, tmp_path)


def kept(superuser: Engine) -> list[tuple[str, str]]:
    with superuser.connect() as connection:
        rows = connection.execute(text("SELECT kind, source FROM context_series")).all()
    return [(row.kind, row.source) for row in rows]


def test_figures_are_taken_over_with_their_source(
    operator: Operator, cast: Cast, superuser: Engine
) -> None:
    result = operator.types(cast.els, "series", operator.gives(GOOD), *SAID)
    assert (result.exit_code, kept(superuser)) == (0, [("halt", "halt.nl")])
    assert "2 figures taken over." in result.output


def test_a_wrong_row_is_told_with_its_number_and_nothing_is_kept(
    operator: Operator, cast: Cast, superuser: Engine
) -> None:
    file = operator.gives(GOOD + b"FA01;2024;1\n")
    result = operator.types(cast.els, "series", file, *SAID)
    assert (result.exit_code, kept(superuser)) == (2, [])
    assert "Rij 4: Het gebied" in result.output


@pytest.mark.parametrize("gone", [0, 2, 4])
def test_kind_source_and_day_are_required(
    operator: Operator, cast: Cast, superuser: Engine, gone: int
) -> None:
    said = SAID[:gone] + SAID[gone + 2 :]
    result = operator.types(cast.els, "series", operator.gives(GOOD), *said)
    assert (result.exit_code, kept(superuser)) == (2, [])


@pytest.mark.parametrize("day", ["gisteren", "1-1-2999"])
def test_a_day_that_cannot_be_is_refused(
    operator: Operator, cast: Cast, superuser: Engine, day: str
) -> None:
    result = operator.types(cast.els, "series", operator.gives(GOOD), *SAID[:4], "--date", day)
    assert (result.exit_code, kept(superuser)) == (2, [])


def test_only_a_policy_officer_may(operator: Operator, cast: Cast, superuser: Engine) -> None:
    result = operator.types(cast.bas, "series", operator.gives(GOOD), *SAID)
    assert (result.exit_code, kept(superuser)) == (2, [])
