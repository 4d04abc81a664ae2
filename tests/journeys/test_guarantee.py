"""A guarantee, hours and an activity on a phone; then the plan by area, and rounded sums."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pmg.measures.rules import AROUND_SCHOOL, GUARANTEE
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery.conftest import a_case
from tests.journeys.barriers import without_barriers
from tests.journeys.test_report import DESK, PHONE, page, sign_in
from tests.measures.conftest import WHY, begin, on

__all__ = ["page"]

FIRM = "Bouwbedrijf Deltawerf, regio Noord."


def shot(page: Page, name: str) -> None:
    """Look for barriers, and that nothing is wider than the screen."""
    assert without_barriers(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, name
    if folder := os.environ.get("PMG_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def take_steps(page: Page) -> None:
    page.get_by_role("link", name="Stap vastleggen: Opleiding gekozen").click()
    expect(page.get_by_role("heading", name="Opleiding gekozen")).to_be_visible()
    shot(page, "1-stap")
    page.get_by_label("Wanneer is de opleiding gekozen?").fill(on(20))
    page.get_by_label("Welke opleiding, en op welke school?").fill("Mbo timmeren.")
    page.get_by_role("button", name="Stap vastleggen").click()
    expect(page.get_by_text("De stap staat vast.")).to_be_visible()
    page.get_by_role("link", name="Stap vastleggen: Garantie gegeven").click()
    page.get_by_label("Wanneer is de garantie gegeven?").fill(on(21))
    page.get_by_label("Welke werkgever of regio").fill(FIRM)
    page.get_by_role("button", name="Stap vastleggen").click()
    expect(page.get_by_role("link", name="‘Opleiding gekozen’ was op")).to_be_visible()
    shot(page, "2-stap-fout")
    page.get_by_label("Wanneer is de garantie gegeven?").fill(on(10))
    page.get_by_role("button", name="Stap vastleggen").click()
    expect(page.get_by_role("heading", name="Garantie gegeven")).to_be_visible()
    page.get_by_role("link", name="Verbeteren").last.click()
    page.get_by_label("Welke werkgever of regio").fill("Bouwbedrijf Deltawerf, regio Zuid.")
    page.get_by_label("Waarom past u dit aan?").fill(WHY)
    page.get_by_role("button", name="Verbeteren").click()
    expect(page.get_by_text("Wat er stond, is bewaard.")).to_be_visible()
    page.get_by_text("Wat er eerder stond").click()
    shot(page, "3-stappen")
    page.get_by_role("link", name="Terug naar de inzet").click()
    expect(page.get_by_role("heading", name="Baangarantie", exact=True)).to_be_visible()
    shot(page, "4-inzet")


def tell_weeks(page: Page) -> None:
    page.get_by_role("link", name="Week vastleggen").click()
    page.get_by_label("Welke week?").fill(on(7))
    page.get_by_label("Hoeveel uur was er in die week?").fill("8")
    page.get_by_label("Hoeveel uur is daarvan gebruikt?").fill("9")
    page.get_by_role("button", name="Week vastleggen").click()
    expect(
        page.get_by_role("link", name="Er zijn meer uren gebruikt dan er waren.")
    ).to_be_visible()
    shot(page, "5-week-fout")
    page.get_by_label("Hoeveel uur is daarvan gebruikt?").fill("6,5")
    page.get_by_label("Waarom niet alle uren?").select_option(label="De jongere wilde niet")
    page.get_by_role("button", name="Week vastleggen").click()
    expect(page.get_by_text("Gebruikt: 6,5 van 8 uur.").first).to_be_visible()
    shot(page, "6-weken")


def hold_activity(page: Page) -> None:
    page.goto("/activiteiten")
    page.get_by_role("link", name="Activiteit vastleggen").click()
    page.get_by_label("In welk gebied?").select_option(label="Buiten focusgebied")
    page.get_by_label("Op welke plek?").select_option(label="Buurthuis of wijkcentrum")
    page.get_by_label("Waar ging het over?").select_option(label="Sport en bewegen")
    page.get_by_label("Hoeveel bezoekers waren er?").fill("23")
    page.get_by_label("12 tot en met 14 jaar").fill("4")
    shot(page, "7-activiteit")
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.get_by_text("De activiteit staat vast.")).to_be_visible()
    shot(page, "8-activiteiten")


def plan_by_area(page: Page) -> None:
    page.goto("/rapportage/plan")
    for area in ("Hele gemeente", "Buiten focusgebied"):
        page.get_by_label("Spoor of interventie").select_option(label="Kansen")
        page.get_by_label("Voor welk gebied?").select_option(label=area)
        page.get_by_label("Plekken", exact=True).fill("40")
        page.get_by_label("Budget in euro’s").fill("1.250.000")
        page.get_by_role("button", name="In het trajectplan zetten").click()
        expect(page.get_by_text("De regel staat in het plan.")).to_be_visible()
    page.get_by_label("Spoor of interventie").select_option(label="Kansen")
    page.get_by_label("Plekken", exact=True).fill("50")
    page.get_by_label("Budget in euro’s").fill("0")
    page.get_by_role("button", name="In het trajectplan zetten").click()
    expect(page.get_by_role("link", name="Deze regel staat al in het plan")).to_be_visible()
    shot(page, "9-plan-dubbel")
    page.get_by_label("Mijn regel vervangt de regel die er al staat").check()
    page.get_by_role("button", name="In het trajectplan zetten").click()
    expect(page.get_by_text("De regel staat in het plan.")).to_be_visible()
    page.goto("/activiteiten/gemeente")
    expect(page.get_by_text("minder dan 5").first).to_be_visible()
    shot(page, "10-gemeente")


@pytest.mark.browser
def test_steps_hours_visitors_and_the_plan_on_a_phone(
    page: Page, cast: Cast, at_work: AtWork, live: str
) -> None:
    case_id = a_case(cast, at_work)
    promised = begin(cast, at_work, case_id, GUARANTEE)
    around = begin(cast, at_work, case_id, AROUND_SCHOOL)
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")
    page.set_viewport_size(PHONE)
    page.goto(f"/inzet/{promised}")
    take_steps(page)
    page.goto(f"/inzet/{around}")
    tell_weeks(page)
    hold_activity(page)
    page.set_viewport_size(DESK)
    shot(page, "11-activiteiten-breed")
    page.goto(f"/inzet/{promised}")
    shot(page, "12-inzet-breed")
    browser = page.context.browser
    assert browser is not None
    other = browser.new_context(base_url=live, viewport=PHONE, bypass_csp=True, locale="nl")
    desk = other.new_page()
    sign_in(desk, cast.els)
    desk.wait_for_url("**/vandaag")
    plan_by_area(desk)
    other.close()
