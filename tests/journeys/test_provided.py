"""Noor of the provider keeps the delivery on her phone; Sanne, who referred, reads the page."""

import os
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.delivery.test_provided import AIM, SAID, begun
from tests.interventions.conftest import SPORT
from tests.journeys.test_delivery import shot as look
from tests.journeys.test_providers import beside
from tests.journeys.test_report import DESK, PHONE, page, sign_in
from tests.providers.conftest import noor, offers, refer

__all__ = ["begun", "noor", "offers", "page", "refer"]

pytestmark = pytest.mark.browser
NOW = f"{build.TODAY:%d-%m-%Y}"
LATER = build.TODAY + timedelta(days=30)


def shot(page: Page, name: str) -> None:
    folder = os.environ.get("PMG_SHOTS")
    look(page, None, name)
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def write_plan(page: Page) -> None:
    page.goto("/aangemeld")
    page.get_by_role("link", name="Kind1 Verwezen").click()
    expect(page.get_by_role("link", name="Naar trajectplan en bijeenkomsten")).to_be_visible()
    shot(page, "verwijzing")
    page.get_by_role("link", name="Naar trajectplan en bijeenkomsten").click()
    expect(page.get_by_text("Er is nog geen trajectplan")).to_be_visible()
    page.get_by_role("link", name="Eerste doel opschrijven").click()
    page.get_by_label("Waar werkt dit aan?").fill(AIM)
    page.get_by_label("Hoeveel bijeenkomsten?").fill("8")
    page.get_by_label("Hoeveel minuten per keer?").fill("60")
    page.get_by_role("button", name="In het trajectplan zetten").click()
    expect(page.get_by_text("Wie dit kan goedkeuren: Bas, Sanne.")).to_be_visible()
    shot(page, "concept")
    page.get_by_role("link", name="Trajectplan voorleggen").click()
    expect(page.get_by_role("heading", name="Trajectplan voorleggen")).to_be_visible()
    page.get_by_role("button", name="Voorleggen").click()
    expect(page.get_by_text("Wacht op goedkeuring", exact=True)).to_be_visible()


def approve(page: Page) -> None:
    page.get_by_role("link", name="Kind1 V.: Een trajectplan wacht").click()
    page.get_by_role("link", name="Trajectplan lezen en besluiten").click()
    page.get_by_label("Ja, ik keur het goed").check()
    page.get_by_role("button", name="Besluit vastleggen").click()
    expect(page.get_by_text("Versie 1, goedgekeurd op").first).to_be_visible()


def meet(page: Page, trajectory_id: UUID) -> None:
    page.goto(f"/inzet/{trajectory_id}/uitvoering")
    page.get_by_role("link", name="Bijeenkomst plannen").click()
    page.get_by_role("textbox", name="Welke dag?").fill(NOW)
    page.get_by_role("button", name="Plannen", exact=True).click()
    expect(page.get_by_text("De bijeenkomst is gepland.")).to_be_visible()
    page.goto("/bijeenkomsten")
    expect(page.get_by_text("Kind1 Verwezen")).to_be_visible()
    shot(page, "bijeenkomsten")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    page.get_by_role("link", name="Ja, het ging door").click()
    page.get_by_label("Er", exact=True).check()
    page.get_by_role("button", name="Vastleggen", exact=True).click()
    expect(page.get_by_text("Vastgelegd.")).to_be_visible()


def tell_and_ask(page: Page, trajectory_id: UUID) -> None:
    page.goto(f"/inzet/{trajectory_id}/uitvoering")
    page.get_by_role("link", name="Zorg melden aan Bas, Sanne").click()
    page.get_by_label("Wat is uw zorg?").fill(SAID)
    page.get_by_role("button", name="Melden").click()
    expect(page.get_by_text(SAID)).to_be_visible()
    page.get_by_role("link", name="Om een pauze vragen").click()
    page.get_by_label("Vanaf welke dag rust het?").fill(f"{LATER:%d-%m-%Y}")
    page.get_by_label("Vakantie").check()
    shot(page, "pauze-vragen")
    page.get_by_role("button", name="Vragen").click()
    expect(page.get_by_role("heading", name="Er is om een pauze gevraagd")).to_be_visible()
    shot(page, "uitvoering-aanbieder")


def read_and_answer(page: Page, trajectory_id: UUID) -> None:
    page.goto(f"/inzet/{trajectory_id}/uitvoering")
    expect(page.get_by_text(SAID)).to_be_visible()
    page.set_viewport_size(DESK)
    shot(page, "uitvoering-verwijzer-breed")
    page.get_by_role("link", name="Geen pauze geven").click()
    page.get_by_label("Waarom?").fill("De training is net begonnen.")
    page.get_by_role("button", name="Geen pauze geven").click()
    expect(page.get_by_text("Uw besluit is vastgelegd.")).to_be_visible()


def close(page: Page, trajectory_id: UUID) -> None:
    page.goto(f"/inzet/{trajectory_id}/uitvoering")
    expect(page.get_by_text("De training is net begonnen.")).to_be_visible()
    page.get_by_role("link", name="Eerder stoppen").click()
    expect(page.get_by_role("heading", name="Eerder stoppen")).to_be_visible()
    shot(page, "eerder-stoppen")
    page.get_by_role("link", name="Terug", exact=True).click()
    page.get_by_role("link", name="Eindverslag maken").click()
    page.get_by_label("Deels bereikt").check()
    page.get_by_label("Hoe ging dat?").fill("Hij kwam meestal op tijd.")
    page.get_by_label("Hoe ging het in het geheel?").fill("Hij wil blijven trainen.")
    page.get_by_role("button", name="Afronden").click()
    expect(page.get_by_text("Het eindverslag is gemaakt")).to_be_visible()
    expect(page.get_by_role("link", name="Kind1 Verwezen")).to_have_count(0)
    shot(page, "na-het-einde")


def read_the_end(page: Page, trajectory_id: UUID) -> None:
    page.goto(f"/inzet/{trajectory_id}/uitvoering")
    expect(page.get_by_text("Hij kwam meestal op tijd.")).to_be_visible()
    page.goto(f"/bijeenkomsten/opbrengst?code={SPORT.code}")
    expect(page.get_by_text("Intern, niet om te publiceren")).to_be_visible()
    page.set_viewport_size(PHONE)
    shot(page, "opbrengst")


def test_two_people_keep_one_page_from_plan_to_report(
    page: Page, live: str, cast: Cast, at_work: AtWork, noor: Person, begun: UUID
) -> None:
    sign_in(page, noor)
    page.wait_for_url("**/vandaag")
    write_plan(page)
    sannes = beside(page, live)
    sign_in(sannes, cast.sanne)
    sannes.wait_for_url("**/vandaag")
    approve(sannes)
    meet(page, begun)
    tell_and_ask(page, begun)
    read_and_answer(sannes, begun)
    close(page, begun)
    read_the_end(sannes, begun)
