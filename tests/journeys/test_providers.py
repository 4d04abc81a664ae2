"""Sanne refers on her phone, Noor of the provider accepts and meets, and Sanne notes the start."""

import os
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import GOAL, SPORT
from tests.journeys.test_report import page, sign_in
from tests.journeys.test_tasks import PHONE, fits
from tests.providers.conftest import MESSAGE, Offers, noor, offers, refer

__all__ = ["noor", "offers", "page", "refer"]

pytestmark = pytest.mark.browser

TODAY = f"{build.TODAY:%d-%m-%Y}"


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for one."""
    if folder := os.environ.get("PMG_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def seen(page: Page, name: str) -> None:
    fits(page)
    shot(page, name)


def beside(page: Page, live: str) -> Page:
    """Return the phone of somebody else: nobody signs in twice, as a code works once."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=live, viewport=PHONE, bypass_csp=True, locale="nl")
    return context.new_page()


def finds_a_place(page: Page, case_id: UUID) -> None:
    """See with what is found who has a place."""
    page.goto(f"/zaken/{case_id}/inzet/zoeken?factor=R-VRI-VRIJETIJD")
    expect(page.get_by_text("JEUGDHULP (1 plek vrij)").first).to_be_visible()
    seen(page, "find")


def test_refer_accept_meet_and_start_on_a_phone(
    page: Page, live: str, cast: Cast, at_work: AtWork, noor: Person, offers: Offers
) -> None:
    offers()
    case_id = build.a_case(cast, at_work)
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")
    finds_a_place(page, case_id)
    page.goto(f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}")
    page.get_by_role("button", name="Verder: controleren").click()
    expect(page.get_by_role("link", name="Kies een aanbieder.")).to_be_visible()
    seen(page, "assign")
    page.get_by_label("Wat wil de jongere bereiken?").fill(GOAL)
    page.get_by_label("Wat moet de aanbieder nog weten?").fill(MESSAGE)
    page.get_by_label("Wie voert het uit?").select_option(label="JEUGDHULP – 1 plek vrij")
    page.locator("input[name=target_factors]").first.check()
    page.get_by_role("button", name="Verder: controleren").click()
    expect(page.get_by_role("heading", name="Controleren en versturen")).to_be_visible()
    seen(page, "check")
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_text("De verwijzing is verstuurd.")).to_be_visible()
    seen(page, "asked")
    sannes, page = page, beside(page, live)

    sign_in(page, noor)
    page.wait_for_url("**/vandaag")
    page.goto("/aangemeld")
    seen(page, "mine")
    page.get_by_role("link", name="Yassin de Boer").click()
    seen(page, "letter")
    page.get_by_role("link", name="Niet aannemen").click()
    page.get_by_role("button", name="Niet aannemen").click()
    expect(page.get_by_role("link", name="Kies waarom u niet aanneemt.")).to_be_visible()
    seen(page, "refuse")
    page.get_by_role("link", name="Terug naar de verwijzing").click()
    page.get_by_role("link", name="Aannemen", exact=True).click()
    seen(page, "accept")
    page.get_by_role("button", name="Aannemen").click()
    expect(page.get_by_text("De jongere heeft een plek.")).to_be_visible()
    page.get_by_role("link", name="Eerste gesprek vastleggen").click()
    seen(page, "converse")
    page.get_by_role("button", name="Eerste gesprek vastleggen").click()
    expect(page.get_by_text("Het eerste gesprek is vastgelegd.")).to_be_visible()
    seen(page, "met")
    page.context.close()

    page = sannes
    page.reload()
    page.get_by_role("link", name="Start vastleggen").click()
    page.get_by_role("button", name="Start vastleggen").click()
    expect(page.get_by_text("De start is vastgelegd.")).to_be_visible()
    seen(page, "started")


def test_the_policy_officer_keeps_an_offer_on_a_phone(
    page: Page, cast: Cast, noor: Person, offers: Offers
) -> None:
    offers()
    sign_in(page, cast.els)
    page.goto("/aanbod")
    seen(page, "offers")
    page.get_by_role("link", name=f"JEUGDHULP, {SPORT.name_nl}").click()
    page.get_by_label("Plekken").fill("4")
    page.get_by_label("Waarom voert u dit zo in?").fill("meer begeleiders")
    page.get_by_role("button", name="Wijziging bewaren").click()
    expect(page.get_by_text("meer begeleiders")).to_be_visible()
    seen(page, "history")
    page.get_by_role("link", name="Terug naar het aanbod").click()
    page.get_by_role("link", name="Aanbod toevoegen").click()
    page.get_by_label("Plekken").fill("-2")
    page.get_by_role("button", name="Aanbod toevoegen").click()
    expect(page.get_by_role("link", name="Kies een organisatie.")).to_be_visible()
    seen(page, "offer")
