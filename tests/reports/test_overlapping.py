"""No two reports that overlap are both released, in whichever order they are asked and approved."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from pmg.clock import now
from pmg.definitions.services import make_version
from pmg.definitions.store import latest
from pmg.definitions.vocabulary import Unit
from pmg.disclosure.canonical import digest
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reports import overlapping, services
from pmg.reports.models import ReportDraft, ReportRelease
from pmg.reports.rules import Choice, Period
from pmg.security import access
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY, Work, approved
from tests.reports.test_make import busy
from tests.reports.test_pages import hidden

Browse = Callable[[Person], FlaskClient]
HALF = Period(date(2026, 1, 1), date(2026, 6, 30))
SAID = "Er wacht nog een rapport over 1-1-2026 tot en met 31-3-2026"
STAYS = ("kwartaalmonitor", QUARTER)
OVERLAPS = ("instroom", HALF)


@pytest.fixture
def asked(at_work: AtWork, cast: Cast, casework: Casework) -> Callable[[str, Period], UUID]:
    """Ask for a report as Els, of a casework that counts something."""
    busy(casework)

    def ask(code: str, period: Period) -> UUID:
        with at_work(cast.els):
            draft = services.ask_report(Choice(code, period), today=TODAY).draft
            assert draft is not None
            return draft.id

    return ask


Asked = Callable[[str, Period], UUID]


@pytest.fixture
def both(asked: Asked, work: Work, monkeypatch: pytest.MonkeyPatch) -> tuple[UUID, UUID]:
    """Two reports that overlap, both ready, as they can wait since before anyone looked."""
    with monkeypatch.context() as patch:
        patch.setattr(services, "draft_beside", lambda _counts: None)
        found = asked(*STAYS), asked(*OVERLAPS)
    assert work()
    assert work()
    return found


def released(owner: Engine) -> int:
    with owner.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM report_release")).scalar_one())


def test_who_asks_beside_a_draft_that_overlaps_reads_which_and_what_to_do(
    asked: Asked, browse: Browse, cast: Cast
) -> None:
    asked(*STAYS)
    els = browse(cast.els)
    answers = {
        "template": "instroom",
        "period": "eigen",
        "first": "1-1-2026",
        "last": "30-6-2026",
    }
    form = hidden(els.get("/rapportage/nieuw").text)
    answer = els.post("/rapportage/nieuw", data={**form, **answers})
    assert answer.status_code == 422
    assert SAID in answer.text
    assert "trek het andere rapport eerst in" in answer.text


@pytest.mark.parametrize(
    "beside",
    [
        ("instroom", QUARTER),
        ("instroom", Period(date(2026, 4, 1), date(2026, 6, 30))),
        ("financiering", HALF),
    ],
)
def test_a_draft_over_the_same_or_other_days_or_people_is_no_hindrance(
    asked: Asked, beside: tuple[str, Period]
) -> None:
    asked("focusgebieden", QUARTER)
    assert asked(*beside)


def test_of_two_drafts_that_overlap_only_one_is_released(
    both: tuple[UUID, UUID], browse: Browse, at_work: AtWork, cast: Cast, owner: Engine
) -> None:
    approved(at_work, cast.dewi, both[0])
    dewi, address = browse(cast.dewi), f"/rapportage/concept/{both[1]}"
    page = dewi.get(address).text
    assert "Dit concept is ingehaald" in page
    assert "rapport over 1 januari 2026 tot en met 31 maart 2026 vrijgegeven" in page
    assert "Stuur het terug" in page
    assert ">Goedkeuren<" not in page
    assert "Trek het in" in browse(cast.els).get(address).text
    answer = dewi.post(f"{address}/goedkeuren", data=hidden(page))
    assert answer.status_code == 422
    assert (
        "Er is intussen een rapport over 1-1-2026 tot en met 31-3-2026 vrijgegeven" in answer.text
    )
    assert released(owner) == 1


def test_the_ledger_refuses_the_second_whatever_the_application_thinks(
    both: tuple[UUID, UUID],
    at_work: AtWork,
    cast: Cast,
    owner: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    approved(at_work, cast.dewi, both[0])
    monkeypatch.setattr("pmg.reports.judging.release_beside", lambda _counts: None)
    with pytest.raises(DBAPIError, match="overlaps no other"):
        approved(at_work, cast.dewi, both[1])
    assert released(owner) == 1


LIES: dict[str, dict[str, object]] = {
    "none": {},
    "it is over the days of the first": {
        "period_until": QUARTER.until,
        "population": f"GM0363 {QUARTER.first} {QUARTER.until}",
    },
    "it is over days of which nothing was told": {
        "period_from": date(2026, 10, 1),
        "period_until": date(2026, 11, 1),
        "population": "GM0363 2026-10-01 2026-11-01",
    },
    "it counts nothing": {"document": {"tables": []}},
    "it counts something else": {"document": {"tables": [{"unit": "trajecten"}]}},
}


@pytest.mark.parametrize("dates", ["ISO", "SQL, DMY"])
@pytest.mark.parametrize("lie", LIES)
def test_a_row_put_in_by_an_officer_does_not_get_round_the_ledger(
    both: tuple[UUID, UUID], at_work: AtWork, cast: Cast, owner: Engine, lie: str, dates: str
) -> None:
    first = approved(at_work, cast.dewi, both[0])
    with at_work(cast.dewi):
        draft = db.session.get_one(ReportDraft, (cast.dewi.municipality_id, both[1]))
        row = forged(draft, first, **LIES[lie])
        db.session.execute(text(f"SET LOCAL datestyle TO {dates}"))
        with pytest.raises(DBAPIError, match=r"what its row says|overlaps no other|row-level"):
            db.session.execute(insert(ReportRelease).values(row))
        db.session.rollback()
    assert released(owner) == 1


def forged(draft: ReportDraft, last: ReportRelease, **lies: Any) -> dict[str, Any]:
    """A row that would join the ledger after the last one, but for what it is about."""
    names = ("template_code", "template_version", "period_from", "period_until", "population")
    row = {name: getattr(draft, name) for name in (*names, "municipality_id", "id", "made_by")}
    document = json.loads(draft.document)
    document["release"] |= lies.pop("document", {})
    row |= {
        "made_at": draft.made_at,
        "document": json.dumps(document),
        "number": last.number + 1,
        "before": last.entry_hash,
        "release_hash": document["certificate"]["release_hash"],
        "reason": "",
        "approved_by": access.reader().user_id,
        "approved_at": now(),
        **lies,
    }
    return row | {"entry_hash": digest([row["before"], row["population"], row["release_hash"]])}


def test_the_database_and_the_program_part_units_alike(owner: Engine) -> None:
    with owner.connect() as connection:
        for unit in Unit:
            document = {"release": {"tables": [{"unit": str(unit)}]}}
            found = connection.scalar(
                text("SELECT pmg_counted_units(:document)"), {"document": json.dumps(document)}
            )
            assert set(found) == overlapping.units_of(document)


# -- a correction by a version that counts more


@pytest.fixture
def grown(asked: Asked, work: Work, at_work: AtWork, cast: Cast) -> ReportRelease:
    """A report of trajectories, whose version of now counts youths as well."""
    asked("financiering", HALF)
    assert work()
    with at_work(cast.dewi):
        draft = db.session.scalars(select(ReportDraft)).one()
        draft_id = draft.id
    first = approved(at_work, cast.dewi, draft_id)
    with at_work(cast.ad):
        known = latest(cast.ad.municipality_id)
        old, more = known["financiering"], known["focusgebieden"].indicators[:1]
        make_version(replace(old, indicators=(*old.indicators, *more)))
    return first


def test_a_correction_does_not_bring_in_youths_that_another_report_counted(
    grown: ReportRelease, asked: Asked, work: Work, at_work: AtWork, browse: Browse, cast: Cast
) -> None:
    youths = asked("focusgebieden", QUARTER)
    assert work()
    approved(at_work, cast.dewi, youths)
    els, address = browse(cast.els), f"/rapportage/{grown.id}/opnieuw"
    form = {**hidden(els.get(address).text), "reason": "Later ingevoerd."}
    answer = els.post(address, data=form)
    assert answer.status_code == 422
    assert "telt iets wat ook een rapport over 1-1-2026 tot en met 31-3-2026 telt" in answer.text
    assert "Vraag de functioneel beheerder" in answer.text


def test_without_such_a_report_the_correction_is_counted(
    grown: ReportRelease, at_work: AtWork, cast: Cast
) -> None:
    with at_work(cast.els):
        release = db.session.get_one(ReportRelease, (grown.municipality_id, grown.id))
        assert services.ask_correction(release, "Later ingevoerd.").draft is not None


def test_a_report_that_was_released_while_a_correction_waits_is_not_passed(
    grown: ReportRelease, asked: Asked, at_work: AtWork, cast: Cast
) -> None:
    with at_work(cast.els):
        release = db.session.get_one(ReportRelease, (grown.municipality_id, grown.id))
        services.ask_correction(release, "Later ingevoerd.")
    with pytest.raises(Invalid, match="wacht nog een rapport over 1-1-2026 tot en met 30-6-2026"):
        asked("focusgebieden", QUARTER)
