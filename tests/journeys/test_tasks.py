"""Bas asks Sanne something; she answers on her phone, and reports it done in two clicks."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from pmg.tasks import services
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.journeys.barriers import without_barriers
from tests.journeys.test_report import DESK, page, sign_in
from tests.tasks.conftest import WHAT, WHY, a_task

__all__ = ["page"]

pytestmark = pytest.mark.browser

PHONE, SMALL = {"width": 390, "height": 844}, {"width": 320, "height": 640}
_TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
# What can be touched in the page itself, but for links in a sentence, is 44 px or more.
_TOO_SMALL = """() => [...document.querySelectorAll('main button, main a.nl-button, main select')]
    .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.textContent)"""


def fits(page: Page) -> None:
    """See that a page has no barrier and fits on every screen."""
    assert without_barriers(page) == []
    for size in (SMALL, DESK, PHONE):
        page.set_viewport_size(size)
        assert not page.evaluate(_TOO_WIDE), (page.url, size)
    assert page.evaluate(_TOO_SMALL) == []


def given(cast: Cast, at_work: AtWork, owner: Person, by: Person) -> UUID:
    """A case with a task for tomorrow."""
    case_id = build.a_case(cast, at_work)
    with at_work(by):
        wanted = a_task(owner, due_on=build.TODAY + timedelta(days=1))
        services.give_task(build.the_case(case_id), wanted, today=build.TODAY)
    return case_id


def test_bas_asks_and_every_page_of_a_task_fits_a_phone(
    page: Page, cast: Cast, at_work: AtWork
) -> None:
    case_id = build.a_case(cast, at_work)
    sign_in(page, cast.bas)
    page.wait_for_url("**/vandaag")
    page.goto(f"/zaken/{case_id}")
    page.get_by_role("link", name="Taak geven").click()
    page.get_by_role("button", name="Taak geven").click()
    expect(page.get_by_role("link", name="Schrijf op wat er moet gebeuren.")).to_be_visible()
    fits(page)
    page.get_by_label("Wat moet er gebeuren?").fill(WHAT)
    page.get_by_label("Wie doet het?").select_option(index=3)
    page.get_by_label("Uiterlijk op").fill(f"{build.TODAY:%d-%m-%Y}")
    page.get_by_text("Komt de taak terug?", exact=True).click()
    page.get_by_label("Elke week").check()
    page.get_by_label("Of: hoe vaak in totaal?").fill("4")
    page.get_by_role("button", name="Taak geven").click()
    expect(page.get_by_text("De taak is gegeven.")).to_be_visible()
    fits(page)
    page.get_by_role("link", name=WHAT).click()
    expect(page.get_by_text("Elke week, 4 keer")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Andere dag kiezen").click()
    fits(page)
    page.get_by_role("link", name="Terug naar de taak").click()
    page.get_by_role("link", name="Taak overdragen").click()
    fits(page)
    page.get_by_role("link", name="Terug naar de taak").click()
    page.get_by_role("link", name="Taak intrekken").click()
    page.get_by_label("Waarom?").fill(WHY)
    page.get_by_role("button", name="Intrekken").click()
    expect(page.get_by_text(WHY)).to_be_visible()
    fits(page)
    page.goto(f"/zaken/{case_id}")
    fits(page)


def test_sanne_accepts_with_one_click_and_is_done_with_two(
    page: Page, cast: Cast, at_work: AtWork
) -> None:
    given(cast, at_work, cast.sanne, cast.bas)
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")
    page.goto("/taken?lijst=antwoord")
    fits(page)
    page.get_by_role("button", name=re.compile("Aannemen.*mentor")).click()
    expect(page.get_by_text("U hebt de taak aangenomen.")).to_be_visible()
    fits(page)
    page.goto("/taken")
    fits(page)
    page.get_by_role("link", name=re.compile("Gedaan.*mentor")).click()  # one
    fits(page)
    page.get_by_role("button", name="Gedaan", exact=True).click()  # two
    page.wait_for_url("**/taken")
    expect(page.get_by_text("De taak is gedaan.")).to_be_visible()
    fits(page)


def test_sanne_refuses_with_a_reason(page: Page, cast: Cast, at_work: AtWork) -> None:
    given(cast, at_work, cast.sanne, cast.bas)
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")
    page.goto("/taken?lijst=antwoord")
    page.get_by_role("link", name=re.compile("Weigeren.*mentor")).click()
    fits(page)
    page.get_by_role("button", name="Weigeren").click()
    expect(page.get_by_role("link", name="Schrijf in een zin op waarom.")).to_be_visible()
    page.get_by_label("Waarom?").fill(WHY)
    page.get_by_role("button", name="Weigeren").click()
    expect(page.get_by_text("Wie haar gaf, ziet waarom")).to_be_visible()


def test_a_link_to_the_calendar_is_made_and_shown_once(page: Page, cast: Cast) -> None:
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")
    page.goto("/taken")
    page.get_by_role("link", name="Agenda-koppeling").click()
    fits(page)
    page.get_by_role("button", name="Koppeling maken").click()
    expect(page.get_by_text(re.compile(r"/agenda/.*\.ics\?sleutel="))).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Koppeling intrekken").click()
    expect(page.get_by_text("U hebt nu geen koppeling.")).to_be_visible()
    fits(page)
