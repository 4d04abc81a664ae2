"""The year of a monitor: the sum of what was released of its periods."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from pmg.definitions.vocabulary import KINDS
from pmg.disclosure.release import Release
from pmg.extensions import db
from pmg.reports.models import ReportDraft, ReportRelease
from pmg.reports.queries import opened
from pmg.reports.rules import Choice, Period, gaps, year_around
from pmg.reports.services import ask_report
from tests import acting
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import Work, approved
from tests.reports.test_pages import STRANGERS, Browse, stale

TODAY = date(2026, 11, 23)
FIRST = Period(date(2026, 1, 1), date(2026, 3, 31))
SECOND = Period(date(2026, 4, 1), date(2026, 6, 30))


@pytest.fixture
def quarters(cast: Cast, at_work: AtWork, work: Work, casework: Casework) -> list[ReportRelease]:
    """Two quarters, with fourteen referrals in the one and nine in the other."""
    for number, day in ((14, date(2026, 2, 3)), (9, date(2026, 5, 4))):
        for at in range(number):
            casework.youth(age=10 + at, referred_on=day)
    return [monitored(period, at_work, cast, work) for period in (FIRST, SECOND)]


def monitored(period: Period, at_work: AtWork, cast: Cast, work: Work) -> ReportRelease:
    """The monitor of one period, approved."""
    with at_work(cast.els):
        draft = ask_report(Choice("kwartaalmonitor", period), today=TODAY).draft
        assert isinstance(draft, ReportDraft)
        draft_id = draft.id
    work()
    return approved(at_work, cast.dewi, draft_id)


def test_els_sees_the_year_so_far_with_what_is_missing_and_how_far_it_may_be_off(
    cast: Cast, browse: Browse, quarters: list[ReportRelease]
) -> None:
    els = browse(cast.els)
    (first, second) = quarters
    assert f"/rapportage/{first.id}/jaar" in els.get(f"/rapportage/{first.id}").text

    page = els.get(f"/rapportage/{second.id}/jaar").text

    assert "Kwartaalmonitor: 2026 tot nu toe" in page
    assert "1 juli 2026 tot en met 31 december 2026" in page
    assert "wijkt hoogstens 18 af" in page
    assert els.get(f"/rapportage/{first.id}/jaar").text.count("<h2") == page.count("<h2")


def test_every_number_is_the_sum_of_those_that_were_released(
    cast: Cast, browse: Browse, at_work: AtWork, quarters: list[ReportRelease]
) -> None:
    with at_work(cast.els):
        stored = [
            opened(db.session.get_one(ReportRelease, (one.municipality_id, one.id))).release
            for one in quarters
        ]
    els = browse(cast.els)
    file = els.get(f"/rapportage/{quarters[0].id}/jaar/csv").text
    rows = list(csv.DictReader(io.StringIO(file)))

    inflow = [row for row in rows if row["tabel"] == "instroom"]
    assert len(inflow) == len(stored[0].rows("instroom"))
    for row in inflow:
        codes = {
            name: row[name] for name in ("leeftijd", "besluit") if row[name] not in {"", "totaal"}
        }
        values = [one.value("aanmeldingen", codes) for one in stored if isinstance(one, Release)]
        assert int(row["aantal"]) == sum(value or 0 for value in values)
        low, high = int(row["in_het_echt_minstens"]), int(row["in_het_echt_hoogstens"])
        assert high - int(row["aantal"]) == sum(one.tolerance for one in stored)
        assert low <= int(row["aantal"])
    total = next(row for row in inflow if row["leeftijd"] == row["besluit"] == "totaal")
    assert int(total["in_het_echt_minstens"]) <= 23 <= int(total["in_het_echt_hoogstens"])


def test_one_report_has_no_year_and_no_link_to_one(
    cast: Cast, browse: Browse, at_work: AtWork, work: Work, casework: Casework
) -> None:
    casework.youth()
    release = monitored(FIRST, at_work, cast, work)

    els = browse(cast.els)
    assert "/jaar" not in els.get(f"/rapportage/{release.id}").text
    assert els.get(f"/rapportage/{release.id}/jaar").status_code == 404


def test_where_categories_changed_between_periods_no_page_leads_to_a_sum(
    cast: Cast,
    browse: Browse,
    at_work: AtWork,
    work: Work,
    casework: Casework,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    casework.youth()
    first = monitored(FIRST, at_work, cast, work)
    kind = KINDS["uitkomst"]
    more = {**kind.categories, "rust": "Rust even"}
    monkeypatch.setitem(KINDS, "uitkomst", replace(kind, categories=more))  # type: ignore[arg-type]
    second = monitored(SECOND, at_work, cast, work)
    els = browse(cast.els)
    for one in (first, second):
        assert "/jaar" not in els.get(f"/rapportage/{one.id}").text
        assert els.get(f"/rapportage/{one.id}/jaar").status_code == 404
    days = {"period": "eigen", "first": "1-1-2026", "last": "30-6-2026"}
    answer = acting.send(els, "/rapportage/nieuw", template="kwartaalmonitor", **days)
    assert answer.status_code == 422
    assert "/jaar" not in answer.text


def test_a_year_that_leaves_asks_for_a_fresh_code_and_nobody_else_sees_it(
    cast: Cast, browse: Browse, owner: Engine, quarters: list[ReportRelease]
) -> None:
    address = f"/rapportage/{quarters[0].id}/jaar"
    els = browse(cast.els)
    stale(owner)
    answer = els.get(f"{address}/csv")
    assert answer.status_code == 302
    assert answer.location.startswith("/bevestigen?next=")
    assert "Bevestigen en downloaden" in els.get(address).text
    for name in STRANGERS:
        stranger = browse(getattr(cast, name))
        assert stranger.get(address).status_code == 404, name
        assert stranger.get(f"{address}/csv").status_code == 404, name


def test_the_days_of_a_year_that_no_report_holds_are_named() -> None:
    year = year_around(date(2026, 8, 1))
    assert gaps(year, [SECOND, FIRST]) == (Period(date(2026, 7, 1), date(2026, 12, 31)),)
    assert gaps(year, [SECOND]) == (FIRST, Period(date(2026, 7, 1), date(2026, 12, 31)))
    assert gaps(year, [year]) == ()
