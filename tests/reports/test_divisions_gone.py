"""A division that nothing is counted by any more: no new report, and old ones stay readable."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from pmg.definitions.vocabulary import KINDS
from pmg.reports.models import ReportRelease
from tests import acting
from tests.cast import Cast, Person
from tests.definitions.test_pages import AREAS, NEW, tables
from tests.reports.casework import Casework
from tests.reports.conftest import MakeReport
from tests.reports.test_make import busy
from tests.reports.test_pages import EXPORTS

Browse = Callable[[Person], FlaskClient]
GONE = "geslacht"
ANSWERS = {"period": "eigen", "first": "1-4-2026", "last": "30-6-2026"}


@pytest.fixture
def item(casework: Casework, make: MakeReport) -> ReportRelease:
    """A report that counts by a division that is there no more afterwards."""
    busy(casework)
    return make().release


@pytest.fixture
def _gone(item: ReportRelease, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KINDS, GONE)  # type: ignore[arg-type]


@pytest.mark.usefixtures("_gone")
def test_who_makes_a_report_reads_which_division_it_is(browse: Browse, cast: Cast) -> None:
    els = browse(cast.els)
    answer = acting.send(els, "/rapportage/nieuw", template="jaarrapportage", **ANSWERS)
    assert answer.status_code == 422
    assert "Dit rapport telt naar ‘geslacht’. Die indeling bestaat niet meer." in answer.text
    assert "Vraag de functioneel beheerder" in answer.text


@pytest.mark.usefixtures("_gone")
def test_who_corrects_one_reads_it_too(browse: Browse, cast: Cast, item: ReportRelease) -> None:
    els, address = browse(cast.els), f"/rapportage/{item.id}/opnieuw"
    answer = acting.send(els, address, reason="Later ingevoerd.")
    assert answer.status_code == 422
    assert "telt. Die indeling bestaat niet meer" in answer.text
    assert "Het rapport dat er is, blijft gelden." in answer.text


@pytest.mark.usefixtures("_gone")
def test_another_report_over_those_days_says_why_it_cannot_be(browse: Browse, cast: Cast) -> None:
    days = {"period": "eigen", "first": "1-1-2026", "last": "31-3-2026"}
    answer = acting.send(browse(cast.els), "/rapportage/nieuw", template="financiering", **days)
    assert answer.status_code == 422
    assert "Over deze dagen is al een rapport gemaakt dat naar ‘geslacht’ telt" in answer.text


def shown(els: FlaskClient, item: ReportRelease) -> list[list[str]]:
    """The numbers of a report, without what its divisions are called."""
    found = els.get(f"/rapportage/{item.id}/csv")
    assert found.status_code == 200, found.text
    return sorted(row[4:] for row in csv.reader(io.StringIO(found.text)))


def test_an_old_report_opens_and_leaves_with_the_same_numbers(
    browse: Browse, cast: Cast, item: ReportRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    els, address = browse(cast.els), f"/rapportage/{item.id}"
    before = shown(els, item)
    monkeypatch.delitem(KINDS, GONE)  # type: ignore[arg-type]
    page = els.get(address)
    assert page.status_code == 200
    assert ">Gecontroleerd<" in page.text
    assert 'data-label="v"' in page.text  # there are no words for it any more
    assert [els.get(f"{address}/{one}").status_code for one in EXPORTS] == [200] * len(EXPORTS)
    assert els.get(f"{address}/controle").status_code == 200
    assert sorted(map(sorted, shown(els, item))) == sorted(map(sorted, before))


def test_categories_that_came_or_went_leave_an_old_report_as_it_was(
    browse: Browse, cast: Cast, item: ReportRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    els, address = browse(cast.els), f"/rapportage/{item.id}"
    before = shown(els, item)
    kind = KINDS[GONE]
    now = {code: words for code, words in kind.categories.items() if code != "v"} | {
        "q": "Heel anders"
    }
    monkeypatch.setitem(KINDS, GONE, replace(kind, categories=now))  # type: ignore[arg-type]
    page = els.get(address).text
    assert 'data-label="v"' in page
    assert "Heel anders" not in page
    assert [els.get(f"{address}/{one}").status_code for one in EXPORTS] == [200] * len(EXPORTS)
    assert shown(els, item) == before


@pytest.mark.usefixtures("_gone")
def test_the_administrator_reads_what_to_mend_and_mends_it(browse: Browse, cast: Cast) -> None:
    ad = browse(cast.ad)
    assert "Indeling bestaat niet meer" in ad.get("/beheer/rapporten").text
    page = ad.get(f"/beheer/rapporten/versie?{AREAS}")
    assert page.status_code == 200
    assert "Met deze versie kan geen rapport meer worden gemaakt" in page.text
    assert "telt naar ‘geslacht’. Die indeling bestaat niet meer." in page.text
    assert ad.get(NEW).status_code == 200
    kept = acting.send(ad, NEW, **tables(), table2_columns="")
    assert kept.status_code == 302, kept.text
    assert "Zo ziet het eruit" in ad.get(kept.location).text
    els = browse(cast.els)
    asked = acting.send(els, "/rapportage/nieuw", template="focusgebieden", **ANSWERS)
    assert asked.status_code == 302, asked.text


@pytest.mark.usefixtures("_gone")
def test_a_version_by_a_division_that_is_no_more_is_not_kept(browse: Browse, cast: Cast) -> None:
    refused = acting.send(browse(cast.ad), NEW, **tables(), table1_columns=GONE)
    assert refused.status_code == 422
    assert "De indeling ‘geslacht’ bestaat niet meer. Kies een andere." in refused.text
