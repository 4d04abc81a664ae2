"""Figures from outside: taken over with their source, shown beside the casework, never in it."""

import contextlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from pmg.errors import Invalid
from pmg.series.rules import MOST_ROWS, read_series
from tests import acting
from tests.cast import Cast

Browse = Callable[..., FlaskClient]
NEW = "/rapportage/omgeving/nieuw"
HEAD = b"gebied;periode;waarde\n"
GOOD = "gebied;periode;waarde\ngemeente;2024;4,1\nFA11;2024;3,9\nFA11;2025-K1;3,95\n"


@pytest.fixture
def els(browse: Browse, cast: Cast) -> FlaskClient:
    return browse(cast.els)


def taken(client: FlaskClient, content: str = GOOD, **answers: Any) -> TestResponse:
    """Take a file over through the form."""
    sent = {"source": "leefbaarometer.nl", "reference_date": "1-1-2025", **answers}
    page = acting.filled(client, NEW, kind="leefbaarometer", **sent)
    return client.post(NEW, data={**page, "file": (io.BytesIO(content.encode()), "x.csv")})


def problems(content: str) -> list[tuple[int, str]]:
    """What is wrong in which row."""
    sheet = read_series(content.encode(), "GM0363")
    return [(fault.row, fault.message) for fault in sheet.faults]


def test_figures_stand_on_a_page_of_their_own_with_source_and_day(els: FlaskClient) -> None:
    page = els.get(taken(els).location).text
    assert "Bron: leefbaarometer.nl. Peildatum: 1 januari 2025." in page
    assert "3,95" in page
    assert "Hele gemeente" in page
    assert "Leefbaarometer" in els.get("/rapportage/omgeving").text


def test_newer_figures_take_the_place_and_the_old_ones_stay(els: FlaskClient) -> None:
    old = taken(els).location
    taken(els, GOOD.replace("3,9\n", "3,7\n"), source="leefbaarometer.nl 2026")
    page = els.get("/rapportage/omgeving").text
    assert page.count("Vervangen door nieuwere cijfers") == 1
    assert "3,7" in page
    assert "3,9<" in els.get(old).text


def test_the_file_is_its_own_and_names_its_source_in_every_row(els: FlaskClient) -> None:
    address = taken(els, source="=HYPERLINK(1)").location
    lines = els.get(f"{address}/csv").text.splitlines()
    assert lines[0] == "reeks,bron,peildatum,gebied,periode,waarde"
    assert lines[1] == "leefbaarometer,'=HYPERLINK(1),2025-01-01,gemeente,2024,4.1"
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"source": ""}, "waar de cijfers vandaan komen"),
        ({"reference_date": ""}, "Vul de dag in"),
        ({"reference_date": "1-1-2999"}, "die al geweest is"),
        ({"source": "x" * 201}, "hoogstens 200 tekens"),
    ],
)
def test_source_and_day_are_asked(els: FlaskClient, answers: dict[str, str], message: str) -> None:
    answer = taken(els, **answers)
    assert answer.status_code == 422
    assert message in answer.text
    assert "Er zijn nog geen cijfers van buiten" in els.get("/rapportage/omgeving").text


def test_rows_that_are_wrong_are_told_with_their_number_and_nothing_is_kept(
    els: FlaskClient,
) -> None:
    answer = taken(els, GOOD + "FA11;2024;1\nAtlantis;2024;1\n")
    assert answer.status_code == 422
    assert "Dit gebied en deze periode staan ook in rij 3." in answer.text
    assert '<th role="rowheader" scope="row">6</th>' in answer.text
    assert 'value="leefbaarometer.nl"' in answer.text
    assert "Er zijn nog geen cijfers van buiten" in els.get("/rapportage/omgeving").text


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("FA01;2024;1", "‘FA01’ is niet bekend"),
        (";2024;1", "‘’ is niet bekend"),
        ("gemeente;24;1", "‘24’ is geen jaar"),
        ("gemeente;2024-K5;1", "geen jaar of kwartaal"),
        ("gemeente;2024;veel", "‘veel’ is geen getal"),
        ("gemeente;2024;1.000,5", "geen getal"),
        ("gemeente;2024", "‘’ is geen getal"),
    ],
)
def test_what_is_wrong_in_a_row(row: str, message: str) -> None:
    ((number, told),) = problems(f"gebied;periode;waarde\n\n{row}\n")
    assert number == 3
    assert message in told


def test_lines_may_end_as_on_an_old_mac() -> None:
    sheet = read_series(b"gebied;periode;waarde\rgemeente;2024;4,1\r", "GM0363")
    assert [figure.area for figure in sheet.figures] == ["gemeente"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "kolom ‘gebied’ ontbreekt"),
        ("gebied;waarde\ngemeente;1\n", "kolom ‘periode’ ontbreekt"),
        ("gebied,periode,waarde\n", "geen cijfers"),
        ("gebied,periode,waarde\n" + "gemeente,2024,1\n" * (MOST_ROWS + 1), "te veel rijen"),
        ('gebied,periode,waarde\n"' + "x" * 200_000, "Regel 2 is niet te lezen"),
        ("x" * 1_100_000, "te groot"),
    ],
)
def test_what_is_no_series_is_refused(content: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        read_series(content.encode(), "GM0363")


def test_commas_signs_of_excel_and_quarters_are_read() -> None:
    sheet = read_series("\ufeffPeriode,Waarde,Gebied\n2025-k2,-12.5,GEMEENTE\n".encode(), "GM0363")
    ((area, period, value),) = [(f.area, f.period, str(f.value)) for f in sheet.figures]
    assert (area, period, value) == ("gemeente", "2025-K2", "-12.5")


@pytest.mark.parametrize("name", ["sanne", "bas", "ans", "ad", "other"])
def test_nobody_else_finds_the_figures(
    els: FlaskClient, browse: Browse, cast: Cast, name: str
) -> None:
    address = taken(els).location
    stranger = browse(getattr(cast, name))
    for page in ("/rapportage/omgeving", NEW, address, f"{address}/csv"):
        assert stranger.get(page).status_code == 404


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: HEAD + text.encode()))
def test_any_file_is_read_or_refused_in_words(content: bytes) -> None:
    with contextlib.suppress(Invalid):
        sheet = read_series(content, "GM0363")
        assert sheet.figures or sheet.faults
