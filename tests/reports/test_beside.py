"""The plan and figures from outside stay beside a report as they were, signed with it."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from pmg.disclosure.publish import signature
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.plans.rules import PlanEntry
from pmg.plans.services import enter_line
from pmg.reports.models import ReportRelease
from pmg.reports.rules import Choice, Period
from pmg.reports.services import ask_report
from pmg.series.rules import Origin, SeriesKind
from pmg.series.services import take_over
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import TODAY, Work, approved, secrets
from tests.reports.test_altered import altered
from tests.reports.test_make import busy

Browse = Callable[[Person], FlaskClient]
YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))
LINE = PlanEntry(2026, "spoor:kansen", 37, 1_234_500)
ORIGIN = Origin(SeriesKind.LIVEABILITY, "Leefbaarometer 2024", date(2025, 1, 1))


def figures(value: str) -> bytes:
    return f"gebied;periode;waarde\ngemeente;2024;{value}\n".encode()


@pytest.fixture
def draft_id(casework: Casework, at_work: AtWork, cast: Cast, work: Work) -> UUID:
    """A draft beside a plan and a series, that both changed after it was asked."""
    busy(casework)
    with at_work(cast.els):
        take_over(figures("4,13"), ORIGIN, today=TODAY)
        enter_line(LINE, today=TODAY)
        draft = ask_report(Choice("plan", YEAR), today=TODAY).draft
        assert draft is not None
        found = draft.id
        take_over(figures("7,89"), ORIGIN, today=TODAY)
        enter_line(replace(LINE, places=88, replaces=True), today=TODAY)
    work()
    return found


@pytest.fixture
def item(draft_id: UUID, at_work: AtWork, cast: Cast) -> ReportRelease:
    return approved(at_work, cast.dewi, draft_id)


def test_who_approves_sees_what_will_stand_beside_the_report(
    draft_id: UUID, browse: Browse, cast: Cast
) -> None:
    page = browse(cast.dewi).get(f"/rapportage/concept/{draft_id}").text
    plan = page.split("Naast dit rapport: het plan")[1].split("cijfers van buiten")[0]
    assert ">37<" in plan
    assert ">88<" not in plan
    assert ">4,13<" in page
    assert page.index("Naast dit rapport: het plan") < page.index('id="besluiten"')


def printed(content: bytes) -> str:
    """All words of a PDF, in order."""
    with pypdfium2.PdfDocument(content) as found:
        return "".join(page.get_textpage().get_text_range() for page in found)


def shown(browse: Browse, cast: Cast, item: ReportRelease) -> Any:
    return browse(cast.els).get(f"/rapportage/{item.id}")


def test_a_report_keeps_the_plan_and_the_figures_of_when_it_was_asked(
    item: ReportRelease, browse: Browse, cast: Cast
) -> None:
    page = shown(browse, cast, item).text
    plan = page.split("Naast dit rapport: het plan")[1].split("cijfers van buiten")[0]
    assert ">37<" in plan
    assert ">€ 1.234.500<" in plan
    assert ">88<" not in plan
    assert ">4,13<" in page
    assert ">7,89<" not in page
    assert "Dit zijn de cijfers van toen" in page


def test_they_are_in_the_signed_file_and_in_none_of_its_tables(item: ReportRelease) -> None:
    document = json.loads(item.document)
    assert outcome(verify(document, key=secrets().signer.public_key)) is Outcome.GOOD
    about = document["certificate"]["about"]
    (line,) = json.loads(about["naast plan"])
    assert (line["places"], line["budget"], line["subject"]) == (37, 1_234_500, "spoor:kansen")
    assert "4.13" in about["naast cijfers van buiten"]
    assert "1234500" not in json.dumps(document["release"])


@pytest.mark.parametrize("name", ["naast plan", "naast cijfers van buiten"])
def test_a_changed_number_beside_it_is_found(
    item: ReportRelease, superuser: Engine, browse: Browse, cast: Cast, name: str
) -> None:
    def alter(document: dict[str, Any]) -> None:
        about = document["certificate"]["about"]
        about[name] = about[name].replace("37", "73").replace("4.13", "3.14")

    document = json.loads(item.document)
    alter(document)
    assert document != json.loads(item.document)
    assert outcome(verify(document)) is Outcome.SIGNATURE
    altered(superuser, item, alter)
    assert shown(browse, cast, item).status_code == 409


def test_a_report_from_before_opens_and_says_that_its_figures_are_those_of_now(
    item: ReportRelease, superuser: Engine, browse: Browse, cast: Cast
) -> None:
    def as_before(document: dict[str, Any]) -> None:
        about = document["certificate"]["about"]
        del about["naast plan"], about["naast cijfers van buiten"]
        document["signature"] = signature(document["certificate"], secrets().signer)

    altered(superuser, item, as_before)
    page = shown(browse, cast, item)
    assert page.status_code == 200
    assert "Dit zijn de cijfers van nu." in page.text
    assert ">7,89<" in page.text
    assert "Naast dit rapport: het plan" not in page.text


def test_the_files_to_read_show_them_as_no_counts_of_people(
    item: ReportRelease, browse: Browse, cast: Cast
) -> None:
    els, address = browse(cast.els), f"/rapportage/{item.id}"
    page = els.get(f"{address}/html").text
    sheets = (
        zipfile.ZipFile(io.BytesIO(els.get(f"{address}/ods").data)).read("content.xml").decode()
    )
    for said in (page, sheets):
        assert "Naast dit rapport: het plan" in said
        assert "1.234.500" in said
        assert "4,13" in said
        assert "7,89" not in said
    assert "Het zijn geen aantallen jongeren." in page
    csv = els.get(f"{address}/csv").text
    assert "1234500" not in csv
    assert "4.13" not in csv
