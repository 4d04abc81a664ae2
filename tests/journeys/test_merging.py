"""Fatma sees on her phone that a youth stands there twice; Bas decides; together they undo it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.journeys.test_providers import beside
from tests.journeys.test_report import page, sign_in
from tests.journeys.test_tasks import PHONE, fits
from tests.merging.conftest import REASON, Files, two

__all__ = ["page", "two"]

pytestmark = pytest.mark.browser


def seen(page: Page, name: str) -> None:
    """Keep a picture for who looks at it, when asked for."""
    if folder := os.environ.get("PMG_PICTURES"):
        for size, where in ((PHONE, "telefoon"), ({"width": 1280, "height": 900}, "bureau")):
            page.set_viewport_size(size)
            page.screenshot(path=Path(folder) / f"{name}_{where}.png", full_page=True)
        page.set_viewport_size(PHONE)


def propose(page: Page, two: Files, number: str) -> None:
    """Lay both files side by side, choose what is right, and propose it."""
    page.goto(f"/zaken/{two.kept}")
    page.get_by_role("link", name="Dit is dezelfde jongere als een ander dossier").click()
    page.get_by_role("button", name="Naast elkaar leggen").click()
    expect(page.get_by_role("link", name="Vul het nummer van de andere zaak in.")).to_be_visible()
    fits(page)
    seen(page, "nummer")
    page.get_by_label("Zaaknummer van het andere dossier").fill(number)
    page.get_by_role("button", name="Naast elkaar leggen").click()
    fits(page)
    page.get_by_role("button", name="Voorstellen").click()
    expect(page.get_by_role("link", name="Kies welke voornaam klopt.")).to_be_visible()
    fits(page)
    page.get_by_label("Yassin (zaak").check()
    page.get_by_label("de Boer (zaak").check()
    page.get_by_label("13 april 2010 (zaak").check()
    page.get_by_label("Geuzenveld (zaak").check()
    page.get_by_label("Hoe weet u dat dit dezelfde jongere is?").fill(REASON)
    seen(page, "naast_elkaar")
    page.get_by_role("button", name="Voorstellen").click()
    expect(page.get_by_text("Uw voorstel wacht op een tweede persoon.")).to_be_visible()
    fits(page)
    seen(page, "voorgesteld")


def test_two_people_make_two_files_one_and_two_again(
    page: Page, live: str, cast: Cast, two: Files, at_work: AtWork
) -> None:
    page.set_viewport_size(PHONE)
    with at_work(cast.bas):
        number = build.the_case(two.lost).number
    sign_in(page, cast.fatma)
    page.wait_for_url("**/vandaag")
    propose(page, two, number)
    address = page.url

    fatmas, page = page, beside(page, live)
    sign_in(page, cast.bas)
    page.wait_for_url("**/vandaag")
    page.get_by_role("link", name="Kijk na of twee dossiers van één jongere zijn").first.click()
    expect(page).to_have_url(address)
    page.get_by_role("button", name="Besluit vastleggen").click()
    expect(page.get_by_role("link", name="Kies wat u besluit.")).to_be_visible()
    fits(page)
    seen(page, "besluit")
    page.get_by_label("Ja, dit is dezelfde jongere: voeg samen").check()
    page.get_by_role("button", name="Besluit vastleggen").click()
    expect(page.get_by_text("De dossiers zijn van één jongere.")).to_be_visible()
    fits(page)
    seen(page, "samengevoegd")
    page.goto(f"/zaken/{two.lost}")
    expect(page.get_by_role("heading", name="Yassin de Boer")).to_be_visible()
    fits(page)
    seen(page, "zaak")
    page.get_by_role("link", name="Bekijk het voorstel en het besluit").click()
    page.get_by_label("Waarom moet dit ongedaan worden gemaakt?").fill(
        "Het blijken toch twee neven te zijn."
    )
    page.get_by_role("button", name="Vragen om ongedaan te maken").click()
    expect(page.get_by_text("Uw vraag wacht op een tweede persoon.")).to_be_visible()
    page.context.close()

    page = fatmas
    page.goto(address)
    fits(page)
    seen(page, "ongedaan")
    page.get_by_label("Ja, maak het ongedaan").check()
    page.get_by_role("button", name="Besluit vastleggen").click()
    expect(page.get_by_text("De dossiers zijn weer van twee jongeren.")).to_be_visible()
    page.goto(f"/zaken/{two.lost}")
    expect(page.get_by_role("heading", name="Yasin Boer")).to_be_visible()


def test_a_name_is_found_on_a_phone_and_nothing_of_it_stands_in_the_address(
    page: Page, cast: Cast, two: Files
) -> None:
    page.set_viewport_size(PHONE)
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")
    page.goto("/zaken")
    fits(page)
    seen(page, "caseload")
    page.get_by_label("Zoek in uw caseload").fill("jasin 14-3-2010")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_text("Niets gevonden in uw eigen zaken")).to_be_visible()
    page.get_by_label("Zoek in uw caseload").fill("yassni 14-3-2010")
    page.get_by_label("Zoek in uw caseload").press("Enter")
    expect(page.get_by_role("link", name="Yassin de B.", exact=True)).to_be_visible()
    assert page.url.endswith("/zaken/zoeken")
    fits(page)
    seen(page, "gevonden")
