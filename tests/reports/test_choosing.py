"""What the page that asks for a report says before it is too late, and after a refusal."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from pmg.reports.rules import Choice, Period, split_years
from pmg.reports.services import ask_report
from tests import acting
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY, Work, approved
from tests.reports.test_pages import hidden

Browse = Callable[..., FlaskClient]
NEW = "/rapportage/nieuw"
SPRING = Period(date(2026, 4, 1), date(2026, 6, 30))
OWN = {"period": "eigen", "first": "1-1-2026", "last": "31-3-2026"}


@pytest.fixture
def els(browse: Browse, cast: Cast) -> FlaskClient:
    return browse(cast.els)


def test_what_a_part_of_a_year_costs_stands_above_the_choice_and_the_whole_year_first(
    els: FlaskClient,
) -> None:
    page = els.get(NEW).text
    places = ["geen rapporten over een deel van dat jaar", "Vorig jaar<", "Vorig kwartaal<"]
    found = [page.index(each) for each in places]
    assert found == sorted(found)
    above, choices = page.split("Over welke periode?")
    assert "Is een deel van het jaar goedgekeurd, ook in een ander soort rapport" in above
    assert choices.count("Pas op: daarna kan het hele jaar niet meer.") == 2


@pytest.mark.parametrize("template", ["jaarrapportage", "kwartaalmonitor"])
def test_who_approves_a_part_of_a_year_reads_what_it_costs_until_it_is_lost(
    els: FlaskClient, browse: Browse, cast: Cast, work: Work, template: str
) -> None:
    warning = "dan kan over heel 2026 geen rapport van deze soort meer"
    dewi = browse(cast.dewi)
    first = acting.send(els, NEW, **{**OWN, "template": template}).location
    work()
    page = dewi.get(first).text
    assert warning in page[page.index('id="besluiten"') : page.index(">Goedkeuren<")]
    assert ("Ook de jaarrapportage niet." in page) is (template != "jaarrapportage")
    dewi.post(f"{first}/goedkeuren", data=hidden(page))

    # Not said twice, and true: the year of any kind that counts the same is refused now.
    second = {**OWN, "template": template, "first": "1-4-2026", "last": "30-6-2026"}
    draft = acting.send(els, NEW, **second).location
    work()
    assert warning not in dewi.get(draft).text
    year = {**OWN, "template": "jaarrapportage", "last": str(TODAY)}
    assert acting.send(els, NEW, **year).status_code == 422


def test_a_whole_year_costs_nothing(
    els: FlaskClient, browse: Browse, cast: Cast, work: Work
) -> None:
    draft = acting.send(els, NEW, template="jaarrapportage", period="vorig_jaar").location
    work()
    page = browse(cast.dewi).get(draft).text
    assert ">Goedkeuren<" in page
    assert "kan er minder" not in page


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), []),
        (date(2025, 1, 1), date(2025, 12, 30), [2025]),
        (date(2025, 7, 1), date(2026, 6, 30), [2025, 2026]),
        (date(2025, 1, 1), date(2026, 12, 31), [2025, 2026]),
    ],
)
def test_years_that_a_period_takes_a_part_of(first: date, last: date, years: list[int]) -> None:
    assert [year.first.year for year in split_years(Period(first, last))] == years


def test_who_is_refused_reads_which_draft_waits_and_whose_it_is(
    els: FlaskClient, browse: Browse, cast: Cast
) -> None:
    draft = acting.send(els, NEW, **OWN, template="jaarrapportage").location
    later = {**OWN, "first": "1-4-2026", "last": "30-6-2026", "template": "jaarrapportage"}
    for person, whose in ((cast.els, "door u gemaakt"), (cast.dewi, f"door {cast.els.name}")):
        answer = acting.send(browse(person), NEW, **later)
        assert answer.status_code == 422
        way_on = answer.text.split("Zo kunt u verder")[1].split("<form")[0]
        assert f'href="{draft}"' in way_on
        assert "1 januari 2026 tot en met 31 maart 2026" in way_on
        assert whose in way_on
    assert "Zo kunt u verder" not in acting.send(els, NEW, **{**OWN, "first": ""}).text


def test_who_asks_for_a_year_of_which_there_are_quarters_is_led_to_their_sum(
    els: FlaskClient, at_work: AtWork, cast: Cast, work: Work, casework: Casework
) -> None:
    casework.youth()
    for period in (QUARTER, SPRING):
        with at_work(cast.els):
            draft = ask_report(Choice("kwartaalmonitor", period), today=TODAY).draft
            assert draft is not None
            draft_id = draft.id
        work()
        last = approved(at_work, cast.dewi, draft_id)
    for template in ("jaarrapportage", "kwartaalmonitor"):
        year = {**OWN, "template": template, "last": "30-6-2026"}
        page = acting.send(els, NEW, **year).text
        assert f'href="/rapportage/{last.id}/jaar"' in page
        assert "Kwartaalmonitor: tel de rapporten van 2026 op" in page
